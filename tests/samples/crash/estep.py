from math import log, pi

import numpy as np


def estep(X, weights, means, covariances):
    X = np.array(X, dtype=np.float64)
    N, D = X.shape
    K = len(weights)
    resp = np.zeros((N, K))

    # resp[n][k] is log(w_k N(x_n | m_k, C_k)) first
    for k in range(K):
        C = np.array(covariances[k], dtype=np.float64)
        C_inv = np.linalg.inv(C)
        log_norm = -0.5 * (D * log(2 * pi) + np.linalg.slogdet(C)[1])
        log_w = log(weights[k]) if weights[k] > 0 else -1e300
        for n0 in range(0, N, 1000):  # 1000 points at a time, for the cache
            d = X[n0 : n0 + 1000] - means[k]
            resp[n0 : n0 + 1000, k] = log_w + log_norm - 0.5 * (d @ C_inv * d).sum(axis=1)

    # then exp, with the largest of each row taken off
    resp -= resp.max(axis=1)[:, None]
    np.exp(resp, out=resp)
    resp /= resp.sum(axis=1)[:, None]
    return resp
