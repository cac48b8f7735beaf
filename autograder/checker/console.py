"""The checker on a terminal: ``python check.py [QUESTION …] [--watch | --hint | --plot]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from .contract import Assignment, Question
from .folder import UNPACK, missing_parts
from .hints import Hints
from .local import check_questions, read_assignment
from .outcome import QuestionResult
from .progress import progress_lines, with_bars
from .recordings import NotRecordedError
from .show import show_question

WRONG, STOPPED = 2, 130
"""Exit statuses: the command or the folder is wrong; stopped by the keyboard."""


def main(folder: Path, arguments: Sequence[str] | None = None) -> int:
    """Check the files of a folder and print what came of it.

    Parameters
    ----------
    folder : path
        The handed-out folder.
    arguments : sequence of str, optional
        Names of questions, all of them by default; and options.

    Returns
    -------
    int
        0 when every check passed, 1 when not, 2 when the command was wrong. A bonus question that
        is not started counts only when it was asked for by name.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.report is not None:
        from .push import main as report

        return report(folder, options.report)
    console = Console(highlight=False, soft_wrap=False)
    try:
        assignment = read_assignment(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        _say(
            console,
            f"{folder / 'checks' / 'questions.json'} cannot be read ({type(error).__name__}). "
            f"{UNPACK}",
        )
        return WRONG
    if missing := missing_parts(folder, assignment):
        _say(console, missing)
        return WRONG
    names = [name.removesuffix(".py") for name in options.questions]
    known = assignment.names
    if unknown := [name for name in names if name not in known]:
        _say(
            console,
            f"There is no question {', '.join(unknown)}. Questions are: {', '.join(known)}.",
        )
        return WRONG
    chosen = [q for q in assignment.questions if not names or q.name in names]
    if (options.hint or options.plot) and not names:
        parser.error("name a question, for example: python check.py " + known[0] + " --hint")
    if options.save and not options.plot:
        parser.error("--save belongs to --plot")
    try:
        if options.hint:
            return _hint(console, folder, chosen)
        if options.plot:
            return _plot(console, folder, assignment, chosen, saved=options.save)
        if options.watch:
            from .watch import watch

            return watch(folder, assignment, console, chosen[0].name, polling=options.poll)
        return _check(console, folder, assignment, chosen, in_full=bool(names))
    except NotRecordedError as error:
        _say(console, str(error))
        return WRONG
    except KeyboardInterrupt:
        console.print("Stopped.")
        return STOPPED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python check.py", description="Run the public checks on your files."
    )
    parser.add_argument(
        "questions", nargs="*", metavar="QUESTION", help="check these only, for example: estep"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--watch", action="store_true", help="check again whenever a file is saved")
    what.add_argument("--hint", action="store_true", help="show the question's next hint")
    what.add_argument("--plot", action="store_true", help="show pictures of what your code does")
    what.add_argument(
        "--report",
        nargs=argparse.REMAINDER,
        metavar="FOLDER",
        help="check everything as on a push, and write a report into a folder",
    )
    parser.add_argument("--save", action="store_true", help="with --plot: write PNG files instead")
    parser.add_argument(
        "--poll",
        action="store_true",
        help="with --watch: look at the files every now and then, and rely on no events",
    )
    return parser


def _check(
    console: Console,
    folder: Path,
    assignment: Assignment,
    chosen: Sequence[Question],
    *,
    in_full: bool,
) -> int:
    results: list[QuestionResult] = []
    for result in check_questions(folder, assignment, chosen):
        results.append(result)
        question = assignment.question(result.name)
        show_question(console, folder, question, results, in_full=in_full)
    console.print()
    _show_total(console, chosen, results)
    due = [r for r in results if in_full or not (r.bonus and r.not_started)]
    passed = all(r.points == r.max_points for r in due)
    if passed:
        whose = (
            ""
            if len(due) == len(assignment.questions) or not in_full
            else " of " + ", ".join(result.name for result in due)
        )
        console.print(Text(f"All public checks{whose} passed.", style="bold green"))
    return 0 if passed else 1


def _hint(console: Console, folder: Path, chosen: Sequence[Question]) -> int:
    hints = Hints(folder)
    for question in chosen:
        for paragraph in hints.next(question.name):
            _say(console, paragraph)
    return 0


def _plot(
    console: Console,
    folder: Path,
    assignment: Assignment,
    chosen: Sequence[Question],
    *,
    saved: bool,
) -> int:
    from . import plotting
    from .pictures import Gallery

    drawn = []
    for result in check_questions(folder, assignment, chosen, gallery=Gallery()):
        plates = plotting.plates(result)
        drawn += plates
        for problem in plotting.not_drawn(result):
            _say(console, problem)
        if not plates:
            bad = next((check for check in result.checks if check.outcome != "passed"), None)
            why = f" {bad.found}" if bad else ""
            _say(console, f"{result.name}: there is nothing to be drawn yet.{why}")
    if not drawn:
        return 1
    written = []
    in_windows = not saved and plotting.can_show()
    if not in_windows:
        try:
            written = plotting.save(drawn, folder)
        except OSError as error:
            _say(console, f"{folder / plotting.FOLDER} cannot be written: {error.strerror}.")
            return WRONG
    for i, plate in enumerate(drawn):
        # A path is not wrapped, so that it can be copied.
        console.print(
            Text(str(written[i]) if written else plate.name, style="bold"), soft_wrap=True
        )
        for picture in plate.pictures:
            _say(console, f"  {picture.alt}")
    if in_windows:
        _say(console, "Close the windows to go on.")
        plotting.show(drawn)
    return 0


def _show_total(
    console: Console, questions: Sequence[Question], results: Sequence[QuestionResult]
) -> None:
    known = {result.name: result for result in results}
    for line in progress_lines(questions, known, bars=with_bars(console)):
        console.print(line)
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


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False)
