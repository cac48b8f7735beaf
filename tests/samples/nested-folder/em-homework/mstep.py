import numpy as np


def mstep(X, resp, reg_covar=1e-6):
    X = np.asarray(X, dtype=float)
    K = len(resp[0])
    weights, means, covariances = [], [], []
    for k in range(K):
        r = np.array([row[k] for row in resp], dtype=float)
        Nk = r.sum()
        weights.append(Nk / len(X))
        if Nk:
            r = r / Nk
        mean = r @ X
        rooted = np.sqrt(r)[:, None] * (X - mean)
        means.append(mean)
        covariances.append(rooted.T @ rooted + reg_covar * np.eye(X.shape[1]))
    return weights, means, covariances
