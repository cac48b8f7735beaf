"""The report on a push as texts: summary, annotations, JSON, JUnit and code quality.

What students print, and what their exceptions say, is text of strangers: each format has its own
way of keeping such text from being read as anything but text.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree

from .contract import Assignment, Question
from .guard import Standing
from .outcome import CheckResult, QuestionResult

MOST_ANNOTATIONS = 10
"""So many errors GitHub shows for a step."""

_MOST_LINES, _WIDTH = 16, 160
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
    r"\ufeff\ufffe\uffff]"
)
_MARKDOWN = re.compile(r"([\\`*_\[\]#|~$<>&@:])")
_PLACE = re.compile(r", line (\d+)")
_FINEST = 10_000


@dataclass(frozen=True)
class Place:
    """A line of the student's code, with the file's name seen from the repository's root."""

    file: str
    line: int


@dataclass(frozen=True)
class Report:
    """What came of a push.

    Attributes
    ----------
    assignment : Assignment
    results : tuple of QuestionResult
        One for each question.
    standing : Standing
        What the checks were run with.
    sources : mapping of str to bytes
        The student's files.
    pictures : mapping of (str, str) to tuple of (str, str)
        By question and check: names of the files with pictures, and what they show.
    prefix : str
        The student's folder, seen from the repository's root; empty or with a slash at the end.
    """

    assignment: Assignment
    results: tuple[QuestionResult, ...]
    standing: Standing
    sources: Mapping[str, bytes] = field(default_factory=dict)
    pictures: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = field(default_factory=dict)
    prefix: str = ""

    @property
    def passed(self) -> bool:
        """Whether every public check passed; a bonus that is not started does not count."""
        due = [result for result in self.results if not (result.bonus and result.not_started)]
        return all(check.outcome == "passed" for result in due for check in result.checks)

    @property
    def status(self) -> int:
        """The exit status: 0 when all passed and can be trusted, 1 when not."""
        return 0 if self.passed and self.standing.trusted else 1

    def question(self, result: QuestionResult) -> Question:
        """Return what was asked in the question that a result is of."""
        return self.assignment.question(result.name)

    def place(self, result: QuestionResult, check: CheckResult) -> Place | None:
        """Return where in the student's code a check failed: a line, or the function's head."""
        for name in sorted(self.sources, key=len, reverse=True):
            if check.place.startswith(name) and (at := _PLACE.match(check.place, len(name))):
                return Place(self.prefix + name, int(at[1]))
        if result.file not in self.sources or check.outcome == "passed":
            return None
        source = self.sources[result.file].decode("utf-8", "replace")
        names = "|".join(re.escape(s.function) for s in self.question(result).signatures)
        head = re.search(rf"^[ \t]*def[ \t]+(?:{names})\b", source, re.MULTILINE)
        line = source.count("\n", 0, head.start()) + 1 if head else 1
        return Place(self.prefix + result.file, line)


def clean(text: str) -> str:
    """Return the text without what could steer a terminal or reorder what stands around it."""
    return _CONTROLS.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def first_failure(result: QuestionResult) -> CheckResult | None:
    """Return the first check that did not pass."""
    return next((check for check in result.checks if check.outcome != "passed"), None)


def feedback(result: QuestionResult, check: CheckResult) -> str:
    """Return what is told of a failure, as plain text."""
    lines = [f"asked: {check.asked}", f"found: {check.found}"]
    if check.place:
        lines.append(f"where: {check.place}")
    if told := mistake(result):
        lines.append(told)
    if check.printed.strip():
        lines += ["your code printed:", *_shortened(check.printed)]
    return clean("\n".join(lines))


def mistake(result: QuestionResult) -> str:
    """Return the sentence that names a recognised mistake, if there is one."""
    if not result.diagnoses:
        return ""
    opening = "This is what such answers come from: "
    if len(result.diagnoses) > 1:
        opening = "Such answers come from one of two mistakes: "
    return opening + " Or: ".join(diagnosis.message for diagnosis in result.diagnoses)


def standing_text(standing: Standing) -> list[str]:
    """Return, in sentences, what can be said of the files that checks were run with."""
    said = []
    if standing.doubt:
        said.append(f"This result cannot be trusted. {standing.doubt}")
    if changes := [change for change in standing.changes if change.in_the_run]:
        names = _listed([f"{change.file} ({change.what})" for change in changes])
        then = "" if standing.doubt else " They were restored before the checks were run."
        said.append(f"Given files that are not as they were handed out: {names}.{then}")
    if changes := [change for change in standing.changes if not change.in_the_run]:
        names = _listed([f"{change.file} ({change.what})" for change in changes])
        said.append(
            f"What tells the server to run the checks is not as it was handed out: {names}. "
            "That cannot be restored from inside of a run."
        )
    if not standing.separate and not standing.doubt:
        said.append(
            "The given files were compared with their own list only, since no copy of the "
            "hand-out was named."
        )
    return [" ".join(clean(text).split()) for text in said]


# GitHub -------------------------------------------------------------------------------------------


