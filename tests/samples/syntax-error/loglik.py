import numpy as np
from scipy.special import logsumexp
from scipy.stats import multivariate_normal as mvn


def loglik(X, weights, means, covariances):
    K = len(weights)
    X = np.array(X)
    log_terms = np.array([mvn.logpdf(X, means[k], covariances[k] for k in range(K)])
    log_terms = log_terms.reshape(K, len(X)).T
    return np.sum(logsumexp(log_terms, b=np.array(weights), axis=1))
