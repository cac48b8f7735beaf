"""Other implementations of em1d that are right. Each docstring says what is special about it."""

import math

import numpy as np
from scipy.cluster.vq import kmeans2
from scipy.special import logsumexp, softmax
from scipy.stats import multivariate_normal, norm

# How it is computed -------------------------------------------------------------------------------


def em1d_in_loops(x, K=3, max_iter=100, init=None):
    """Loops over single numbers, sums by math.fsum, lists throughout and lists returned."""
    x = [float(value) for value in x]
    if init is None:
        ordered = sorted(x)
        middle = math.fsum(x) / len(x)
        spread = math.fsum((value - middle) ** 2 for value in x) / len(x) + 1e-6
        weights, variances = [1 / K] * K, [spread] * K
        means = [ordered[int((k + 0.5) / K * len(x))] for k in range(K)]
    else:
        weights, means, variances = (list(map(float, part)) for part in init)
    K = len(means)

    def e_step():
        table = []
        for value in x:
            logs = []
            for k in range(K):
                height = math.log(weights[k]) if weights[k] > 0 else -math.inf
                height -= 0.5 * math.log(2 * math.pi * variances[k])
                logs.append(height - 0.5 * (value - means[k]) ** 2 / variances[k])
            largest = max(logs)
            terms = [math.exp(log - largest) for log in logs]
            table.append([term / math.fsum(terms) for term in terms])
        return table

    for _ in range(max_iter):
        resp = e_step()
        for k in range(K):
            column = [row[k] for row in resp]
            nk = math.fsum(column)
            weights[k] = nk / len(x)
            if nk > 0:
                means[k] = math.fsum(r * value for r, value in zip(column, x, strict=True)) / nk
                variances[k] = 1e-6 + (
                    math.fsum(r * (v - means[k]) ** 2 for r, v in zip(column, x, strict=True)) / nk
                )
    return e_step(), means, variances


def em1d_vectorised(x, K=3, max_iter=100, init=None):
    """Broadcasting from end to end, SciPy's logsumexp, N_k kept from 0 by the smallest float."""
    x = np.asarray(x, dtype=float)[:, None]
    if init is None:
        levels = np.linspace(0, 1, 2 * K + 1)[1::2]
        init = np.ones(K) / K, np.quantile(x, levels), np.ones(K) * (x.var() + 1e-6)
    pi, mu, var = (np.asarray(part, dtype=float) for part in init)

    def responsibilities():
        logp = np.log(np.maximum(pi, 1e-300)) - 0.5 * np.log(2 * np.pi * var)
        logp = logp - (x - mu) ** 2 / (2 * var)
        return np.exp(logp - logsumexp(logp, axis=1, keepdims=True))

    for _ in range(max_iter):
        r = responsibilities()
        nk = np.maximum(r.sum(axis=0), np.finfo(float).tiny)
        pi = nk / len(x)
        mu = (r * x).sum(axis=0) / nk
        var = (r * (x - mu) ** 2).sum(axis=0) / nk + 1e-6
    return responsibilities(), mu, var


def em1d_by_estep_and_mstep(x, K=3, max_iter=100, init=None):
    """The three earlier questions do the work, on x as a column; loglik says when to stop."""
    from estep import estep
    from loglik import loglik
    from mstep import mstep

    x = np.asarray(x, dtype=float)
    X = x.reshape(-1, 1)
    if init is None:
        init = np.full(K, 1 / K), np.quantile(x, (np.arange(K) + 0.5) / K), [x.var() + 1e-6] * K
    weights, means, variances = (np.asarray(part, dtype=float) for part in init)
    means, covariances = means.reshape(-1, 1), variances.reshape(-1, 1, 1)
    before = loglik(X, weights, means, covariances)
    for iteration in range(max_iter):
        weights, means, covariances = mstep(X, estep(X, weights, means, covariances))
        now = loglik(X, weights, means, covariances)
        print(f"iteration {iteration + 1}: log-likelihood {now:.6f}")
        if abs(now - before) < 1e-6:
            break
        before = now
    return estep(X, weights, means, covariances), means.ravel(), covariances.ravel()


def em1d_by_the_given_loop(x, K=3, max_iter=100, init=None):
    """The given `fit` is the loop around the earlier questions, and k-means the start."""
    from gmm import fit
    from initialise import kmeans_start

    X = np.asarray(x, dtype=float)[:, np.newaxis]
    if init is None:
        start = kmeans_start(X, K)
    else:
        weights, means, variances = (np.array(part, dtype=float) for part in init)
        start = weights, means[:, np.newaxis], variances[:, np.newaxis, np.newaxis]
    result = fit(X, start, max_iter=max_iter, tol=1e-9)
    return result.resp, result.means[:, 0], result.covariances[:, 0, 0]


