"""Cutting stubs from a marked solution."""

from __future__ import annotations

import pytest

from autograder.builder.cutter import Region, cut_stub, find_regions, solution_lines
from autograder.errors import ConfigurationError

SOURCE = '''\
"""Module."""

import math

# BEGIN SOLUTION
import heapq
# END SOLUTION


def area(r):
    """Return the area.

    Parameters
    ----------
    r : float
    """
    # The formula is in the handout.
    # BEGIN SOLUTION
    square = r * r
    return math.pi * square
    # END SOLUTION


# BEGIN SOLUTION
def helper():
    return heapq


# END SOLUTION
class Shape:
    def area(self):
        """Return it."""
        # BEGIN SOLUTION
        return 1
        # END SOLUTION

    def name(self):
        return "shape"
'''

STUB = '''\
"""Module."""

import math


def area(r):
    """Return the area.

    Parameters
    ----------
    r : float
    """
    # The formula is in the handout.
    raise NotImplementedError("area: not written yet")


class Shape:
    def area(self):
        """Return it."""
        raise NotImplementedError("area: not written yet")

    def name(self):
        return "shape"
'''


def refusal(source: str) -> str:
    with pytest.raises(ConfigurationError) as raised:
        cut_stub(source, "f.py")
    return str(raised.value)


def test_a_stub_keeps_all_but_the_marked_regions():
    assert cut_stub(SOURCE, "f.py") == STUB


def test_a_stub_is_left_as_it_is_when_it_is_read_as_a_module():
    namespace: dict[str, object] = {}

    exec(cut_stub(SOURCE, "f.py"), namespace)

    with pytest.raises(NotImplementedError, match="area: not written yet"):
        namespace["area"](1.0)  # type: ignore[operator]


def test_regions_are_found_in_order_with_their_lines():
    assert find_regions(SOURCE, "f.py") == [
        Region(5, 7),
        Region(18, 21),
        Region(24, 29),
        Region(33, 35),
    ]


def test_solution_lines_are_those_between_the_markers():
    assert solution_lines(SOURCE, "f.py")[:3] == [
        (6, "import heapq"),
        (19, "    square = r * r"),
        (20, "    return math.pi * square"),
    ]


def test_of_nested_functions_the_innermost_is_named():
    source = """\
def outer():
    def inner():
        # BEGIN SOLUTION
        return 1
        # END SOLUTION
    return inner
"""

    assert 'raise NotImplementedError("inner: not written yet")' in cut_stub(source, "f.py")


def test_a_region_may_leave_a_beginning_and_an_end_of_a_function():
    source = """\
def f(x):
    y = prepare(x)
    # BEGIN SOLUTION
    z = y + 1
    # END SOLUTION
    return z
"""

    assert cut_stub(source, "f.py") == (
        "def f(x):\n    y = prepare(x)\n"
        '    raise NotImplementedError("f: not written yet")\n    return z\n'
    )


def test_two_regions_of_one_function_both_raise():
    source = """\
def f(x):
    if x:
        # BEGIN SOLUTION
        return 1
        # END SOLUTION
    # BEGIN SOLUTION
    return 2
    # END SOLUTION
"""

    assert cut_stub(source, "f.py").count('raise NotImplementedError("f: not written yet")') == 2


def test_a_region_at_the_end_of_an_async_function_belongs_to_it():
    source = "async def f():\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION\n"

    assert cut_stub(source, "f.py").endswith('raise NotImplementedError("f: not written yet")\n')


def test_a_gap_of_more_than_two_lines_is_closed_and_the_end_is_one_line_end():
    region = "# BEGIN SOLUTION\ny = 2\n# END SOLUTION"

    stub = cut_stub(f"x = 1\n\n\n{region}\n\n\nz = 3\n\n\n{region}", "f.py")

    assert stub == "x = 1\n\n\nz = 3\n"


def test_windows_line_ends_are_no_obstacle():
    assert cut_stub(SOURCE.replace("\n", "\r\n"), "f.py") == STUB


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1\n# BEGIN SOLUTION\ny = 2\n", "f.py, line 2: # BEGIN SOLUTION is never closed"),
        (
            "# BEGIN SOLUTION\n\n# BEGIN SOLUTION\n# END SOLUTION\n",
            "f.py, line 3: # BEGIN SOLUTION inside the region begun in line 1",
        ),
        ("x = 1\n# END SOLUTION\n", "f.py, line 2: # END SOLUTION without # BEGIN SOLUTION"),
        (
            "# BEGIN SOLUTION\n# END SOLUTION\n# END SOLUTION\n",
            "f.py, line 3: # END SOLUTION without",
        ),
        ("x = 1\n", "f.py: no # BEGIN SOLUTION anywhere; the whole solution would be handed out"),
        ("", "f.py: no # BEGIN SOLUTION anywhere"),
        (
            "x = 1\n#BEGIN SOLUTION\n",
            "f.py, line 2: '#BEGIN SOLUTION' is not a marker; write exactly",
        ),
        ("# begin solution\n", "f.py, line 1: '# begin solution' is not a marker"),
        ("# BEGIN SOLUTION\n# End Solution\n", "f.py, line 2: '# End Solution' is not a marker"),
        ("# BEGIN  SOLUTION\n", "f.py, line 1: '# BEGIN  SOLUTION' is not a marker"),
        ("### BEGIN SOLUTION\n", "f.py, line 1: '### BEGIN SOLUTION' is not a marker"),
        ("# BEGIN_SOLUTION\n", "f.py, line 1: '# BEGIN_SOLUTION' is not a marker"),
        ("x = 1  # BEGIN SOLUTION\n", "f.py, line 1: 'x = 1  # BEGIN SOLUTION' is not a marker"),
        ("# BEGIN SOLUTION: 1\n", "f.py, line 1: '# BEGIN SOLUTION: 1' is not a marker"),
        ("# BEGIN SOLUTION\nx = (\n# END SOLUTION\n", "f.py, line 2: '(' was never closed"),
        ("def f():\n# BEGIN SOLUTION\n    return 1\n# END SOLUTION\n", "f.py"),
    ],
)
def test_markers_that_are_not_right_are_refused_with_file_and_line(source, said):
    assert said in refusal(source)


def test_a_stub_that_would_be_no_python_is_refused():
    source = "if True:\n    # BEGIN SOLUTION\n    x = 1\n    # END SOLUTION\n"

    assert "f.py (as a stub), line " in refusal(source)


def test_a_marker_inside_a_string_is_still_a_marker_to_the_careful():
    source = 'TEXT = """\n# BEGIN SOLUTION\n"""\n'

    assert "line 2: # BEGIN SOLUTION is never closed" in refusal(source)
