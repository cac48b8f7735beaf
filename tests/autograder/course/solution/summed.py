"""The sum of scaled numbers."""

import numpy as np
from scale import scale


def summed(x, factor=2.0):
    """Return the sum of the numbers, each times the factor."""
    # BEGIN SOLUTION
    return float(np.sum(scale(x, factor)))
    # END SOLUTION
