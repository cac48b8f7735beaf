import numpy as np
from estep import estep
from loglik import loglik
from mstep import mstep

TOL = 1e-9


def em1d(x, K=3, max_iter=100, init=None):
    x = np.asarray(x, dtype=float).reshape(-1, 1)
    if init is None:
        init = (
            np.ones(K) / K,
            np.quantile(x, np.linspace(0, 1, 2 * K + 1)[1::2]),
            np.ones(K) * (x.var() + 1e-6),
        )
    w = np.asarray(init[0])
    m = np.asarray(init[1]).reshape(-1, 1)
    C = np.asarray(init[2]).reshape(-1, 1, 1)

    before = loglik(x, w, m, C)
    for i in range(max_iter):
        w, m, C = mstep(x, estep(x, w, m, C))
        now = loglik(x, w, m, C)
        if abs(now - before) < TOL:
            break
        before = now

    return estep(x, w, m, C), np.ravel(m), np.ravel(C)
