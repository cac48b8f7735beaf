import numpy as np
from scipy.special import logsumexp
from scipy.stats import multivariate_normal as mvn


def estep(X, weights, means, covariances):
    X = np.array(X, dtype=float)
    N, K = len(X), len(weights)
    log_resp = np.zeros((N, K))
    for k in range(K):
        log_resp[:, k] = mvn.logpdf(X, means[k], covariances[k], allow_singular=True)
    log_resp += np.log(np.maximum(weights, 1e-320))
    log_resp -= logsumexp(log_resp, axis=1)[:, None]
    return np.exp(log_resp)
