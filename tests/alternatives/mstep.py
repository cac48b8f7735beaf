"""Right versions of mstep that look otherwise than the solution."""

import math

import numpy as np


def mstep_loops_and_lists(X, resp, reg_covar=1e-6):
    """Loops over everything in pure Python, one nested list for each result."""
    X, resp = np.asarray(X).tolist(), np.asarray(resp).tolist()
    n, d, k = len(X), len(X[0]), len(resp[0])
    weights, means, covariances = [], [], []
    for c in range(k):
        nk = sum(row[c] for row in resp)
        weights.append(nk / n)
        if nk == 0:
            means.append([0.0] * d)
            covariances.append([[float(i == j) for j in range(d)] for i in range(d)])
            continue
        mean = [sum(resp[p][c] * X[p][i] for p in range(n)) / nk for i in range(d)]
        covariance = [[0.0] * d for _ in range(d)]
        for i in range(d):
            for j in range(d):
                for p in range(n):
                    covariance[i][j] += resp[p][c] * (X[p][i] - mean[i]) * (X[p][j] - mean[j]) / nk
            covariance[i][i] += reg_covar
        means.append(mean)
        covariances.append(covariance)
    return weights, means, covariances


def mstep_average_and_cov(X, resp, reg_covar=1e-6):
    """NumPy's weighted average and np.cov with weights, where a component has any."""
    X, resp = np.asarray(X, dtype=float), np.asarray(resp, dtype=float)
    n_features = X.shape[1]
    means, covariances = [], []
    for column in resp.T:
        if column.any():
            means.append(np.average(X, axis=0, weights=column))
            covariance = np.cov(X, rowvar=False, aweights=column, ddof=0)
            covariances.append(np.reshape(covariance, (n_features, n_features)))
        else:
            means.append(X.mean(axis=0))
            covariances.append(np.eye(n_features))
    return (
        resp.mean(axis=0),
        np.array(means),
        np.array(covariances) + reg_covar * np.eye(n_features),
    )


def mstep_einsum(X, resp, reg_covar=1e-6):
    """Three einsums; N_k is kept above 0 by a tiny number, as in scikit-learn."""
    X, resp = np.asarray(X, dtype=float), np.asarray(resp, dtype=float)
    nk = np.einsum("nk->k", resp) + 10 * np.finfo(float).eps
    means = np.einsum("nk,nd->kd", resp, X) / nk[:, None]
    d = X[:, None] - means
    covariances = np.einsum("nk,nki,nkj->kij", resp, d, d) / nk[:, None, None]
    covariances[:, range(X.shape[1]), range(X.shape[1])] += reg_covar
    return nk / nk.sum(), means, covariances


def mstep_product_for_each_component(X, resp, reg_covar=1e-6):
    """A loop over components with a matrix product in it, and sums over a list of columns."""
    X, resp = np.array(X, dtype=float), np.array(resp, dtype=float)
    n_samples, n_features = X.shape
    n_components = resp.shape[1]
    weights = np.zeros(n_components)
    means = np.zeros((n_components, n_features))
    covariances = np.zeros((n_components, n_features, n_features))
    for k in range(n_components):
        r = resp[:, k : k + 1]
        total = max(r.sum(), 1e-12)
        weights[k] = r.sum() / n_samples
        means[k] = (r * X).sum(axis=0) / total
        d = X - means[k]
        covariances[k] = (r * d).T @ d / total + reg_covar * np.identity(n_features)
    return [weights, means, covariances]


def mstep_outer_products(X, resp, reg_covar=1e-6):
    """Outer products point by point, into Fortran's order; results are transposed views."""
    X, resp = np.asarray(X, dtype=float), np.asarray(resp, dtype=float)
    nk = resp.sum(axis=0)
    safe = np.maximum(nk, 1e-300)
    means = np.zeros((X.shape[1], len(nk)))
    covariances = np.zeros((X.shape[1], X.shape[1], len(nk)), order="F")
    for k in range(len(nk)):
        means[:, k] = np.dot(X.T, resp[:, k]) / safe[k]
        for n in range(len(X)):
            d = X[n] - means[:, k]
            covariances[:, :, k] += resp[n, k] * np.outer(d, d) / safe[k]
        np.fill_diagonal(covariances[:, :, k], covariances[:, :, k].diagonal() + reg_covar)
    return nk / nk.sum(), means.T, np.moveaxis(covariances, 2, 0)


