import numpy as np


def em1d(x, K=3, max_iter=100, init=None):
    x = np.array(x, dtype=np.float64)
    N = len(x)

    if init is None:
        w = [1.0 / K] * K
        m = [np.quantile(x, (k + 0.5) / K) for k in range(K)]
        v = [x.var() + 1e-6] * K
    else:
        w, m, v = list(init[0]), list(init[1]), list(init[2])
        K = len(w)

    resp = np.zeros((N, K))
    for it in range(max_iter + 1):
        # E
        for k in range(K):
            log_w = np.log(w[k]) if w[k] > 0 else -1e300
            resp[:, k] = log_w - 0.5 * np.log(2 * np.pi * v[k]) - (x - m[k]) ** 2 / (2 * v[k])
        resp -= resp.max(axis=1)[:, None]
        resp = np.exp(resp)
        resp /= resp.sum(axis=1)[:, None]
        if it == max_iter:
            return resp, m, v
        # M
        change = 0.0
        for k in range(K):
            Nk = resp[:, k].sum()
            w[k] = Nk / N
            if Nk == 0:
                continue
            old = m[k]
            m[k] = (resp[:, k] * x).sum() / Nk
            v[k] = (resp[:, k] * (x - m[k]) ** 2).sum() / Nk + 1e-6
            change = max(change, abs(m[k] - old))
        if change == 0.0:
            max_iter = it + 1  # nothing moves any more: one more E-step, then out
