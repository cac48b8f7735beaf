"""Known-wrong versions of scale."""

import numpy as np


def scale_adds_the_factor(x, factor=2.0):
    """The factor is added to each number; multiply instead."""
    return np.asarray(x, dtype=float) + factor


def scale_always_doubles(x, factor=2.0):
    """The argument `factor` is never looked at."""
    return np.asarray(x, dtype=float) * 2


def scale_loses_the_sign(x, factor=2.0):
    """The sign of the numbers is lost on the way."""
    return np.abs(x) * factor


def scale_overwrites_x(x, factor=2.0):
    """The result is written over the argument."""
    y = np.asarray(x, dtype=float)
    y *= factor
    return y
