"""The feedback page: one HTML file that needs no network and no script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from ..checker.outcome import CheckResult, Outcome, QuestionResult
from ..result import SubmissionResult
from .wording import (
    DROPPED,
    FAILED,
    GLYPHS,
    OVERRIDE,
    PARTIAL,
    adjusted,
    check_title,
    clean,
    counting,
    follow_through,
    found_label,
    found_text,
    isolation,
    lost_marks,
    mistakes_heading,
    number,
    one_line,
    printed_text,
    remarks,
)

_CODE = re.compile(r"(`{1,2})([^`\n]+)\1")


@dataclass(frozen=True)
class Shortfall:
    """One or more checks of a question that ended in the same way, which is told once.

    Attributes
    ----------
    checks : tuple of CheckResult
    stopped_all : bool
        Whether this kept all checks of the question, and more than one, from being run.
    """

    checks: tuple[CheckResult, ...]
    stopped_all: bool

    @property
    def teller(self) -> CheckResult:
        """The check that says most: a public one, where there is one."""
        return next((c for c in self.checks if c.visibility == "public"), self.checks[0])

    @property
    def place(self) -> tuple[str, str]:
        """File and line, and the source there, if it is told."""
        where, _, source = self.teller.place.partition(": ")
        return where, source


@dataclass(frozen=True)
class Section:
    """One question as the page shows it.

    Attributes
    ----------
    question : QuestionResult
        Without what was taken out of the marking.
    outcome : str
        The question's glyph is that of this outcome.
    state : str
        What came of it, in a few words.
    shortfalls : tuple of Shortfall
        What lost marks.
    passed : tuple of CheckResult
    waiting : tuple of CheckResult
        What a person has still to mark.
    withheld : tuple of CheckResult
        Checks of which students are told nothing but the points.
    dropped : tuple of CheckResult
        Checks that were taken out of the marking; none if the whole question was.
    remarks : tuple of str
        What was decided about the question afterwards.
    """

    question: QuestionResult
    outcome: Outcome
    state: str
    shortfalls: tuple[Shortfall, ...]
    passed: tuple[CheckResult, ...]
    waiting: tuple[CheckResult, ...]
    withheld: tuple[CheckResult, ...]
    dropped: tuple[CheckResult, ...]
    remarks: tuple[str, ...]


def feedback_html(result: SubmissionResult) -> str:
    """Return the submission's feedback page."""
    return _TEMPLATE.render(
        result=result,
        sections=[_section(result, question) for question in result.questions],
        alert={"graded": "", "partial": PARTIAL, "failed": FAILED}[result.status],
    )


def _section(result: SubmissionResult, whole: QuestionResult) -> Section:
    question = counting(whole)
    shown = [c for c in whole.checks if result.visibility[c.visibility] != "hidden"]
    out = [check for check in shown if check.reason == DROPPED]
    outcome, state = _state(question)
    return Section(
        question,
        outcome,
        state,
        _shortfalls([check for check in shown if lost_marks(check)], len(question.checks)),
        tuple(check for check in shown if check.outcome == "passed"),
        question.to_be_marked,
        tuple(check for check in question.checks if check not in shown),
        tuple(out) if question.checks or not remarks(whole) else (),
        remarks(whole),
    )


def _state(question: QuestionResult) -> tuple[Outcome, str]:
    if not question.checks:
        return "not run", "taken out of the marking"
    outcomes = [check.outcome for check in question.checks]
    lost = sum(lost_marks(check) for check in question.checks)
    waiting = len(question.to_be_marked)
    if question.not_started:
        return "not run", "not started"
    if {check.reason for check in question.checks} == {"missing"}:
        return "not run", "not handed in"
    if waiting and waiting + lost == len(outcomes):
        return "not run", "to be marked by a person"
    if waiting:
        tested = f"{lost} of {len(outcomes) - waiting} did not pass" if lost else "checks passed"
        return "failed" if lost else "passed", f"{tested}, {waiting} to be marked by a person"
    if not lost:
        return "passed", "all checks passed"
    if all(outcome == "not run" for outcome in outcomes):
        return "not run", "could not be run"
    if lost == len(outcomes):
        return "failed", "no check passed"
    return "failed", f"{lost} of {len(outcomes)} did not pass"


def _shortfalls(checks: Sequence[CheckResult], of: int) -> tuple[Shortfall, ...]:
    """Return a question's checks grouped by what is to be told, in the order of the first ones."""
    groups: dict[tuple[str, ...], list[CheckResult]] = {}
    for check in checks:
        groups.setdefault(_story(check), []).append(check)
    return tuple(
        Shortfall(tuple(group), 1 < len(group) == of and group[0].outcome == "not run")
        for group in groups.values()
    )


def _story(check: CheckResult) -> tuple[str, ...]:
    """Return what two checks have in common when one account will do for both."""
    if check.reason == "import":  # the same whatever the check; a hidden one only tells less of it
        return check.reason, check.place.partition(": ")[0]
    return check.reason, found_text(check), check.place, printed_text(check)


def _prose(text: str) -> Markup:
    """Return the text with what stands between backticks set as code."""
    return Markup(_CODE.sub(r"<code>\2</code>", str(escape(clean(text)))))


def _paragraphs(text: str) -> list[Markup]:
    return [_prose(" ".join(part.split())) for part in re.split(r"\n\s*\n", text.strip())]


def _clean_output(value: Any) -> Any:
    return clean(value) if type(value) is str else value


ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    finalize=_clean_output,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
ENVIRONMENT.filters |= {
    "adjusted": adjusted,
    "check_title": check_title,
    "isolation": isolation,
    "follow_through": follow_through,
    "found_label": found_label,
    "found_text": found_text,
    "mistakes_heading": mistakes_heading,
    "number": number,
    "one_line": one_line,
    "paragraphs": _paragraphs,
    "printed_text": printed_text,
    "prose": _prose,
}
ENVIRONMENT.globals |= {"glyphs": GLYPHS, "TOLD": ("marked", OVERRIDE)}
_TEMPLATE = ENVIRONMENT.get_template("feedback.html")