def mstep_shares_first(X, resp, reg_covar=1e-6):
    """The responsibilities are divided by N_k before anything is summed up; non-contiguous."""
    X, resp = np.asarray(X, dtype=float), np.asarray(resp, dtype=float)
    nk = resp.sum(axis=0, keepdims=True)
    shares = np.divide(resp, nk, out=np.zeros_like(resp), where=nk > 0)
    means = shares.T.dot(X)
    padded = np.zeros((len(means), 2 * X.shape[1], 2 * X.shape[1]))
    covariances = padded[:, ::2, ::2]
    for k, share in enumerate(shares.T):
        d = X - means[k]
        covariances[k] = np.tensordot(d * share[:, None], d, axes=(0, 0))
        covariances[k] = (covariances[k] + covariances[k].T) / 2 + np.diag([reg_covar] * X.shape[1])
    return np.ravel(nk) / len(X), means, covariances


def mstep_triangular_factors(X, resp, reg_covar=1e-6):
    """The covariances as R'R from a QR decomposition of the weighted deviations."""
    X, resp = np.asarray(X, dtype=float), np.asarray(resp, dtype=float)
    n_features = X.shape[1]
    nk = resp.sum(axis=0)
    means = np.where(nk > 0, 1.0, 0.0)[:, None] * (resp.T @ X) / np.where(nk > 0, nk, 1.0)[:, None]
    covariances = []
    for k, mean in enumerate(means):
        rows = np.sqrt(resp[:, k] / (nk[k] or 1.0))[:, None] * (X - mean)
        _, upper = np.linalg.qr(np.vstack([rows, np.sqrt(reg_covar) * np.eye(n_features)]))
        covariances.append(upper.T @ upper)
    return nk / len(X), means, np.stack(covariances)


def mstep_expanded_about_the_centre(X, resp, reg_covar=1e-6):
    """The square is expanded, but only after all data have been moved to their mean."""
    X, resp = np.asarray(X, dtype=float), np.asarray(resp, dtype=float)
    centre = X.mean(axis=0)
    near = X - centre
    nk = resp.sum(axis=0)
    divisor = np.where(nk == 0, 1, nk)
    means = resp.T @ near / divisor[:, None]
    squares = np.array([near.T @ np.diag(r) @ near for r in resp.T]) / divisor[:, None, None]
    covariances = squares - means[:, :, None] * means[:, None, :]
    return nk / len(X), means + centre, covariances + reg_covar * np.eye(X.shape[1])


def mstep_point_by_point(X, resp, reg_covar=1e-6):
    """Means and covariances are brought up to date with each point, as a stream would be."""
    X, resp = np.asarray(X, dtype=float), np.asarray(resp, dtype=float)
    n_features, n_components = X.shape[1], resp.shape[1]
    nk = np.zeros(n_components)
    means = np.zeros((n_components, n_features))
    scatter = np.zeros((n_components, n_features, n_features))
    for x, row in zip(X, resp, strict=True):
        for k, r in enumerate(row):
            if r > 0:
                nk[k] += r
                before = x - means[k]
                means[k] += r / nk[k] * before
                scatter[k] += r * np.outer(before, x - means[k])
    ridge = reg_covar * np.eye(n_features)
    covariances = [s / n + ridge if n else s + ridge for s, n in zip(scatter, nk, strict=True)]
    return nk / nk.sum(), means, covariances


def mstep_exact_sums(X, resp, reg_covar=1e-6):
    """math.fsum for every sum; nested lists, one number at a time."""
    X = [[float(value) for value in x] for x in X]
    columns = [[float(value) for value in r] for r in np.transpose(resp)]
    features = range(len(X[0]))
    totals = [math.fsum(r) for r in columns]
    means = [
        [math.fsum(a * x[i] for a, x in zip(r, X, strict=True)) / (nk or 1.0) for i in features]
        for r, nk in zip(columns, totals, strict=True)
    ]
    covariances = [
        [
            [
                math.fsum(a * (x[i] - m[i]) * (x[j] - m[j]) for a, x in zip(r, X, strict=True))
                / (nk or 1.0)
                + (reg_covar if i == j else 0.0)
                for j in features
            ]
            for i in features
        ]
        for r, nk, m in zip(columns, totals, means, strict=True)
    ]
    return [nk / len(X) for nk in totals], means, covariances