def em1d_with_scipy_norm(x, K=3, max_iter=100, init=None):
    """Standard deviations inside, for SciPy's norm, and a softmax of log terms."""
    x = np.array(x, dtype=float)
    if init is None:
        w, mu = np.ones(K) / K, np.quantile(x, (np.arange(K) + 0.5) / K)
        sigma = np.ones(K) * np.sqrt(x.var() + 1e-6)
    else:
        w, mu, var = (np.array(part, dtype=float) for part in init)
        sigma = np.sqrt(var)

    def e_step():
        with np.errstate(divide="ignore"):
            return softmax(norm.logpdf(x[:, None], loc=mu, scale=sigma) + np.log(w), axis=1)

    for _ in range(max_iter):
        r = e_step()
        nk = r.sum(axis=0) + 1e-100
        w = nk / len(x)
        mu = r.T @ x / nk
        sigma = np.sqrt((r * (x[:, None] - mu) ** 2).sum(axis=0) / nk + 1e-6)
    return e_step(), mu, sigma**2


def em1d_with_multivariate_normal(x, K=3, max_iter=100, init=None):
    """SciPy's multivariate_normal for each component, einsum for the sums."""
    x = np.asarray(x, dtype=float)
    if init is None:
        init = np.full(K, 1 / K), np.quantile(x, (np.arange(K) + 0.5) / K), [x.var() + 1e-6] * K
    weights, means, variances = (np.asarray(part, dtype=float) for part in init)

    def e_step():
        log_weights = [math.log(w) if w > 0 else -np.inf for w in weights]
        each = [multivariate_normal(m, v).logpdf(x) for m, v in zip(means, variances, strict=True)]
        logs = np.reshape(each, (len(means), -1)) + np.reshape(log_weights, (-1, 1))
        return np.exp(logs - np.logaddexp.reduce(logs, axis=0)).T

    for _ in range(max_iter):
        resp = e_step()
        nk = np.einsum("nk->k", resp)
        safe = np.where(nk == 0, 1, nk)
        weights = nk / x.size
        means = np.einsum("nk,n->k", resp, x) / safe
        offsets = np.subtract.outer(x, means)
        variances = np.einsum("nk,nk,nk->k", resp, offsets, offsets) / safe + 1e-6
    return e_step(), means, variances


def em1d_by_average_and_cov(x, K=3, max_iter=100, init=None):
    """NumPy's weighted average and its weighted covariance with ddof=0, component by component."""
    x = np.array(x, dtype=float)
    if init is None:
        init = [1 / K] * K, np.percentile(x, 100 * (np.arange(K) + 0.5) / K), [np.var(x) + 1e-6] * K
    components = [tuple(map(float, triple)) for triple in zip(*init, strict=True)]

    def e_step():
        logs = np.empty((len(x), len(components)))
        for k, (w, m, v) in enumerate(components):
            logs[:, k] = np.log(w + 1e-300) - 0.5 * (np.log(v) + np.square(x - m) / v)
        heights = np.exp(logs - logs.max(axis=1)[:, None])
        return heights / heights.sum(axis=1)[:, None]

    for _ in range(max_iter):
        columns = e_step().T
        for k, r in enumerate(columns):
            if r.sum() == 0:
                components[k] = (0.0, *components[k][1:])
                continue
            variance = float(np.cov(x, aweights=r, ddof=0)) + 1e-6
            components[k] = float(r.mean()), float(np.average(x, weights=r)), variance
    _, means, variances = map(list, zip(*components, strict=True))
    return e_step(), means, variances


def em1d_with_counts_for_weights(x, K=3, max_iter=100, init=None):
    """The weights are never divided by N, a factor that cancels; precisions in place of variances.

    The responsibilities come back as a transposed view.
    """
    x = np.asarray(x, dtype=float)
    if init is None:
        init = np.ones(K), np.quantile(x, (np.arange(K) + 0.5) / K), np.full(K, x.var() + 1e-6)
    sizes, means, variances = (np.asarray(part, dtype=float)[:, None] for part in init)
    precisions = 1 / variances

    def e_step():
        with np.errstate(divide="ignore"):
            logs = np.log(sizes) + 0.5 * np.log(precisions) - 0.5 * precisions * (x - means) ** 2
        return np.exp(logs - logsumexp(logs, axis=0))

    for _ in range(max_iter):
        rows = e_step()
        sizes = rows.sum(axis=1, keepdims=True)
        parts = rows / np.where(sizes > 0, sizes, 1)
        means = (parts @ x)[:, None]
        precisions = 1 / ((parts * (x - means) ** 2).sum(axis=1, keepdims=True) + 1e-6)
    return e_step().T, means[:, 0], 1 / precisions[:, 0]


