import numpy as np
from scipy.special import softmax
from scipy.stats import norm


def em1d(x, K=3, max_iter=100, init=None):
    x = np.array(x, dtype=float)

    if init is None:
        pi = np.ones(K) / K
        mu = np.quantile(x, (np.arange(K) + 0.5) / K)
        sigma = np.ones(K) * np.sqrt(x.var() + 1e-6)
    else:
        pi = np.array(init[0], dtype=float)
        mu = np.array(init[1], dtype=float)
        sigma = np.sqrt(np.array(init[2], dtype=float))

    def responsibilities():
        # scipy's norm wants the standard deviation
        logs = norm.logpdf(x[:, None], loc=mu, scale=sigma) + np.log(np.maximum(pi, 1e-300))
        return softmax(logs, axis=1)

    for t in range(max_iter):
        r = responsibilities()
        Nk = r.sum(axis=0) + 1e-100
        pi = Nk / len(x)
        mu = (r * x[:, None]).sum(axis=0) / Nk
        sigma = np.sqrt((r * (x[:, None] - mu) ** 2).sum(axis=0) / Nk + 1e-6)

    return responsibilities(), mu, sigma
