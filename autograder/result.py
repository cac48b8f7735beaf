"""The one record of a graded submission; every output is rendered from it."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO, Literal

from pydantic import TypeAdapter, ValidationError

from .checker.isolation import Isolation
from .checker.outcome import QuestionResult
from .errors import ResultsError
from .intake.handed_in import NOTHING_SAID, HandedIn

RECORD = "record.json"

Status = Literal["graded", "partial", "failed"]
TOTAL = "total"


@dataclass(frozen=True)
class Adjustment:
    """A change of points after grading.

    Attributes
    ----------
    kind : str
        ``late``, by the rule of ``grading.yml``; or ``override``, by a person.
    target : str
        ``total``, a question, or ``question/check``.
    points : float
        Given, or taken off when they are negative.
    reason : str
        For the student.
    """

    kind: Literal["late", "override"]
    target: str
    points: float
    reason: str


@dataclass(frozen=True)
class DecidedQuestion(QuestionResult):
    """What came of a question, with what was decided about all of it since.

    Attributes
    ----------
    by_hand : float
        Points that a person gave or took beside those of the checks.
    remarks : tuple of str
        What was decided, and why, for the student.
    """

    by_hand: float = 0.0
    remarks: tuple[str, ...] = ()

    @classmethod
    def of(cls, question: QuestionResult, **changes: Any) -> DecidedQuestion:
        """Return a question with some of its fields changed."""
        kept = {field.name: getattr(question, field.name) for field in fields(question)}
        return cls(**kept | changes)

    @property
    def points(self) -> float:
        """The points given."""
        return super().points + self.by_hand


@dataclass(frozen=True)
class SubmissionResult:
    """What came of one submission.

    Attributes
    ----------
    submission : str
        The name it goes by: its folder's or archive's.
    assignment : str
        The assignment's title.
    status : str
        ``graded``; ``partial`` when the grader could not run some check; ``failed`` when
        nothing could be graded.
    questions : tuple of QuestionResult
        In the order of ``grading.yml``, also when nothing could be graded.
    notes : tuple of str
        What a person should know: what was missing, what was left out.
    isolation : Isolation
        What kept the submission apart from the grader.
    visibility : dict of str to str
        For ``public`` and ``hidden`` checks, Gradescope's word for who may see them.
    fingerprint : dict of str to str
        Hashes of all that the marks depend on, by what it is: the submission, the solution, each
        question's checks and recordings. Empty when nothing was graded.
    handed_in : HandedIn
        Who handed it in and when, as an export says.
    seconds : float
        Wall time spent on it.
    adjustments : tuple of Adjustment
        What was decided since; in no record, but put in when results are read for showing. Those
        of questions and checks are in their points already.
    """

    submission: str
    assignment: str
    status: Status
    questions: tuple[QuestionResult, ...]
    notes: tuple[str, ...]
    isolation: Isolation
    visibility: dict[str, str]
    fingerprint: dict[str, str]
    handed_in: HandedIn = NOTHING_SAID
    seconds: float = 0.0
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def points(self) -> float:
        """The points given, without those of bonus questions."""
        return sum(question.points for question in self.questions if not question.bonus)

    @property
    def max_points(self) -> float:
        """The points to be had, without those of bonus questions."""
        return sum(question.max_points for question in self.questions if not question.bonus)

    @property
    def bonus_points(self) -> float:
        """The points given for bonus questions, which come on top."""
        return sum(question.points for question in self.questions if question.bonus)

    @property
    def max_bonus_points(self) -> float:
        """The points to be had for bonus questions."""
        return sum(question.max_points for question in self.questions if question.bonus)

    @property
    def total(self) -> float:
        """All points, adjusted, never below 0; with a bonus they may exceed ``max_points``."""
        adjusted = sum(change.points for change in self.of_total)
        return max(0.0, self.points + self.bonus_points + adjusted)

    @property
    def of_total(self) -> tuple[Adjustment, ...]:
        """The adjustments that are in no question's points."""
        return tuple(change for change in self.adjustments if change.target == TOTAL)

    @property
    def counts(self) -> bool:
        """Whether there are points to show: it was graded, or a person has given some."""
        return self.status != "failed" or any(c.kind == "override" for c in self.adjustments)


_ADAPTER = TypeAdapter(SubmissionResult)


def to_json(result: SubmissionResult) -> bytes:
    """Return the record as it is stored."""
    return _ADAPTER.dump_json(result, indent=1, exclude={"adjustments"})


def from_json(data: bytes) -> SubmissionResult:
    """Return the result that a record is of.

    Raises
    ------
    ValidationError
        When it is no record.
    """
    return _ADAPTER.validate_json(data)


def save(result: SubmissionResult, folder: Path) -> None:
    """Write the record into a submission's results folder, whole or not at all."""
    write_whole(folder / RECORD, to_json(result))


def load(folder: Path) -> SubmissionResult:
    """Read the record of a submission's results folder.

    Raises
    ------
    ResultsError
        When the record is missing or damaged.
    """
    path = folder / RECORD
    try:
        return from_json(path.read_bytes())
    except FileNotFoundError:
        raise ResultsError(f"{path}: there is no record here; grade this submission") from None
    except ValidationError as error:
        raise ResultsError(
            f"{path}: the record is damaged ({error.error_count()} errors); "
            "delete its folder and grade again"
        ) from error


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """Say what a person can do when results cannot be written.

    Raises
    ------
    ResultsError
        In place of any OSError.
    """
    try:
        yield
    except OSError as error:
        advice = "Make it writable, close it in other programs,"
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            advice = "Free some space"
        raise ResultsError(
            f"{place}: the results cannot be written: {error.strerror}. {advice} and run the same "
            "command again; what was graded stays."
        ) from None


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or, after a crash, as it was before."""
    with whole(path) as file:
        file.write(data)


@contextlib.contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its place only when all of it is written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
