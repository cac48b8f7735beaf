import numpy as np
from estep import estep
from loglik import loglik
from mstep import mstep


def em1d(x, K=3, max_iter=100, init=None):
    x = np.asarray(x, dtype=float)
    if init is None:
        weights = np.ones(K) / K
        means = x.mean() + x.std() * np.linspace(-1, 1, K) if K > 1 else np.array([x.mean()])
        variances = np.ones(K) * (x.var() + 1e-6)
        init = weights, means, variances
    w = np.asarray(init[0], dtype=float)
    m = np.asarray(init[1], dtype=float)[:, None]
    c = np.asarray(init[2], dtype=float)[:, None, None]

    X = x[:, None]
    L = [loglik(X, w, m, c)]
    for i in range(max_iter):
        r = estep(X, w, m, c)
        w, m, c = mstep(X, r)
        L.append(loglik(X, w, m, c))
        print(f"iteration {i}: {L[-1]:.6f}")
        if L[-1] - L[-2] < 1e-6:
            print("converged!")
            break
    r = estep(X, w, m, c)
    return r, m[:, 0], c[:, 0, 0]
