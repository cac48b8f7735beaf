"""The gradebook: one row for each submission, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from ..checker.outcome import QuestionResult
from ..result import SubmissionResult
from .wording import TROUBLES, counting, isolation, listed, number, one_line

_FORMULA_STARTS = tuple("=+-@＝＋－＠")


class Gradebook:
    """The gradebook as it grows, result by result.

    Columns: ``submission``, one for each question in order, ``total``, ``status``, ``notes``. The
    total has the points of bonus questions in it, and a note says how many these are.
    """

    def __init__(self) -> None:
        self._rows: dict[str, tuple[dict[str, int | float], list[str | int | float]]] = {}

    def add(self, result: SubmissionResult) -> None:
        """Take in one result."""
        points = {question.name: number(question.points) for question in result.questions}
        notes = "; ".join(inert(note) for note in _notes(result))
        self._rows[result.submission] = points, [number(result.total), result.status, notes]

    def csv(self, remarks: Mapping[str, str] = MappingProxyType({})) -> str:
        """Return RFC 4180 text with one row for each submission, sorted by name.

        Parameters
        ----------
        remarks : mapping of str to str, optional
            For some submissions, what else their notes should begin with.
        """
        questions = dict.fromkeys(name for points, _ in self._rows.values() for name in points)
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(["submission", *questions, "total", "status", "notes"])
        for submission, (points, rest) in sorted(self._rows.items()):
            *before, notes = rest
            if submission in remarks:
                notes = f"{inert(remarks[submission])}; {notes}"
            marks = (points.get(name, "") for name in questions)
            rows.writerow([inert(submission), *marks, *before, notes])
        return text.getvalue()


def gradebook_csv(results: Iterable[SubmissionResult]) -> str:
    """Return the gradebook of these results."""
    gradebook = Gradebook()
    for result in results:
        gradebook.add(result)
    return gradebook.csv()


def _notes(result: SubmissionResult) -> Iterator[str]:
    yield from result.notes
    if result.status != "failed":
        not_started = [q.name for q in result.questions if counting(q).not_started and not q.bonus]
        if not_started:
            yield f"not started: {', '.join(not_started)}"
    waiting = sum(len(question.to_be_marked) for question in result.questions)
    if waiting:
        yield f"{waiting} written answers wait for marks"
    if result.bonus_points:
        told = f"{number(result.bonus_points)} of {number(result.max_bonus_points)}"
        yield f"bonus points in the total: {told}"
    for change in result.adjustments:
        by = "late" if change.kind == "late" else f"{change.target} was set by hand"
        sign = "+" if change.points > 0 else ""
        yield f"{by} ({sign}{number(change.points)} points): {change.reason}"
    for question in result.questions:
        yield from (f"{question.name}: {trouble}" for trouble in _troubles(question))
        if question.helped_by:
            helpers = listed(question.helped_by)
            yield f"{question.name} was marked with correct versions of {helpers}"
    yield f"isolation: {isolation(result.isolation)}"


def _troubles(question: QuestionResult) -> Iterator[str]:
    """Say what kept checks from being run, and how many."""
    reasons = Counter(c.reason for c in question.checks if c.reason in TROUBLES)
    for reason, count in reasons.items():
        yield f"{TROUBLES[reason]} in {count} of {len(question.checks)} checks"


def inert(text: str) -> str:
    """Return the text on one line, such that no spreadsheet takes it for a formula."""
    line = one_line(text)
    return f"'{line}" if line.startswith(_FORMULA_STARTS) else line
