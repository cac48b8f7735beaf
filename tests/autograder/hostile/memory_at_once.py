"""Asks for three times the memory that there is."""

import numpy as np


def estep(X, weights, means, covariances):
    return np.zeros(3 * @memory_mib@ << 17)
