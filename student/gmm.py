"""Fit Gaussian mixtures with *your* E-step, M-step and log-likelihood.

This module is the loop around the three functions that you write. It repeats them, watches them
and keeps a record, so that you can plot what happened::

    from gmm import fit, fit_best, predict
    from initialise import kmeans_start

    result = fit(X, kmeans_start(X, K=3))
    result.means, result.trace, predict(result, X)

Your modules are imported when a function here needs them, not before. So `sample` works before
you have written anything, and a slip in loglik.py does not keep you from `predict`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from initialise import as_points, kmeans_start


class Parameters(NamedTuple):
    """What describes a mixture: weights (K,), means (K, D) and covariances (K, D, D)."""

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted mixture and how EM got there.

    Attributes
    ----------
    weights : ndarray, shape (K,)
    means : ndarray, shape (K, D)
    covariances : ndarray, shape (K, D, D)
        The parameters after the last iteration.
    resp : ndarray, shape (N, K)
        Responsibilities under these parameters.
    trace : ndarray, shape (n_iter + 1,)
        Log-likelihood of the start, then after each iteration.
    history : tuple of Parameters, length n_iter + 1
        The parameters that `trace` belongs to.
    n_iter : int
        Iterations done; each is one E-step and one M-step.
    converged : bool
        Whether EM stopped because the log-likelihood no longer rose.
    falls : tuple of int
        Iterations at which the log-likelihood fell. Should be empty.
    """

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray
    resp: np.ndarray
    trace: np.ndarray
    history: tuple[Parameters, ...]
    n_iter: int
    converged: bool
    falls: tuple[int, ...]

    @property
    def loglik(self) -> float:
        """Log-likelihood at the end, summed over the points."""
        return float(self.trace[-1])


def fit(X, start, max_iter: int = 100, tol: float = 1e-6, reg_covar: float = 1e-6) -> Fit:
    """Run EM from `start` until the log-likelihood stops rising.

    Parameters
    ----------
    X : array_like, shape (N, D)
        Points, one per row.
    start : (weights, means, covariances)
        Of shapes (K,), (K, D) and (K, D, D); `initialise` makes some.
    max_iter : int, default 100
        Most iterations to do.
    tol : float, default 1e-6
        Stop when an iteration changes the log-likelihood by less than `tol` per point.
    reg_covar : float, default 1e-6
        Handed on to your `mstep`.

    Returns
    -------
    Fit

    Warns
    -----
    RuntimeWarning
        If the log-likelihood falls. EM never does that, so a step must be wrong.

    Raises
    ------
    ValueError
        If `X`, `start` or an answer of one of your functions has a wrong shape or NaN in it.
    """
    return _em(as_points(X), start, max_iter, tol, reg_covar, quiet=False)


def fit_best(
    X,
    K: int,
    n_starts: int = 10,
    seed: int = 0,
    start: Callable = kmeans_start,
    max_iter: int = 100,
    tol: float = 1e-6,
    reg_covar: float = 1e-6,
) -> tuple[Fit, np.ndarray]:
    """Run EM from several starts and keep the fit with the highest log-likelihood.

    Parameters
    ----------
    X : array_like, shape (N, D)
        Points, one per row.
    K : int
        Number of components.
    n_starts : int, default 10
        Starts to try, with the seeds `seed`, `seed` + 1, …
    seed : int, default 0
        The same seed gives the same result.
    start : callable, default `initialise.kmeans_start`
        Called as ``start(X, K, seed)``; `initialise.random_start` finds more different optima.
    max_iter, tol, reg_covar
        As in `fit`.

    Returns
    -------
    best : Fit
    logliks : ndarray, shape (n_starts,)
        Log-likelihood at the end of every run, in the order of the seeds.
    """
    if n_starts < 1:
        raise ValueError(f"n_starts is {n_starts}; there must be at least 1 start.")
    X = as_points(X)
    fits: list[Fit] = []
    for i in range(n_starts):
        already_warned = any(earlier.falls for earlier in fits)
        begin = start(X, K, seed + i)
        fits.append(_em(X, begin, max_iter, tol, reg_covar, quiet=already_warned))
    logliks = np.array([one.loglik for one in fits])
    return fits[int(np.argmax(logliks))], logliks


def predict(fit: Fit, X) -> np.ndarray:
    """Return for every point the component that is most responsible for it.

    Parameters
    ----------
    fit : Fit
        What `fit` or `fit_best` returned.
    X : array_like, shape (N, D)
        Points; they need not be those of the fit.

    Returns
    -------
    ndarray of int, shape (N,)
        Labels 0 … K - 1.
    """
    from estep import estep

    return np.argmax(estep(as_points(X), fit.weights, fit.means, fit.covariances), axis=1)


def score(fit: Fit, X) -> float:
    """Return the *mean* log-likelihood per point, as scikit-learn's ``score`` does.

    A mean can be compared between data sets of different size, such as training and test data.

    Parameters
    ----------
    fit : Fit
        What `fit` or `fit_best` returned.
    X : array_like, shape (N, D)
        Points; they need not be those of the fit.

    Returns
    -------
    float
    """
    from loglik import loglik

    X = as_points(X)
    return float(loglik(X, fit.weights, fit.means, fit.covariances)) / len(X)


