"""Log-likelihood of a Gaussian mixture."""

import numpy as np
from scipy.special import logsumexp
from scipy.stats import multivariate_normal


def loglik(X, weights, means, covariances):
    X = np.asarray(X, dtype=float)
    log_terms = np.empty((len(X), len(weights)))
    for k, (mean, covariance) in enumerate(zip(means, covariances)):
        log_terms[:, k] = multivariate_normal(mean, covariance).logpdf(X)
    return logsumexp(log_terms, axis=1, b=np.asarray(weights)).sum()
