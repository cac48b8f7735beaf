"""What came of a question, as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from .contract import Question
from .folder import UNPACK, missing_packages, renamed
from .outcome import CheckResult, QuestionResult

_STYLES = {"passed": "green", "failed": "bold red", "not run": "yellow"}
_WORD_WIDTH = 8


def show_question(
    console: Console,
    folder: Path,
    question: Question,
    results: Sequence[QuestionResult],
    *,
    in_full: bool,
) -> None:
    """Print what came of the last of these questions; see :func:`told`."""
    for part in told(folder, question, results, in_full=in_full):
        console.print(part)


def told(
    folder: Path, question: Question, results: Sequence[QuestionResult], *, in_full: bool
) -> list[RenderableType]:
    """Return what is to be said of the last of these questions.

    Parameters
    ----------
    folder : path
        The student's, to say which files there were renamed.
    question : Question
    results : sequence of QuestionResult
        The one to show, and before it those already shown.
    in_full : bool
        Whether to explain every failed check, or only the first.
    """
    result = results[-1]
    parts: list[RenderableType] = [headline(result)]
    if result.not_started:
        parts.append(_indented(f"Open {question.name}.py, write the code, and check again."))
        return [*parts, *_renamed(folder, question, there=_is_there(result))]
    bad = [check for check in result.checks if check.outcome != "passed"]
    if same := _one_story(result):
        parts.append(_indented(same.found, style=_STYLES[same.outcome]))
        parts += _place(same)
        if same.reason == "missing":
            parts += _renamed(folder, question, there=False)
        return [*parts, *_of_the_installation(folder, bad)]
    explained = 0
    for check in result.checks:
        parts.append(_line(check))
        if check.outcome != "passed" and (in_full or not explained):
            explained += 1
            parts += _details(check)
            if explained == 1:
                parts += _diagnosis(result)
    unfinished = {r.name for r in results[:-1] if r.points < r.max_points}
    if bad and (first := [need for need in question.needs if need in unfinished]):
        parts.append(
            _indented(f"It uses {', '.join(first)}, where checks failed too: begin there.")
        )
    parts += _of_the_installation(folder, bad)
    if len(bad) > explained:
        parts.append(_indented(f"More about each: python check.py {question.name}"))
    return parts


def first_failure(folder: Path, question: Question, result: QuestionResult) -> list[RenderableType]:
    """Return the headline and the first failure alone, for where there is little room."""
    bad = [check for check in result.checks if check.outcome != "passed"]
    if not bad or result.not_started or _one_story(result):
        whole = told(folder, question, [result], in_full=False)
        return whole if bad else [whole[0], _indented("All its public checks passed.")]
    parts = [headline(result), _line(bad[0]), *_details(bad[0]), *_diagnosis(result)]
    return [*parts, *_of_the_installation(folder, bad)]


def headline(result: QuestionResult) -> Text:
    """Return a question's name, its title and how many of its checks passed."""
    passed = sum(check.outcome == "passed" for check in result.checks)
    state = f"{passed} of {len(result.checks)} passed"
    if result.not_started:
        state = "not started"
    head = Text(f"{result.name}", style="bold")
    head.append(f"  {result.title}{' (bonus)' * result.bonus}", style="not bold")
    head.append(f"  {state}", style=_STYLES["passed" if passed == len(result.checks) else "failed"])
    return head


def all_checks(result: QuestionResult) -> list[RenderableType]:
    """Return the headline and a line for each check."""
    return [headline(result), *map(_line, result.checks)]


def _one_story(result: QuestionResult) -> CheckResult | None:
    """Return a check that says why none was run, if all say the same."""
    stories = {(check.outcome, check.found, check.place) for check in result.checks}
    first = result.checks[0] if result.checks else None
    return first if first and len(stories) == 1 and first.outcome == "not run" else None


def _is_there(result: QuestionResult) -> bool:
    return all(check.reason != "missing" for check in result.checks)


def _renamed(folder: Path, question: Question, *, there: bool) -> list[RenderableType]:
    asked = renamed(folder, question.name, there=there)
    return [_indented(asked, style="bold")] if asked else []


def _of_the_installation(folder: Path, bad: Sequence[CheckResult]) -> list[RenderableType]:
    """Say what is missing of packages or handout, where that may be why checks were not run."""
    reasons = {check.reason for check in bad}
    parts: list[RenderableType] = []
    if reasons & {"grader", "import"} and (packages := missing_packages(folder)):
        parts.append(
            _indented(
                f"Not installed: {', '.join(packages)}. Run: "
                "python -m pip install -r requirements.txt",
                style="bold",
            )
        )
    elif "grader" in reasons:
        parts.append(_indented(f"Files of the handout may be missing or changed. {UNPACK}"))
    return parts


def _line(check: CheckResult) -> Text:
    line = Text(f"  {check.outcome:<{_WORD_WIDTH}}", style=_STYLES[check.outcome])
    line.append(f" {check.name.replace('_', ' ')}", style="default not bold")
    return line


def _details(check: CheckResult) -> list[RenderableType]:
    parts: list[RenderableType] = [
        _indented(f"asked: {check.asked}", 6),
        _indented(f"found: {check.found}", 6),
        *_place(check),
    ]
    if check.printed:
        parts += [_indented("your code printed:", 6), _indented(_shortened(check.printed), 8)]
    return parts


def _place(check: CheckResult) -> list[RenderableType]:
    return [_indented(f"where: {check.place}", 6)] if check.place else []


def _diagnosis(result: QuestionResult) -> list[RenderableType]:
    if not result.diagnoses:
        return []
    opening = "This is what such answers come from: "
    if len(result.diagnoses) > 1:
        opening = "Such answers come from one of two mistakes: "
    message = " Or: ".join(diagnosis.message for diagnosis in result.diagnoses)
    return [_indented(opening + message, 6, style="bold")]


def _indented(text: str, by: int = 2, style: str = "") -> Padding:
    return Padding(Text(text, style=style), (0, 0, 0, by))


def _shortened(text: str, lines: int = 12) -> str:
    shown = text.rstrip().splitlines()
    if len(shown) > lines:
        shown = [*shown[:lines], f"… and {len(shown) - lines} lines more"]
    return "\n".join(shown)
