"""Whose submission counts when someone has handed in more than once.

All of it works on small rows, so that a class of thousands is no burden.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ..intake.handed_in import Person
from ..result import SubmissionResult
from .lateness import time_of
from .rules import AttemptsRule

_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Attempt:
    """What is needed of a submission to say for whom it counts.

    Attributes
    ----------
    submission : str
    people : tuple of Person
        Who handed it in, as an export says.
    export : str
    at : str
        When, in ISO 8601, or nothing.
    total, max_points : float
        As decided.
    late : float
        The points that its lateness has cost; the total is without them.
    """

    submission: str
    people: tuple[Person, ...]
    export: str
    at: str
    total: float
    max_points: float
    late: float


@dataclass(frozen=True)
class Grade:
    """What one student gets.

    Attributes
    ----------
    student : str
        The pattern's ``student``; else the export's number or e-mail; else the submission's name.
    counts : Attempt or None
        None when it is not known which is the last.
    attempts : tuple of Attempt
        All that the student has handed in, the earliest first as far as that is known.
    why_not : str
        Why none counts, if none does.
    """

    student: str
    counts: Attempt | None
    attempts: tuple[Attempt, ...]
    why_not: str = ""


def attempt_of(result: SubmissionResult) -> Attempt:
    """Return what is needed of a result that everything is decided in."""
    said = result.handed_in
    return Attempt(
        result.submission,
        said.people,
        said.export,
        said.at,
        result.total,
        result.max_points,
        -sum(change.points for change in result.adjustments if change.kind == "late"),
    )


def counted(attempts: Iterable[Attempt], rule: AttemptsRule | None) -> tuple[Grade, ...]:
    """Return who gets which submission's points, sorted by student.

    A submission of several people counts for each of them by itself. Without a rule every
    submission counts: a student who has handed in twice is there twice.
    """
    grades: list[Grade] = []
    for student, several in _by_student(attempts, rule).items():
        name = student[-1]
        if rule is None:
            grades += [Grade(name, attempt, (attempt,)) for attempt in several]
            continue
        ordered, known = _in_order(several, rule)
        if rule.keep == "best":
            grades.append(Grade(name, max(ordered, key=_total), ordered))
        elif known:
            grades.append(Grade(name, ordered[-1], ordered))
        else:
            names = " and ".join(attempt.submission for attempt in ordered)
            why = f"it is not known which of {names} is the last: times are missing or equal"
            grades.append(Grade(name, None, ordered, why))
    return tuple(sorted(grades, key=lambda grade: (grade.student, grade.attempts[0].submission)))


def remarks(grades: Iterable[Grade], rule: AttemptsRule | None) -> dict[str, str]:
    """Return, for submissions that do not count for all their people, the sentence about that."""
    if rule is None:
        return {}
    grades = list(grades)
    shared: dict[str, int] = {}
    for grade in grades:
        for attempt in grade.attempts:
            shared[attempt.submission] = shared.get(attempt.submission, 0) + 1
    said: dict[str, list[str]] = {}
    word = {"best": "better", "last": "later"}[rule.keep]
    for grade in grades:
        for attempt in grade.attempts:
            name = attempt.submission
            if grade.counts is attempt:
                continue
            whom = f" for {grade.student}" if shared[name] > 1 else ""
            if grade.counts is None:
                said.setdefault(name, []).append(f"does not count yet{whom}: {grade.why_not}")
                continue
            by = "as good and earlier" if grade.counts.total == attempt.total else word
            by = word if rule.keep == "last" else by
            why = f"{grade.counts.submission} is {by}"
            said.setdefault(name, []).append(f"does not count{whom}: {why}")
    return {name: "; ".join(sentences) for name, sentences in said.items()}


def superseded(grades: Iterable[Grade]) -> frozenset[str]:
    """Return the submissions that count for nobody, since others of the same people do."""
    still: set[str] = set()
    over: set[str] = set()
    for grade in grades:
        for attempt in grade.attempts:
            counts = grade.counts is None or grade.counts is attempt
            (still if counts else over).add(attempt.submission)
    return frozenset(over - still)


def unmatched(attempts: Iterable[Attempt], rule: AttemptsRule | None) -> int:
    """Return how many submissions' names the pattern does not match."""
    expression = rule.expression if rule is not None else None
    if expression is None:
        return 0
    return sum(expression.fullmatch(attempt.submission) is None for attempt in attempts)


def _total(attempt: Attempt) -> float:
    return round(attempt.total, 6)  # sums in another order may differ in the last digit


def _by_student(
    attempts: Iterable[Attempt], rule: AttemptsRule | None
) -> dict[tuple[str, ...], list[Attempt]]:
    expression = rule.expression if rule is not None else None
    students: dict[tuple[str, ...], list[Attempt]] = {}
    for attempt in attempts:
        match = expression.fullmatch(attempt.submission) if expression else None
        if match and match["student"]:
            keys: list[tuple[str, ...]] = [("pattern", match["student"])]
        else:
            keys = [key for person in attempt.people if (key := _key(attempt.export, person))]
        for key in dict.fromkeys(keys) or [("name", attempt.submission)]:
            students.setdefault(key, []).append(attempt)
    return students


def _key(export: str, person: Person) -> tuple[str, ...]:
    """Return what a person is known by; a name alone can be that of two."""
    if person.number:
        return "number", export, person.number
    return ("e-mail", person.email.casefold()) if person.email else ()


def _in_order(attempts: list[Attempt], rule: AttemptsRule) -> tuple[tuple[Attempt, ...], bool]:
    """Return attempts, the earliest first, and whether it is known which is the last."""
    by_name = sorted(attempts, key=lambda attempt: _natural(attempt.submission))
    if len(attempts) == 1:
        return tuple(attempts), True
    orders: list[Callable[[Attempt], Any]] = []
    times = {attempt.submission: time_of(attempt.at) for attempt in attempts}
    zones = {time is not None and time.tzinfo is not None for time in times.values()}
    if None not in times.values() and len(zones) == 1:
        orders.append(lambda attempt: times[attempt.submission])
    if (expression := rule.expression) is not None and "attempt" in expression.groupindex:
        matches = {a.submission: expression.fullmatch(a.submission) for a in attempts}
        numbers = {name: match["attempt"] for name, match in matches.items() if match}
        if len(numbers) == len(attempts) and all(numbers.values()):
            orders.append(lambda attempt: _natural(numbers[attempt.submission]))
    keys = [(tuple(order(attempt) for order in orders), attempt) for attempt in by_name]
    keys.sort(key=lambda pair: pair[0])
    return tuple(attempt for _, attempt in keys), keys[-1][0] != keys[-2][0]


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """Return a key by which 10 comes after 9."""
    parts = _DIGITS.split(name)
    return tuple((int(part[:18]), part) if part.isdecimal() else (0, part) for part in parts)
