"""Which results count for whom, and what of them platforms are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..intake import Person
from ..policies import Grade
from ..report.wording import number
from ..result import SubmissionResult


@dataclass(frozen=True)
class LeftOut:
    """Someone, or a submission, without marks in an export, and why."""

    who: str
    why: str


@dataclass(frozen=True)
class Counted:
    """What counts for those who handed in a submission; small, so that a class fits in memory.

    Attributes
    ----------
    submission, assignment : str
    people : tuple of Person
        Those for whom it counts: each person of a group has the same marks.
    export : str
        The platform whose numbers people have; empty when none is known, and then the
        submission's name stands for number, e-mail address and name alike.
    at : str
        When it was handed in, in ISO 8601; empty when that is not known.
    given : float
        The points given, before anything is added or taken off.
    total, max_points : float
    questions : tuple of (str, float, float)
        Name, points given and points to be had of each.
    """

    submission: str
    assignment: str
    people: tuple[Person, ...]
    export: str
    at: str
    given: float
    total: float
    max_points: float
    questions: tuple[tuple[str, float, float], ...]

    def points(self, out_of: float | None = None) -> int | float:
        """Return the total, on a scale that ends at ``out_of`` if that is named."""
        if out_of is None or not self.max_points:
            return number(self.total)
        return number(self.total * out_of / self.max_points)

    def comment(self) -> str:
        """Return the points of each question in one line."""
        each = (f"{name} {number(got)} of {number(most)}" for name, got, most in self.questions)
        return f"{COMMENT} {', '.join(each)}."


COMMENT = "Points by question:"
"""How a comment begins that was written here, and may be written again."""


@dataclass(frozen=True)
class Tally:
    """All that counts.

    Attributes
    ----------
    counted : tuple of Counted
    left_out : tuple of LeftOut
    warnings : tuple of str
        What may still change these marks.
    """

    counted: tuple[Counted, ...]
    left_out: tuple[LeftOut, ...]
    warnings: tuple[str, ...]

    @property
    def assignment(self) -> str:
        """The assignment's title; empty when nothing counts."""
        return self.counted[0].assignment if self.counted else ""

    @property
    def max_points(self) -> float:
        """The points to be had."""
        return max((counted.max_points for counted in self.counted), default=0.0)


def counting(
    results: Iterable[SubmissionResult],
    grades: Iterable[Grade] | None = None,
    *,
    finished_only: bool = False,
) -> Tally:
    """Decide which results count for whom.

    A result that could not be graded is no mark of zero: it counts for nobody. When two results
    of one person would count, neither does.

    Parameters
    ----------
    results : iterable of SubmissionResult
        With all that people have decided.
    grades : iterable of Grade, optional
        Where a rule says which of several submissions counts: what came of it. What does not
        count for anybody is left out without a word, since another submission does.
    finished_only : bool
        Leave out what may still change: answers that wait for a person, checks that the grader
        could not run.
    """
    counted: list[Counted] = []
    left_out: list[LeftOut] = []
    waiting = unfinished = partial = 0
    chosen = None if grades is None else _Chosen(grades)
    if chosen is not None:
        left_out += chosen.undecided
    for result in results:
        students = None if chosen is None else chosen.students.get(result.submission, set())
        if students is not None and not students:
            continue
        answers = sum(len(question.to_be_marked) for question in result.questions)
        if result.status == "failed":
            left_out.append(LeftOut(result.submission, "could not be graded"))
        elif finished_only and answers:
            left_out.append(LeftOut(result.submission, f"{answers} written answers wait for marks"))
        elif finished_only and result.status == "partial":
            left_out.append(LeftOut(result.submission, "some checks could not be run"))
        else:
            waiting += answers
            unfinished += bool(answers)
            partial += result.status == "partial"
            counted.append(_counted(result, students))
    warnings = []
    if waiting:
        warnings.append(
            f"{waiting} written answers of {unfinished} submissions wait for marks, and have no "
            "points here (--finished-only leaves these submissions out)"
        )
    if partial:
        warnings.append(
            f"some checks of {partial} submissions could not be run by the grader; grade them "
            "again before anybody sees these marks (--finished-only leaves them out)"
        )
    once, twice = _once(counted)
    return Tally(tuple(once), (*left_out, *twice), tuple(warnings))


class _Chosen:
    """For whom each submission counts, where a rule chooses among several."""

    def __init__(self, grades: Iterable[Grade]) -> None:
        self.students: dict[str, set[str]] = {}
        self.undecided: list[LeftOut] = []
        for grade in grades:
            if grade.counts is None:
                self.undecided.append(LeftOut(grade.student, grade.why_not))
            else:
                self.students.setdefault(grade.counts.submission, set()).add(grade.student)


def _counted(result: SubmissionResult, students: set[str] | None) -> Counted:
    """Return what counts, for all who handed it in or for those students alone."""
    said = result.handed_in
    name = result.submission
    people = said.people
    if students is not None:
        by_number = [p for p in people if students & {p.number, p.email.casefold()}]
        unknown = [p for p in people if not (p.number or p.email)]
        people = (*by_number, *unknown) if by_number else people
        name = min(students)
    stand_in = Person(name, name, name if "@" in name else "")
    return Counted(
        result.submission,
        result.assignment,
        people or (stand_in,),
        said.export if said.people else "",
        said.at,
        result.points + result.bonus_points,
        result.total,
        result.max_points,
        tuple((q.name, q.points, q.max_points) for q in result.questions),
    )


def _once(counted: Iterable[Counted]) -> tuple[list[Counted], list[LeftOut]]:
    """Set apart submissions of which one person has handed in several."""
    of_whom: dict[tuple[str, ...], dict[str, None]] = {}
    counted = list(counted)
    for one in counted:
        for key in _keys(one):
            of_whom.setdefault(key, {})[one.submission] = None
    several = {names: None for held in of_whom.values() if len(names := tuple(held)) > 1}
    out: dict[str, tuple[str, ...]] = {}
    for names in several:
        for name in names:
            out.setdefault(name, names)
    return [one for one in counted if one.submission not in out], [
        LeftOut(name, f"counts for the same person as {', '.join(n for n in names if n != name)}")
        for name, names in sorted(out.items())
    ]


def _keys(counted: Counted) -> Iterator[tuple[str, ...]]:
    """Yield by what the people of a submission are known; by their names alone if by nothing."""
    for person in counted.people:
        if person.number:
            yield "number", counted.export, person.number
        if person.email:
            yield "email", person.email.casefold()
        if not person.number and not person.email:
            yield "name", person.name
