"""Right versions of estep that look otherwise than the solution."""

import math

import numpy as np
from scipy import linalg
from scipy.special import expit, logsumexp, softmax
from scipy.stats import multivariate_normal


def estep_loops_and_lists(X, weights, means, covariances):
    """Loops over points and components, the larger of two logarithms kept by hand; nested lists."""
    X, means = np.asarray(X, dtype=float), np.asarray(means, dtype=float)
    covariances = np.asarray(covariances, dtype=float)
    rows = []
    for x in X:
        logs = []
        for weight, mean, covariance in zip(weights, means, covariances, strict=True):
            d = x - mean
            distance = d @ np.linalg.inv(covariance) @ d
            height = math.log(weight) if weight > 0 else -math.inf
            logs.append(height - 0.5 * (math.log(np.linalg.det(covariance)) + distance))
        largest = max(logs)
        terms = [math.exp(log - largest) for log in logs]
        rows.append([term / sum(terms) for term in terms])
    return rows


def estep_scipy_logpdf_and_logsumexp(X, weights, means, covariances):
    """SciPy's log density, and its log-sum-exp."""
    columns = [
        np.reshape(multivariate_normal(mean, covariance).logpdf(X), len(X))
        for mean, covariance in zip(np.asarray(means), np.asarray(covariances), strict=True)
    ]
    with np.errstate(divide="ignore"):
        log_terms = np.log(weights) + np.column_stack(columns)
    return np.exp(log_terms - logsumexp(log_terms, axis=1, keepdims=True))


def estep_einsum_and_softmax(X, weights, means, covariances):
    """One einsum over all three indices, inverses and log-determinants at once, SciPy's softmax."""
    centred = np.asarray(X)[:, None, :] - np.asarray(means)[None, :, :]
    distances = np.einsum("nki,kij,nkj->nk", centred, np.linalg.inv(covariances), centred)
    _, log_dets = np.linalg.slogdet(covariances)
    with np.errstate(divide="ignore"):
        return softmax(np.log(weights) - 0.5 * (log_dets + distances), axis=1)


def estep_cholesky_and_logaddexp(X, weights, means, covariances):
    """Triangular solves, and the denominator summed up pair by pair in log space."""
    X = np.asarray(X, dtype=float)
    log_terms = []
    for weight, mean, covariance in zip(weights, means, covariances, strict=True):
        lower = linalg.cholesky(covariance, lower=True)
        z = linalg.solve_triangular(lower, (X - mean).T, lower=True)
        with np.errstate(divide="ignore"):
            height = np.log(weight) - np.log(lower.diagonal()).sum()
        log_terms.append(height - 0.5 * (z**2).sum(axis=0))
    log_terms = np.array(log_terms)
    return np.exp(log_terms - np.logaddexp.reduce(log_terms, axis=0)).T


def estep_upper_cholesky_factor(X, weights, means, covariances):
    """SciPy's upper factor with cho_solve, one component at a time into Fortran's order."""
    X = np.asarray(X, dtype=float)
    resp = np.empty((len(X), len(weights)), order="F")
    for k, share in enumerate(weights):
        factor = linalg.cho_factor(covariances[k])
        d = X - np.asarray(means[k])
        distances = np.sum(d * linalg.cho_solve(factor, d.T).T, axis=1)
        height = np.log(share) if share else -np.inf
        resp[:, k] = height - np.log(np.diag(factor[0])).sum() - distances / 2
    resp -= resp.max(axis=1)[:, np.newaxis]
    resp = np.exp(resp)
    resp /= resp.sum(axis=1)[:, np.newaxis]
    return np.asfortranarray(resp)


def estep_principal_axes(X, weights, means, covariances):
    """Eigenvalues and eigenvectors: variances along the axes of each ellipse."""
    values, vectors = np.linalg.eigh(np.asarray(covariances, dtype=float))
    log_terms = np.zeros((len(X), len(weights)))
    for k in range(len(weights)):
        along = (np.asarray(X) - means[k]) @ vectors[k]
        log_terms[:, k] -= ((along**2) / values[k] + np.log(values[k])).sum(axis=1)
    with np.errstate(divide="ignore"):
        log_terms = log_terms / 2 + np.log(weights)
    return softmax(log_terms, axis=-1)


def estep_pseudo_inverse(X, weights, means, covariances):
    """Pseudo-inverses and plain determinants; components first, returned as a transposed view."""
    X, means, covariances = np.array(X), np.array(means), np.array(covariances)
    distances = np.array(
        [
            np.sum((X - m) @ np.linalg.pinv(c) * (X - m), axis=1)
            for m, c in zip(means, covariances, strict=True)
        ]
    )
    heights = np.asarray(weights, dtype=float) / np.sqrt(np.linalg.det(2 * np.pi * covariances))
    # The weights enter after the shift, so that 0 needs no logarithm.
    nearest = np.where(np.asarray(weights)[:, None] > 0, distances, np.inf).min(axis=0)
    with np.errstate(over="ignore"):
        terms = heights[:, None] * np.exp(np.minimum(-0.5 * (distances - nearest), 700))
    terms[np.asarray(weights) == 0] = 0
    return (terms / terms.sum(axis=0)).T


