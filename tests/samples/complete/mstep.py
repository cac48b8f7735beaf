# Question 2
import numpy as np


def mstep(X, resp, reg_covar=1e-6):
    X = np.asarray(X, dtype=float)
    resp = np.asarray(resp, dtype=float)
    N, D = X.shape
    K = resp.shape[1]

    weights = np.zeros(K)
    means = np.zeros((K, D))
    covariances = np.zeros((K, D, D))

    for k in range(K):
        Nk = np.sum(resp[:, k])
        weights[k] = Nk / N
        if Nk == 0:
            # nobody belongs to this one, so any mean and covariance will do
            means[k] = np.mean(X, axis=0)
            covariances[k] = np.eye(D)
            continue
        means[k] = np.sum(resp[:, k].reshape(N, 1) * X, axis=0) / Nk
        diff = X - means[k]
        covariances[k] = (resp[:, k].reshape(N, 1) * diff).T @ diff / Nk
        covariances[k] += reg_covar * np.eye(D)

    return weights, means, covariances
