"""What scikit-learn answers, computed once in a process and remembered.

Only its public face is used: a mixture is brought to known parameters by fitting it for a fixed
number of iterations from a fixed start.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache

import numpy as np
from examples import image

COVARIANCE_TYPES = ("full", "tied", "diag", "spherical")
N_COMPONENTS, N_FEATURES = 4, 3


@dataclass(frozen=True, eq=False)
class Answer:
    """A mixture that scikit-learn holds, and what it says of the data.

    Attributes
    ----------
    weights, means, covariances : ndarray
        The parameters, with covariances as full matrices (K, D, D) whatever their type.
    resp : ndarray, shape (N, K)
    loglik, aic, bic : float
    """

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray
    resp: np.ndarray
    loglik: float
    aic: float
    bic: float


@cache
def data() -> np.ndarray:
    """Return 60 points in three dimensions, from four groups that overlap."""
    rng = np.random.default_rng(20)
    centres = np.array([[0.0, 0.0, 0.0], [2.0, 1.0, -1.0], [-1.0, 3.0, 2.0], [4.0, -2.0, 1.0]])
    groups = np.repeat(np.arange(4), [24, 8, 18, 10])
    mixing = np.array([[1.0, 0.4, 0.0], [0.0, 1.2, -0.5], [0.3, 0.0, 0.7]])
    return np.round(centres[groups] + rng.standard_normal((60, 3)) @ mixing, 6)


@cache
def fitted(covariance_type: str, iterations: int) -> Answer:
    """Fit the data for so many pairs of E- and M-step, from one start."""
    precisions = {
        "full": np.tile(np.diag([0.5, 0.8, 1.1]), (N_COMPONENTS, 1, 1)),
        "tied": np.diag([0.5, 0.8, 1.1]),
        "diag": np.tile([0.5, 0.8, 1.1], (N_COMPONENTS, 1)),
        "spherical": np.full(N_COMPONENTS, 0.8),
    }
    X = data()
    model = _fit(
        X,
        covariance_type,
        iterations,
        weights=np.array([0.4, 0.1, 0.3, 0.2]),
        means=X[[0, 26, 34, 55]],
        precisions=precisions[covariance_type],
    )
    return Answer(
        model.weights_,
        model.means_,
        _as_matrices(model.covariances_, covariance_type),
        model.predict_proba(X),
        float(model.score_samples(X).sum()),
        float(model.aic(X)),
        float(model.bic(X)),
    )


def fitted_1d(x, start, iterations: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fit numbers for so many pairs of E- and M-step; return resp, means and variances."""
    return _fitted_1d(tuple(x), *map(tuple, start), iterations)


@cache
def _fitted_1d(x, weights, means, variances, iterations: int):
    weights, means, variances = map(np.array, (weights, means, variances))
    X = np.array(x, dtype=float)[:, np.newaxis]
    model = _fit(X, "spherical", iterations, weights, means[:, np.newaxis], 1 / variances)
    return model.predict_proba(X), model.means_[:, 0], model.covariances_


@cache
def photograph(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return a small photograph and its two classes, (H, W), by a fit until nothing changes.

    In both, EM ends at these classes from any start, also where it is stopped early.
    """
    from sklearn.mixture import GaussianMixture

    if name == "coins":  # the mean of 2 by 2 pixels: hardly any two greys are the same
        pixels = image(name)[40:120, 20:100].reshape(40, 2, 40, 2).mean(axis=(1, 3))
    else:
        pixels = image(name)[:60, 20:70]
    height, width = pixels.shape[:2]
    z = pixels.reshape(height * width, -1).astype(float)
    z = (z - z.mean(axis=0)) / z.std(axis=0)
    model = GaussianMixture(2, tol=1e-7, max_iter=500, random_state=0).fit(z)
    return pixels, model.predict(z).reshape(height, width)


def _fit(X, covariance_type: str, iterations: int, weights, means, precisions):
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    model = GaussianMixture(
        len(weights),
        covariance_type=covariance_type,
        tol=0.0,
        reg_covar=1e-6,
        max_iter=iterations,
        weights_init=weights,
        means_init=means,
        precisions_init=precisions,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X)


def _as_matrices(covariances: np.ndarray, covariance_type: str) -> np.ndarray:
    """Return covariances of any type as (K, D, D)."""
    if covariance_type == "tied":
        return np.tile(covariances, (N_COMPONENTS, 1, 1))
    if covariance_type == "diag":
        return np.array([np.diag(variances) for variances in covariances])
    if covariance_type == "spherical":
        return covariances[:, np.newaxis, np.newaxis] * np.eye(N_FEATURES)
    return covariances


@dataclass(frozen=True, eq=False)
class Variational:
    """A Bayesian mixture that scikit-learn has fitted, and the responsibilities it began with."""

    start: np.ndarray
    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray
    bound: float


@cache
def variational(iterations: int) -> Variational:
    """Fit the data by variational inference for so many iterations, with the default priors."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import BayesianGaussianMixture

    X = data()
    # Its own k-means is this one: the seed gives both the same clusters.
    seed = np.random.RandomState(0)
    labels = KMeans(N_COMPONENTS, n_init=1, random_state=seed).fit(X).labels_
    model = BayesianGaussianMixture(
        n_components=N_COMPONENTS,
        weight_concentration_prior_type="dirichlet_distribution",
        tol=0.0,
        max_iter=iterations,
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X)
    start = np.eye(N_COMPONENTS)[labels]
    bound = float(model.lower_bound_)
    return Variational(start, model.weights_, model.means_, model.covariances_, bound)