def estep_solve(X, weights, means, covariances):
    """A linear system for each component and the log-sum-exp written out."""
    X = np.asarray(X, dtype=float)
    log_terms = []
    for k in range(len(weights)):
        d = (X - np.asarray(means)[k]).T
        solved = np.linalg.solve(np.asarray(covariances, dtype=float)[k], d)
        log_det = np.linalg.slogdet(np.asarray(covariances, dtype=float)[k]).logabsdet
        log_terms.append(-(len(d) * np.log(2 * np.pi) + log_det + (d * solved).sum(axis=0)) / 2)
    log_terms = np.transpose(log_terms)
    with np.errstate(divide="ignore"):
        log_terms = log_terms + np.log(np.asarray(weights, dtype=float))
    largest = log_terms.max(axis=1, keepdims=True)
    log_sum = largest + np.log(np.exp(log_terms - largest).sum(axis=1, keepdims=True))
    return np.exp(log_terms - log_sum)


def estep_odds(X, weights, means, covariances):
    """One over the sum of all odds against a component; no maximum is taken anywhere."""
    covariances = np.asarray(covariances, dtype=float)
    centred = np.asarray(X, dtype=float) - np.asarray(means, dtype=float)[:, None]
    distances = (centred @ np.linalg.inv(covariances) * centred).sum(axis=2)
    logs = -0.5 * (distances.T + np.linalg.slogdet(covariances)[1])
    weights = np.asarray(weights, dtype=float)
    resp = np.zeros(logs.shape)
    with np.errstate(over="ignore"):
        for k in np.flatnonzero(weights):
            odds = [
                weights[j] / weights[k] * np.exp(logs[:, j] - logs[:, k])
                for j in np.flatnonzero(weights)
            ]
            resp[:, k] = 1 / np.sum(odds, axis=0)
    return resp


def estep_one_against_the_rest(X, weights, means, covariances):
    """The logistic function of each component's log odds against all others together."""
    X = np.asarray(X, dtype=float)
    logs = np.stack(
        [
            np.reshape(multivariate_normal.logpdf(X, m, c, allow_singular=True), len(X))
            for m, c in zip(np.asarray(means), np.asarray(covariances), strict=True)
        ],
        axis=1,
    )
    with np.errstate(divide="ignore"):
        logs += np.log(weights)
    if logs.shape[1] == 1:
        return np.ones((len(X), 1))
    rest = [logsumexp(np.delete(logs, k, axis=1), axis=1) for k in range(logs.shape[1])]
    return expit(logs - np.column_stack(rest))


def estep_constant_without_its_root(X, weights, means, covariances):
    """The constant as (2 pi)^D, not its root: it is the same for all components and cancels."""
    n_features = np.shape(X)[1]
    with np.errstate(divide="ignore"):
        logs = np.tile(np.log(weights), (len(X), 1))
    for k, (mean, covariance) in enumerate(zip(means, covariances, strict=True)):
        d = np.subtract(X, mean)
        precision = np.linalg.inv(covariance)
        logs[:, k] += np.log(np.linalg.det(precision)) / 2 - np.sum(d @ precision * d, axis=1) / 2
    logs -= n_features * np.log(2 * np.pi)
    terms = np.exp(logs - logs.max(axis=1, keepdims=True))
    return terms / terms.sum(axis=1, keepdims=True)


def estep_without_constant(X, weights, means, covariances):
    """No factor of 2 pi at all, and densities relative to those at the means."""
    return softmax(
        [
            [
                (np.log(w) if w > 0 else -np.inf)
                - 0.5 * np.linalg.slogdet(c)[1]
                - 0.5 * np.dot(np.subtract(x, m), np.linalg.solve(c, np.subtract(x, m)))
                for w, m, c in zip(weights, np.asarray(means), np.asarray(covariances), strict=True)
            ]
            for x in np.asarray(X)
        ],
        axis=1,
    )


def estep_with_ridge(X, weights, means, covariances):
    """A ridge of 1e-6 on each covariance; the lowest number there is stands for log 0."""
    X, means = np.asarray(X, dtype=float), np.asarray(means, dtype=float)
    safe = np.asarray(covariances, dtype=float) + 1e-6 * np.eye(X.shape[1])
    with np.errstate(divide="ignore"):
        logs = np.nan_to_num(np.log(weights)) - 0.5 * np.linalg.slogdet(safe)[1]
    distances = [
        np.einsum("nd,nd->n", X - m, np.linalg.solve(c, (X - m).T).T)
        for m, c in zip(means, safe, strict=True)
    ]
    return softmax(logs - 0.5 * np.array(distances).T, axis=1)


