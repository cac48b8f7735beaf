"""Returns subnormal and largest numbers, with which sums and squares overflow or vanish."""

import numpy as np


def estep(X, weights, means, covariances):
    resp = np.full((len(X), len(weights)), 5e-324)
    resp[:, 0] = -1.7e308
    resp[::2] *= -1
    return resp
