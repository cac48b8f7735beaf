"""Starting values for EM: somewhere sensible, and the same for the same seed.

Both functions return ``(weights, means, covariances)``, ready for `gmm.fit`. EM climbs from where
it starts to the nearest top, which need not be the highest: try several seeds.
"""

from __future__ import annotations

import numpy as np
from scipy.cluster.vq import ClusterError, kmeans2

# Part of the variance of the data that is added to every starting covariance. It makes the start
# a little too wide, which is harmless; without it a cluster of equal points would have no width.
BROADENING = 1e-3


def as_points(X) -> np.ndarray:
    """Return `X` as a float array of shape (N, D), or say what is wrong with it.

    Parameters
    ----------
    X : array_like, shape (N, D)
        Points, one per row.

    Returns
    -------
    ndarray of float64, shape (N, D)

    Raises
    ------
    ValueError
        If `X` is not a table, is empty, or holds NaN or infinity.
    """
    X = np.asarray(X, dtype=float)
    if X.ndim != 2 or X.size == 0:
        raise ValueError(
            f"X has shape {X.shape}, but must be a table (N, D): one row per point. "
            "Turn numbers in one dimension into a column with x[:, np.newaxis]."
        )
    bad = np.flatnonzero(~np.isfinite(X).all(axis=1))
    if bad.size:
        raise ValueError(
            f"X has {bad.size} row(s) with NaN or infinity, the first is row {bad[0]}. "
            "Remove or repair them before fitting."
        )
    return X


def kmeans_start(X, K: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Start from k-means: one component per cluster.

    Each feature is divided by its standard deviation first, so that units do not matter.

    Parameters
    ----------
    X : array_like, shape (N, D)
        Points, one per row; at least K of them different.
    K : int
        Number of components.
    seed : int, default 0
        The same seed gives the same start.

    Returns
    -------
    weights : ndarray, shape (K,)
        Share of the points in each cluster.
    means : ndarray, shape (K, D)
        Centre of each cluster.
    covariances : ndarray, shape (K, D, D)
        Spread of each cluster, slightly widened; that of all points for a cluster of one.

    Raises
    ------
    ValueError
        If `X` is not (N, D), or has fewer than K different points.
    """
    X = as_points(X)
    _distinct_rows(X, K)
    rng = np.random.default_rng(seed)
    deviations = X.std(axis=0)
    standardised = X / np.where(deviations > 0, deviations, 1.0)
    for _ in range(20):
        try:
            _, labels = kmeans2(standardised, K, minit="++", missing="raise", rng=rng)
            break
        except ClusterError:  # a cluster has lost all its points: begin again
            continue
    else:
        return random_start(X, K, seed)

    common = _spread(X)
    widening = BROADENING * np.diag(np.diag(common))
    means = np.empty((K, X.shape[1]))
    covariances = np.empty((K, *common.shape))
    for k in range(K):
        members = X[labels == k]
        means[k] = np.mean(members, axis=0)
        covariances[k] = common if len(members) < 2 else np.cov(members, rowvar=False) + widening
    return np.bincount(labels, minlength=K) / len(X), means, covariances


def random_start(X, K: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Start from K different data points, drawn at random.

    Parameters
    ----------
    X : array_like, shape (N, D)
        Points, one per row; at least K of them different.
    K : int
        Number of components.
    seed : int, default 0
        The same seed gives the same start.

    Returns
    -------
    weights : ndarray, shape (K,)
        All equal.
    means : ndarray, shape (K, D)
        Points of `X`, no two the same.
    covariances : ndarray, shape (K, D, D)
        The covariance of all points, for every component.

    Raises
    ------
    ValueError
        If `X` is not (N, D), or has fewer than K different points.
    """
    X = as_points(X)
    different = _distinct_rows(X, K)
    chosen = np.random.default_rng(seed).choice(len(different), size=K, replace=False)
    return np.full(K, 1.0 / K), different[chosen], np.tile(_spread(X), (K, 1, 1))


def _distinct_rows(X: np.ndarray, K: int) -> np.ndarray:
    """Return the different rows of `X`; there must be at least K."""
    if K < 1:
        raise ValueError(f"K is {K}, but a mixture has at least 1 component.")
    different = np.unique(X, axis=0)
    if len(different) < K:
        raise ValueError(
            f"K = {K} components need as many different points, but X has {len(different)}. "
            "Use a smaller K or more data."
        )
    return different


def _spread(X: np.ndarray) -> np.ndarray:
    """Return the covariance (D, D) of all points, never singular."""
    n_features = X.shape[1]
    if len(X) < 2:
        return np.eye(n_features)
    covariance = np.atleast_2d(np.cov(X, rowvar=False))
    variances = np.diag(covariance)
    # A constant feature has no width of its own: give it some.
    return covariance + np.diag(np.where(variances > 0, BROADENING * variances, 1.0))
