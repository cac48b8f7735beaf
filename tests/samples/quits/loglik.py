import numpy as np
from scipy.stats import multivariate_normal


def loglik(X, weights, means, covariances):
    logs = []
    for w, m, c in zip(weights, means, covariances):
        if w > 0:
            logs.append(np.log(w) + multivariate_normal.logpdf(np.asarray(X), m, c))
    L = np.logaddexp.reduce(logs).sum()
    print("loglik =", L)
    return L
