"""Scaling numbers."""

import numpy as np


def scale(x, factor=2.0):
    """Return every number times the factor.

    Parameters
    ----------
    x : array_like, shape (N,)
    factor : float

    Returns
    -------
    y : ndarray, shape (N,)
    """
    # BEGIN SOLUTION
    return _as_floating_point_numbers(x) * factor
    # END SOLUTION


# BEGIN SOLUTION
def _as_floating_point_numbers(x):
    return np.asarray(x, dtype=float)


# END SOLUTION
