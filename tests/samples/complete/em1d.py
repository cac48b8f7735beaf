# Question 4
import numpy as np


def em1d(x, K=3, max_iter=100, init=None):
    x = np.asarray(x, dtype=float)
    N = len(x)

    if init is None:
        # spread the means over the data, as the docstring says
        weights = np.ones(K) / K
        means = np.quantile(x, (np.arange(K) + 0.5) / K)
        variances = np.ones(K) * (np.var(x) + 1e-6)
    else:
        weights = np.array(init[0], dtype=float)
        means = np.array(init[1], dtype=float)
        variances = np.array(init[2], dtype=float)
        K = len(means)

    def e_step():
        logp = np.zeros((N, K))
        for k in range(K):
            logp[:, k] = -0.5 * (np.log(2 * np.pi * variances[k]) + (x - means[k]) ** 2 / variances[k])
            logp[:, k] += np.log(weights[k] + 1e-300)  # +1e-300 because log(0) gives a warning
        logp = logp - logp.max(axis=1).reshape(N, 1)
        p = np.exp(logp)
        return p / p.sum(axis=1).reshape(N, 1)

    for iteration in range(max_iter):
        resp = e_step()
        for k in range(K):
            Nk = resp[:, k].sum()
            weights[k] = Nk / N
            if Nk > 0:
                means[k] = (resp[:, k] * x).sum() / Nk
                variances[k] = (resp[:, k] * (x - means[k]) ** 2).sum() / Nk + 1e-6

    return e_step(), means, variances
