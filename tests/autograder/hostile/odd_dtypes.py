"""Returns arrays of times, bytes, text, voids and wide floats, one after the other."""

import numpy as np

DTYPES = ["M8[s]", "m8[ns]", "S8", "U8", "V16", "g", "c16", "e", ">f8", "O"]


def estep(X, weights, means, covariances):
    DTYPES.append(DTYPES.pop(0))
    return np.zeros((len(X), len(weights)), dtype=DTYPES[-1])