def em1d_by_recursion(x, K=3, max_iter=100, init=None):
    """No loop: one iteration, and then the same again with one iteration less to do."""
    x = np.asarray(x, dtype=float)
    if init is None:
        init = np.full(K, 1 / K), np.quantile(x, (np.arange(K) + 0.5) / K), [x.var() + 1e-6] * K
    w, m, v = map(np.asarray, init)
    logs = np.stack(
        [
            (math.log(wk) if wk else -math.inf) + norm(mk, math.sqrt(vk)).logpdf(x)
            for wk, mk, vk in zip(w, m, v, strict=True)
        ],
        axis=1,
    )
    resp = softmax(logs, axis=1)
    if max_iter == 0:
        return resp, m, v
    nk = resp.sum(axis=0)
    shares = np.divide(resp, nk, out=np.zeros_like(resp), where=nk > 0)
    means = x @ shares
    variances = np.sum(shares * (x[:, None] - means) ** 2, axis=0) + 1e-6
    return em1d_by_recursion(x, len(m), max_iter - 1, (nk / len(x), means, variances))


def em1d_with_a_class(x, K=3, max_iter=100, init=None):
    """An object holds the mixture; a component that has become empty is left where it was."""

    class Mixture:
        def __init__(self, data, weights, means, variances):
            self.data = data
            self.weights = np.array(weights, dtype=float)
            self.means = np.array(means, dtype=float)
            self.variances = np.array(variances, dtype=float)

        def expect(self):
            table = np.zeros((len(self.data), len(self.means)), order="F")
            for k in range(len(self.means)):
                if self.weights[k] == 0:
                    table[:, k] = -np.inf
                    continue
                z = (self.data - self.means[k]) / np.sqrt(self.variances[k])
                table[:, k] = np.log(self.weights[k]) - z * z / 2 - np.log(self.variances[k]) / 2
            table -= table.max(axis=1, keepdims=True)
            np.exp(table, out=table)
            table /= table.sum(axis=1, keepdims=True)
            return table

        def maximise(self, resp):
            for k in range(len(self.means)):
                size = resp[:, k].sum()
                self.weights[k] = size / len(self.data)
                if size < 1e-12:
                    continue
                self.means[k] = np.dot(resp[:, k], self.data) / size
                offset = self.data - self.means[k]
                self.variances[k] = np.dot(resp[:, k], offset * offset) / size + 1e-6

    x = np.array(x, dtype=float)
    if init is None:
        init = np.ones(K) / K, np.quantile(x, (np.arange(K) + 0.5) / K), np.full(K, x.var() + 1e-6)
    model = Mixture(x, *init)
    iteration = 0
    while iteration < max_iter:
        model.maximise(model.expect())
        iteration += 1
    return model.expect(), model.means, model.variances


def em1d_about_the_middle(x, K=3, max_iter=100, init=None):
    """x is moved to its median first and run through from its end; the means are moved back."""
    x = np.asarray(x, dtype=float)
    middle = np.median(x)
    if init is None:
        init = np.full(K, 1 / K), np.quantile(x, (np.arange(K) + 0.5) / K), [x.var() + 1e-6] * K
    weights, means, variances = (np.array(part, dtype=float) for part in init)
    y, means = x[::-1] - middle, means - middle
    for iteration in range(max_iter + 1):
        with np.errstate(divide="ignore"):
            logs = np.log(weights) - np.log(variances) / 2
        logs = logs - (y[:, None] - means) ** 2 / (2 * variances)
        resp = np.exp(logs - logs.max(axis=1)[:, None])
        resp = resp / resp.sum(axis=1)[:, None]
        if iteration == max_iter:
            break
        nk = resp.sum(axis=0)
        divisor = nk + (nk == 0)
        weights, means = nk / len(y), y @ resp / divisor
        variances = ((y[:, None] - means) ** 2 * resp).sum(axis=0) / divisor + 1e-6
    return resp[::-1], means + middle, variances


