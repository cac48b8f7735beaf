"""Public checks of scale."""

import pytest
from some_numbers import NUMBERS, Drawing


def test_doubles(submission, reference, match, attach):
    """Unless said otherwise, every number is doubled."""
    y = submission.scale(NUMBERS)
    attach(Drawing, alt="A line of slope two.")
    match(y, reference.scale(NUMBERS), "y")


@pytest.mark.parametrize("factor", [-1.0, 0.5, 3.0])
def test_other_factors(submission, reference, match, factor):
    """Three factors, and the same numbers in a list."""
    match(submission.scale(NUMBERS.tolist(), factor), reference.scale(NUMBERS, factor), "y")


def test_argument_unchanged(submission):
    """Compute with x, but leave it as it was."""
    submission.scale(NUMBERS, 1.5)
    assert not submission.changed, f"after the call, {submission.changed[0]} had other values"
