"""Returns a structured array whose fields are numbers."""

import numpy as np


def estep(X, weights, means, covariances):
    return np.zeros((len(X), len(weights)), dtype=[("value", "f8"), ("points", "f8")])
