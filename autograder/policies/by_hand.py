"""Decisions of a person about one submission: points, moments, and taking the last one back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ..errors import ResultsError
from ..marks import key
from ..report.wording import DROPPED, one_line
from ..result import TOTAL, SubmissionResult, load, writing
from ..stored import Results
from ..strict import with_time_zone
from .audit import DUE, HANDED_IN, Entry, Overrides, Value, append, entry_of, holding, read_audit
from .decided import decided, read_decisions
from .names import unknown

LONGEST_REASON = 1000


@dataclass(frozen=True)
class Slot:
    """What points can be set for: how many there are now, and how many there can be."""

    points: float
    max_points: float
    counts: bool = True


def set_points(
    results: Path, submission: str, target: str, points: float, reason: str, *, beyond: bool
) -> Entry:
    """Set the points of a check, a question or the whole submission.

    Parameters
    ----------
    results : path
        The folder of results.
    submission : str
        One that has a record there.
    target : str
        ``total``, ``question`` or ``question/check``.
    points : float
        From 0 to what there is to be had.
    reason : str
        The student reads it.
    beyond : bool
        Let more points through than there are to be had.

    Raises
    ------
    ResultsError
        When nothing is called so, or the points cannot be; nothing was changed.
    """
    reason = _reason(reason)
    slots = _slots(_now(results, submission))
    if target not in slots:
        raise ResultsError(f"{submission}: {unknown(target, slots)}")
    slot = slots[target]
    if not slot.counts:
        raise ResultsError(
            f"{submission}: {target} was taken out of the marking (`afterwards` in grading.yml), "
            "so no points can be given for it; set those of its question, or the total"
        )
    if not math.isfinite(points) or points < 0:
        raise ResultsError(f"{points:g} points cannot be; expected a number from 0")
    if points > slot.max_points and not beyond:
        raise ResultsError(
            f"{submission}: {target} has {slot.max_points:g} points, and {points:g} are more; "
            "--beyond lets that through"
        )
    return _decide(results, submission, target, (slot.points, float(points)), reason)


def set_moment(results: Path, submission: str, target: str, moment: str, reason: str) -> Entry:
    """Set when a submission is due, or when it was handed in.

    Parameters
    ----------
    results : path
    submission : str
    target : str
        ``due`` or ``handed-in``.
    moment : str
        In ISO 8601, with the time zone.
    reason : str
        The student reads it.

    Raises
    ------
    ResultsError
        When it is no such moment; nothing was changed.
    """
    reason = _reason(reason)
    try:
        at = with_time_zone(moment)
    except ValueError as error:
        raise ResultsError(f"--{target} {moment}: {error}") from None
    now = _now(results, submission)
    before = _moment(results, now, target, holding(read_audit(results).entries))
    return _decide(results, submission, target, (before, at.isoformat()), reason)


def undo(results: Path, submission: str, target: str, reason: str) -> Entry:
    """Take back the last decision about a target; the one before it, if any, holds again.

    Raises
    ------
    ResultsError
        When there is none; nothing was changed.
    """
    now = _now(results, submission)
    entries = read_audit(results).entries
    holds = holding(entries).get(submission, {})
    if target not in holds:
        there = f"there are decisions about {', '.join(holds)}" if holds else "there are none"
        raise ResultsError(f"{submission}: nothing was set for {target}; {there}")
    draft = entry_of("undo", submission, target, (None, None), _reason(reason, needed=False))
    after = holding([*entries, draft])
    values = (holds[target].after, _value(results, now.submission, target, after))
    entry = entry_of("undo", submission, target, values, draft.reason)
    with writing(results):
        append([entry], results)
    return entry


def _decide(
    results: Path, submission: str, target: str, values: tuple[Value, Value], reason: str
) -> Entry:
    entry = entry_of("set", submission, target, values, reason)
    with writing(results):
        append([entry], results)
    return entry


def _now(results: Path, submission: str) -> SubmissionResult:
    """Return a submission's result with all that is decided so far."""
    names = Results(results).names
    if submission not in names:
        raise ResultsError(f"{results}: {unknown(submission, names)}")
    return decided(load(results / submission), read_decisions(results))


def _slots(result: SubmissionResult) -> Mapping[str, Slot]:
    """Return all that points can be set for."""
    slots = {TOTAL: Slot(result.total, result.max_points + result.max_bonus_points)}
    for question in result.questions:
        counts = any(check.reason != DROPPED for check in question.checks)
        slots[question.name] = Slot(question.points, question.max_points, counts)
        for check in question.checks:
            slot = Slot(check.points, check.max_points, check.reason != DROPPED)
            slots[key(question.name, check)] = slot
    return slots


def _value(results: Path, submission: str, target: str, overrides: Overrides) -> Value:
    """Return what a target would be with these overrides."""
    decisions = replace(read_decisions(results), overrides=overrides)
    result = decided(load(results / submission), decisions)
    if target in (DUE, HANDED_IN):
        return _moment(results, result, target, overrides)
    slot = _slots(result).get(target)
    return None if slot is None else slot.points


def _moment(
    results: Path, result: SubmissionResult, target: str, overrides: Overrides
) -> str | None:
    if target == HANDED_IN:
        return result.handed_in.at or None
    entry = overrides.get(result.submission, {}).get(DUE)
    if entry is not None:
        return str(entry.after)
    due: datetime | None = read_decisions(results).policies.due
    return None if due is None else due.isoformat()


def _reason(text: str, *, needed: bool = True) -> str:
    """Return a reason on one line."""
    line = one_line(text)
    if needed and not line:
        raise ResultsError("a reason is needed, which the student reads; give it by --reason")
    if len(line) > LONGEST_REASON:
        raise ResultsError(f"the reason has {len(line)} characters; at most {LONGEST_REASON}")
    return line
