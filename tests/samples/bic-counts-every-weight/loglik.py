import numpy as np
from scipy.special import logsumexp


def log_gauss(X, m, C):
    L = np.linalg.cholesky(C)
    y = np.linalg.solve(L, (X - m).T)
    return -0.5 * (y**2).sum(axis=0) - np.log(np.diag(L)).sum() - len(L) / 2 * np.log(2 * np.pi)


def loglik(X, weights, means, covariances):
    X, means, covariances = np.asarray(X), np.asarray(means), np.asarray(covariances)
    a = np.stack([log_gauss(X, m, C) for m, C in zip(means, covariances)], axis=1)
    return logsumexp(a, b=weights, axis=1).sum()
