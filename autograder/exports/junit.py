"""JUnit's XML: a suite for each question of each submission, for instructors' own programs.

Hidden checks are in it, by name, outcome and what came back. Elements and attributes are
those that Jenkins takes in, ``testing/example_scripts/junit-10.xsd`` in
https://github.com/pytest-dev/pytest: of a check that did not pass, ``failure`` or ``skipped`` with
the reason as ``type``; of a suite, ``properties`` with points, diagnoses and helping questions.
``skipped`` is what there was nothing to judge of, or what the grader itself could not run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from ..checker.outcome import CheckResult, QuestionResult
from ..report.wording import clean, found_text, number, one_line, printed_text
from ..result import SubmissionResult
from .written import Written

SKIPPED = frozenset({"not_started", "waits", "missing", "by_hand", "grader", "dropped", "unread"})
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(results: Iterable[SubmissionResult], file: BinaryIO) -> Written:
    """Write all checks of all results, holding one result at a time."""
    suites = submissions = 0
    file.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n')
    for result in results:
        submissions += 1
        for question in result.questions:
            suites += 1
            file.writelines(line.encode() + b"\n" for line in _suite(result, question))
    file.write(b"</testsuites>\n")
    return Written(f"{suites} suites of {submissions} submissions")


def _suite(result: SubmissionResult, question: QuestionResult) -> Iterator[str]:
    counted = {"failure": 0, "skipped": 0}
    for check in question.checks:
        if kind := _kind(check):
            counted[kind] += 1
    seconds = sum(check.seconds for check in question.checks)
    attributes = _attributes(
        name=f"{result.submission}.{question.name}",
        tests=str(len(question.checks)),
        failures=str(counted["failure"]),
        errors="0",
        skipped=str(counted["skipped"]),
        time=f"{seconds:.3f}",
    )
    yield f"<testsuite{attributes}>"
    yield "<properties>"
    for name, value in _properties(result, question):
        yield f"<property{_attributes(name=name, value=value)}/>"
    yield "</properties>"
    for check in question.checks:
        yield from _case(result, question, check)
    yield "</testsuite>"


def _properties(result: SubmissionResult, question: QuestionResult) -> Iterator[tuple[str, str]]:
    yield "assignment", result.assignment
    yield "submission", result.submission
    yield "status", result.status
    yield "question", question.name
    yield "bonus", str(question.bonus).lower()
    yield "points", str(number(question.points))
    yield "max_points", str(number(question.max_points))
    for mistake in question.diagnoses:
        yield "diagnosis", mistake.name
    for helper in question.helped_by:
        yield "helped_by", helper


def _case(result: SubmissionResult, question: QuestionResult, check: CheckResult) -> Iterator[str]:
    attributes = _attributes(
        name=check.name,
        classname=f"{result.submission}.{question.name}",
        time=f"{check.seconds:.3f}",
    )
    kind = _kind(check)
    if not kind:
        yield f"<testcase{attributes}/>"
        return
    yield f"<testcase{attributes}>"
    told = _attributes(message=one_line(found_text(check)), type=check.reason)
    yield f"<{kind}{told}>{escape(_xml(_account(check)))}</{kind}>"
    if printed := printed_text(check):
        yield f"<system-out>{escape(_xml(printed))}</system-out>"
    yield "</testcase>"


def _account(check: CheckResult) -> str:
    points = f"{number(check.points)} of {number(check.max_points)} points"
    parts = (f"{points}, {check.visibility} check", check.asked, check.place)
    return "\n".join(part for part in parts if part)


def _kind(check: CheckResult) -> str:
    if check.outcome == "passed":
        return ""
    return "skipped" if check.reason in SKIPPED else "failure"


def _attributes(**values: str) -> str:
    return "".join(f" {name}={quoteattr(_xml(value))}" for name, value in values.items())


def _xml(text: str) -> str:
    """Return the text without what no XML document may hold."""
    return _NO_XML.sub("\ufffd", clean(text))