def mstep_backwards(X, resp, reg_covar=1e-6):
    """Points from last to first, components too, turned round again with negative strides."""
    X = np.asarray(X, dtype=float)[::-1]
    resp = np.asarray(resp, dtype=float)[::-1, ::-1]
    nk = resp.cumsum(axis=0)[-1]
    inverse = np.where(nk > 0, 1 / np.where(nk > 0, nk, 1), 0)
    means = inverse[:, None] * (resp.T @ X)
    covariances = np.zeros((len(nk), X.shape[1], X.shape[1]))
    for x, r in zip(X, resp, strict=True):
        d = x - means
        covariances += (r * inverse)[:, None, None] * d[:, :, None] * d[:, None, :]
    covariances += reg_covar * np.eye(X.shape[1])
    return (nk / resp.sum())[::-1], means[::-1], covariances[::-1]


def mstep_element_by_element(X, resp, reg_covar=1e-6):
    """One pair of features after the other, above the diagonal, and mirrored; words are printed."""
    X, resp = np.asarray(X, dtype=float), np.asarray(resp, dtype=float)
    nk = resp.sum(axis=0)
    print("points of each component:", nk)
    divisor = nk + (nk == 0)
    means = np.stack([(resp * column[:, None]).sum(axis=0) / divisor for column in X.T], axis=1)
    covariances = np.empty((len(nk), X.shape[1], X.shape[1]))
    for i in range(X.shape[1]):
        for j in range(i, X.shape[1]):
            product = (X[:, [i]] - means[:, i]) * (X[:, [j]] - means[:, j])
            covariances[:, i, j] = covariances[:, j, i] = (resp * product).sum(axis=0) / divisor
        covariances[:, i, i] += reg_covar
    return nk / X.shape[0], means, covariances


def mstep_extended_precision(X, resp, reg_covar=1e-6):
    """Long doubles where there are any; an empty component takes the shape of all the data."""
    X, resp = np.asarray(X, dtype=np.longdouble), np.asarray(resp, dtype=np.longdouble)
    empty = resp.sum(axis=0) == 0
    parts = np.where(empty, 1, resp)
    nk = parts.sum(axis=0)
    means = (parts[:, :, None] * X[:, None]).sum(axis=0) / nk[:, None]
    d = X[:, None] - means
    products = parts[:, :, None, None] * d[..., None] * d[:, :, None]
    covariances = products.sum(axis=0) / nk[:, None, None] + reg_covar * np.eye(X.shape[1])
    weights = np.where(empty, 0, nk / len(X))
    return tuple(part.astype(float) for part in (weights, means, covariances))


class WeightedGaussian:
    """A class fitted to each component in turn, the results collected by zip."""

    def __init__(self, X, r, reg_covar):
        self.weight = r.mean()
        r = r if r.any() else np.ones_like(r)
        self.mean = X.T @ r / r.sum()
        d = (X - self.mean).T
        self.covariance = d * r @ d.T / r.sum()
        self.covariance.flat[:: len(d) + 1] += reg_covar

    @staticmethod
    def mstep(X, resp, reg_covar=1e-6):
        X = np.asarray(X, dtype=float)
        fits = [WeightedGaussian(X, r, reg_covar) for r in np.asarray(resp, dtype=float).T]
        fitted = [(fit.weight, fit.mean, fit.covariance) for fit in fits]
        return tuple(list(part) for part in zip(*fitted, strict=True))


def mstep_ridge_of_its_own(X, resp, reg_covar=1e-6):
    """A millionth is added to every variance besides reg_covar, to be on the safe side."""
    X, resp = np.asarray(X, dtype=float), np.asarray(resp, dtype=float)
    nk = np.maximum(resp.sum(axis=0), np.finfo(float).tiny)
    means = resp.T @ X / nk[:, None]
    covariances = []
    for column, mean, total in zip(resp.T, means, nk, strict=True):
        spread = (X - mean).T @ (column[:, None] * (X - mean)) / total
        covariances.append(spread + (reg_covar + 1e-6) * np.eye(X.shape[1]))
    return resp.mean(axis=0), means, np.stack(covariances)
