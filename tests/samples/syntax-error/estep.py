import numpy as np
from scipy.stats import multivariate_normal as mvn


def estep(X, weights, means, covariances):
    K = len(weights)
    X = np.array(X)
    # log of numerator of Bayes rule
    log_num = np.array([mvn.logpdf(X, means[k], covariances[k]) for k in range(K)])
    log_num = log_num.reshape(K, len(X)).T
    with np.errstate(divide="ignore"):
        log_num = log_num + np.log(weights)
    # divide all of them by the biggest of the row (nothing changes)
    num = np.exp(log_num - np.max(log_num, axis=1, keepdims=True))
    return num / np.sum(num, axis=1, keepdims=True)
