import numpy as np


def mstep(X, resp, reg_covar=1e-6):
    X = np.array(X, dtype=float)
    resp = np.array(resp, dtype=float)
    [n, d] = X.shape
    k = resp.shape[1]

    weights = np.zeros(k)
    means = np.zeros([k, d])
    covariances = np.zeros([k, d, d])
    for j in range(k):
        r = resp[:, j]
        nj = np.sum(r)
        weights[j] = nj / n
        if nj == 0:
            nj = 1
        means[j, :] = np.dot(r, X) / nj
        Y = X - np.tile(means[j, :], [n, 1])
        covariances[j, :, :] = (Y * np.tile(r[:, None], [1, d])).T @ Y / nj
        covariances[j, :, :] = covariances[j, :, :] + reg_covar * np.eye(d)
    return weights, means, covariances
