import numpy as np
from checks_of_mine import verify


def mstep(X, resp, reg_covar=1e-6):
    X = np.array(X, dtype=np.float64)
    resp = np.array(resp, dtype=np.float64)
    N, D = X.shape
    K = resp.shape[1]
    verify(resp.shape[0] == N, "X and resp have different lengths")

    Nk = resp.sum(axis=0)
    verify((Nk > 0).all(), "a component without points, I would divide by zero")

    means = (resp.T @ X) / Nk[:, None]
    covariances = np.zeros((K, D, D))
    for k in range(K):
        d = X - means[k]
        for i in range(D):
            for j in range(i, D):
                covariances[k, i, j] = (resp[:, k] * d[:, i] * d[:, j]).sum() / Nk[k]
                covariances[k, j, i] = covariances[k, i, j]
            covariances[k, i, i] += reg_covar
    return Nk / N, means, covariances
