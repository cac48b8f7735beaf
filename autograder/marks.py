"""Marks that people have given: kept beside the records, and put into what is rendered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from .checker.outcome import CheckResult
from .errors import ResultsError
from .result import SubmissionResult, write_whole

MARKS = "marks.json"


@dataclass(frozen=True)
class Mark:
    """What a person has given for one written answer."""

    points: float
    comment: str = ""


Marks = dict[str, dict[str, Mark]]
"""For each submission, the mark of each answer, which is called ``question/check``."""

_ADAPTER = TypeAdapter(Marks)


def key(question: str, check: CheckResult) -> str:
    """Return what an answer is called."""
    return f"{question}/{check.name}"


def read_marks(results: Path) -> Marks:
    """Return the marks that were imported into a folder of results.

    Raises
    ------
    ResultsError
        When the file is damaged.
    """
    path = results / MARKS
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValidationError:
        raise ResultsError(
            f"{path}: damaged; delete it and import the marks again (`autograder manual`)"
        ) from None


def write_marks(marks: Marks, results: Path) -> None:
    """Write all marks of a folder of results, whole or not at all."""
    write_whole(results / MARKS, _ADAPTER.dump_json(marks, indent=1))


def with_marks(result: SubmissionResult, marks: Marks) -> SubmissionResult:
    """Return the result with what people have marked in it."""
    given = marks.get(result.submission, {})
    if not given:
        return result
    questions = tuple(
        replace(
            question,
            checks=tuple(
                _marked(check, given.get(key(question.name, check))) for check in question.checks
            ),
        )
        for question in result.questions
    )
    return replace(result, questions=questions)


def _marked(check: CheckResult, mark: Mark | None) -> CheckResult:
    if mark is None or check.reason != "by_hand":
        return check
    return replace(
        check,
        points=mark.points,
        outcome="passed" if mark.points >= check.max_points else "failed",
        reason="marked",
        found=mark.comment or "Marked, without a comment.",
    )
