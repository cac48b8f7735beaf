"""Known mistakes in mstep. Each docstring is what a student who made it is told."""

import numpy as np


def _sums(X, resp):
    """Return X and resp as arrays, N_k, and divisors that are never 0."""
    X, resp = np.asarray(X, dtype=float), np.asarray(resp, dtype=float)
    nk = resp.sum(axis=0)
    return X, resp, nk, np.where(nk > 0, nk, 1.0)


def _scatter(X, resp, centres):
    """Return the weighted sums of squares about each component's centre, (K, D, D)."""
    centred = X[:, np.newaxis] - centres
    return np.einsum("nk,nkd,nke->kde", resp, centred, centred)


def _right(X, resp, reg_covar):
    X, resp, nk, divisor = _sums(X, resp)
    means = (resp.T @ X) / divisor[:, np.newaxis]
    covariances = _scatter(X, resp, means) / divisor[:, np.newaxis, np.newaxis]
    return nk / len(X), means, covariances + reg_covar * np.eye(X.shape[1])


def mstep_covariance_divided_by_all_points(X, resp, reg_covar=1e-6):
    """The covariances are too small: their sums were divided by N, the number of all points.

    How many points does component k have, and by what are its means divided?
    """
    X, resp, _, _ = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    scatter = _scatter(X, resp, means)
    return weights, means, scatter / len(X) + reg_covar * np.eye(X.shape[1])


def mstep_mean_divided_by_all_points(X, resp, reg_covar=1e-6):
    """The means are drawn towards 0: their sums were divided by N, the number of all points.

    A mean of points that count in part is divided by how much they count together.
    """
    X, resp, nk, divisor = _sums(X, resp)
    means = (resp.T @ X) / len(X)
    scatter = _scatter(X, resp, means) / divisor[:, np.newaxis, np.newaxis]
    return nk / len(X), means, scatter + reg_covar * np.eye(X.shape[1])


def mstep_weights_not_divided(X, resp, reg_covar=1e-6):
    """The weights are the components' numbers of points, not their shares of all points.

    What must the weights of a mixture sum to?
    """
    _, means, covariances = _right(X, resp, reg_covar)
    return np.asarray(resp, dtype=float).sum(axis=0), means, covariances


def mstep_not_centred(X, resp, reg_covar=1e-6):
    """The covariances were taken about 0, not about the means: nothing was subtracted.

    A covariance does not change when all data move; yours does.
    """
    X, resp, _, divisor = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    scatter = _scatter(X, resp, np.zeros_like(means)) / divisor[:, np.newaxis, np.newaxis]
    return weights, means, scatter + reg_covar * np.eye(X.shape[1])


def mstep_about_the_overall_mean(X, resp, reg_covar=1e-6):
    """The covariances were taken about the mean of all the data, not about each component's own.

    Components that are apart then all look as wide as the data.
    """
    X, resp, nk, divisor = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    centres = np.tile(X.mean(axis=0), (len(nk), 1))
    scatter = _scatter(X, resp, centres) / divisor[:, np.newaxis, np.newaxis]
    return weights, means, scatter + reg_covar * np.eye(X.shape[1])


def mstep_all_or_nothing(X, resp, reg_covar=1e-6):
    """Each point was counted for its likeliest component alone, as k-means does.

    In EM a point counts for every component, as much as its responsibility says.
    """
    resp = np.asarray(resp, dtype=float)
    return _right(X, np.eye(resp.shape[1])[resp.argmax(axis=1)], reg_covar)


def mstep_responsibilities_squared(X, resp, reg_covar=1e-6):
    """In the covariances, the responsibilities count twice: they multiply both factors.

    A point with responsibility 1/2 is half a point; how often may that half be written?
    """
    X, resp, _, divisor = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    scatter = _scatter(X, resp**2, means) / divisor[:, np.newaxis, np.newaxis]
    return weights, means, scatter + reg_covar * np.eye(X.shape[1])


def mstep_unbiased(X, resp, reg_covar=1e-6):
    """The covariances were divided by N_k - 1, which is the unbiased estimate of statistics.

    The M-step maximises the likelihood; see which divisor its formula has.
    """
    X, resp, nk, _ = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    with np.errstate(divide="ignore", invalid="ignore"):
        scatter = _scatter(X, resp, means) / (nk - 1)[:, np.newaxis, np.newaxis]
    return weights, means, scatter + reg_covar * np.eye(X.shape[1])


def mstep_without_ridge(X, resp, reg_covar=1e-6):
    """reg_covar was not used, so a feature that never changes leaves a singular covariance.

    Where on the matrix is it added, and to how many of its elements?
    """
    return _right(X, resp, 0.0)


def mstep_ridge_everywhere(X, resp, reg_covar=1e-6):
    """reg_covar was added to every element of the covariances; it belongs on the diagonals.

    Print a covariance with and without it: which elements have changed?
    """
    weights, means, covariances = _right(X, resp, 0.0)
    return weights, means, covariances + reg_covar


def mstep_expanded_square(X, resp, reg_covar=1e-6):
    """The square was expanded to sum(r x x') - N_k m m', which loses all digits far from 0.

    On paper both are the same. On data at 1e8 the two terms are near 1e16, where a float64 has no
    decimals left: subtract first, square later.
    """
    X, resp, _, divisor = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    squares = np.einsum("nk,nd,ne->kde", resp, X, X) / divisor[:, np.newaxis, np.newaxis]
    products = np.einsum("kd,ke->kde", means, means)
    return weights, means, squares - products + reg_covar * np.eye(X.shape[1])


def mstep_empty_component_divided_by_zero(X, resp, reg_covar=1e-6):
    """A component that nobody belongs to was divided by its number of points, 0, and became NaN.

    Any finite mean and any positive definite covariance will do there, with weight 0.
    """
    weights, means, covariances = _right(X, resp, reg_covar)
    means[weights == 0] = np.nan
    covariances[weights == 0] = np.nan
    return weights, means, covariances
