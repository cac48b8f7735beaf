import numpy as np


def em1d(x, K=3, max_iter=100, init=None):
    x = np.array(x, dtype=float)
    n = x.size
    if init is not None:
        w = np.array(init[0], dtype=float)
        m = np.array(init[1], dtype=float)
        s2 = np.array(init[2], dtype=float)
        K = w.size
    else:
        w = np.ones(K) / K
        # sort and take the middle of each K-th part
        xs = np.sort(x)
        m = np.array([xs[int((j + 0.5) * n / K)] for j in range(K)])
        s2 = np.ones(K) * (np.var(x) + 1e-6)

    for it in range(max_iter + 1):
        # E-step
        D2 = np.zeros([n, K])
        for j in range(K):
            D2[:, j] = (x - m[j]) ** 2 / s2[j]
        L = np.log(w + 1e-320) - np.log(s2) / 2 - D2 / 2
        P = np.exp(L - np.max(L, 1)[:, None])
        R = P / np.sum(P, 1)[:, None]
        if it == max_iter:
            break  # the last one is an E-step only

        # M-step
        for j in range(K):
            nj = np.sum(R[:, j])
            w[j] = nj / n
            if nj > 0:
                m[j] = np.sum(R[:, j] * x) / nj
                s2[j] = np.sum(R[:, j] * (x - m[j]) ** 2) / nj + 1e-6

    return R, m, s2
