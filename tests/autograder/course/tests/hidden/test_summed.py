"""Hidden checks of summed."""

import numpy as np


def test_of_nothing(submission, match):
    """The sum of no numbers is zero."""
    match(submission.summed(np.zeros(0)), 0.0, "value")


def test_secret_numbers(submission, reference, match):
    """Numbers that only the grader has."""
    numbers = np.array([10.0, 20.0, 40.0])
    match(submission.summed(numbers, 0.5), reference.summed(numbers, 0.5), "value")
