"""Regular expressions that people write for names: none that takes for ever is let through.

Python's ``re`` goes back over every way to split a text between repetitions. Where a repeated
group holds a repetition or alternatives, the number of ways grows exponentially with the text:
https://docs.python.org/3/library/re.html has no time limit against that. What is left grows with
a power of the length, which is below 256 for a file's name.
"""

from __future__ import annotations

import re
from functools import cache

STUDENT, ATTEMPT = "student", "attempt"
_ONE = re.compile(
    r"""
    \\.                                  # an escape
    | \[\^?\]?(?:\\.|[^\]\\])*\]         # a set of characters
    | (?P<open>\((?:\?(?:P<\w+>|P=\w+|[:=!>]|<[=!]|[a-zA-Z-]+[:)]|\([^)]*\)|\#[^)]*))?)
    | (?P<close>\))
    | (?P<repeat>[*+?]|\{\d*,?\d*\})
    | (?P<either>\|)
    | .
    """,
    re.VERBOSE | re.DOTALL,
)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern for submissions' names.

    Raises
    ------
    ValueError
        When it is no regular expression, has no group ``student`` or groups of other names, or
        repeats what holds a repetition or alternatives.
    """
    try:
        expression = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"is no regular expression: {error}") from None
    if STUDENT not in expression.groupindex:
        raise ValueError("expected a group (?P<student>…), such as (?P<student>.+)_(?P<attempt>.+)")
    if others := sorted(expression.groupindex.keys() - {STUDENT, ATTEMPT}):
        raise ValueError(f"expected the groups student and attempt, and not {', '.join(others)}")
    if _repeats_too_much(pattern):
        raise ValueError(
            "a group that is repeated holds a repetition or alternatives, which can take for ever; "
            "write it without, such as [a-z_]+ in place of ([a-z]+_?)+"
        )
    return expression


def _repeats_too_much(pattern: str) -> bool:
    """Say whether a group that is repeated holds a repetition or alternatives."""
    groups = [False]  # of each group that is open: whether it holds one of them
    closed = False  # whether the group that has just been closed does
    for piece in _ONE.finditer(pattern):
        kind = piece.lastgroup
        if kind == "repeat":
            if closed and piece[0] != "?":
                return True
            groups[-1] = groups[-1] or piece[0] != "?"
            continue
        holds = False
        if kind == "open" and not piece[0].endswith(")"):
            groups.append(False)
        elif kind == "close" and len(groups) > 1:
            holds = groups.pop()
            groups[-1] = groups[-1] or holds
        elif kind == "either":
            groups[-1] = True
        closed = holds
    return False