def sample(fit: Fit, n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Draw points from the mixture: first a component by its weight, then a point from it.

    Parameters
    ----------
    fit : Fit or Parameters
        Anything with `weights`, `means` and `covariances`.
    n : int
        Number of points.
    seed : int, default 0
        The same seed gives the same points.

    Returns
    -------
    X : ndarray, shape (n, D)
    labels : ndarray of int, shape (n,)
        The component that each point was drawn from.
    """
    rng = np.random.default_rng(seed)
    weights, means = np.asarray(fit.weights, dtype=float), np.asarray(fit.means, dtype=float)
    labels = rng.choice(len(weights), size=n, p=weights / weights.sum())
    X = np.empty((n, means.shape[1]))
    for k, covariance in enumerate(fit.covariances):
        chosen = labels == k
        X[chosen] = rng.multivariate_normal(
            means[k], covariance, size=chosen.sum(), method="cholesky"
        )
    return X, labels


# The loop -----------------------------------------------------------------------------------------


def _em(X: np.ndarray, start, max_iter: int, tol: float, reg_covar: float, quiet: bool) -> Fit:
    """Alternate E- and M-steps; warn at the first fall of the log-likelihood unless `quiet`."""
    from estep import estep
    from loglik import loglik
    from mstep import mstep

    parameters = _as_parameters(X, start)
    n_samples, n_components = len(X), len(parameters.weights)

    history = [parameters]
    trace = [_as_number(loglik(X, *parameters), "at the start")]
    falls: list[int] = []
    converged = False
    while not converged and len(history) <= max_iter:
        iteration = len(history)
        where = f"at iteration {iteration}"

        resp = _as_array(estep(X, *parameters), (n_samples, n_components), "estep", where)
        parameters = _as_answer(mstep(X, resp, reg_covar), parameters, where)
        history.append(parameters)
        trace.append(_as_number(loglik(X, *parameters), where))

        rise = trace[-1] - trace[-2]
        fell = rise < -_allowed_fall(parameters, n_samples, reg_covar, trace[-1])
        converged = not fell and abs(rise) < tol * n_samples
        if fell:
            if not (quiet or falls):
                _warn_of_fall(iteration, trace[-2], trace[-1])
            falls.append(iteration)

    resp = _as_array(estep(X, *parameters), (n_samples, n_components), "estep", "at the end")
    return Fit(
        *parameters,
        resp=resp,
        trace=np.array(trace),
        history=tuple(history),
        n_iter=len(history) - 1,
        converged=converged,
        falls=tuple(falls),
    )


def _allowed_fall(parameters: Parameters, n_samples: int, reg_covar: float, loglik: float) -> float:
    """Return how far a *right* iteration may lower the log-likelihood.

    Without `reg_covar` the answer is: not at all, but for rounding. A covariance that was made
    wider than the best one by `reg_covar` costs, in each direction with variance v,
    N_k/2 (log(1 + r) - r / (1 + r)) where r = reg_covar / v. That is next to nothing unless a
    component has nearly collapsed.
    """
    variances = np.linalg.eigvalsh(parameters.covariances) - reg_covar
    ratio = reg_covar / np.maximum(variances, 1e-300)
    cost = n_samples / 2 * parameters.weights @ (np.log1p(ratio) - ratio / (1 + ratio)).sum(axis=1)
    return float(cost) + 1e-9 * max(1.0, abs(loglik), n_samples)


def _warn_of_fall(iteration: int, before: float, after: float) -> None:
    warnings.warn(
        f"The log-likelihood fell at iteration {iteration}, by {before - after:.6g} "
        f"(from {before:.6f} to {after:.6f}). EM cannot lower it, so estep, mstep or loglik is "
        "wrong. Check them one by one: python check.py estep, then mstep, then loglik.",
        RuntimeWarning,
        stacklevel=4,  # point at the line that called fit or fit_best
    )


# What comes in ------------------------------------------------------------------------------------


def _as_parameters(X: np.ndarray, start) -> Parameters:
    """Check the start against the data."""
    try:
        parameters = Parameters(*(np.array(part, dtype=float) for part in start))
        n_components, n_features = parameters.means.shape
    except (TypeError, ValueError):
        raise ValueError(
            "start must be (weights, means, covariances), of shapes (K,), (K, D) and (K, D, D). "
            "kmeans_start(X, K) makes one."
        ) from None
    if n_features != X.shape[1]:
        raise ValueError(
            f"the means of start have {n_features} feature(s), but X has {X.shape[1]}. "
            "Make the start from the same data."
        )
    shapes = (n_components,), (n_components, n_features), (n_components, n_features, n_features)
    for name, part, shape in zip(Parameters._fields, parameters, shapes, strict=True):
        _as_array(part, shape, name, "in start")
    return parameters


def _as_answer(answer, previous: Parameters, where: str) -> Parameters:
    """Check what mstep returned against the parameters that it replaces."""
    if not isinstance(answer, (tuple, list)) or len(answer) != 3:
        raise ValueError(
            f"{where}, mstep returned a {type(answer).__name__}; "
            "it must return the three arrays weights, means, covariances."
        )
    return Parameters(
        *(
            _as_array(part, old.shape, f"mstep's {name}", where)
            for name, part, old in zip(Parameters._fields, answer, previous, strict=True)
        )
    )


def _as_array(values, shape: tuple[int, ...], name: str, where: str) -> np.ndarray:
    """Return `values` as a float array, or say what is wrong with them, and where."""
    array = np.asarray(values, dtype=float)
    if array.shape != shape:
        due = f"shape {shape}" if shape else "one number"
        raise ValueError(f"{where}, {name} has shape {array.shape}, but {due} was expected.")
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        raise ValueError(
            f"{where}, {name} has {len(bad)} value(s) that are NaN or infinite, the first at index "
            f"{tuple(map(int, bad[0]))}. Often that is 0 / 0 or log(0), after exp() underflowed."
        )
    return array


def _as_number(value, where: str) -> float:
    """Return the log-likelihood as a float, or say what is wrong with it."""
    return float(_as_array(value, (), "loglik", where))