def command(kind: str, message: str, **properties: object) -> str:
    """Return a workflow command for GitHub, with everything in it escaped."""
    given = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{kind} {given}::{_data(message)}" if given else f"::{kind}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def annotated(report: Report) -> Iterator[str]:
    """Yield commands that put failures beside the lines of code that they come from."""
    said = standing_text(report.standing)
    if report.standing.doubt or report.standing.changes:
        kind = "error" if report.standing.doubt else "warning"
        yield command(kind, "\n".join(said), title="Given files were changed")
    seen: set[object] = set()
    left = MOST_ANNOTATIONS - bool(report.standing.doubt)
    for result in report.results:
        check = first_failure(result)
        if check is None or result.not_started or check.reason == "waits":
            continue
        place = report.place(result, check)
        key = (place, check.found) if check.place else (place, result.name)
        if key in seen or len(seen) == left:
            continue  # a file that cannot be loaded fails every question that uses it
        seen.add(key)
        where = {"file": place.file, "line": place.line} if place else {}
        title = f"{result.name}: {_words(check)}"
        yield command("error", feedback(result, check), **where, title=title)


def summary(report: Report) -> str:
    """Return the report as Markdown."""
    points, visible = _sums(report, bonus=False)
    parts = [
        f"# {_escaped(report.assignment.title)}: "
        f"{points:g} of {visible:g} points of the public checks"
    ]
    for said in standing_text(report.standing):
        parts.append(f"> **{_escaped(said)}**" if report.standing.doubt else f"> {_escaped(said)}")
    parts.append(_table(report))
    failed = [r for r in report.results if first_failure(r) is not None and not r.not_started]
    for i, result in enumerate(failed):
        check = first_failure(result)
        assert check is not None
        bad = sum(check.outcome != "passed" for check in result.checks)
        head = f"{result.file}: {_escaped(_words(check))}"
        if place := report.place(result, check):
            head += f" ({_escaped(place.file)}, line {place.line})"
        body = [_fenced(feedback(result, check))]
        if bad > 1:
            body.append(f"{bad - 1} more did not pass: `python check.py {result.name}` tells all.")
        if i == 0:
            parts += [f"## Begin here: {head}", *body]
        else:
            parts += [f"<details><summary>{head}</summary>", *body, "</details>"]
    drawn = [item for items in report.pictures.values() for item in items]
    if drawn:
        lines = [f"- `{file}`: {_escaped(alt)}" for file, alt in drawn]
        parts.append("## Pictures, among the artifacts of this run\n\n" + "\n".join(lines))
    if report.passed and report.standing.trusted:
        parts.append("All public checks passed.")
    return "\n\n".join(parts) + "\n"


def _table(report: Report) -> str:
    rows = [
        "| question | | points | of public | hidden checks add | |",
        "|---|---|--:|--:|--:|---|",
    ]
    for result in report.results:
        unseen = report.question(result).unseen_points
        plus = "+" * result.bonus
        rows.append(
            f"| `{result.file}` | {_escaped(result.title)} | {plus}{result.points:g} "
            f"| {plus}{result.max_points:g} | {plus}{unseen:g} | {_state(result)} |"
        )
    for bonus in (False, True):
        if not any(result.bonus == bonus for result in report.results):
            continue
        points, visible = _sums(report, bonus=bonus)
        unseen = sum(q.unseen_points for q in report.assignment.questions if q.bonus == bonus)
        rows.append(
            f"| **{'bonus' if bonus else 'together'}** | | **{points:g}** | **{visible:g}** "
            f"| **{unseen:g}** | |"
        )
    return "\n".join(rows)


def _state(result: QuestionResult) -> str:
    if result.not_started:
        return "not started"
    passed = sum(check.outcome == "passed" for check in result.checks)
    return f"{'✓ ' * (passed == len(result.checks))}{passed} of {len(result.checks)} passed"


def _escaped(text: str) -> str:
    """Return the text on one line, with nothing in it that Markdown or HTML would take up."""
    line = " ".join(clean(text).split())
    return _MARKDOWN.sub(lambda found: f"&#{ord(found[1])};", line)


