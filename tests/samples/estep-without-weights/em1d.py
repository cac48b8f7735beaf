import numpy as np
from estep import estep
from mstep import mstep


def em1d(x, K=3, max_iter=100, init=None):
    X = np.asarray(x, dtype=float).reshape(-1, 1)  # (N, 1), so that estep and mstep can be used

    if init is None:
        w = np.full(K, 1 / K)
        m = np.quantile(X, [(k + 0.5) / K for k in range(K)]).reshape(K, 1)
        C = np.full((K, 1, 1), X.var() + 1e-6)
    else:
        w, m, v = (np.asarray(p, dtype=float) for p in init)
        m = m.reshape(-1, 1)
        C = v.reshape(-1, 1, 1)

    for _ in range(max_iter):
        r = estep(X, w, m, C)
        w, m, C = mstep(X, r)
    r = estep(X, w, m, C)

    return r, m[:, 0], C[:, 0, 0]
