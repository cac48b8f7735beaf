"""Asks for a terabyte."""

import numpy as np


def estep(X, weights, means, covariances):
    return np.ones((1 << 20, 1 << 17))
