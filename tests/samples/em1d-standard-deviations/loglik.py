import numpy as np
from scipy.stats import multivariate_normal as mvn


def loglik(X, weights, means, covariances):
    total = None
    for w, mu, Sigma in zip(weights, means, covariances):
        if w == 0:
            continue
        term = np.log(w) + mvn.logpdf(X, mu, Sigma)
        total = term if total is None else np.logaddexp(total, term)
    return np.sum(total)
