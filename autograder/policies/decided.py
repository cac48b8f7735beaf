"""Putting all that people have decided into a result: marks, policies, overrides, in this order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ..checker.outcome import CheckResult, QuestionResult
from ..marks import Marks, key, read_marks, with_marks
from ..report.wording import DROPPED, OVERRIDE, found_text, plural
from ..result import TOTAL, Adjustment, DecidedQuestion, SubmissionResult
from .afterwards import with_afterwards
from .audit import DUE, HANDED_IN, Entry, Overrides, holding, read_audit
from .lateness import judge
from .rules import NO_POLICIES, Policies, read_policies


@dataclass(frozen=True)
class Decisions:
    """All that was decided about the results in a folder.

    Attributes
    ----------
    marks : dict
        Those that people have given for written answers.
    policies : Policies
    overrides : mapping
    """

    marks: Marks
    policies: Policies
    overrides: Overrides


NOTHING_DECIDED = Decisions({}, NO_POLICIES, {})


def read_decisions(results: Path, policies: Policies | None = None) -> Decisions:
    """Return what was decided about a folder of results.

    Parameters
    ----------
    results : path
    policies : Policies, optional
        In place of those that are stored there.

    Raises
    ------
    ResultsError
        When a file of decisions is damaged.
    """
    return Decisions(
        read_marks(results),
        read_policies(results) if policies is None else policies,
        holding(read_audit(results).entries),
    )


def decided(result: SubmissionResult, decisions: Decisions) -> SubmissionResult:
    """Return a result with all that was decided in it.

    The written answers get their marks; what was dropped or rescaled is; checks, then questions,
    get the points that people have set for them; and either the total is what a person has set,
    or what lateness costs is taken off it.
    """
    overrides = decisions.overrides.get(result.submission, {})
    result = with_marks(result, decisions.marks)
    questions = [with_afterwards(q, decisions.policies.afterwards) for q in result.questions]
    changes: list[Adjustment] = []
    for place, question in enumerate(questions):
        questions[place] = _with_overrides(question, overrides, changes)
    result = replace(result, questions=tuple(questions), adjustments=tuple(changes))
    notes = list(_without_effect(result, overrides))
    if (moment := overrides.get(HANDED_IN)) is not None:
        said = replace(result.handed_in, at=str(moment.after), late=None)
        result = replace(result, handed_in=said)
        notes.append(f"taken as handed in at {moment.after}: {moment.reason}")
    if (total := overrides.get(TOTAL)) is not None:
        delta = _points(total) - result.total
        of_total = [Adjustment("override", TOTAL, delta, total.reason)]
    else:
        of_total = _late(result, decisions.policies, overrides.get(DUE), notes)
    return replace(
        result,
        notes=(*result.notes, *notes),
        adjustments=(*result.adjustments, *of_total),
    )


def _late(
    result: SubmissionResult, policies: Policies, extension: Entry | None, notes: list[str]
) -> list[Adjustment]:
    """Return what lateness costs, if anything; what a person should know of it is noted."""
    rule, due = policies.late, policies.deadline
    if rule is None or due is None:
        return []
    said = result.handed_in
    if extension is not None:
        due = datetime.fromisoformat(str(extension.after))
        notes.append(f"due at {extension.after}, by an extension: {extension.reason}")
        if said.at:  # late by the date before; by this one the time says it
            said = replace(said, late=None)
    lateness = judge(said, due, rule)
    if lateness.unclear:
        notes.append(lateness.unclear)
    if not lateness.days or not result.counts:
        return []
    percent = rule.percent(lateness.days)
    days = plural(lateness.days, "day")
    reason = (
        f"handed in {days} late, counting each day that has begun; {percent:g} % of the points are "
        "taken off"
    )
    return [Adjustment("late", TOTAL, -round(result.total * percent / 100, 3), reason)]


def _without_effect(result: SubmissionResult, overrides: Mapping[str, Entry]) -> Iterator[str]:
    """Say what was set for a question or check that is not there or does not count."""
    there = {TOTAL, DUE, HANDED_IN}
    for question in result.questions:
        counting = {key(question.name, c) for c in question.checks if c.reason != DROPPED}
        there |= counting | ({question.name} if counting else set())
    for target in overrides:
        if target not in there:
            yield f"the points set by hand for {target} have no effect: it is not marked now"


def _with_overrides(
    question: QuestionResult, overrides: Mapping[str, Entry], changes: list[Adjustment]
) -> QuestionResult:
    """Return a question with the points that people have set; what they changed is added."""
    checks = []
    for check in question.checks:
        name = key(question.name, check)
        entry = overrides.get(name)
        if entry is None or check.reason == DROPPED:
            checks.append(check)
            continue
        points = _points(entry)
        changes.append(Adjustment("override", name, points - check.points, entry.reason))
        checks.append(_set_by_hand(check, points, entry.reason))
    if tuple(checks) != question.checks:
        question = replace(question, checks=tuple(checks))
    entry = overrides.get(question.name)
    if entry is None or all(check.reason == DROPPED for check in question.checks):
        return question
    delta = _points(entry) - question.points
    changes.append(Adjustment("override", question.name, delta, entry.reason))
    remarks = question.remarks if isinstance(question, DecidedQuestion) else ()
    said = f"The points of this question were set by hand: {entry.reason}"
    return DecidedQuestion.of(question, by_hand=delta, remarks=(*remarks, said))


def _set_by_hand(check: CheckResult, points: float, reason: str) -> CheckResult:
    """Return a check with a person's points; what it had found is told after the reason."""
    before = "" if check.outcome == "passed" or check.reason == "by_hand" else found_text(check)
    return replace(
        check,
        points=points,
        outcome="passed" if points >= check.max_points else "failed",
        reason=OVERRIDE,
        found=f"{reason.rstrip('.')}.\nThe check had found: {before}" if before else reason,
    )


def _points(entry: Entry) -> float:
    assert isinstance(entry.after, float)
    return entry.after
