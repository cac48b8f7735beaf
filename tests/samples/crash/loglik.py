from math import exp, log, pi

import numpy as np


def loglik(X, weights, means, covariances):
    X = np.array(X, dtype=np.float64)
    N, D = X.shape
    used = [k for k in range(len(weights)) if weights[k] > 0]

    C_inv = {k: np.linalg.inv(covariances[k]) for k in used}
    log_norm = {
        k: log(weights[k]) - 0.5 * (D * log(2 * pi) + np.linalg.slogdet(covariances[k])[1])
        for k in used
    }

    total = 0.0
    for n in range(N):
        a = []
        for k in used:
            d = X[n] - means[k]
            a.append(log_norm[k] - 0.5 * (d @ C_inv[k] @ d))
        a_max = max(a)
        total += a_max + log(sum(exp(t - a_max) for t in a))
    return total
