"""Returns parameters so large that a picture of them takes for ever, or all memory, to draw."""

import numpy as np

SIZES = [1e100, 1e200, 1e154, 1e300, 1e50]


def mstep(X, resp, reg_covar=1e-6):
    SIZES.append(SIZES.pop(0))
    K, D = np.shape(resp)[1], np.shape(X)[1]
    means = np.tile(np.mean(X, axis=0), (K, 1))
    return np.full(K, 1.0 / K), means, SIZES[-1] * np.tile(np.eye(D), (K, 1, 1))
