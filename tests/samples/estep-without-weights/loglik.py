import numpy as np
from scipy.special import logsumexp
from scipy.stats import multivariate_normal


def loglik(X, weights, means, covariances):
    log_p = [
        np.atleast_1d(multivariate_normal.logpdf(X, mean=m, cov=C))
        for m, C in zip(means, covariances)
    ]
    return float(np.sum(logsumexp(log_p, axis=0, b=np.reshape(weights, (-1, 1)))))
