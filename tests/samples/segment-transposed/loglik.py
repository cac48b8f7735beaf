import numpy as np
from numpy.linalg import det, inv


def loglik(X, weights, means, covariances):
    X = np.array(X, dtype=float)
    means = np.array(means, dtype=float)
    covariances = np.array(covariances, dtype=float)
    [n, d] = X.shape
    k = len(weights)

    A = np.zeros([n, k])
    for j in range(k):
        Y = X - np.tile(means[j, :], [n, 1])
        A[:, j] = (
            np.log(weights[j] + 1e-320)
            - d / 2 * np.log(2 * np.pi)
            - np.log(det(covariances[j, :, :])) / 2
            - np.sum((Y @ inv(covariances[j, :, :])) * Y, 1) / 2
        )
    m = np.max(A, 1)
    LL = 0
    for i in range(n):
        LL = LL + m[i] + np.log(np.sum(np.exp(A[i, :] - m[i])))
    return LL
