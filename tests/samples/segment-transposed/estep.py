import numpy as np
from numpy.linalg import det, inv


def estep(X, weights, means, covariances):
    X = np.array(X, dtype=float)
    weights = np.array(weights, dtype=float)
    means = np.array(means, dtype=float)
    covariances = np.array(covariances, dtype=float)
    [n, d] = X.shape
    k = weights.size

    L = np.zeros([n, k])
    for j in range(k):
        Y = X - np.tile(means[j, :], [n, 1])
        M = np.sum((Y @ inv(covariances[j, :, :])) * Y, 1)
        L[:, j] = np.log(weights[j] + 1e-320) - np.log(det(covariances[j, :, :])) / 2 - M / 2

    L = L - np.tile(np.max(L, 1)[:, None], [1, k])
    P = np.exp(L)
    resp = P / np.tile(np.sum(P, 1)[:, None], [1, k])
    return resp
