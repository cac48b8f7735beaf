"""Known-wrong versions of summed."""

import numpy as np
from scale import scale


def summed_takes_the_mean(x, factor=2.0):
    """This is the mean; the sum is asked for."""
    return float(np.mean(scale(x, factor)))
