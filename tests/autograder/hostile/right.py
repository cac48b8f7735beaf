"""A right E-step, which attacks may bring along: they then deserve its marks and no more."""

import numpy as np


def estep(X, weights, means, covariances):
    X = np.asarray(X, dtype=float)
    terms = []
    for weight, mean, covariance in zip(weights, means, covariances):
        root = np.linalg.cholesky(np.asarray(covariance, dtype=float))
        white = np.linalg.solve(root, (X - np.asarray(mean)).T)
        with np.errstate(divide="ignore"):
            height = np.log(weight) - np.log(np.diag(root)).sum()
        terms.append(height - 0.5 * (white**2).sum(axis=0))
    terms = np.array(terms).T
    terms -= terms.max(axis=1, keepdims=True)
    resp = np.exp(terms)
    return resp / resp.sum(axis=1, keepdims=True)
