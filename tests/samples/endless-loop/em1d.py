"""EM in one dimension."""

import numpy as np
from scipy.special import softmax


def em1d(x, K=3, max_iter=100, init=None):
    x = np.asarray(x, dtype=float)
    if init is None:
        init = np.full(K, 1 / K), np.quantile(x, (np.arange(K) + 0.5) / K), np.full(K, np.var(x) + 1e-6)
    weights0, means0, variances0 = (np.array(part, dtype=float) for part in init)

    def responsibilities():
        log_p = np.log(weights) - 0.5 * np.log(variances)
        log_p = log_p - 0.5 * (x[:, None] - means) ** 2 / variances
        return softmax(log_p, axis=1)

    weights, means, variances = weights0.copy(), means0.copy(), variances0.copy()
    n_iter = 0
    while n_iter < max_iter:
        resp = responsibilities()
        nk = resp.sum(axis=0)

        empty = nk < 1e-8
        if empty.any():
            # a component has lost all its points: put it back to where it started, try again
            weights[empty] = weights0[empty]
            means[empty] = means0[empty]
            variances[empty] = variances0[empty]
            continue

        weights = nk / len(x)
        means = resp.T @ x / nk
        variances = np.sum(resp * (x[:, None] - means) ** 2, axis=0) / nk + 1e-6
        n_iter += 1

    return responsibilities(), means, variances
