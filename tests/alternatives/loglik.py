"""Other right implementations of loglik. Each docstring says what is special about it."""

import functools
import math
from decimal import Decimal

import numpy as np
import scipy.linalg
from scipy.special import logsumexp, xlogy
from scipy.stats import multivariate_normal


def loglik_by_scipy(X, weights, means, covariances):
    """Library densities and library log-sum-exp; a NumPy scalar is returned."""
    gaussians = [multivariate_normal(m, C) for m, C in zip(means, covariances, strict=True)]
    log_densities = np.column_stack([gaussian.logpdf(X) for gaussian in gaussians])
    return logsumexp(log_densities, axis=1, b=np.asarray(weights)).sum()


def loglik_by_inverse_and_einsum(X, weights, means, covariances):
    """Everything broadcast at once, explicit inverses, own log-sum-exp; a 0-d array is returned."""
    X, means, covariances = np.asarray(X), np.asarray(means), np.asarray(covariances)
    weights = np.asarray(weights, dtype=float)
    centred = X[:, None, :] - means[None, :, :]
    q = np.einsum("nki,kij,nkj->nk", centred, np.linalg.inv(covariances), centred)
    sign, log_det = np.linalg.slogdet(covariances)
    assert (sign > 0).all()
    with np.errstate(divide="ignore"):
        a = np.log(weights) - (X.shape[1] * np.log(2 * np.pi) + log_det + q) / 2
    top = a.max(axis=1)
    return np.array((top + np.log(np.exp(a - top[:, None]).sum(axis=1))).sum())


def loglik_by_loops(X, weights, means, covariances):
    """Python numbers alone: own Cholesky decomposition and substitution, math.fsum; it prints."""

    def cholesky(C):
        root = [[0.0] * len(C) for _ in C]
        for i in range(len(C)):
            for j in range(i + 1):
                rest = float(C[i][j]) - math.fsum(root[i][d] * root[j][d] for d in range(j))
                root[i][j] = math.sqrt(rest) if i == j else rest / root[j][j]
        return root

    roots = [cholesky(C) for C in covariances]
    values = []
    for x in X:
        terms = []
        for w, m, root in zip(weights, means, roots, strict=True):
            if w == 0:
                continue
            z, log_term = [], math.log(w)
            for i, row in enumerate(root):
                z.append((float(x[i]) - float(m[i]) - sum(map(float.__mul__, row, z))) / row[i])
                log_term -= 0.5 * math.log(2 * math.pi) + math.log(row[i]) + 0.5 * z[i] ** 2
            terms.append(log_term)
        top = max(terms)
        values.append(top + math.log(math.fsum(math.exp(t - top) for t in terms)))
    value = math.fsum(values)
    print("log-likelihood:", value)
    return value


def loglik_by_solve(X, weights, means, covariances):
    """No inverse: linear systems, solved for all components at once; components added in turn."""
    X, means, covariances = (np.array(part, dtype=float) for part in (X, means, covariances))
    centred = X.T[None] - means[:, :, None]
    q = (centred * np.linalg.solve(covariances, centred)).sum(axis=1)
    total = np.full(len(X), -np.inf)
    for k, weight in enumerate(weights):
        if weight > 0:
            log_height = -0.5 * np.linalg.slogdet(2 * np.pi * covariances[k])[1]
            total = np.logaddexp(total, np.log(weight) + log_height - 0.5 * q[k])
    return float(np.sum(total))


