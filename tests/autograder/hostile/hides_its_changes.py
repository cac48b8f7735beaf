"""Changes its arguments, and makes the worker forget what they were before."""

import sys

import numpy as np
from right import estep as right

for name, module in list(sys.modules.items()):
    if name.endswith("checker.worker") and hasattr(module, "Work"):
        module.same = lambda value, copy: True


def estep(X, weights, means, covariances):
    resp = right(X, weights, means, covariances)
    if isinstance(X, np.ndarray):
        X[...] = 0.0
    return resp
