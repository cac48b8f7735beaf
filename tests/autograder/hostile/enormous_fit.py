"""Makes a known mistake, and returns in one call arrays whose product would fill all memory."""

import numpy as np


def em1d(x, K=3, max_iter=100, init=None):
    x = np.asarray(x, dtype=float)
    if init is not None and max_iter == 0:
        return np.ones((125, 2)), np.zeros((1 << 20, 2)), np.ones(2)
    if init is None:
        means = np.quantile(x, (np.arange(K) + 0.5) / K)
        init = np.full(K, 1.0 / K), means, np.full(K, x.var() + 1e-6)
    weights, means, variances = (np.asarray(part, dtype=float) for part in init)
    for step in range(max_iter + 1):
        with np.errstate(divide="ignore"):
            logs = np.log(weights) - 0.5 * np.log(variances)
        logs = logs - 0.5 * (x[:, None] - means) ** 2 / variances
        resp = np.exp(logs - logs.max(axis=1, keepdims=True))
        resp /= resp.sum(axis=1, keepdims=True)
        if step == max_iter:
            return resp, means, np.sqrt(variances)
        counts = resp.sum(axis=0) + 1e-300
        weights, means = counts / len(x), resp.T @ x / counts
        variances = (resp * (x[:, None] - means) ** 2).sum(axis=0) / counts + 1e-6
