"""Taking checks out of the marking, and giving questions other points, after grading."""

from __future__ import annotations

from dataclasses import replace

from ..checker.outcome import CheckResult, QuestionResult
from ..report.wording import DROPPED, number
from ..result import DecidedQuestion
from .rules import Afterwards, Reason


def with_afterwards(question: QuestionResult, afterwards: Afterwards) -> QuestionResult:
    """Return a question with what was dropped and rescaled in it.

    Points are rescaled in proportion, after what is dropped is gone.
    """
    whole, rescaled = afterwards.drop.get(question.name), afterwards.rescale.get(question.name)
    checks = tuple(
        check
        if (why := afterwards.dropped(question.name, check.name)) is None
        else _out(check, why)
        for check in question.checks
    )
    remarks = []
    if whole is not None:
        remarks.append(f"This question was taken out of the marking afterwards: {whole.reason}")
    before = sum(check.max_points for check in checks)
    if rescaled is not None and before:
        factor = rescaled.points / before
        checks = tuple(
            replace(check, points=check.points * factor, max_points=check.max_points * factor)
            for check in checks
        )
        remarks.append(
            f"The points of this question were changed afterwards, in proportion, from "
            f"{number(before)} to {number(rescaled.points)}: {rescaled.reason}"
        )
    if remarks:
        return DecidedQuestion.of(question, checks=checks, remarks=tuple(remarks))
    return question if checks == question.checks else replace(question, checks=checks)


def _out(check: CheckResult, why: Reason) -> CheckResult:
    """Return a check that counts for nobody."""
    return replace(
        check,
        points=0.0,
        max_points=0.0,
        outcome="not run",
        reason=DROPPED,
        found=f"This check was taken out of the marking afterwards: {why.reason}",
        place="",
        printed="",
        pictures=(),
    )
