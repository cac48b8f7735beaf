"""Given code: students use it and do not write it."""

HALF = 0.5


def halve(x):
    """Return half of x."""
    return HALF * x