def estep_exact_sums(X, weights, means, covariances):
    """Pure Python with math.fsum and Gaussian elimination; nothing of NumPy but the arguments."""

    def eliminated(matrix, vector):
        rows = [[float(a) for a in row] + [float(b)] for row, b in zip(matrix, vector, strict=True)]
        det = distance = 0.0
        for i, pivot in enumerate(rows):
            det += math.log(pivot[i])
            distance += pivot[-1] ** 2 / pivot[i]
            for row in rows[i + 1 :]:
                factor = row[i] / pivot[i]
                row[:] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
        return det, distance

    resp = []
    for x in np.asarray(X).tolist():
        logs = []
        for weight, mean, covariance in zip(weights, means, covariances, strict=True):
            d = [float(a) - float(b) for a, b in zip(x, mean, strict=True)]
            det, distance = eliminated(covariance, d)
            height = math.log(weight) if weight else -math.inf
            logs.append(height - math.fsum([det, distance]) / 2)
        terms = [math.exp(log - max(logs)) for log in logs]
        resp.append([term / math.fsum(terms) for term in terms])
    return resp


def estep_backwards(X, weights, means, covariances):
    """Components from last to first, points too, both turned round again with negative strides."""
    X, means = np.asarray(X, dtype=float)[::-1], np.asarray(means, dtype=float)[::-1]
    covariances = np.asarray(covariances, dtype=float)[::-1]
    d = X[:, None] - means
    logs = -0.5 * np.einsum("nki,nki->nk", d, np.linalg.solve(covariances, d[..., None])[..., 0])
    logs -= 0.5 * np.log(np.linalg.det(covariances))
    with np.errstate(divide="ignore"):
        logs += np.log(np.asarray(weights)[::-1])
    logs -= logs.max(axis=1, keepdims=True)
    resp = np.exp(logs)
    return (resp / resp[:, ::-1].cumsum(axis=1)[:, -1:])[::-1, ::-1]


def estep_extended_precision(X, weights, means, covariances):
    """Long doubles where there are any, and a word printed on the way."""
    X, means = np.asarray(X, dtype=np.longdouble), np.asarray(means, dtype=np.longdouble)
    inverses = np.linalg.inv(np.asarray(covariances, dtype=float)).astype(np.longdouble)
    print("E-step of", len(X), "points")
    d = X[:, None] - means
    with np.errstate(divide="ignore"):
        logs = np.log(np.asarray(weights, dtype=np.longdouble))
    logs = logs - np.linalg.slogdet(np.asarray(covariances, dtype=float))[1] / 2
    logs = logs - np.sum(np.sum(d[..., None] * inverses, axis=2) * d, axis=2) / 2
    terms = np.exp(logs - np.max(logs, axis=1, keepdims=True))
    return terms / np.sum(terms, axis=1, keepdims=True)


def estep_in_other_units(X, weights, means, covariances):
    """Everything moved and scaled by the first component: responsibilities do not change."""
    X, means = np.asarray(X, dtype=float), np.asarray(means, dtype=float)
    covariances = np.asarray(covariances, dtype=float)
    back = np.linalg.inv(np.linalg.cholesky(covariances[0]))
    X, means, covariances = (X - means[0]) @ back.T, (means - means[0]) @ back.T, back @ covariances
    logs = []
    for weight, mean, covariance in zip(weights, means, covariances @ back.T, strict=True):
        distance = (X - mean) @ np.linalg.inv(covariance) * (X - mean)
        height = np.log(weight) if weight > 0 else -np.inf
        logs.append(height - 0.5 * (np.linalg.slogdet(covariance)[1] + distance.sum(axis=1)))
    return list(np.exp(logs - logsumexp(logs, axis=0)).T)


def estep_feature_by_feature(X, weights, means, covariances):
    """The chain rule of densities: each feature given those before it, all in one dimension."""
    X, means = np.asarray(X, dtype=float), np.asarray(means, dtype=float)
    covariances = np.asarray(covariances, dtype=float)
    rows = []
    for weight, mean, covariance in zip(weights, means, covariances, strict=True):
        total = np.full(len(X), np.log(weight) if weight > 0 else -np.inf)
        for i in range(X.shape[1]):
            slope = np.linalg.solve(covariance[:i, :i], covariance[:i, i])
            variance = covariance[i, i] - slope @ covariance[:i, i]
            gap = X[:, i] - mean[i] - (X[:, :i] - mean[:i]) @ slope
            total -= 0.5 * (np.log(variance) + gap**2 / variance)
        rows.append(total)
    return softmax(rows, axis=0).T


class OnePointAtATime:
    """A Gaussian as an object with prepared precisions; rows of NumPy scalars are collected."""

    def __init__(self, weight, mean, covariance):
        self.mean = np.asarray(mean, dtype=float)
        self.precision = np.linalg.inv(covariance)
        with np.errstate(divide="ignore"):
            self.height = np.log(weight) + 0.5 * np.linalg.slogdet(self.precision)[1]

    def log_term(self, x):
        d = x - self.mean
        return self.height - 0.5 * d.dot(self.precision).dot(d)

    @staticmethod
    def estep(X, weights, means, covariances):
        parts = zip(weights, means, covariances, strict=True)
        components = [OnePointAtATime(*part) for part in parts]
        resp = []
        for x in np.asarray(X, dtype=float):
            logs = np.array([component.log_term(x) for component in components])
            terms = np.sort(np.exp(logs - logs.max()))
            resp.append([np.float64(np.exp(log - logs.max()) / terms.sum()) for log in logs])
        return resp
