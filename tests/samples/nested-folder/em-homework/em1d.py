import numpy as np
from estep import estep
from mstep import mstep


def em1d(x, K=3, max_iter=100, init=None):
    X = [[float(value)] for value in x]
    if init:
        weights, means, variances = init
    else:
        weights = [1 / K] * K
        means = [np.quantile(x, (k + 0.5) / K) for k in range(K)]
        variances = [np.var(x) + 1e-6] * K

    theta = weights, [[m] for m in means], [[[v]] for v in variances]
    for _ in range(max_iter):
        theta = mstep(X, estep(X, *theta))

    _, means, covariances = theta
    return estep(X, *theta), [m[0] for m in means], [C[0][0] for C in covariances]