def em1d_in_log_space(x, K=3, max_iter=100, init=None):
    """Even N_k stays a logarithm: the M-step's shares are a softmax over the points."""
    x = np.asarray(x, dtype=float)
    if init is None:
        init = np.full(K, 1 / K), np.quantile(x, (np.arange(K) + 0.5) / K), [x.var() + 1e-6] * K
    weights, means, variances = (np.array(part, dtype=float) for part in init)
    with np.errstate(divide="ignore"):
        log_weights = np.log(weights)

    def log_resp():
        logs = log_weights + norm.logpdf(x[:, None], means, np.sqrt(variances))
        return logs - logsumexp(logs, axis=1)[:, None]

    for _ in range(max_iter):
        logs = log_resp()
        log_weights = logsumexp(logs, axis=0) - math.log(len(x))
        for k in np.flatnonzero(np.isfinite(log_weights)):
            shares = softmax(logs[:, k])
            means[k] = shares @ x
            variances[k] = shares @ (x - means[k]) ** 2 + 1e-6
    return np.exp(log_resp()), means, variances


def em1d_on_distinct_values(x, K=3, max_iter=100, init=None):
    """Equal numbers are treated once, with their count, by a dictionary."""
    from collections import Counter

    x = np.asarray(x, dtype=float)
    counts = Counter(x.tolist())
    values = np.array(sorted(counts))
    times = np.array([counts[value] for value in values.tolist()])
    if init is None:
        init = [1 / K] * K, np.quantile(values, (np.arange(K) + 0.5) / K), [x.var() + 1e-6] * K
    weights, means, variances = (np.array(part, dtype=float) for part in init)

    def e_step():
        with np.errstate(divide="ignore"):
            logs = np.log(weights) - 0.5 * np.log(variances)
        return softmax(logs - 0.5 * (values[:, None] - means) ** 2 / variances, axis=1)

    for _ in range(max_iter):
        shares = e_step() * times[:, None]
        nk = np.maximum(shares.sum(axis=0), 1e-200)
        weights, means = nk / len(x), values @ shares / nk
        variances = (shares * (values[:, None] - means) ** 2).sum(axis=0) / nk + 1e-6
    return e_step()[np.searchsorted(values, x)], means, variances


# The order of the components ----------------------------------------------------------------------


def em1d_sorted(x, K=3, max_iter=100, init=None):
    """At the end the components are sorted by mean, in all three results."""
    x = np.asarray(x, dtype=float)
    if init is None:
        init = np.full(K, 1 / K), np.quantile(x, (np.arange(K) + 0.5) / K), [x.var() + 1e-6] * K
    weights, means, variances = (np.array(part, dtype=float) for part in init)

    def e_step():
        logs = np.log(weights + 1e-300) - 0.5 * np.log(variances)
        return softmax(logs - 0.5 * (x[:, None] - means) ** 2 / variances, axis=1)

    for _ in range(max_iter):
        resp = e_step()
        nk = resp.sum(axis=0)
        full = nk > 0
        weights = nk / len(x)
        means[full] = (x @ resp)[full] / nk[full]
        squares = (resp * (x[:, None] - means) ** 2).sum(axis=0)
        variances[full] = squares[full] / nk[full] + 1e-6
    order = means.argsort()
    return e_step()[:, order], means[order], variances[order]


def em1d_largest_component_first(x, K=3, max_iter=100, init=None):
    """The components are sorted by weight after each iteration, the largest first."""
    x = np.asarray(x, dtype=float)
    if init is None:
        init = np.full(K, 1 / K), np.quantile(x, (np.arange(K) + 0.5) / K), [x.var() + 1e-6] * K
    rows = sorted(zip(*init, strict=True), reverse=True)

    def e_step():
        logs = [(math.log(w) if w else -np.inf) + norm.logpdf(x, m, v**0.5) for w, m, v in rows]
        return softmax(np.transpose(logs), axis=1)

    for _ in range(max_iter):
        after = []
        for (_, mean, variance), r in zip(rows, e_step().T, strict=True):
            if r.any():
                mean = (r * x).sum() / r.sum()
                variance = (r * (x - mean) ** 2).sum() / r.sum() + 1e-6
            after.append((r.mean(), mean, variance))
        rows = sorted(after, reverse=True)
    _, means, variances = map(list, zip(*rows, strict=True))
    return e_step(), means, variances


def em1d_from_above(x, K=3, max_iter=100, init=None):
    """The components are kept in descending order of their means from the start on."""
    x = np.asarray(x, dtype=float)
    if init is None:
        levels = 1 - (np.arange(K) + 0.5) / K
        init = np.full(K, 1 / K), np.quantile(x, levels), np.full(K, x.var() + 1e-6)
    order = np.argsort(init[1])[::-1]
    weights, means, variances = (np.asarray(part, dtype=float)[order] for part in init)

    def e_step():
        with np.errstate(divide="ignore"):
            logs = np.log(weights) + norm.logpdf(x[:, None], means, np.sqrt(variances))
        return np.exp(logs - logsumexp(logs, axis=1, keepdims=True))

    for _ in range(max_iter):
        resp = e_step()
        nk = resp.sum(axis=0)
        divisor = np.where(nk > 0, nk, 1)
        weights, means = nk / nk.sum(), resp.T @ x / divisor
        variances = (resp * (x[:, None] - means) ** 2).sum(axis=0) / divisor + 1e-6
    return e_step(), means, variances


