"""Answers rightly in every other call only, as if it had been right all along."""

import numpy as np
from right import estep as right

calls = []


def estep(X, weights, means, covariances):
    calls.append(1)
    resp = right(X, weights, means, covariances)
    return resp if len(calls) % 2 else np.roll(resp, 1, axis=1)
