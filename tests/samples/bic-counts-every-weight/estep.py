import numpy as np


def estep(X, weights, means, covariances):
    X = np.asarray(X, dtype=float)
    columns = []
    for w, m, C in zip(weights, means, covariances):
        L = np.linalg.cholesky(C)
        y = np.linalg.solve(L, (X - m).T)  # y'y is the Mahalanobis distance
        with np.errstate(divide="ignore"):
            columns.append(np.log(w) - np.log(np.diag(L)).sum() - 0.5 * (y**2).sum(axis=0))
    a = np.stack(columns, axis=1)  # (2 pi)^(D/2) is the same for all and cancels
    a = np.exp(a - a.max(axis=1, keepdims=True))
    return a / a.sum(axis=1, keepdims=True)
