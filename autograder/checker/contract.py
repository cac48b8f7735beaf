"""What the checker knows of an assignment: questions, checks, points and limits."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from .signature import Signature

Visibility = Literal["public", "hidden"]


@dataclass(frozen=True)
class Limits:
    """What code under test may use.

    Attributes
    ----------
    check_seconds : float
        Wall time of one check.
    question_seconds : float
        Wall time of all checks of one question; what has not been started by then is not run.
    memory_mib : int
        Address space in MiB.
    output_kib : int
        What may be printed in one call, in KiB.
    files : int
        Open files.
    processes : int
        Processes and threads.
    scratch_mib : int
        Size of the private scratch folder in MiB.
    """

    check_seconds: float = 10.0
    question_seconds: float = 60.0
    memory_mib: int = 2048
    output_kib: int = 1024
    files: int = 64
    processes: int = 32
    scratch_mib: int = 64


@dataclass(frozen=True)
class Check:
    """One check: the pytest function ``test_<name>`` and what it is worth."""

    name: str
    points: float
    visibility: Visibility


@dataclass(frozen=True)
class Question:
    """One question: a module that students write.

    Attributes
    ----------
    name : str
        The module, the test files and the misconceptions all bear this name.
    title : str
        A few words for people.
    needs : tuple of str
        Questions whose functions this one calls.
    signatures : tuple of Signature
        The module's functions.
    rtol, atol : float
        Default tolerances of ``match`` in this question's checks.
    checks : tuple of Check
        In the order in which they are shown.
    unseen_points : float
        Points of checks that are not listed here, since only the grader has them.
    bonus : bool
        Whether its points come on top of those to be had.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    signatures: tuple[Signature, ...]
    rtol: float
    atol: float
    checks: tuple[Check, ...]
    unseen_points: float = 0.0
    bonus: bool = False

    @property
    def points(self) -> float:
        """The sum of the checks' points."""
        return sum(check.points for check in self.checks) + self.unseen_points

    @property
    def public(self) -> Question:
        """The question as students have it: without its hidden checks."""
        checks = tuple(check for check in self.checks if check.visibility == "public")
        unseen = self.points - sum(check.points for check in checks)
        return replace(self, checks=checks, unseen_points=unseen)


@dataclass(frozen=True)
class Assignment:
    """A whole assignment, in the order in which it is shown."""

    title: str
    questions: tuple[Question, ...]
    limits: Limits = field(default_factory=Limits)
    unavailable: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """The sum of the questions' points, without those of bonus questions."""
        return sum(question.points for question in self.questions if not question.bonus)

    @property
    def bonus_points(self) -> float:
        """The sum of the bonus questions' points, which come on top."""
        return sum(question.points for question in self.questions if question.bonus)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the questions."""
        return tuple(question.name for question in self.questions)

    @property
    def bonus_questions(self) -> tuple[str, ...]:
        """The names of the questions that may be left out."""
        return tuple(question.name for question in self.questions if question.bonus)

    @cached_property
    def functions(self) -> dict[str, str]:
        """Every function that students write, and the question it belongs to."""
        return {s.function: q.name for q in self.questions for s in q.signatures}

    @cached_property
    def _signatures(self) -> dict[str, Signature]:
        return {s.function: s for q in self.questions for s in q.signatures}

    def question(self, name: str) -> Question:
        """Return the question of that name."""
        return next(question for question in self.questions if question.name == name)

    def signature(self, function: str) -> Signature:
        """Return the signature of that function."""
        return self._signatures[function]


def to_json(assignment: Assignment) -> str:
    """Return the assignment as the JSON text that is handed out, without hidden checks."""
    handed_out = replace(assignment, questions=tuple(q.public for q in assignment.questions))
    plain = asdict(handed_out)
    for question, data in zip(handed_out.questions, plain["questions"], strict=True):
        data["signatures"] = [signature.text for signature in question.signatures]
    return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"


def from_json(path: Path) -> Assignment:
    """Read what :func:`to_json` wrote."""
    plain: dict[str, Any] = json.loads(path.read_text("utf-8"))
    questions = tuple(
        Question(
            name=data["name"],
            title=data["title"],
            needs=tuple(data["needs"]),
            signatures=tuple(Signature.parse(text) for text in data["signatures"]),
            rtol=data["rtol"],
            atol=data["atol"],
            checks=tuple(Check(**check) for check in data["checks"]),
            unseen_points=data["unseen_points"],
            bonus=data["bonus"],
        )
        for data in plain["questions"]
    )
    return Assignment(
        title=plain["title"],
        questions=questions,
        limits=Limits(**plain["limits"]),
        unavailable=tuple(plain["unavailable"]),
    )