# Where it starts ----------------------------------------------------------------------------------


def em1d_from_a_grid(x, K=3, max_iter=100, init=None):
    """Without init, the means start equally spaced from the smallest number to the largest."""
    x = np.asarray(x, dtype=float)
    if init is None:
        init = np.full(K, 1 / K), np.linspace(x.min(), x.max(), K), np.full(K, x.var() + 1e-6)
    weights, means, variances = (np.array(part, dtype=float) for part in init)
    for iteration in range(max_iter + 1):
        with np.errstate(divide="ignore"):
            logs = np.log(weights) + norm.logpdf(x[:, None], means, np.sqrt(variances))
        resp = softmax(logs, axis=1)
        if iteration < max_iter:
            nk = resp.sum(axis=0)
            divisor = np.where(nk > 0, nk, 1)
            weights, means = nk / len(x), resp.T @ x / divisor
            variances = (resp * (x[:, None] - means) ** 2).sum(axis=0) / divisor + 1e-6
    return resp, means, variances


def em1d_from_a_grid_inside(x, K=3, max_iter=100, init=None):
    """Without init, the means start inside K equal parts of the range, with narrow variances.

    The three results come back in a list.
    """
    x = np.asarray(x, dtype=float)
    if init is None:
        width = np.ptp(x) / K
        means = x.min() + width * (np.arange(K) + 0.5)
        init = np.full(K, 1 / K), means, np.full(K, width**2 / 4 + 1e-6)
    w, m, v = (np.array(part, dtype=float).reshape(-1, 1) for part in init)

    def e_step():
        logs = np.log(np.maximum(w, 1e-300)) - 0.5 * (np.log(v) + (x - m) ** 2 / v)
        return softmax(logs, axis=0)

    for _ in range(max_iter):
        rows = e_step()
        nk = np.maximum(rows.sum(axis=1, keepdims=True), 1e-300)
        w, m = nk / x.size, (rows * x).sum(axis=1, keepdims=True) / nk
        v = (rows * (x - m) ** 2).sum(axis=1, keepdims=True) / nk + 1e-6
    return [e_step().T, m.ravel(), v.ravel()]


def em1d_from_deviations(x, K=3, max_iter=100, init=None):
    """Without init, the means start from one standard deviation below the mean to one above.

    One array holds the mixture, a row for each component.
    """
    x = np.asarray(x, dtype=float)
    if init is None:
        steps = np.linspace(-1, 1, K) if K > 1 else np.zeros(1)
        init = np.full(K, 1 / K), x.mean() + x.std() * steps, np.full(K, x.var() + 1e-6)
    mixture = np.array(init, dtype=float).T

    def e_step():
        logs = np.zeros((x.size, len(mixture)))
        for k, (weight, mean, variance) in enumerate(mixture):
            logs[:, k] = -0.5 * np.log(variance) - (x - mean) ** 2 / (2 * variance)
            logs[:, k] += math.log(weight) if weight > 0 else -np.inf
        heights = np.exp(logs - np.max(logs, axis=1, keepdims=True))
        return heights / np.sum(heights, axis=1, keepdims=True)

    for _ in range(max_iter):
        for row, r in zip(mixture, e_step().T, strict=True):
            row[0] = np.mean(r)
            if row[0] > 0:
                row[1] = np.average(x, weights=r)
                row[2] = np.average((x - row[1]) ** 2, weights=r) + 1e-6
    return e_step(), mixture[:, 1], mixture[:, 2]


def em1d_from_order_statistics(x, K=3, max_iter=100, init=None):
    """Without init, the means start at equally spaced places of the sorted numbers.

    A cautious E-step compares components in pairs: their ratios never lack a denominator.
    """
    x = np.asarray(x, dtype=float)
    if init is None:
        places = np.linspace(0, len(x) - 1, K + 2)[1:-1].astype(int)
        init = [1 / K] * K, np.sort(x)[places], [np.var(x) + 1e-6] * K
    weights, means, variances = (np.array(part, dtype=float) for part in init)

    def e_step():
        logs = (
            np.log(weights + 1e-300)
            - (np.log(variances) + (x[:, None] - means) ** 2 / variances) / 2
        )
        with np.errstate(over="ignore"):
            return 1 / np.exp(logs[:, None, :] - logs[:, :, None]).sum(axis=2)

    for _ in range(max_iter):
        resp = e_step()
        nk = resp.sum(axis=0)
        weights = nk / len(x)
        for k in np.flatnonzero(nk > 1e-200):
            share = resp[:, k] / nk[k]
            means[k] = share @ x
            variances[k] = share @ (x - means[k]) ** 2 + 1e-6
    return e_step(), means, variances


