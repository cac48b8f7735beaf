"""``results.json`` in the format that Gradescope publishes for autograders.

The keys and their values are those of
https://gradescope-autograders.readthedocs.io/en/latest/specs/. Times are left out, so that
grading twice gives the same bytes. A test of a bonus question has ``max_score`` 0, so that its
score comes on top of what there is to be had.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..checker.outcome import CheckResult, QuestionResult
from ..result import TOTAL, SubmissionResult
from .wording import (
    DROPPED,
    FAILED,
    OVERRIDE,
    PARTIAL,
    adjusted,
    check_title,
    clean,
    follow_through,
    found_label,
    found_text,
    lost_marks,
    mistakes_heading,
    number,
    printed_text,
    remarks,
)


def results_json(result: SubmissionResult) -> bytes:
    """Return the submission's ``results.json``: one test for each check.

    So that the tests' scores still add up to the score, what was given or taken afterwards for a
    question or for the whole is a test of its own, without a maximum.
    """
    changes = [
        {"kind": a.kind, "target": a.target, "points": number(a.points), "reason": a.reason}
        for a in result.adjustments
    ]
    plain = {
        "score": number(result.total),
        "output": "\n\n".join(_summary(result)),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [
            test
            for place, question in enumerate(result.questions, start=1)
            for test in _tests(result, question, place)
        ]
        + list(_adjusted(result)),
        "extra_data": {
            "status": result.status,
            "isolation": result.isolation.level,
            "isolation_observed": result.isolation.observed,
            "follow_through": {q.name: list(q.helped_by) for q in result.questions if q.helped_by},
            **({"adjustments": changes} if changes else {}),
        },
    }
    return (json.dumps(_cleaned(plain), indent=1, ensure_ascii=False) + "\n").encode()


def _summary(result: SubmissionResult) -> Iterator[str]:
    """Yield what concerns the whole submission; no points, for Gradescope may hold them back."""
    if result.status == "failed":
        yield FAILED
    if result.status == "partial":
        yield PARTIAL
    yield from result.notes
    for question in result.questions:
        yield from (f"{question.title}: {remark}" for remark in remarks(question))
    yield from (adjusted(change) for change in result.of_total)


def _tests(
    result: SubmissionResult, question: QuestionResult, place: int
) -> Iterator[dict[str, Any]]:
    diagnosed = _where_diagnosed(result, question)
    helped = _where_helped(result, question)
    for number_within, check in enumerate(question.checks, start=1):
        paragraphs = list(_paragraphs(check))
        if check is helped:
            paragraphs.append(follow_through(question))
        if check is diagnosed and question.diagnoses:
            mistakes = "\n\n".join(mistake.message for mistake in question.diagnoses)
            paragraphs.append(f"{mistakes_heading(question)}:\n{mistakes}")
        status = {"status": "passed" if check.outcome == "passed" else "failed"}
        yield {
            "name": f"{question.name}{' (bonus)' * question.bonus} · {check_title(check)}",
            "number": f"{place}.{number_within}",
            "score": number(check.points),
            "max_score": 0 if question.bonus else number(check.max_points),
            **({} if check.reason in ("by_hand", DROPPED) else status),
            "output": "\n\n".join(paragraphs),
            "output_format": "text",
            "visibility": result.visibility[check.visibility],
            "extra_data": {
                "question": question.name,
                "check": check.name,
                "outcome": check.outcome,
                "reason": check.reason,
            },
        }


def _adjusted(result: SubmissionResult) -> Iterator[dict[str, Any]]:
    """Yield a test for each change that is in no check's points, shown when hidden ones are."""
    places = {question.name: place for place, question in enumerate(result.questions, start=1)}
    whole = 0
    for change in result.adjustments:
        if "/" in change.target:
            continue
        if change.target == TOTAL:
            whole += 1
            where = f"{len(places) + 1}.{whole}"
        else:
            place = places[change.target]
            where = f"{place}.{len(result.questions[place - 1].checks) + 1}"
        yield {
            "name": f"{change.target} · {'Late' if change.kind == 'late' else 'Set by hand'}",
            "number": where,
            "score": number(change.points),
            "max_score": 0,
            "output": change.reason,
            "output_format": "text",
            "visibility": result.visibility["hidden"],
            "extra_data": {"adjustment": change.kind},
        }


def _where_diagnosed(result: SubmissionResult, question: QuestionResult) -> CheckResult | None:
    """Return the first check that lost marks, if possible one that students may ever see."""
    lost = [check for check in question.checks if lost_marks(check)]
    seen = [check for check in lost if result.visibility[check.visibility] != "hidden"]
    return next(iter(seen or lost), None)


def _where_helped(result: SubmissionResult, question: QuestionResult) -> CheckResult | None:
    """Return the first check that can tell of help without telling early of lost marks."""
    if not question.helped_by:
        return None
    known = all(_is_known(result, name) for name in question.helped_by)
    words = result.visibility
    return next((c for c in question.checks if known or words[c.visibility] != "visible"), None)


def _is_known(result: SubmissionResult, name: str) -> bool:
    """Say whether students see at once that they lost marks at the question of that name."""
    return any(
        lost_marks(check) and result.visibility[check.visibility] == "visible"
        for question in result.questions
        if question.name == name
        for check in question.checks
    )


def _paragraphs(check: CheckResult) -> Iterator[str]:
    if check.asked:
        yield f"What was asked: {check.asked}"
    if check.outcome == "passed" and check.reason not in ("marked", OVERRIDE):
        return
    yield f"{found_label(check)}: {found_text(check)}"
    if check.place:
        yield f"Where: {check.place}"
    if printed := printed_text(check):
        yield f"What your code printed:\n{printed}"


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): _cleaned(item) for key, item in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, list) else value
