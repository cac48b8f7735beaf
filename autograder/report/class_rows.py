"""What the class page keeps of each submission: a small row, so that thousands fit."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..checker.outcome import QuestionResult
from ..result import Status, SubmissionResult
from .wording import TROUBLES, counting, isolation, number

Key = tuple[str, str]
"""A question's name, and that of a check or a mistake in it."""

_NOISE = 1e-9
"""By which sums of the same points may differ."""

Ending = tuple[str, str]
"""How a check ended: outcome and reason."""


@dataclass(frozen=True, order=True)
class QuestionFacts:
    """What is the same for all submissions about a question."""

    title: str
    kind: str
    bonus: bool
    max_points: float


@dataclass(frozen=True, order=True)
class CheckFacts:
    """What is the same for all submissions about a check."""

    visibility: str
    max_points: float
    asked: str


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """What came of a question in one submission.

    Attributes
    ----------
    points : float
    seconds : float
        Time spent in its checks.
    state : str
        ``full``, ``lost`` (some points or all), ``none`` (not started or not handed in),
        ``waits`` (nothing lost so far, and a person has still to mark) or ``out`` (taken out of
        the marking).
    also : tuple of str
        ``helped``, ``known`` (a mistake is named), ``trouble`` (it crashed, ran out of time, …),
        ``waits``.
    troubles : tuple of str
        The reasons for which checks brought no answer, sorted.
    mistakes : tuple of str
        Names of the mistakes; two when they cannot be told apart.
    waiting : int
        Number of answers that a person has still to mark.
    """

    points: float
    seconds: float
    state: str
    also: tuple[str, ...]
    troubles: tuple[str, ...]
    mistakes: tuple[str, ...]
    waiting: int


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one submission.

    Attributes
    ----------
    name, assignment : str
    status : str
    counts : bool
        Whether it has marks.
    earned : float
        The points of all checks.
    total : float
        The same with what was given or taken off for the whole.
    max_points, max_bonus_points : float
    notes : tuple of str
        What the intake and the grader have noted, and what was decided since.
    seconds : float
    isolation : str
    questions : dict of str to QuestionRow
        In order.
    checks : tuple of (str, str)
        Question and name of each check, in order; one object for all rows that have the same.
    endings : array of int
        For each check, the place of its outcome and reason in :attr:`Rows.endings`.
    points : array of float
        For each check, the points given.
    """

    name: str
    assignment: str
    status: Status
    counts: bool
    earned: float
    total: float
    max_points: float
    max_bonus_points: float
    notes: tuple[str, ...]
    seconds: float
    isolation: str
    questions: dict[str, QuestionRow]
    checks: tuple[Key, ...]
    endings: array[int]
    points: array[float]


@dataclass
class Rows:
    """All rows as they come in, and what they have in common.

    Attributes
    ----------
    endings : dict of (str, str) to int
        Every outcome and reason there is, and its number.
    questions, checks, mistakes : dict
        What is known of each; mistakes have their messages. Where results differ, which they may
        when ``grading.yml`` was changed between them, the greatest counts, so that the order in
        which they come in does not matter.
    """

    endings: dict[Ending, int] = field(default_factory=dict)
    questions: dict[str, QuestionFacts] = field(default_factory=dict)
    checks: dict[Key, CheckFacts] = field(default_factory=dict)
    mistakes: dict[Key, str] = field(default_factory=dict)
    _rows: dict[str, Row] = field(default_factory=dict)
    _layouts: dict[tuple[Key, ...], tuple[Key, ...]] = field(default_factory=dict)

    def add(self, result: SubmissionResult) -> None:
        """Take in one result."""
        keys: list[Key] = []
        endings, points = array("H"), array("d")
        for question in result.questions:
            facts = QuestionFacts(
                question.title, question.kind, question.bonus, question.max_points
            )
            self.questions[question.name] = max(self.questions.get(question.name, facts), facts)
            for mistake in question.diagnoses:
                key = (question.name, mistake.name)
                self.mistakes[key] = max(self.mistakes.get(key, ""), mistake.message)
            for check in question.checks:
                key = (question.name, check.name)
                keys.append(key)
                about = CheckFacts(check.visibility, check.max_points, check.asked)
                self.checks[key] = max(self.checks.get(key, about), about)
                ending = (check.outcome, check.reason)
                endings.append(self.endings.setdefault(ending, len(self.endings)))
                points.append(check.points)
        layout = tuple(keys)
        self._rows[result.submission] = Row(
            result.submission,
            result.assignment,
            result.status,
            result.counts,
            sum(points),
            result.total,
            result.max_points,
            result.max_bonus_points,
            (*result.notes, *_changes(result)),
            result.seconds,
            isolation(result.isolation),
            {question.name: _question_row(question) for question in result.questions},
            self._layouts.setdefault(layout, layout),
            endings,
            points,
        )

    def sorted(self) -> list[Row]:
        """Return the rows in the order of their names."""
        return [row for _, row in sorted(self._rows.items())]


def _changes(result: SubmissionResult) -> Iterator[str]:
    """Yield what was given or taken off since grading."""
    for change in result.adjustments:
        by = "late" if change.kind == "late" else f"{change.target} set by hand"
        yield f"{by} ({'+' if change.points > 0 else ''}{number(change.points)} points)"


def _question_row(whole: QuestionResult) -> QuestionRow:
    question = counting(whole)
    waiting = len(question.to_be_marked)
    troubles = sorted({c.reason for c in question.checks if c.reason in {*TROUBLES, "grader"}})
    tokens = (
        ("helped", bool(question.helped_by)),
        ("known", bool(question.diagnoses)),
        ("trouble", bool(troubles)),
        ("waits", bool(waiting)),
    )
    return QuestionRow(
        question.points,
        sum(check.seconds for check in question.checks),
        _state(question, waiting),
        tuple(token for token, holds in tokens if holds),
        tuple(troubles),
        tuple(mistake.name for mistake in question.diagnoses),
        waiting,
    )


def _state(question: QuestionResult, waiting: int) -> str:
    if not question.checks:
        return "out"
    untouched = question.not_started or {c.reason for c in question.checks} == {"missing"}
    if untouched and not question.points:
        return "none"
    if waiting and question.complete:
        return "waits"
    return "full" if question.points > question.max_points - _NOISE else "lost"


def in_order(rows: Iterable[Row]) -> tuple[Key, ...]:
    """Return the checks of all rows, in the order in which the first rows have them."""
    layouts = dict.fromkeys(row.checks for row in rows)
    return tuple(dict.fromkeys(key for layout in layouts for key in layout))
