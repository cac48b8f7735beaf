"""Returns an array of objects."""

import numpy as np


def estep(X, weights, means, covariances):
    return np.array([[object()] * len(weights)] * len(X))
