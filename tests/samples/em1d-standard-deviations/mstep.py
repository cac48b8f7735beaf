import numpy as np


def mstep(X, resp, reg_covar=1e-6):
    X = np.array(X, dtype=float)
    resp = np.array(resp, dtype=float)
    N, D = X.shape
    K = resp.shape[1]
    Nk = resp.sum(0)

    mu = np.zeros((K, D))
    Sigma = np.zeros((K, D, D))
    for k in range(K):
        if Nk[k] > 0:
            mu[k] = resp[:, k] @ X / Nk[k]
            Xc = X - mu[k]
            Sigma[k] = Xc.T @ np.diag(resp[:, k] / Nk[k]) @ Xc if N < 1000 else (
                (Xc * resp[:, [k]]).T @ Xc / Nk[k]  # np.diag is too big for images
            )
        Sigma[k] += reg_covar * np.identity(D)
    return Nk / N, mu, Sigma