def _fenced(text: str) -> str:
    """Return the text as a block of code that nothing in it can end."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(longest + 1, 3)
    return f"{fence}text\n{text}\n{fence}"


# Other tools --------------------------------------------------------------------------------------


def result_json(report: Report) -> str:
    """Return the report for programs; scores are whole numbers.

    Points times ``scale``, their smallest common denominator, are whole and exact.
    """
    scale = scale_of(report)

    def whole(points: float) -> int:
        return int(_fraction(points) * scale)

    def sums(results: Sequence[QuestionResult]) -> dict[str, int]:
        checks = [check for result in results for check in result.checks]
        unseen = sum(_fraction(report.question(r).unseen_points) for r in results)
        return {
            "score": sum(whole(check.points) for check in checks),
            "max_score": sum(whole(check.max_points) for check in checks),
            "hidden_max_score": int(unseen * scale),
        }

    def told(result: QuestionResult, check: CheckResult) -> dict[str, Any]:
        place = report.place(result, check)
        return {
            "name": check.name,
            "outcome": check.outcome,
            "reason": check.reason,
            "score": whole(check.points),
            "max_score": whole(check.max_points),
            "found": clean(check.found),
            "file": clean(place.file) if place else None,
            "line": place.line if place else None,
            "pictures": [file for file, _ in report.pictures.get((result.name, check.name), ())],
        }

    regular = [result for result in report.results if not result.bonus]
    extra = [result for result in report.results if result.bonus]
    plain = {
        "title": report.assignment.title,
        "status": "passed" if report.status == 0 else "failed",
        "exit_status": report.status,
        "scale": scale,
        **sums(regular),
        "bonus": sums(extra),
        "trusted": report.standing.trusted,
        "doubt": report.standing.doubt,
        "restored_from_hand_out": report.standing.separate and report.standing.trusted,
        "changes": [{"file": clean(c.file), "what": c.what} for c in report.standing.changes],
        "questions": [
            {
                "name": result.name,
                "title": result.title,
                "bonus": result.bonus,
                "not_started": result.not_started,
                **sums([result]),
                "mistakes": [
                    {"name": known.name, "message": known.message} for known in result.diagnoses
                ],
                "checks": [told(result, check) for check in result.checks],
            }
            for result in report.results
        ],
    }
    return json.dumps(plain, indent=1) + "\n"


def scale_of(report: Report) -> int:
    """Return the smallest number that makes all points whole when they are multiplied by it."""
    points = [check.max_points for result in report.results for check in result.checks]
    points += [question.unseen_points for question in report.assignment.questions]
    return math.lcm(*(_fraction(value).denominator for value in points))


def _fraction(points: float) -> Fraction:
    return Fraction(points).limit_denominator(_FINEST)


def junit(report: Report) -> str:
    """Return the report in JUnit's format, which GitLab and others show."""
    suites = ElementTree.Element("testsuites", name=_xml(report.assignment.title))
    for result in report.results:
        suite = ElementTree.SubElement(suites, "testsuite", name=result.name)
        counted = {"failure": 0, "error": 0, "skipped": 0}
        for check in result.checks:
            case = ElementTree.SubElement(
                *(suite, "testcase"),
                name=_words(check),
                classname=result.name,
                file=_xml(report.prefix + result.file),
                time=f"{check.seconds:.3f}",
            )
            if check.outcome == "passed":
                continue
            kind = "failure" if check.outcome == "failed" else "error"
            if check.reason in ("not_started", "waits"):
                kind = "skipped"
            counted[kind] += 1
            ElementTree.SubElement(case, kind, message=_xml(check.found)).text = _xml(
                feedback(result, check)
            )
        suite.set("tests", str(len(result.checks)))
        suite.set("failures", str(counted["failure"]))
        suite.set("errors", str(counted["error"]))
        suite.set("skipped", str(counted["skipped"]))
    if report.standing.doubt:
        suite = ElementTree.SubElement(
            suites, "testsuite", name="given files", tests="1", failures="0", errors="1"
        )
        case = ElementTree.SubElement(suite, "testcase", name="unchanged", classname="given files")
        ElementTree.SubElement(case, "error", message=_xml(report.standing.doubt)).text = _xml(
            "\n".join(standing_text(report.standing))
        )
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, "unicode", xml_declaration=True) + "\n"


def _xml(text: str) -> str:
    return clean(text)


def code_quality(report: Report) -> str:
    """Return failures by file and line in the format of GitLab's code quality reports."""
    found = []
    for result in report.results:
        for check in result.checks:
            place = report.place(result, check)
            if place is None or result.not_started or check.outcome == "passed":
                continue
            name = f"{result.name}.{check.name}"
            found.append(
                {
                    "description": f"{_words(check)}: {clean(check.found)}",
                    "check_name": name,
                    "fingerprint": hashlib.sha256(name.encode()).hexdigest(),
                    "severity": "major",
                    "location": {"path": clean(place.file), "lines": {"begin": place.line}},
                }
            )
    return json.dumps(found, indent=1) + "\n"


# Words --------------------------------------------------------------------------------------------


def _words(check: CheckResult) -> str:
    return check.name.replace("_", " ")


def _sums(report: Report, *, bonus: bool) -> tuple[float, float]:
    counted = [result for result in report.results if result.bonus == bonus]
    return sum(r.points for r in counted), sum(r.max_points for r in counted)


def _listed(names: Sequence[str], most: int = 8) -> str:
    more = [f"and {len(names) - most} more"] if len(names) > most else []
    return ", ".join([*names[:most], *more])


def _shortened(text: str) -> list[str]:
    lines = [
        line if len(line) <= _WIDTH else f"{line[:_WIDTH]} …" for line in clean(text).split("\n")
    ]
    while lines and not lines[-1].strip():
        lines.pop()
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], f"… and {len(lines) - _MOST_LINES} lines more"]
    return lines
