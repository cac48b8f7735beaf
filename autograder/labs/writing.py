"""The written report: it is taken in here, and marked by people."""

from __future__ import annotations

from collections.abc import Mapping

from ..checker.outcome import CheckResult, Passage, QuestionResult
from ..grading_file import REPORT, REPORT_FILES, ReportPlan

MAX_CHARACTERS = 200_000


def mark_report(plan: ReportPlan, papers: Mapping[str, bytes]) -> QuestionResult:
    """Return the report's parts, ready for a person to mark.

    Parameters
    ----------
    plan : ReportPlan
    papers : mapping of str to bytes
        What was handed in besides modules, by name.
    """
    handed_in = [name for name in REPORT_FILES if name in papers]
    passages: tuple[Passage, ...] = ()
    for name in handed_in:
        if name.endswith(".md"):
            text = papers[name].decode("utf-8-sig", "replace")[:MAX_CHARACTERS]
            passages += (Passage("markdown", text),)
        else:
            where = f"The report was handed in as `{name}`; it lies beside the feedback page."
            passages += (Passage("markdown", where),)
    checks: list[CheckResult] = []
    for part, points in plan.parts.items():
        title = part.replace("_", " ")
        if handed_in:
            answer = () if checks else passages  # it is one text; the first part has it
            checks.append(by_hand(part, title, points, answer))
        else:
            found = "No report was handed in."
            checks.append(nothing_to_mark(part, title, points, "missing", found))
    return QuestionResult(REPORT, plan.title, tuple(checks), kind="report")


def by_hand(name: str, title: str, points: float, answer: tuple[Passage, ...]) -> CheckResult:
    """Return the result of a written question before anybody has marked it."""
    return CheckResult(
        *(name, "public", 0.0, points, "not run", "by_hand"),
        asked=title,
        found="A person will mark this.",
        answer=answer,
    )


def nothing_to_mark(name: str, title: str, points: float, reason: str, found: str) -> CheckResult:
    """Return the result of a written question to which there is no answer."""
    return CheckResult(*(name, "public", 0.0, points, "not run", reason), asked=title, found=found)
