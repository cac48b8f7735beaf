"""EM in 1-D: just the general E- and M-step with D = 1."""
import numpy as np
from estep import estep
from mstep import mstep


def em1d(x, K=3, max_iter=100, init=None):
    x = np.asarray(x, dtype=float)
    X = x[:, None]
    if init is None:
        weights = np.full(K, 1.0 / K)
        mu = np.linspace(x.min(), x.max(), K + 2)[1:-1]
        var = np.full(K, max(x.var(), 1e-6))
    else:
        weights, mu, var = map(np.asarray, init)

    theta = weights, mu[:, None], var[:, None, None]
    for _ in range(max_iter):
        theta = mstep(X, estep(X, *theta))
    resp = estep(X, *theta)
    return resp, theta[1].squeeze(axis=1), theta[2].squeeze(axis=(1, 2))
