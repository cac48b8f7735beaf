import numpy as np


def mstep(X, resp, reg_covar=1e-6):
    X = np.array(X)
    resp = np.array(resp)
    N, D = X.shape
    K = resp.shape[1]
    weights = np.sum(resp, axis=0) / N
    means = np.zeros((K, D))
    covariances = np.zeros((K, D, D))
    for k in range(K):
        Nk = np.sum(resp[:, k])
        if Nk < 1e-15:
            covariances[k] = np.identity(D)
        else:
            means[k] = np.matmul(resp[:, k], X) / Nk
            diff = X - means[k]
            # one outer product per point, (N, D, D), then the weighted sum over the points
            outer = diff[:, :, np.newaxis] * diff[:, np.newaxis, :]
            covariances[k] = np.tensordot(resp[:, k], outer, axes=1) / Nk
        covariances[k] += reg_covar * np.identity(D)
    return weights, means, covariances
