# Question 3
import numpy as np

from estep import log_density


def loglik(X, weights, means, covariances):
    X = np.asarray(X, dtype=float)
    terms = []
    for w, m, C in zip(weights, means, covariances):
        if w > 0:
            terms.append(np.log(w) + log_density(X, m, C))
    terms = np.array(terms)  # (K, N)
    biggest = terms.max(axis=0)
    return np.sum(biggest + np.log(np.sum(np.exp(terms - biggest), axis=0)))
