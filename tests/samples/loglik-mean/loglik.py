import numpy as np
from estep import log_gaussian


def loglik(X, weights, means, covariances):
    X = np.asarray(X)
    log_p = np.full(len(X), -np.inf)
    for w, m, C in zip(weights, means, covariances):
        if w > 0:
            log_p = np.logaddexp(log_p, np.log(w) + log_gaussian(X, m, C))
    return np.mean(log_p)
