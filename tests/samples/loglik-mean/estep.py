import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import softmax


def log_gaussian(X, m, C):
    """Log density of N(m, C) at each row of X, with the Cholesky factor of C."""
    factor = cho_factor(C, lower=True)
    diff = (X - np.asarray(m)).T
    quad = (diff * cho_solve(factor, diff)).sum(axis=0)
    logdet = 2 * np.log(np.diag(factor[0])).sum()
    return -(len(diff) * np.log(2 * np.pi) + logdet + quad) / 2


def estep(X, weights, means, covariances):
    X = np.asarray(X)
    scores = np.empty((X.shape[0], len(weights)))
    for k in range(len(weights)):
        if weights[k] == 0:
            scores[:, k] = -np.inf
        else:
            scores[:, k] = np.log(weights[k]) + log_gaussian(X, means[k], covariances[k])
    return softmax(scores, axis=1)
