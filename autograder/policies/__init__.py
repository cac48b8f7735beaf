"""What is decided after grading: lateness, several attempts, what was taken out of the marking.

Records stay what the grader found; decisions are put into results when they are read for showing.
"""

from .attempts import Attempt, Grade, attempt_of, counted
from .names import wrong_names
from .rules import NO_POLICIES, POLICIES, Policies, read_policies, write_policies

__all__ = [
    "NO_POLICIES",
    "POLICIES",
    "Attempt",
    "Grade",
    "Policies",
    "attempt_of",
    "counted",
    "read_policies",
    "write_policies",
    "wrong_names",
]
