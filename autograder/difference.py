"""Two folders of results side by side: whose marks differ, and where.

Both are read in the order of their names, so that no more than two results are held at a time.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .checker.outcome import CheckResult, QuestionResult
from .report.gradebook import inert
from .report.wording import number, one_line, plural
from .result import SubmissionResult, whole, writing
from .stored import Results

COLUMNS = (
    *("submission", "question", "check", "before", "after", "of_before", "of_after"),
    *("reason_before", "reason_after"),
)
WHOLE = ""
"""In place of a question's or a check's name."""
BY_HAND = "set by hand"
"""In place of a check's name: what a person gave or took for the question beside its checks."""

_SMALL = 1e-6


@dataclass(frozen=True)
class Side:
    """What one folder has: points, those to be had, and why not all were given."""

    points: float
    max_points: float
    reason: str = ""


@dataclass(frozen=True)
class Change:
    """One thing that differs.

    Attributes
    ----------
    submission, question, check : str
        Without a question, it is the total; without a check, the question beside its checks.
    before, after : Side or None
        None where there is no such thing.
    """

    submission: str
    question: str
    check: str
    before: Side | None
    after: Side | None

    @property
    def place(self) -> str:
        """What differs."""
        return "/".join(part for part in (self.question, self.check) if part) or "total"

    def sentence(self) -> str:
        """Return it on one line, without what could steer a terminal."""
        marks = f"{_told(self.before, self.after)} → {_told(self.after, self.before)}"
        reasons = [side.reason for side in (self.before, self.after) if side is not None]
        why = ""
        if any(reasons) and len(reasons) == 2:
            fine = "passed" if self.check else "graded"
            words = dict.fromkeys(reason or fine for reason in reasons)
            why = f" ({' → '.join(words)})"
        return one_line(f"{self.submission}: {self.place} {marks}{why}")


@dataclass
class Summary:
    """What a comparison has found in all.

    Attributes
    ----------
    compared : int
        Submissions that both have.
    up, down, otherwise : int
        Of these, those with a higher, a lower, and the same total, in which marks differ.
    only_before, only_after : int
    questions : Counter
        For each question, in how many submissions its marks differ.
    """

    compared: int = 0
    up: int = 0
    down: int = 0
    otherwise: int = 0
    only_before: int = 0
    only_after: int = 0
    questions: Counter[str] = field(default_factory=Counter)

    @property
    def differ(self) -> bool:
        """Whether anything differs."""
        alone = self.only_before + self.only_after
        return bool(self.up + self.down + self.otherwise + alone)

    def sentences(self, before: str, after: str) -> Iterator[str]:
        """Yield it in short; the arguments are what the folders are called."""
        changed = self.up + self.down + self.otherwise
        yield (
            f"{plural(self.compared, 'submission')} in both: marks differ in {changed} "
            f"(total higher in {self.up}, lower in {self.down}, the same in {self.otherwise})."
        )
        if self.questions:
            most = sorted(self.questions.items(), key=lambda item: (-item[1], item[0]))
            counts = (f"{name} {count}" for name, count in most)
            yield one_line(f"By question: {', '.join(counts)}.")
        for count, name in ((self.only_before, before), (self.only_after, after)):
            if count:
                yield one_line(f"Only in {name}: {plural(count, 'submission')}.")


def compare(
    before: Path, after: Path, summary: Summary, *, as_graded: bool = False
) -> Iterator[Change]:
    """Yield what differs, submission by submission.

    Parameters
    ----------
    before, after : path
        Folders of results.
    summary : Summary
        Filled in on the way.
    as_graded : bool
        Compare the records alone, without what people have decided since.

    Raises
    ------
    ResultsError
        When there are no results in one of them, or a record is damaged.
    """
    folders = Results(before), Results(after)
    sides = [(set(f.names), f.stored() if as_graded else iter(f)) for f in folders]
    for name in sorted({*folders[0].names, *folders[1].names}):
        left, right = (next(results) if name in names else None for names, results in sides)
        if left is not None and right is not None:
            changes = list(_changes(left, right))
            _count(summary, changes)
            yield from changes
            continue
        summary.only_before += left is not None
        summary.only_after += right is not None
        totals = (None if result is None else _whole(result) for result in (left, right))
        yield Change(name, WHOLE, WHOLE, *totals)


