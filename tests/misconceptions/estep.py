"""Known mistakes in estep. Each docstring is what a student who made it is told."""

import numpy as np


def _quadratic(X, mean, matrix):
    """Return (x - mean)' matrix (x - mean) for every row x of X."""
    centred = X - mean
    return np.einsum("nd,de,ne->n", centred, matrix, centred)


def _log_terms(X, weights, means, covariances):
    """Return the logarithm of weight times density, (N, K)."""
    X, weights, means, covariances = _arrays(X, weights, means, covariances)
    with np.errstate(divide="ignore"):
        log_heights = np.log(weights) - 0.5 * np.linalg.slogdet(2 * np.pi * covariances)[1]
    inverses = np.linalg.inv(covariances)
    distances = [_quadratic(X, *pair) for pair in zip(means, inverses, strict=True)]
    return log_heights - 0.5 * np.transpose(distances)


def _arrays(*parts):
    return tuple(np.asarray(part, dtype=float) for part in parts)


def _shares(log_terms, axis=1):
    terms = np.exp(log_terms - log_terms.max(axis=axis, keepdims=True))
    return terms / terms.sum(axis=axis, keepdims=True)


def estep_without_weights(X, weights, means, covariances):
    """The weights have no influence on these responsibilities: every component counts the same.

    Compare the numerator of Bayes' rule in the handout with yours.
    """
    return _shares(_log_terms(X, np.ones(len(weights)), means, covariances))


def estep_normalised_over_points(X, weights, means, covariances):
    """Here each component's column has sum 1; it is each point's row that must.

    Over which index does the sum in the denominator run, and which axis is that?
    """
    return _shares(_log_terms(X, weights, means, covariances), axis=0)


def estep_not_normalised(X, weights, means, covariances):
    """These are weights times densities, the numerators of Bayes' rule. The denominator is missing.

    A responsibility is a probability: what must a point's responsibilities sum to?
    """
    return np.exp(_log_terms(X, weights, means, covariances))


def estep_without_logarithms(X, weights, means, covariances):
    """Right near the data, but far from every mean all densities underflow to 0, and 0 / 0 is NaN.

    The handout's section on numerical stability shows how to stay in log space until the end.
    """
    terms = np.exp(_log_terms(X, weights, means, covariances))
    with np.errstate(invalid="ignore"):
        return terms / terms.sum(axis=1, keepdims=True)


def estep_padded_density(X, weights, means, covariances):
    """A small number was added to keep a denominator from being 0. Far away it drowns the answer.

    A constant hides an underflow, it does not undo it. What is the largest of a point's log terms,
    and what may be subtracted from all of them without changing the quotient?
    """
    terms = np.exp(_log_terms(X, weights, means, covariances)) + 1e-300
    return terms / terms.sum(axis=1, keepdims=True)


def estep_variances_only(X, weights, means, covariances):
    """Only the diagonals of the covariances were used, as if features were never correlated.

    Draw a component with its ellipse: does yours lean as its covariance says?
    """
    X, weights, means, covariances = _arrays(X, weights, means, covariances)
    return _shares(_log_terms(X, weights, means, covariances * np.eye(X.shape[1])))


def estep_without_determinant(X, weights, means, covariances):
    """All components are equally high here, but a wide one must be lower than a narrow one.

    Which factor of the Gaussian density depends on the covariance alone?
    """
    heights = 0.5 * np.linalg.slogdet(np.asarray(covariances, dtype=float))[1]
    return _shares(_log_terms(X, weights, means, covariances) + heights)


def estep_determinant_without_root(X, weights, means, covariances):
    """The determinant enters as 1 / det C; the density of a Gaussian has its square root.

    In the log density, by what is log det C multiplied?
    """
    halves = 0.5 * np.linalg.slogdet(np.asarray(covariances, dtype=float))[1]
    return _shares(_log_terms(X, weights, means, covariances) - halves)


def estep_covariance_as_standard_deviation(X, weights, means, covariances):
    """Distances were divided by the variance where they are due in standard deviations.

    A covariance holds squared units: check what is squared, and what has been squared already.
    """
    squared = [np.asarray(part, dtype=float) @ np.asarray(part, float) for part in covariances]
    return _shares(_log_terms(X, weights, means, squared))


def estep_all_or_nothing(X, weights, means, covariances):
    """Each point was given to its likeliest component as a whole, as k-means does.

    In EM the responsibilities are soft: a point between two components belongs to both in part.
    """
    log_terms = _log_terms(X, weights, means, covariances)
    return np.eye(log_terms.shape[1])[log_terms.argmax(axis=1)]
