"""Returns one byte in the guise of an array of terabytes."""

import numpy as np


def estep(X, weights, means, covariances):
    return np.broadcast_to(np.uint8(1), (1 << 20, 1 << 20))
