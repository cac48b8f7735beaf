"""Known mistakes in loglik. Each docstring is what a student who made it is told."""

import numpy as np
from scipy.special import logsumexp


def _log_terms(X, weights, means, covariances):
    """Return the logarithm of weight times density, (N, K)."""
    X, weights = np.asarray(X, dtype=float), np.asarray(weights, dtype=float)
    means, covariances = np.asarray(means, dtype=float), np.asarray(covariances, dtype=float)
    centred = X[:, np.newaxis] - means
    distances = np.einsum("nkd,kde,nke->nk", centred, np.linalg.inv(covariances), centred)
    with np.errstate(divide="ignore"):
        log_heights = np.log(weights) - 0.5 * np.linalg.slogdet(2 * np.pi * covariances)[1]
    return log_heights - 0.5 * distances


def loglik_mean(X, weights, means, covariances):
    """This is the mean over the points; due is the sum.

    scikit-learn's score is a mean, but AIC and BIC are made from the sum.
    """
    return logsumexp(_log_terms(X, weights, means, covariances), axis=1).mean()


def loglik_negative(X, weights, means, covariances):
    """This is the negative log-likelihood, which other fields minimise; here it is maximised.

    Of two mixtures, the one that explains the data better must have the larger value.
    """
    return -logsumexp(_log_terms(X, weights, means, covariances), axis=1).sum()


def loglik_of_best_component(X, weights, means, covariances):
    """Only the likeliest component of each point was counted; the others add to the density too.

    Where components overlap, the difference shows. What stands inside the logarithm?
    """
    return _log_terms(X, weights, means, covariances).max(axis=1).sum()


def loglik_sum_of_logarithms(X, weights, means, covariances):
    """The logarithms of the components were added; due is the logarithm of their sum.

    The logarithm of a sum is not the sum of the logarithms: which of the two sums is inside?
    """
    terms = _log_terms(X, weights, means, covariances)
    return terms[:, np.asarray(weights) > 0].sum()


def loglik_without_weights(X, weights, means, covariances):
    """The weights have no influence here: the components' densities were added as they are.

    Compare the density of the mixture in the handout with yours.
    """
    alike = np.ones(len(weights))
    return logsumexp(_log_terms(X, alike, means, covariances), axis=1).sum()


def loglik_without_constant(X, weights, means, covariances):
    """The factor with 2 pi is missing: it is the same for all components, but part of the density.

    It cancels in responsibilities, not in a log-likelihood.
    """
    terms = _log_terms(X, weights, means, covariances)
    return logsumexp(terms, axis=1).sum() + 0.5 * np.size(X) * np.log(2 * np.pi)


def loglik_underflow(X, weights, means, covariances):
    """Right near the data, but far from every mean the density underflows to 0, and log 0 is -inf.

    The handout's section on numerical stability shows how to add in log space.
    """
    density = np.exp(_log_terms(X, weights, means, covariances)).sum(axis=1)
    with np.errstate(divide="ignore"):
        return np.log(density).sum()


def loglik_padded_density(X, weights, means, covariances):
    """A small number was added before the logarithm, so all points far away seem equally likely.

    A constant hides an underflow, it does not undo it: add in log space.
    """
    density = np.exp(_log_terms(X, weights, means, covariances)).sum(axis=1)
    return np.log(density + 1e-300).sum()