def write_table(changes: Iterator[Change], path: Path) -> Iterator[Change]:
    """Write changes into a CSV file on their way; it is there once all have gone through."""
    with writing(path), whole(path) as file:
        file.write(_row(COLUMNS))
        for change in changes:
            sides = (change.before, change.after)
            file.write(
                _row(
                    (
                        *map(inert, (change.submission, change.question or "total", change.check)),
                        *("" if side is None else number(side.points) for side in sides),
                        *("" if side is None else number(side.max_points) for side in sides),
                        *("" if side is None else inert(side.reason) for side in sides),
                    )
                )
            )
            yield change


def _row(cells: tuple[object, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()


def _changes(before: SubmissionResult, after: SubmissionResult) -> Iterator[Change]:
    """Yield what differs between two results of one submission; the total last."""
    name = before.submission
    questions = {q.name: q for q in before.questions}, {q.name: q for q in after.questions}
    found = False
    for question in dict.fromkeys((*questions[0], *questions[1])):
        sides = questions[0].get(question), questions[1].get(question)
        for check, one, other in _sides(*sides):
            if not _same(one, other):
                found = True
                yield Change(name, question, check, one, other)
    totals = _whole(before), _whole(after)
    if found or not _same(*totals) or before.status != after.status:
        yield Change(name, WHOLE, WHOLE, *totals)


def _sides(
    before: QuestionResult | None, after: QuestionResult | None
) -> Iterator[tuple[str, Side | None, Side | None]]:
    """Yield the sides of a question's checks, and of what was given for it beside them."""
    checks: list[dict[str, CheckResult]] = [
        {check.name: check for check in question.checks} if question is not None else {}
        for question in (before, after)
    ]
    for name in dict.fromkeys((*checks[0], *checks[1])):
        one, other = (_side(found.get(name)) for found in checks)
        yield name, one, other
    beside = [
        0.0 if question is None else question.points - sum(c.points for c in question.checks)
        for question in (before, after)
    ]
    if any(abs(points) > _SMALL for points in beside):
        one, other = (Side(points, 0.0) for points in beside)
        yield BY_HAND, one, other


def _side(check: CheckResult | None) -> Side | None:
    return None if check is None else Side(check.points, check.max_points, check.reason)


def _whole(result: SubmissionResult) -> Side:
    changes = [c.kind for c in result.of_total]
    words = [result.status] * (result.status != "graded") + changes
    return Side(result.total, result.max_points, ", ".join(words))


def _same(one: Side | None, other: Side | None) -> bool:
    if one is None or other is None:
        return one is other
    return (
        abs(one.points - other.points) <= _SMALL
        and abs(one.max_points - other.max_points) <= _SMALL
    )


def _count(summary: Summary, changes: list[Change]) -> None:
    summary.compared += 1
    if not changes:
        return
    summary.questions.update({change.question for change in changes if change.question})
    total = changes[-1]
    assert total.before is not None and total.after is not None
    moved = total.after.points - total.before.points
    if abs(moved) <= _SMALL:
        summary.otherwise += 1
    elif moved > 0:
        summary.up += 1
    else:
        summary.down += 1


def _told(side: Side | None, other: Side | None) -> str:
    """Return points; with those to be had where these differ too."""
    if side is None:
        return "not there"
    same = other is not None and abs(side.max_points - other.max_points) <= _SMALL
    return f"{number(side.points)}" + ("" if same else f" of {number(side.max_points)}")
