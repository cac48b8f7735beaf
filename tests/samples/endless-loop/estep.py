"""Responsibilities of a Gaussian mixture."""

import numpy as np
from scipy.special import logsumexp


def log_pdf(x, mean, covariance):
    """Return log N(x | mean, covariance) for each row of x."""
    difference = x - mean
    solved = np.linalg.solve(covariance, difference.T).T
    mahalanobis = np.einsum("ij,ij->i", difference, solved)
    return -0.5 * (mahalanobis + np.linalg.slogdet(2 * np.pi * covariance)[1])


def estep(X, weights, means, covariances):
    X = np.asarray(X, dtype=float)
    means = np.asarray(means, dtype=float)
    covariances = np.asarray(covariances, dtype=float)
    with np.errstate(divide="ignore"):
        log_weights = np.log(np.asarray(weights, dtype=float))
    joint = np.array(
        [lw + log_pdf(X, m, c) for lw, m, c in zip(log_weights, means, covariances)]
    ).T
    return np.exp(joint - logsumexp(joint, axis=1, keepdims=True))