def loglik_by_eigenvectors(X, weights, means, covariances):
    """Each component in its principal axes; the points are added in pairs, from both ends."""
    X = np.asarray(X, dtype=float)
    a = np.empty((len(weights), len(X)), order="F")
    for k in range(len(weights)):
        variances, axes = np.linalg.eigh(np.asarray(covariances[k], dtype=float))
        z = (X - np.asarray(means[k])) @ axes
        a[k] = -0.5 * (z * z / variances + np.log(2 * np.pi * variances)).sum(axis=1)
    values = logsumexp(a, axis=0, b=np.reshape(weights, (-1, 1)))

    def added(part):
        if len(part) < 2:
            return sum(part)
        return added(part[: len(part) // 2][::-1]) + added(part[len(part) // 2 :][::-1])

    return added(values)


def loglik_by_pseudoinverse(X, weights, means, covariances):
    """Pseudoinverse and the logarithm of the determinant; points last to first."""
    X = np.asarray(X, dtype=float)[::-1]
    D = X.shape[1]
    L = 0.0
    precisions = [np.linalg.pinv(C) for C in covariances]
    logs = [np.log(np.linalg.det(C)) for C in covariances]
    logs = [D * np.log(2 * np.pi) + log for log in logs]
    for x in X:
        a = np.zeros(len(weights))
        for k in range(len(weights)):
            a[k] = -0.5 * (logs[k] + (x - means[k]) @ precisions[k] @ (x - means[k]))
        shift = max(a)
        L += shift + np.log(np.dot(weights, np.exp(a - shift)))
    return L


def loglik_by_precision_factors(X, weights, means, covariances):
    """As scikit-learn does it: Cholesky factors of the precisions, np.logaddexp.reduce."""
    X, means = np.asarray(X, dtype=float), np.asarray(means, dtype=float)
    D = X.shape[1]
    factors = []
    for covariance in covariances:
        root = scipy.linalg.cholesky(np.asarray(covariance, dtype=float), lower=True)
        factors.append(scipy.linalg.solve_triangular(root, np.eye(D), lower=True).T)
    log_dets = np.array([np.log(np.diagonal(factor)).sum() for factor in factors])
    q = np.stack(
        [np.square((X - m) @ f).sum(axis=1) for m, f in zip(means, factors, strict=True)], axis=1
    )
    with np.errstate(divide="ignore"):
        log_weights = np.log(np.asarray(weights, dtype=float))
    a = log_weights + log_dets - 0.5 * (D * math.log(2 * math.pi) + q)
    return np.logaddexp.reduce(a, axis=1).sum(dtype=float)


def loglik_with_a_ridge(X, weights, means, covariances):
    """1e-6 on each variance and a tiny number on each weight, so that nothing can be singular."""
    X = np.asarray(X)
    ridge = 1e-6 * np.eye(X.shape[1])
    log_density = [
        multivariate_normal.logpdf(X, m, np.asarray(C) + ridge, allow_singular=True)
        for m, C in zip(means, covariances, strict=True)
    ]
    return float(logsumexp(np.log(np.asarray(weights) + 1e-300) + np.array(log_density).T, 1).sum())


def loglik_from_responsibilities(X, weights, means, covariances):
    """EM's function Q and the entropy of the responsibilities, which add up to the same."""
    used = [part for part in zip(weights, means, covariances, strict=True) if part[0] > 0]
    logs = np.array([np.log(w) + multivariate_normal(m, C).logpdf(X) for w, m, C in used])
    resp = np.exp(logs - logs.max(axis=0))
    resp /= resp.sum(axis=0)
    return (resp * logs).sum() - xlogy(resp, resp).sum()


def loglik_feature_by_feature(X, weights, means, covariances):
    """A product of univariate densities: each feature given those before it, by elimination."""
    X = np.asarray(X, dtype=float)
    a = np.zeros((len(X), len(weights)))
    for k in range(len(weights)):
        left = X - np.asarray(means[k])
        C = np.array(covariances[k], dtype=float)
        for d in range(X.shape[1]):
            variance = C[d, d]
            a[:, k] -= 0.5 * (np.log(2 * np.pi * variance) + left[:, d] ** 2 / variance)
            slope = C[:, d] / variance
            left = left - np.outer(left[:, d], slope)
            C -= np.outer(slope, C[d])
            C[d, d] = 1.0
    with np.errstate(divide="ignore"):
        a += np.log(weights)
    a.sort(axis=1)
    return np.float64((a[:, -1] + np.log1p(np.exp(a[:, :-1] - a[:, -1:]).sum(axis=1))).sum())


def loglik_with_decimals(X, weights, means, covariances):
    """No logarithms until the end: decimal numbers have room for exp(-1000000)."""
    X = np.asarray(X, dtype=float)
    density = [Decimal(0)] * len(X)
    for w, m, C in zip(weights, means, covariances, strict=True):
        height = Decimal(float(w)) / Decimal(np.sqrt(np.linalg.det(2 * np.pi * np.asarray(C))))
        z = X - m
        for n, q in enumerate((z * np.linalg.solve(C, z.T).T).sum(axis=1)):
            density[n] += height * Decimal(-q / 2).exp()
    return sum(float(p.ln()) for p in density)


def loglik_rescaled(X, weights, means, covariances):
    """Densities, not their logarithms, after the distance to the nearest component is taken off."""
    X = np.asarray(X, dtype=float)
    used = [k for k in range(len(weights)) if weights[k] > 0]
    q = np.empty((len(X), len(used)))
    height = np.empty(len(used))
    for j, k in enumerate(used):
        factor = scipy.linalg.cho_factor(np.array(covariances[k], dtype=float))
        z = X - means[k]
        q[:, j] = np.sum(z * scipy.linalg.cho_solve(factor, z.T).T, axis=1)
        height[j] = weights[k] / np.prod(np.diag(factor[0])) / (2 * np.pi) ** (X.shape[1] / 2)
    nearest = q.min(axis=1, keepdims=True)
    return np.log(np.exp((nearest - q) / 2) @ height).sum() - nearest.sum() / 2


def loglik_in_running_form(X, weights, means, covariances):
    """One component after the other with a running maximum, in place and in Fortran's order."""
    points = np.array(X, dtype=float, order="F")
    top = np.full(len(points), -np.inf)
    total = np.zeros(len(points))
    for w, m, C in zip(weights, means, covariances, strict=True):
        if not w:
            continue
        u, s, _ = np.linalg.svd(np.asarray(C, dtype=float))
        z = (points - m) @ (u / np.sqrt(s))
        term = (
            math.log(w) - 0.5 * np.log(2 * np.pi * s).sum() - 0.5 * np.linalg.norm(z, axis=1) ** 2
        )
        higher = np.maximum(top, term)
        total = total * np.exp(top - higher) + np.exp(term - higher)
        top = higher
    return sum(reversed((top + np.log(total)).tolist()))


def loglik_functional(X, weights, means, covariances):
    """Small functions, map and reduce, a pair of components at a time."""

    def log_gaussian(x, m, C):
        z = np.subtract(x, m)
        q = z @ np.linalg.lstsq(C, z, rcond=None)[0]
        return -0.5 * (q + len(z) * np.log(2 * np.pi) + np.linalg.slogdet(C)[1])

    def add(a, b):
        return max(a, b) + np.log1p(np.exp(-abs(a - b)))

    def log_mixture(x):
        triples = zip(weights, means, covariances, strict=True)
        return functools.reduce(
            add, [np.log(w) + log_gaussian(x, m, C) for w, m, C in triples if w]
        )

    return np.asarray(list(map(log_mixture, X))).sum()


class WithClasses:
    """An object for each component, its weight among its fields."""

    class Component:
        def __init__(self, weight, mean, covariance):
            self.weight = weight
            self.mean = np.array(mean, dtype=float)
            self.root = np.linalg.cholesky(np.array(covariance, dtype=float))

        def log_term(self, X):
            z = np.linalg.solve(self.root, (X - self.mean).T)
            log_root = np.log(self.root.diagonal()).sum()
            constant = len(self.mean) * np.log(np.sqrt(2 * np.pi))
            return np.log(self.weight) - constant - log_root - np.einsum("ij,ij->j", z, z) / 2

    @staticmethod
    def loglik(X, weights, means, covariances):
        X = np.asarray(X, dtype=float)
        parts = zip(weights, means, covariances, strict=True)
        components = [WithClasses.Component(*part) for part in parts if part[0] > 0]
        return logsumexp([component.log_term(X) for component in components], axis=0).sum().item()
