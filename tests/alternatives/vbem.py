"""Right versions of vbem that look otherwise than the solution."""

import math

import numpy as np
from initialise import kmeans_start
from scipy.cluster.vq import kmeans2
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.special import gammaln, logsumexp, psi
from scipy.stats import dirichlet, wishart


def _nearest(X, centres):
    return ((X[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)


def vbem_as_in_scikit_learn(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """Precision roots, log responsibilities, the ridge on each S_k, a bound without constants."""
    X = np.asarray(X, dtype=float)
    n, d = X.shape
    if init_resp is None:
        z = X / X.std(axis=0)
        _, labels = kmeans2(z, K, minit="++", rng=np.random.default_rng(3))
        init_resp = np.eye(K)[labels]
    resp = np.asarray(init_resp, dtype=float)
    a0 = weight_concentration or 1 / resp.shape[1]
    m0, C0 = X.mean(axis=0), np.atleast_2d(np.cov(X.T))

    def m_step(resp):
        nk = resp.sum(axis=0) + 10 * np.finfo(float).eps
        c = resp.T @ X / nk[:, None]
        b, v = 1.0 + nk, d + nk
        m = (m0 + nk[:, None] * c) / b[:, None]
        C, roots = [], []
        for k in range(len(nk)):
            diff = X - c[k]
            S = (resp[:, k] * diff.T) @ diff / nk[k] + 1e-6 * np.eye(d)
            V = C0 + nk[k] * S + nk[k] / b[k] * np.outer(c[k] - m0, c[k] - m0)
            C.append(V / v[k])
            lower = np.linalg.cholesky(C[-1])
            roots.append(solve_triangular(lower, np.eye(d), lower=True).T)
        return a0 + nk, b, m, np.array(C), v, roots

    def e_step(a, b, m, C, v, roots):
        terms = np.empty((n, len(a)))
        for k, root in enumerate(roots):
            y = X @ root - m[k] @ root
            log_det = np.log(np.diag(root)).sum()
            gauss = -0.5 * (y**2).sum(axis=1) + log_det - 0.5 * d * np.log(v[k])
            log_lambda = d * np.log(2.0) + psi(0.5 * (v[k] - np.arange(d))).sum()
            terms[:, k] = gauss + 0.5 * (log_lambda - d / b[k]) + psi(a[k]) - psi(a.sum())
        return terms - logsumexp(terms, axis=1, keepdims=True)

    def log_wishart(v, root):
        log_det = np.log(np.diag(root)).sum() - 0.5 * d * np.log(v)
        return -(v * log_det + v * d * 0.5 * np.log(2.0) + gammaln(0.5 * (v - np.arange(d))).sum())

    q, bounds = m_step(resp), []
    for _ in range(max_iter):
        log_resp = e_step(*q)
        q = m_step(np.exp(log_resp))
        a, b, _, _, v, roots = q
        bounds.append(
            -np.sum(np.exp(log_resp) * log_resp)
            - sum(map(log_wishart, v, roots))
            - (gammaln(a.sum()) - gammaln(a).sum())
            - 0.5 * d * np.log(b).sum()
        )
    a, _, m, C, _, _ = q
    return a / a.sum(), m, C, np.array(bounds)


def vbem_loops_and_lists(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """Loops over components, inverses and determinants; lists are returned; stops at 1e-6."""
    X = [np.array(x, dtype=float) for x in np.asarray(X).tolist()]
    n, d = len(X), len(X[0])
    m0 = sum(X) / n
    C0 = sum(np.outer(x - m0, x - m0) for x in X) / (n - 1) + 1e-6 * np.eye(d)
    if init_resp is None:
        _, means, _ = kmeans_start(X, K)
        init_resp = np.eye(K)[_nearest(np.array(X), means)]
    r = np.array(init_resp, dtype=float)
    K = r.shape[1]
    a0 = 1 / K if weight_concentration is None else weight_concentration

    def gamma_d(x):
        return sum(math.lgamma(x - i / 2) for i in range(d))

    def posterior(r):
        q = []
        for k in range(K):
            nk = float(r[:, k].sum())
            c = r[:, k] @ np.array(X) / nk if nk else m0
            off = np.array(X) - c
            V = C0 + off.T @ (off * r[:, [k]]) + nk / (1 + nk) * np.outer(c - m0, c - m0)
            q.append((a0 + nk, 1 + nk, (m0 + nk * c) / (1 + nk), V, d + nk))
        return q

    def shares(q):
        total = sum(a for a, *_ in q)
        columns = []
        for a, b, m, V, v in q:
            log_det = sum(psi((v + 1 - i) / 2) for i in range(1, d + 1))
            log_det += d * math.log(2) - math.log(np.linalg.det(V))
            off = np.array(X) - m
            far = d / b + v * np.sum(off @ np.linalg.inv(V) * off, axis=1)
            columns.append(psi(a) - psi(total) + log_det / 2 - far / 2)
        rho = np.array(columns).T
        rho = np.exp(rho - rho.max(axis=1)[:, None])
        return rho / rho.sum(axis=1)[:, None]

    q, bounds = posterior(r), []
    for _ in range(max_iter):
        r = shares(q)
        q = posterior(r)
        value = -sum(p * math.log(p) for p in r.ravel() if p > 0)
        for a, b, _, V, v in q:
            log_det = math.log(np.linalg.det(V)) - d * math.log(2)
            value += math.lgamma(a) - d / 2 * math.log(b) - v / 2 * log_det + gamma_d(v / 2)
        bounds.append(value)
        if len(bounds) > 1 and bounds[-1] - bounds[-2] < 1e-6:
            break
    total = sum(a for a, *_ in q)
    weights = [a / total for a, *_ in q]
    return (
        weights,
        [m.tolist() for _, _, m, _, _ in q],
        [(V / v).tolist() for *_, V, v in q],
        bounds,
    )


def vbem_einsum_backwards(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """Einsums over stacked matrices; the components come back in the opposite order."""
    X = np.array(X, dtype=float)
    d = X.shape[1]
    if init_resp is None:
        rng = np.random.default_rng(12)
        z = (X - X.mean(axis=0)) / X.std(axis=0)
        tries = [kmeans2(z, K, minit="++", rng=rng) for _ in range(10)]
        labels = min(tries, key=lambda found: ((z - found[0][found[1]]) ** 2).sum())[1]
        init_resp = np.eye(K)[labels]
    r = np.array(init_resp, dtype=float)[:, ::-1]
    a0 = 1 / r.shape[1] if weight_concentration is None else weight_concentration
    m0, C0 = X.mean(axis=0), np.atleast_2d(np.cov(X, rowvar=False)) + 1e-6 * np.eye(d)
    bounds = np.zeros(max_iter)
    a = b = v = m = V = np.zeros(0)
    for step in range(max_iter + 1):
        if step:
            x = X[:, None] - m
            far = v * np.einsum("nki,kij,nkj->nk", x, np.linalg.inv(V), x) + d / b
            shapes = (v[:, None] - np.arange(d)) / 2
            det = psi(shapes).sum(1) + d * np.log(2) - np.linalg.slogdet(V)[1]
            log_rho = psi(a) - psi(a.sum()) + det / 2 - d / 2 * np.log(2 * np.pi) - far / 2
            r = np.exp(log_rho - np.logaddexp.reduce(log_rho, axis=1)[:, None])
        nk = r.sum(axis=0)
        a, b, v = a0 + nk, 1 + nk, d + nk
        m = (m0 + r.T @ X) / b[:, None]
        # The prior is one more point at m0: about the posterior mean, nothing else is needed.
        x, p = X[:, None] - m, m0 - m
        V = C0 + np.einsum("nk,nki,nkj->kij", r, x, x) + p[:, :, None] * p[:, None, :]
        if step:
            entropy = -np.sum(r * np.log(r, out=np.zeros_like(r), where=r > 0))
            half = gammaln((v[:, None] - np.arange(d)) / 2).sum(1) + v * d / 2 * np.log(2)
            parts = gammaln(a) - d / 2 * np.log(b) + half - v / 2 * np.linalg.slogdet(V)[1]
            bounds[step - 1] = parts.sum() - gammaln(a.sum()) + entropy
    return a / a.sum(), m, V / v[:, None, None], bounds


def vbem_bound_term_by_term(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The bound as the sum of seven expectations, Bishop's equations 10.71 to 10.77."""
    X = np.asarray(X, dtype=float)
    n, d = X.shape
    if init_resp is None:
        init_resp = np.eye(K)[_nearest(X / X.std(0), kmeans_start(X / X.std(0), K, seed=1)[1])]
    r = np.asarray(init_resp, dtype=float)
    K = r.shape[1]
    a0 = 1 / K if weight_concentration is None else float(weight_concentration)
    m0, C0 = X.mean(axis=0), np.cov(X, rowvar=False).reshape(d, d) + 1e-6 * np.eye(d)

    def log_b(V, v):
        shapes = gammaln((v - np.arange(d)) / 2).sum()
        return (
            v / 2 * np.linalg.slogdet(V)[1]
            - v * d / 2 * np.log(2)
            - d * (d - 1) / 4 * np.log(np.pi)
            - shapes
        )

    def statistics(r):
        nk = r.sum(axis=0)
        c = r.T @ X / np.maximum(nk, 1e-300)[:, None]
        S = [(r[:, k] * (X - c[k]).T) @ (X - c[k]) / max(nk[k], 1e-300) for k in range(K)]
        return nk, c, np.array(S)

    def update(nk, c, S):
        b = 1 + nk
        off = c - m0
        V = C0 + nk[:, None, None] * S
        V += (nk / b)[:, None, None] * off[:, :, None] * off[:, None, :]
        return a0 + nk, b, (m0 + nk[:, None] * c) / b[:, None], V, d + nk

    def expectations(a, b, m, V, v):
        log_pi = psi(a) - psi(a.sum())
        log_det = psi((v[:, None] - np.arange(d)) / 2).sum(axis=1) + d * np.log(2)
        return log_pi, log_det - np.linalg.slogdet(V)[1]

    q, bounds = update(*statistics(r)), []
    for _ in range(max_iter):
        log_pi, log_det = expectations(*q)
        _, b, m, V, v = q
        log_rho = np.empty((n, K))
        for k in range(K):
            off = (X - m[k]).T
            far = v[k] * np.sum(off * cho_solve(cho_factor(V[k]), off), axis=0) + d / b[k]
            log_rho[:, k] = log_pi[k] + log_det[k] / 2 - d / 2 * np.log(2 * np.pi) - far / 2
        r = np.exp(log_rho - logsumexp(log_rho, axis=1)[:, None])
        nk, c, S = statistics(r)
        q = a, b, m, V, v = update(nk, c, S)
        log_pi, log_det = expectations(*q)
        W = np.linalg.inv(V)
        total = 0.0
        for k in range(K):
            off, away = c[k] - m[k], m[k] - m0
            total += 0.5 * nk[k] * (log_det[k] - d / b[k] - d * np.log(2 * np.pi))
            total -= 0.5 * nk[k] * v[k] * (np.trace(S[k] @ W[k]) + off @ W[k] @ off)
            total += 0.5 * (d * np.log(1 / (2 * np.pi)) + log_det[k] - d / b[k])
            total -= 0.5 * v[k] * away @ W[k] @ away
            total += log_b(C0, d) - 0.5 * log_det[k] - 0.5 * v[k] * np.trace(C0 @ W[k])
            total -= 0.5 * (log_det[k] + d * np.log(b[k] / (2 * np.pi)) - d)
            total -= log_b(V[k], v[k]) + (v[k] - d - 1) / 2 * log_det[k] - v[k] * d / 2
        total += nk @ log_pi - np.sum(r * np.log(np.maximum(r, 1e-300)))
        total += gammaln(K * a0) - K * gammaln(a0) + (a0 - 1) * log_pi.sum()
        total -= gammaln(a.sum()) - gammaln(a).sum() + (a - 1) @ log_pi
        bounds.append(total)
    return q[0] / q[0].sum(), q[2], q[3] / q[4][:, None, None], bounds


def vbem_divergences_by_scipy(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The bound from expected log terms and the entropies of scipy.stats, a list of components."""
    X = np.asarray(X, dtype=float)
    d = X.shape[1]
    m0 = X.mean(axis=0)
    C0 = np.atleast_2d(np.cov(X, rowvar=False)) + 1e-6 * np.eye(d)
    if init_resp is None:
        z = X / X.std(axis=0)
        _, labels = kmeans2(z, K, minit="++", iter=50, rng=np.random.default_rng(8))
        init_resp = np.eye(K)[labels]
    r = np.asarray(init_resp, dtype=float)
    K = r.shape[1]
    a0 = 1 / K if weight_concentration is None else weight_concentration

    def component(weights):
        nk = weights.sum()
        m = (m0 + weights @ X) / (1 + nk)
        off = np.vstack([X - m, m0 - m]) * np.sqrt(np.append(weights, 1.0))[:, None]
        return {"b": 1 + nk, "v": d + nk, "m": m, "V": C0 + off.T @ off}

    def log_det(c):
        shapes = (c["v"] + 1 - np.arange(1, d + 1)) / 2
        return psi(shapes).sum() + d * np.log(2) - np.linalg.slogdet(c["V"])[1]

    def far(c, points):
        off = np.atleast_2d(points - c["m"])
        return d / c["b"] + c["v"] * np.sum(off * np.linalg.solve(c["V"], off.T).T, axis=1)

    def terms(a, components):
        log_pi = psi(a) - psi(a.sum())
        densities = [0.5 * (log_det(c) - d * np.log(2 * np.pi) - far(c, X)) for c in components]
        return log_pi + np.transpose(densities)

    a, components, bounds = a0 + r.sum(axis=0), [component(w) for w in r.T], []
    for _ in range(max_iter):
        log_rho = terms(a, components)
        r = np.exp(log_rho - logsumexp(log_rho, axis=1, keepdims=True))
        a, components = a0 + r.sum(axis=0), [component(w) for w in r.T]
        value = np.sum(r * terms(a, components)) - np.sum(r[r > 0] * np.log(r[r > 0]))
        value += (a0 - 1) * np.sum(psi(a) - psi(a.sum())) + (dirichlet.entropy(a) if K > 1 else 0)
        for c in components:
            W = np.linalg.inv(c["V"])
            W = (W + W.T) / 2
            # The prior of the mean, and of the precision with d degrees of freedom.
            value += 0.5 * (log_det(c) - far(c, m0)[0])
            value += -0.5 * log_det(c) - 0.5 * c["v"] * np.trace(C0 @ W)
            # The entropies of their factors.
            value += 0.5 * (d - d * np.log(c["b"]) - log_det(c))
            value += wishart.entropy(c["v"], W)
        bounds.append(value)
        if len(bounds) > 1 and 0 <= bounds[-1] - bounds[-2] < 1e-7:
            break
    return (
        a / a.sum(),
        np.array([c["m"] for c in components]),
        np.array([c["V"] / c["v"] for c in components]),
        np.array(bounds),
    )


def vbem_sorted_by_weight(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """Data in standard units of the prior, long doubles for sums, largest component first."""
    X = np.asarray(X, dtype=float)
    n, d = X.shape
    origin = X.mean(axis=0)
    X = X - origin
    C0 = X.T @ X / (n - 1) + 1e-6 * np.eye(d)
    root = np.linalg.cholesky(C0)
    Z = solve_triangular(root, X.T, lower=True).T  # here C0 is the identity, m0 is 0
    if init_resp is None:
        scaled = X / X.std(axis=0)
        init_resp = np.eye(K)[_nearest(scaled, kmeans_start(scaled, K, seed=2)[1])]
    r = np.asarray(init_resp, dtype=float)
    a0 = 1 / r.shape[1] if weight_concentration is None else weight_concentration

    def update(r):
        nk = np.asarray(r.sum(axis=0, dtype=np.longdouble), dtype=float)
        m = r.T @ Z / (1 + nk)[:, None]
        second = np.einsum("nk,ni,nj->kij", r, Z, Z)
        V = np.eye(d) + second - (1 + nk)[:, None, None] * m[:, :, None] * m[:, None, :]
        return nk, m, V

    nk, m, V = update(r)
    bounds = []
    for _ in range(max_iter):
        values, vectors = np.linalg.eigh(V)
        turned = np.einsum("nki,kij->nkj", Z[:, None] - m, vectors)
        far = (d + nk) * np.sum(turned**2 / values, axis=2) + d / (1 + nk)
        det = psi((d + nk[:, None] - np.arange(d)) / 2).sum(axis=1) - np.log(values / 2).sum(axis=1)
        log_rho = psi(a0 + nk) + 0.5 * det - 0.5 * far
        log_rho -= logsumexp(log_rho, axis=1, keepdims=True)
        r = np.exp(log_rho)
        nk, m, V = update(r)
        v = d + nk
        shapes = gammaln((v[:, None] - np.arange(d)) / 2).sum(axis=1)
        shapes -= v / 2 * np.log(np.linalg.eigvalsh(V) / 2).sum(axis=1)
        parts = gammaln(a0 + nk) - d / 2 * np.log(1 + nk) + shapes
        bounds.append(parts.sum() - np.sum(r * np.where(r > 0, log_rho, 0.0)))
    order = np.argsort(-nk)
    covariances = root @ (V / (d + nk)[:, None, None]) @ root.T
    weights = (a0 + nk) / (a0 + nk).sum()
    return weights[order], (m @ root.T + origin)[order], covariances[order], tuple(bounds)
