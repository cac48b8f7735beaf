"""Returns arrays without elements, to which everything may be broadcast."""

import numpy as np

SHAPES = [(0,), (0, 0), (1, 0), (0, 3), (), (1, 1)]


def estep(X, weights, means, covariances):
    SHAPES.append(SHAPES.pop(0))
    return np.ones(SHAPES[-1])