def em1d_from_chunks(x, K=3, max_iter=100, init=None):
    """Without init, it starts from the means and variances of K equal parts of the sorted x.

    Stops when the log-likelihood per number rises by less than 1e-6.
    """
    x = np.asarray(x, dtype=float)
    if init is None:
        chunks = np.array_split(np.sort(x), K)
        sizes = [len(chunk) / len(x) for chunk in chunks]
        init = sizes, [c.mean() for c in chunks], [c.var() + 1e-3 for c in chunks]
    weights, means, variances = (np.array(part, dtype=float) for part in init)

    def log_terms():
        with np.errstate(divide="ignore"):
            return np.log(weights) + norm(means, np.sqrt(variances)).logpdf(x[:, None])

    before = -np.inf
    for _ in range(max_iter):
        logs = log_terms()
        each = logsumexp(logs, axis=1)
        if each.mean() - before < 1e-6:
            break
        before = each.mean()
        resp = np.exp(logs - each[:, None])
        nk = resp.sum(axis=0) + 10 * np.finfo(float).eps
        weights, means = nk / len(x), np.dot(resp.T, x) / nk
        variances = np.diag(np.dot(resp.T, (x[:, None] - means) ** 2)) / nk + 1e-6
    logs = log_terms()
    return np.exp(logs - logsumexp(logs, axis=1)[:, None]), means, variances


def em1d_from_k_means(x, K=3, max_iter=100, init=None):
    """Without init, it starts from the clusters of SciPy's k-means with a fixed seed."""
    x = np.asarray(x, dtype=float)
    if init is None:
        _, labels = kmeans2(x, K, minit="++", rng=np.random.default_rng(0))
        resp = np.eye(K)[labels]
    else:
        resp = None
        weights, means, variances = (np.array(part, dtype=float) for part in init)
    for iteration in range(max_iter + 1):
        if resp is None or iteration > 0:
            with np.errstate(divide="ignore"):
                logs = np.log(weights) - 0.5 * np.log(2 * np.pi * variances)
            logs = logs - (x[:, None] - means) ** 2 / (2 * variances)
            resp = np.exp(logs - logsumexp(logs, axis=1, keepdims=True))
        if iteration < max_iter or init is None:
            nk = np.clip(resp.sum(axis=0), 1e-12, None)
            weights, means = nk / len(x), (resp.T * x).sum(axis=1) / nk
            variances = (resp.T * (x - means[:, None]) ** 2).sum(axis=1) / nk + 1e-6
    if init is None:
        logs = np.log(weights) + norm.logpdf(x[:, None], means, np.sqrt(variances))
        resp = softmax(logs, axis=1)
    return resp, means, variances


def em1d_from_spread_points(x, K=3, max_iter=100, init=None):
    """Without init, the means start at numbers of x drawn as k-means++ does, with a fixed seed."""
    from functools import reduce

    x = np.asarray(x, dtype=float)
    if init is None:
        rng = np.random.RandomState(42)
        means = [rng.choice(x)]
        for _ in range(K - 1):
            distances = np.min([(x - mean) ** 2 for mean in means], axis=0)
            means.append(rng.choice(x, p=distances / distances.sum()))
        init = [1 / K] * K, means, [np.var(x) + 1e-6] * K

    def e_step(weights, means, variances):
        logs = np.log(weights + 1e-300) + norm.logpdf(x[:, None], means, variances**0.5)
        return softmax(logs, axis=1)

    def step(parameters, _):
        resp = e_step(*parameters)
        shares = resp / np.maximum(resp.sum(axis=0), 1e-300)
        means = np.tensordot(x, shares, axes=1)
        return resp.mean(axis=0), means, np.sum((x[:, None] - means) ** 2 * shares, axis=0) + 1e-6

    start = tuple(np.array(part, dtype=float) for part in init)
    weights, means, variances = reduce(step, range(max_iter), start)
    return e_step(weights, means, variances), means, variances


