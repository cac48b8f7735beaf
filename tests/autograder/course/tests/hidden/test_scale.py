"""Hidden checks of scale."""

import numpy as np

SECRET = np.array([11.0, -22.0, 33.0])


def test_large_numbers(submission, match):
    """Numbers that only floating point can hold."""
    match(submission.scale([1e300, -1e300], 0.5), [5e299, -5e299], "y")


def test_secret_numbers(submission, reference, match):
    """Numbers that only the grader has."""
    y = submission.scale(SECRET, 4.0)
    assert (y != 0).all(), "no number is zero here"
    match(y, reference.scale(SECRET, factor=4.0), "y")
