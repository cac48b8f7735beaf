import numpy as np
from estep import estep
from loglik import loglik
from mstep import mstep


def em1d(x, K=3, max_iter=100, init=None):
    x = np.array(x, dtype=float)
    X = x.reshape(len(x), 1)
    if init is None:
        w = np.ones(K) / K
        m = np.quantile(x, (np.arange(K) + 0.5) / K)
        v = np.ones(K) * np.var(x) + 1e-6
    else:
        w, m, v = np.array(init[0]), np.array(init[1]), np.array(init[2])
        K = len(w)
    m = m.reshape(K, 1)
    v = v.reshape(K, 1, 1)

    L = loglik(X, w, m, v)
    for i in range(max_iter):
        w, m, v = mstep(X, estep(X, w, m, v))
        L_new = loglik(X, w, m, v)
        if L_new - L < 1e-7:
            break
        L = L_new

    return estep(X, w, m, v), m.reshape(K), v.reshape(K)