def em1d_from_random_points(x, K=3, max_iter=100, init=None):
    """Without init, the means start at different numbers of x drawn with a fixed seed.

    Python's own random numbers and lists of floats; nested lists come back.
    """
    import random

    x = [float(value) for value in x]
    if init is None:
        middle = sum(x) / len(x)
        spread = sum((value - middle) ** 2 for value in x) / len(x) + 1e-6
        init = [1 / K] * K, random.Random(1).sample(sorted(set(x)), K), [spread] * K
    components = [tuple(float(number) for number in triple) for triple in zip(*init, strict=True)]

    def shares(value):
        logs = [
            math.log(w or 5e-324) - math.log(v) / 2 - (value - m) * (value - m) / (2 * v)
            for w, m, v in components
        ]
        top = max(logs)
        heights = [math.exp(log - top) for log in logs]
        total = sum(heights)
        return [height / total for height in heights]

    for _ in range(max_iter):
        columns = list(zip(*map(shares, x), strict=True))
        for k, column in enumerate(columns):
            nk = sum(column)
            _, mean, variance = components[k]
            if nk > 0:
                mean = sum(r * value for r, value in zip(column, x, strict=True)) / nk
                squares = [r * (value - mean) ** 2 for r, value in zip(column, x, strict=True)]
                variance = sum(squares) / nk + 1e-6
            components[k] = nk / len(x), mean, variance
    return list(map(shares, x)), [m for _, m, _ in components], [v for _, _, v in components]


def em1d_from_random_responsibilities(x, K=3, max_iter=100, init=None):
    """Without init, it starts with an M-step of random responsibilities with a fixed seed."""
    x = np.asarray(x, dtype=float)

    def m_step(resp):
        nk = resp.sum(axis=0)
        safe = np.where(nk > 0, nk, 1)
        means = (resp * x[:, None]).sum(axis=0) / safe
        return (
            nk / nk.sum(),
            means,
            np.einsum("nk,nk->k", resp, (x[:, None] - means) ** 2) / safe + 1e-6,
        )

    def e_step(weights, means, variances):
        safe = np.where(weights > 0, weights, 1)
        logs = np.log(safe) - (np.log(variances) + (x[:, None] - means) ** 2 / variances) / 2
        logs[:, weights == 0] = -np.inf
        return np.exp(logs - np.logaddexp.reduce(logs, axis=1, keepdims=True))

    if init is None:
        resp = np.random.default_rng(1).dirichlet(np.full(K, 0.2), size=len(x))
        parameters = m_step(resp)
    else:
        parameters = tuple(np.array(part, dtype=float) for part in init)
    for _ in range(max_iter):
        parameters = m_step(e_step(*parameters))
    return e_step(*parameters), parameters[1], parameters[2]


def em1d_from_several_starts(x, K=3, max_iter=100, init=None):
    """Without init, it runs from ten random starts with a fixed seed and keeps the likeliest."""
    x = np.asarray(x, dtype=float)

    def run(weights, means, variances):
        weights, means, variances = map(np.asarray, (weights, means, variances))
        for iteration in range(max_iter + 1):
            with np.errstate(divide="ignore"):
                logs = np.log(weights) + norm.logpdf(x[:, None], means, np.sqrt(variances))
            each = logsumexp(logs, axis=1)
            resp = np.exp(logs - each[:, None])
            if iteration < max_iter:
                nk = resp.sum(axis=0)
                divisor = np.where(nk > 0, nk, 1)
                weights, means = nk / len(x), resp.T @ x / divisor
                variances = (resp * (x[:, None] - means) ** 2).sum(axis=0) / divisor + 1e-6
        return each.sum(), resp, means, variances

    if init is not None:
        return run(*init)[1:]
    rng = np.random.default_rng(7)
    distinct, spread = np.unique(x), np.full(K, x.var() + 1e-6)
    runs = [run(np.full(K, 1 / K), rng.choice(distinct, K, False), spread) for _ in range(10)]
    return max(runs, key=lambda found: found[0])[1:]


# What keeps variances above 0, and when it stops --------------------------------------------------


def em1d_with_a_floor(x, K=3, max_iter=100, init=None):
    """No ridge: the variances are cut off at 1e-12 from below, wherever they come from."""
    x = np.asarray(x, dtype=float)
    if init is None:
        init = np.full(K, 1 / K), np.quantile(x, (np.arange(K) + 0.5) / K), np.full(K, x.var())
    weights, means, variances = (np.array(part, dtype=float) for part in init)

    def e_step():
        with np.errstate(divide="ignore"):
            logs = np.log(weights) - 0.5 * np.log(np.maximum(variances, 1e-12))
        squares = (x[:, None] - means) ** 2
        return softmax(logs - 0.5 * squares / np.maximum(variances, 1e-12), axis=1)

    for _ in range(max_iter):
        resp = e_step()
        nk = np.maximum(resp.sum(axis=0), 1e-12)
        weights, means = nk / len(x), resp.T @ x / nk
        variances = (resp * (x[:, None] - means) ** 2).sum(axis=0) / nk
    return e_step(), means, np.maximum(variances, 1e-12)


