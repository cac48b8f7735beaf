"""The words, the numbers and the clean text that all outputs have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..checker.isolation import POSSIBLE, REFUSED, Isolation
from ..checker.outcome import CheckResult, QuestionResult
from ..result import Adjustment, DecidedQuestion

DROPPED, OVERRIDE = "dropped", "override"
"""The reasons of checks that count for nobody, and of those whose points a person has set."""

GLYPHS = {"passed": "✓", "failed": "✗", "not run": "–"}
"""Beside the word for an outcome, never in place of it."""

TROUBLES = {
    "crash": "crashed",
    "exit": "ended Python",
    "import": "could not be loaded",
    "killed": "was stopped from outside",
    "memory": "ran out of memory",
    "time": "ran out of time",
}
"""What an instructor should see at once: the reasons of checks that brought no answer."""

PARTIAL = (
    "Some checks could not be run by the grader. That is not the fault of this submission, "
    "and its marks may still change."
)
FAILED = (
    "This submission could not be graded, for the reason given below. "
    "That says nothing about the answers in it."
)

_ONE_MISTAKE = "This is what your answers look like"
_TWO_MISTAKES = "One of two mistakes explains this; they cannot be told apart from the answers"
_HELPED_FOR = {
    "marks": "since yours lost marks there.",
    "time": "since yours took too much time or memory here, though right.",
}
_GRADERS_FAULT = "The grader could not run this check. That is not the fault of your code."

_FIRST_LINES, _LAST_LINES, _LINE_WIDTH = 12, 8, 200
_MOST_CHARACTERS = 1200

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")
_MISLEADING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str) -> str:
    """Return the text without what could steer a terminal or reorder what stands around it.

    Terminal sequences and control characters are left out; characters that change the direction
    of writing, and halves of surrogate pairs, are shown as U+FFFD.
    """
    text = _ESCAPES.sub("", text)
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    return _MISLEADING.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Return the clean text on one line."""
    return " ".join(clean(text).split())


def shortened(printed: str) -> str:
    """Return what was printed, its middle left out when it is long, and long lines cut."""
    lines = [
        line if len(line) <= _LINE_WIDTH else f"{line[:_LINE_WIDTH]} …"
        for line in clean(printed).strip("\n").split("\n")
    ]
    left_out = len(lines) - _FIRST_LINES - _LAST_LINES
    if left_out > 1:
        gap = f"… {left_out} lines left out here …"
        lines = [*lines[:_FIRST_LINES], gap, *lines[-_LAST_LINES:]]
    text = "\n".join(lines)
    return text if text.strip() else ""


def number(points: float) -> int | float:
    """Return points as they are written: 12 or 12.5, without the noise of adding up."""
    rounded = round(points, 3)
    return int(rounded) if rounded == int(rounded) else rounded


def plural(count: int, word: str) -> str:
    """Return ``1 day`` or ``2 days``."""
    return f"{count} {word}{'s' * (count != 1)}"


def listed(names: Sequence[str]) -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def check_title(check: CheckResult) -> str:
    """Return a check's name as words."""
    return in_words(check.name)


def in_words(name: str) -> str:
    """Return a name of Python as words: ``large_values`` is ``Large values``."""
    words = name.replace("_", " ").replace(".", ": ").strip()
    return words[:1].upper() + words[1:]


def lost_marks(check: CheckResult) -> bool:
    """Say whether a check lost points; what waits for a person, or is dropped, has lost none."""
    return check.outcome != "passed" and check.reason not in ("by_hand", DROPPED)


def counting(question: QuestionResult) -> QuestionResult:
    """Return a question without the checks that were taken out of the marking."""
    kept = tuple(check for check in question.checks if check.reason != DROPPED)
    return question if kept == question.checks else replace(question, checks=kept)


def remarks(question: QuestionResult) -> tuple[str, ...]:
    """Return what was decided about a question after grading, in sentences for the student."""
    return question.remarks if isinstance(question, DecidedQuestion) else ()


def adjusted(change: Adjustment) -> str:
    """Return why points were given or taken, in a sentence for the student."""
    start = "Late" if change.kind == "late" else f"The {change.target} was set by hand"
    return f"{start}: {change.reason}"


def found_label(check: CheckResult) -> str:
    """Return the heading of what was found: an answer, or what happened in place of one."""
    if check.reason == "marked":
        return "Comment"
    if check.reason == OVERRIDE:
        return "Set by hand"
    return "What came back" if check.reason in ("wrong", "form", "unusable") else "What happened"


def found_text(check: CheckResult) -> str:
    """Return what was found, for the student; what ails the grader is not spread out there."""
    text = _GRADERS_FAULT if check.reason == "grader" else clean(check.found)
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]} …"


def printed_text(check: CheckResult) -> str:
    """Return what the code printed, for the student: of a hidden check, nothing."""
    return shortened(check.printed) if check.visibility == "public" else ""


def mistakes_heading(question: QuestionResult) -> str:
    """Return the sentence that introduces a question's diagnoses."""
    return _ONE_MISTAKE if len(question.diagnoses) == 1 else _TWO_MISTAKES


def isolation(observed: Isolation) -> str:
    """Return the level of isolation, and what a probe could and could not do there."""
    tried = {
        name: what.partition(":")[0]
        for name, what in observed.observed.items()
        if what.startswith((REFUSED, POSSIBLE))
    }
    if not tried:
        return observed.level
    possible = [name for name, what in tried.items() if what == POSSIBLE]
    refused = f"{len(tried) - len(possible)} of {len(tried)} attempts refused"
    return f"{observed.level}, {refused}" + f" ({'; '.join(possible)}: possible)" * bool(possible)


def follow_through(question: QuestionResult) -> str:
    """Return the sentence that says which right versions were put in, and why."""
    versions = "a correct version" if len(question.helped_by) == 1 else "correct versions"
    return (
        f"This question was marked with {versions} of {listed(question.helped_by)}, "
        + _HELPED_FOR[question.helped_for]
    )
