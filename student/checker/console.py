"""The checker on a terminal: ``python check.py [QUESTION …]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from .contract import Assignment, Question
from .local import check_questions, read_assignment
from .outcome import CheckResult, QuestionResult
from .recordings import NotRecordedError

_STYLES = {"passed": "green", "failed": "bold red", "not run": "yellow"}
_WORD_WIDTH = 8


def main(folder: Path, arguments: Sequence[str] | None = None) -> int:
    """Check the files of a folder and print what came of it.

    Parameters
    ----------
    folder : path
        The handed-out folder.
    arguments : sequence of str, optional
        Names of questions; all of them by default.

    Returns
    -------
    int
        0 when every check passed, 1 when not, 2 when the command was wrong. A bonus question that
        is not started counts only when it was asked for by name.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    parser = argparse.ArgumentParser(
        prog="python check.py", description="Run the public checks on your files."
    )
    parser.add_argument(
        "questions", nargs="*", metavar="QUESTION", help="check these only, for example: estep"
    )
    parser.add_argument(
        "--report",
        nargs=argparse.REMAINDER,
        metavar="FOLDER",
        help="check everything as on a push, and write a report into a folder",
    )
    options = parser.parse_args(arguments)
    if options.report is not None:
        from .push import main as report

        return report(folder, options.report)
    console = Console(highlight=False, soft_wrap=False)
    try:
        assignment = read_assignment(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        console.print(
            f"{folder / 'checks' / 'questions.json'} cannot be read ({type(error).__name__}). "
            "Unpack the handout again and copy your own files into it.",
            markup=False,
        )
        return 2
    names = [name.removesuffix(".py") for name in options.questions]
    known = [question.name for question in assignment.questions]
    if unknown := [name for name in names if name not in known]:
        console.print(
            f"There is no question {', '.join(unknown)}. Questions are: {', '.join(known)}.",
            markup=False,
        )
        return 2
    chosen = [q for q in assignment.questions if not names or q.name in names]
    return _check(console, folder, assignment, chosen, in_full=bool(names))


def _check(
    console: Console,
    folder: Path,
    assignment: Assignment,
    chosen: Sequence[Question],
    *,
    in_full: bool,
) -> int:
    results: list[QuestionResult] = []
    try:
        for result in check_questions(folder, assignment, chosen):
            results.append(result)
            show_question(console, assignment.question(result.name), results, in_full=in_full)
    except NotRecordedError as error:
        console.print(str(error), markup=False)
        return 2
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 130
    _show_total(console, chosen, results)
    due = [r for r in results if in_full or not (r.bonus and r.not_started)]
    return 0 if all(r.points == r.max_points for r in due) else 1


def show_question(
    console: Console, question: Question, results: Sequence[QuestionResult], *, in_full: bool
) -> None:
    """Print what came of the last of these questions.

    Parameters
    ----------
    console : rich Console
    question : Question
    results : sequence of QuestionResult
        The one to show, and before it those already shown.
    in_full : bool
        Whether to explain every failed check, or only the first.
    """
    result = results[-1]
    passed = sum(check.outcome == "passed" for check in result.checks)
    state = f"{passed} of {len(result.checks)} passed"
    if result.not_started:
        state = "not started"
    head = Text(f"{result.name}", style="bold")
    head.append(f"  {result.title}{' (bonus)' * result.bonus}", style="not bold")
    head.append(f"  {state}", style=_STYLES["passed" if passed == len(result.checks) else "failed"])
    console.print(head)
    if result.not_started:
        console.print(_indented(f"Open {question.name}.py, write the code, and check again."))
        return
    bad = [check for check in result.checks if check.outcome != "passed"]
    stories = {(check.outcome, check.found, check.place) for check in result.checks}
    if len(stories) == 1 and bad and bad[0].outcome == "not run":
        console.print(_indented(bad[0].found, style=_STYLES[bad[0].outcome]))
        _show_place(console, bad[0])
        return
    explained = 0
    for check in result.checks:
        _show_line(console, check)
        if check.outcome != "passed" and (in_full or not explained):
            explained += 1
            _show_details(console, check)
            if explained == 1:
                _show_diagnosis(console, result)
    unfinished = {r.name for r in results[:-1] if r.points < r.max_points}
    if bad and (first := [need for need in question.needs if need in unfinished]):
        console.print(
            _indented(f"It uses {', '.join(first)}, where checks failed too: begin there.")
        )
    if len(bad) > explained:
        console.print(_indented(f"More about each: python check.py {question.name}"))


def _show_line(console: Console, check: CheckResult) -> None:
    line = Text(f"  {check.outcome:<{_WORD_WIDTH}}", style=_STYLES[check.outcome])
    line.append(f" {check.name.replace('_', ' ')}", style="default not bold")
    console.print(line)


def _show_details(console: Console, check: CheckResult) -> None:
    console.print(_indented(f"asked: {check.asked}", 6))
    console.print(_indented(f"found: {check.found}", 6))
    _show_place(console, check)
    if check.printed:
        console.print(_indented("your code printed:", 6))
        console.print(_indented(_shortened(check.printed), 8))


def _show_place(console: Console, check: CheckResult) -> None:
    if check.place:
        console.print(_indented(f"where: {check.place}", 6))


def _show_diagnosis(console: Console, result: QuestionResult) -> None:
    if not result.diagnoses:
        return
    opening = "This is what such answers come from: "
    if len(result.diagnoses) > 1:
        opening = "Such answers come from one of two mistakes: "
    message = " Or: ".join(diagnosis.message for diagnosis in result.diagnoses)
    console.print(_indented(opening + message, 6, style="bold"))


def _show_total(
    console: Console, questions: Sequence[Question], results: Sequence[QuestionResult]
) -> None:
    console.print()
    for bonus in (False, True):
        counted = [result for result in results if result.bonus == bonus]
        if not counted:
            continue
        points = sum(result.points for result in counted)
        visible = sum(result.max_points for result in counted)
        unseen = sum(question.unseen_points for question in questions if question.bonus == bonus)
        opening, kind = ("On top, public", "bonus points") if bonus else ("Public", "points")
        console.print(
            Text(f"{opening} checks: {points:g} of {visible:g} {kind}.", style="bold"),
            Text(f"Hidden checks at grading add up to {unseen:g}."),
        )


def _indented(text: str, by: int = 2, style: str = "") -> Padding:
    return Padding(Text(text, style=style), (0, 0, 0, by))


def _shortened(text: str, lines: int = 12) -> str:
    shown = text.rstrip().splitlines()
    if len(shown) > lines:
        shown = [*shown[:lines], f"… and {len(shown) - lines} lines more"]
    return "\n".join(shown)