def em1d_with_a_higher_floor(x, K=3, max_iter=100, init=None):
    """No ridge, but no variance below 1e-6; it stops when the means hardly move any more."""
    x = np.asarray(x, dtype=float)
    if init is None:
        init = np.full(K, 1 / K), np.quantile(x, (np.arange(K) + 0.5) / K), np.full(K, x.var())
    weights, means, variances = (np.array(part, dtype=float) for part in init)
    variances = variances.clip(1e-6)

    def e_step():
        with np.errstate(divide="ignore"):
            logs = np.log(weights) + norm.logpdf(x[:, None], means, np.sqrt(variances))
        return softmax(logs, axis=1)

    for _ in range(max_iter):
        resp = e_step()
        nk = resp.sum(axis=0) + 1e-10
        before = means
        weights, means = nk / len(x), x @ resp / nk
        variances = (resp * (x[:, None] - means) ** 2).sum(axis=0) / nk
        variances[variances < 1e-6] = 1e-6
        if np.abs(means - before).max() < 1e-6:
            break
    return e_step(), means, variances


def em1d_with_a_small_ridge(x, K=3, max_iter=100, init=None):
    """A ridge of 1e-9, and it stops when the log-likelihood changes by a millionth of itself."""
    x = np.asarray(x, dtype=float)
    if init is None:
        init = np.full(K, 1 / K), np.quantile(x, (np.arange(K) + 0.5) / K), [x.var() + 1e-9] * K
    weights, means, variances = (np.array(part, dtype=float) for part in init)
    before = None
    for iteration in range(max_iter + 1):
        logs = np.log(weights + 1e-300) + norm.logpdf(x[:, None], means, np.sqrt(variances))
        total = logsumexp(logs, axis=1)
        resp = np.exp(logs - total[:, None])
        now = total.sum()
        still = before is not None and abs(now - before) < 1e-6 * abs(before)
        if iteration == max_iter or still:
            break
        before = now
        nk = resp.sum(axis=0) + 1e-12
        weights, means = nk / len(x), resp.T @ x / nk
        variances = (resp * (x[:, None] - means) ** 2).sum(axis=0) / nk + 1e-9
    return resp, means, variances


def em1d_until_resp_is_still(x, K=3, max_iter=100, init=None):
    """It stops when no responsibility changes by more than 1e-5."""
    x = np.asarray(x, dtype=float)
    if init is None:
        init = np.full(K, 1 / K), np.quantile(x, (np.arange(K) + 0.5) / K), [x.var() + 1e-6] * K
    weights, means, variances = (np.array(part, dtype=float) for part in init)

    def e_step():
        with np.errstate(divide="ignore"):
            logs = np.log(weights) + norm.logpdf(x[:, None], means, np.sqrt(variances))
        return softmax(logs, axis=1)

    resp = e_step()
    for _ in range(max_iter):
        nk = resp.sum(axis=0)
        divisor = np.where(nk > 0, nk, 1)
        weights, means = nk / len(x), resp.T @ x / divisor
        variances = (resp * (x[:, None] - means) ** 2).sum(axis=0) / divisor + 1e-6
        before, resp = resp, e_step()
        if np.allclose(resp, before, rtol=0, atol=1e-5):
            break
    return resp, means, variances


def em1d_until_it_falls(x, K=3, max_iter=100, init=None):
    """It stops only when the log-likelihood falls, which EM leaves to rounding and the ridge."""
    x = np.asarray(x, dtype=float)
    if init is None:
        init = np.full(K, 1 / K), np.quantile(x, (np.arange(K) + 0.5) / K), [x.var() + 1e-6] * K
    weights, means, variances = (np.array(part, dtype=float) for part in init)
    highest = -np.inf
    for iteration in range(max_iter + 1):
        with np.errstate(divide="ignore"):
            logs = np.log(weights) + norm.logpdf(x[:, None], means, np.sqrt(variances))
        resp = softmax(logs, axis=1)
        loglik = logsumexp(logs, axis=1).sum()
        if loglik < highest or iteration == max_iter:
            break
        highest = loglik
        nk = resp.sum(axis=0)
        divisor = np.where(nk > 0, nk, 1)
        weights, means = nk / len(x), resp.T @ x / divisor
        variances = (resp * (x[:, None] - means) ** 2).sum(axis=0) / divisor + 1e-6
    return resp, means, variances
