import numpy as np
from estep import estep
from mstep import mstep


def start(x, K):
    # quantiles, as suggested
    q = np.quantile(x, (np.arange(K) + 0.5) / K)
    return np.ones(K) / K, q, np.ones(K) * (x.var() + 1e-6)


def em1d(x, K=3, max_iter=100, init=None):
    x = np.asarray(x, dtype=float)
    weights, means, variances = start(x, K) if init is None else init
    p = (weights, np.reshape(means, (-1, 1)), np.reshape(variances, (-1, 1, 1)))
    for _ in range(max_iter):
        new = mstep(x[:, None], estep(x[:, None], *p))
        done = np.allclose(new[1], p[1], rtol=0, atol=1e-7)
        p = new
        if done:
            break
    return estep(x[:, None], *p), p[1].ravel(), p[2].ravel()
