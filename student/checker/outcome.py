"""What came of a check and of a question: the records that everything shown is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .contract import Visibility

Outcome = Literal["passed", "failed", "not run"]


@dataclass(frozen=True)
class Picture:
    """A picture that a check attached: a PNG in base64, and what it shows in words."""

    alt: str
    png: str


@dataclass(frozen=True)
class Passage:
    """A piece of a written answer: ``markdown``, ``code``, or what code ``printed``."""

    kind: Literal["markdown", "code", "printed"]
    text: str


@dataclass(frozen=True)
class CheckResult:
    """What came of one check.

    Attributes
    ----------
    name : str
        The check's name in ``grading.yml``.
    visibility : str
        ``public`` or ``hidden``.
    points, max_points : float
        Points given and to be had.
    outcome : str
        ``passed``, ``failed`` or ``not run``.
    reason : str
        A word that says why it was not run or failed; empty when it passed.
    asked : str
        What was asked: the check's docstring.
    found : str
        What came back against what was due, fit for the student's eyes.
    place : str
        Where in the student's code, if there is a place.
    printed : str
        What the code printed during a public check that did not pass.
    detail : str
        More for the instructor; of a hidden check, nothing for the student.
    pictures : tuple of Picture
    seconds : float
        Time spent in the check.
    answer : tuple of Passage
        What a person is to mark; of a check that people make.
    """

    name: str
    visibility: Visibility
    points: float
    max_points: float
    outcome: Outcome
    reason: str = ""
    asked: str = ""
    found: str = ""
    place: str = ""
    printed: str = ""
    detail: str = ""
    pictures: tuple[Picture, ...] = ()
    seconds: float = 0.0
    answer: tuple[Passage, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """A known mistake that explains all that is wrong with a question's answers."""

    name: str
    message: str


@dataclass(frozen=True)
class QuestionResult:
    """What came of one question.

    Attributes
    ----------
    name, title : str
    checks : tuple of CheckResult
        In the order of ``grading.yml``.
    diagnoses : tuple of Diagnosis
        None, one, or two that cannot be told apart.
    helped_by : tuple of str
        Questions whose right versions were put in the place of the student's for this marking.
    helped_for : str
        Whether that was because they lost ``marks``, or took too much ``time`` here, or memory.
    kind : str
        What was handed in for it.
    bonus : bool
        Whether its points come on top of those to be had.
    """

    name: str
    title: str
    checks: tuple[CheckResult, ...]
    diagnoses: tuple[Diagnosis, ...] = ()
    helped_by: tuple[str, ...] = ()
    helped_for: Literal["marks", "time"] = "marks"
    kind: Literal["module", "lab", "report"] = "module"
    bonus: bool = False

    @property
    def file(self) -> str:
        """The name of the file that was handed in for it."""
        return self.name + {"module": ".py", "lab": ".ipynb", "report": ".md"}[self.kind]

    @property
    def to_be_marked(self) -> tuple[CheckResult, ...]:
        """What waits for a person."""
        return tuple(check for check in self.checks if check.reason == "by_hand")

    @property
    def points(self) -> float:
        """The points given."""
        return sum(check.points for check in self.checks)

    @property
    def max_points(self) -> float:
        """The points to be had."""
        return sum(check.max_points for check in self.checks)

    @property
    def complete(self) -> bool:
        """Whether nothing was lost; what people have still to mark does not count."""
        return all(c.points == c.max_points or c.reason == "by_hand" for c in self.checks)

    @property
    def not_started(self) -> bool:
        """Whether the checks found nothing but an untouched stub, or for a bonus no file."""
        reasons = {check.reason for check in self.checks}
        if self.bonus and reasons == {"missing"}:
            return True
        return "not_started" in reasons and reasons <= {"not_started", "waits"}
