# Question 1
import numpy as np


def log_density(X, mean, cov):
    """log of the Gaussian density, for every row of X"""
    D = X.shape[1]
    inverse = np.linalg.inv(cov)
    sign, logdet = np.linalg.slogdet(cov)
    diff = X - mean
    # (x-m)' C^-1 (x-m) for all points at once
    maha = np.sum((diff @ inverse) * diff, axis=1)
    return -0.5 * (D * np.log(2 * np.pi) + logdet + maha)


def estep(X, weights, means, covariances):
    X = np.asarray(X, dtype=float)
    N = X.shape[0]
    K = len(weights)

    logp = np.zeros((N, K))
    for k in range(K):
        if weights[k] > 0:
            logp[:, k] = np.log(weights[k]) + log_density(X, means[k], covariances[k])
        else:
            logp[:, k] = -np.inf

    # subtract the maximum of each row so that exp() never underflows to 0/0
    logp = logp - logp.max(axis=1).reshape(N, 1)
    p = np.exp(logp)
    return p / p.sum(axis=1).reshape(N, 1)
