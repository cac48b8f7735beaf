"""Right versions of scale that look otherwise than the solution."""


def scale_number_by_number(x, factor=2.0):
    """A list, filled in a loop."""
    return [number * factor for number in x]
