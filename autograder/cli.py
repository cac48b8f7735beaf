"""The instructor's commands: ``autograder new | build | grade | report | demo``."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from . import __version__
from .checker.threads import use_one_thread
from .errors import AutograderError, BuildError

if TYPE_CHECKING:
    from .checker.outcome import QuestionResult
    from .grading_file import Contract, Level
    from .layout import Layout
    from .result import SubmissionResult

MOST_ROWS = 60
MOST_COLUMNS = 200

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Build, grade and explain a programming assignment.",
)
console = Console(highlight=False)

Course = Annotated[
    Path, typer.Option(help="The course's folder, or one inside it.", show_default="here")
]
ALL_CORES = os.cpu_count() or 1
Jobs = Annotated[int, typer.Option(min=1, help="Number of processes.", show_default="all cores")]
IsolationChoice = Annotated[
    str | None,
    typer.Option(
        help="How submissions are isolated: sandbox, user or limits.",
        show_default="as in grading.yml",
    ),
]


@app.command()
def new(
    folder: Annotated[
        Path, typer.Argument(metavar="COURSE_DIR", help="The new course's folder; new or empty.")
    ],
    questions: Annotated[
        str | None,
        typer.Option(help="Names with commas; what they need comes too.", show_default="all"),
    ] = None,
    labs: Annotated[
        str | None,
        typer.Option(
            help="Names with commas, or none; the questions they need come too.",
            show_default="those that need no other questions",
        ),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Of the assignment in this course.")] = None,
    opens: Annotated[
        str | None, typer.Option(help="Such as 2026-10-05T08:00+02:00, with the time zone.")
    ] = None,
    due: Annotated[str | None, typer.Option(help="As --opens, and later.")] = None,
    course: Course = Path(),
) -> None:
    """Copy the assignment into a course's own folder, with the questions and labs chosen."""
    from .new import NONE, choose, make_course

    layout, contract = _read_course(course)
    names = None if questions is None else _names(questions)
    choice = choose(contract, names, None if labs is None else _names(labs, NONE))
    make_course(layout, folder, choice, title, opens, due)
    for note in choice.notes:
        _say(f"{note}.")
    _say(f"Questions: {', '.join(choice.questions)}. Labs: {', '.join(choice.labs) or NONE}.")
    _say(f"Look at {folder / 'README.md'} and at points and dates in {folder / 'grading.yml'}.")


def _names(text: str, nothing: str = "") -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    return [] if names == [nothing] else names


@app.command()
def build(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail when something would change.")
    ] = False,
    jobs: Jobs = ALL_CORES,
    course: Course = Path(),
) -> None:
    """Generate the handout and the recordings, and prove that they mark as they should."""
    from .builder import gate

    layout, contract = _read_course(course)
    with console.status("building …") as status:
        built = gate.build(layout, contract, lambda name: status.update(f"proving {name} …"), jobs)
    for fact in built.facts:
        _say(f"proved: {fact}")
    for sentence in built.left_out:
        _say(sentence)
    if check:
        gate.compare(built, layout)
        _say("student/ and data/expected/ are what the build makes.")
        return
    changed = gate.write(built, layout)
    for name in changed:
        _say(f"  {name}")
    _say(f"{len(changed)} files changed; the handout is dist/{gate.HANDOUT_ZIP}.")


@app.command()
def grade(
    submissions: Annotated[
        Path, typer.Argument(help="A folder or archive of submissions, or an export of them.")
    ],
    out: Annotated[Path, typer.Option(help="The folder for the results.")],
    jobs: Jobs = ALL_CORES,
    isolation: IsolationChoice = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Grade everything again, also what is unchanged.")
    ] = False,
    course: Course = Path(),
) -> None:
    """Grade submissions; a run that was stopped goes on where it was."""
    layout, contract = _read_course(course)
    level = _level(isolation, contract)
    results = _grade(layout, contract, submissions, out, jobs, level, fresh=fresh)
    _show_results(results)
    _say(f"Gradebook: {out / 'gradebook.csv'}")
    _say(f"Feedback:  {out}{os.sep}<submission>{os.sep}feedback.html")
    if any(result.status != "graded" for result in results):
        raise typer.Exit(1)


@app.command()
def report(
    results: Annotated[Path, typer.Argument(help="The folder that grade has written.")],
) -> None:
    """Write gradebook and feedback again from the stored results, without grading."""
    from .report import render_all
    from .result import writing

    stored = _marked(_stored(results), results)
    for result in stored:
        with writing(results / result.submission):
            render_all(result, results / result.submission)
    _write_gradebook(stored, results)
    _say(f"{len(stored)} submissions: feedback, results.json and {results / 'gradebook.csv'}")


@app.command()
def manual(
    results: Annotated[Path, typer.Argument(help="The folder that grade has written.")],
    filled_in: Annotated[
        Path | None, typer.Option("--import", help="Take in the marks of a table.")
    ] = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="Show codes in place of the submissions' names.")
    ] = False,
    course: Course = Path(),
) -> None:
    """Mark written answers: write a table and pages to read, or take the marks back in."""
    from .grade import read_labs
    from .manual import export, import_marks
    from .result import writing

    stored = _stored(results)
    if filled_in is not None:
        count = import_marks(filled_in, stored, results)
        _say(f"{count} marks taken in from {filled_in}.")
        report(results)
        return
    layout, contract = _read_course(course)
    with writing(results):
        written = export(stored, read_labs(layout, contract), results, blind=blind)
    _say(f"{written.answers} written answers of {written.submissions} submissions.")
    _say(f"Fill in points and comments: {written.table}")
    _say(f"Then: autograder manual {results} --import {written.table}")


@app.command(hidden=True)
def gradescope(
    root: Annotated[Path, typer.Argument(help="What Gradescope calls /autograder.")],
    course: Course = Path(),
) -> None:
    """Grade the one submission in Gradescope's folder, and write results.json there."""
    from .layout import Layout
    from .on_gradescope import grade_in_place

    result = grade_in_place(Layout.find(course), root)
    _say(f"{result.total:g} of {result.max_points:g} points ({result.isolation.level})")


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="The folder for the results.")] = Path("demo"),
    jobs: Jobs = ALL_CORES,
    course: Course = Path(),
) -> None:
    """Build, grade the bundled sample submissions, and say which page to open."""
    from .isolation import strongest

    layout, contract = _read_course(course)
    build(check=False, jobs=jobs, course=course)
    level, why = strongest(layout)
    if why:
        _say(f"No sandbox here: {why}")
        _say(f"The samples are this course's own code, so they run at the level {level}.")
    with tempfile.TemporaryDirectory(prefix="samples-") as folder:
        samples = _samples(layout, contract, Path(folder))
        results = _grade(layout, contract, samples, out, jobs, level, fresh=True)
    _show_results(results)
    worth = max(
        results,
        key=lambda r: (
            sum(bool(q.diagnoses) for q in r.questions),
            sum(bool(q.helped_by) for q in r.questions),
        ),
    )
    _say(f"Isolation: {results[0].isolation.level}. Gradebook: {out / 'gradebook.csv'}")
    _say(f"Open this page: {(out / worth.submission / 'feedback.html').resolve().as_uri()}")
    if any(result.status != "graded" for result in results):
        raise typer.Exit(1)


def _samples(layout: Layout, contract: Contract, folder: Path) -> Path:
    """Return the folder of sample submissions, with one that has all labs answered."""
    samples = Path(shutil.copytree(layout.samples, folder / "samples"))
    if contract.labs:
        answered = samples / "with-labs"
        answered.mkdir()
        for question in contract.assignment.questions:
            shutil.copy(layout.solution / f"{question.name}.py", answered)
        for lab in contract.labs:
            shutil.copy(layout.dist / "otter" / lab.file, answered)
        for report in layout.assignment.glob("report.md"):
            shutil.copy(report, answered)
    return samples


@app.command()
def doctor(course: Course = Path()) -> None:
    """Try what this machine can do to keep submissions apart, and say what to install."""
    from .checker.isolation import POSSIBLE
    from .doctor import examine_levels, examine_parts
    from .errors import IsolationError

    layout, contract = _read_course(course)
    parts = Table(box=None, pad_edge=False, show_header=False)
    for finding in examine_parts():
        parts.add_row("works" if finding.works else "missing", finding.name, Text(finding.said))
    console.print(parts)
    held = set()
    for level, found in examine_levels(layout):
        if isinstance(found, IsolationError):
            _say(f"\n{level}: does not hold. {found}")
            continue
        held.add(level)
        if not found.observed:
            _say(f"\n{level}: time and memory are limited, and nothing else is.")
            continue
        _say(f"\n{level}: holds. A probe in a submission's place tried:")
        for name, what in found.observed.items():
            _say(f"  {'!' if what.startswith(POSSIBLE) else ' '} {name}: {what}")
    asked = contract.isolation
    _say(f"\ngrading.yml asks for {asked}: {'ready to grade' if asked in held else 'not here'}.")
    if asked not in held:
        raise typer.Exit(1)


def _version(value: bool) -> None:
    if value:
        _say(f"autograder {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which one.")
    ] = False,
) -> None:
    """Build, grade and explain a programming assignment."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; the exit status is 0, 1 (not everything could be done) or 2 (usage)."""
    use_one_thread()
    try:
        app(args=arguments, prog_name="autograder")
    except BuildError as error:
        _complain(error)
        sys.exit(1)
    except AutograderError as error:
        _complain(error)
        sys.exit(2)
    except SystemExit as end:
        if end.code == 130:  # what Typer makes of Ctrl+C
            Console(stderr=True).print("Stopped. What was graded stays; the same command goes on.")
        raise


def _read_course(folder: Path) -> tuple[Layout, Contract]:
    from .grading_file import read
    from .layout import Layout

    layout = Layout.find(folder)
    return layout, read(layout)


def _level(asked: str | None, contract: Contract) -> Level:
    if asked is None:
        return contract.isolation
    from .grading_file import Level

    levels = get_args(Level)
    if asked not in levels:
        raise typer.BadParameter(f"{asked!r} is not a level; use {', '.join(levels)}")
    return cast(Level, asked)


def _grade(
    layout: Layout,
    contract: Contract,
    submissions: Path,
    out: Path,
    jobs: int,
    level: Level,
    *,
    fresh: bool,
) -> list[SubmissionResult]:
    from .batch import already_graded, grade_all, plan
    from .intake import find_submissions
    from .result import load

    if out.resolve().is_relative_to(submissions.resolve()):
        raise typer.BadParameter(
            f"{out} lies inside {submissions}, where it would be taken for a submission; "
            "name a folder elsewhere",
            param_hint="--out",
        )
    names = [question.name for question in contract.assignment.questions]
    tasks = plan(find_submissions(submissions, names, contract.papers), out)
    kept = [] if fresh else already_graded(tasks, layout, contract, level)
    if kept:
        _say(f"{len(kept)} of {len(tasks)} are graded already and unchanged; --fresh grades all.")
    left = [task for task in tasks if task not in kept]
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as progress:
        bar = progress.add_task("grading", total=len(left))

        def done(result: SubmissionResult) -> None:
            progress.advance(bar)
            if not console.is_terminal:
                _say(
                    f"{result.submission}: {result.points:g} of {result.max_points:g} "
                    f"({result.status}, {result.seconds:.1f} s)"
                    + (f", and {result.bonus_points:g} bonus" if result.bonus_points else "")
                )

        grade_all(left, layout, contract, level, jobs, done)
    results = _marked([load(task.folder) for task in tasks], out)
    _write_gradebook(results, out)
    return results


def _marked(results: Sequence[SubmissionResult], folder: Path) -> list[SubmissionResult]:
    """Put in what people have marked."""
    from .marks import read_marks, with_marks

    marks = read_marks(folder)
    return [with_marks(result, marks) for result in results]


def _write_gradebook(results: Sequence[SubmissionResult], out: Path) -> None:
    from .report import gradebook_csv
    from .result import write_whole, writing

    with writing(out / "gradebook.csv"):
        write_whole(out / "gradebook.csv", gradebook_csv(results).encode())


def _stored(folder: Path) -> list[SubmissionResult]:
    from .errors import ResultsError
    from .result import RECORD, load

    if not folder.is_dir():
        raise ResultsError(f"{folder} is no folder; name the one that `autograder grade` wrote")
    folders = sorted(path.parent for path in folder.glob(f"*/{RECORD}"))
    if not folders:
        raise ResultsError(f"{folder}: there are no results here; run `autograder grade` first")
    return [load(path) for path in folders]


def _show_results(results: Sequence[SubmissionResult]) -> None:
    if len(results) <= MOST_ROWS:
        table = _table(results, "not started")
        wide = Console(highlight=False, width=MOST_COLUMNS)
        if console.is_terminal and wide.measure(table).maximum > console.width:
            table = _table(results, "–")
            _say("A dash stands for: not started.")
        wide.print(table)
    counts = Counter(result.status for result in results)
    said = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    _say(f"{len(results)} submissions: {said}.")


def _table(results: Sequence[SubmissionResult], not_started: str) -> Table:
    questions = results[0].questions
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("submission", no_wrap=True)
    for question in questions:
        table.add_column(question.name, justify="right", no_wrap=True)
    table.add_column("total", justify="right")
    table.add_column("status")
    for result in results:
        marks = [_mark(question, not_started) for question in result.questions]
        name = Text(result.submission)
        table.add_row(name, *marks, f"{result.total:g}", result.status)
    full = [f"{'+' * question.bonus}{question.max_points:g}" for question in questions]
    table.add_row("to be had", *full, f"{results[0].max_points:g}", "", style="dim")
    return table


def _mark(question: QuestionResult, not_started: str) -> str:
    if question.kind != "module" and {check.reason for check in question.checks} == {"missing"}:
        return "none"
    return not_started if question.not_started else f"{question.points:g}"


def _say(text: str) -> None:
    console.print(text, markup=False, soft_wrap=True)


def _complain(error: AutograderError) -> None:
    Console(stderr=True, highlight=False).print(
        f"autograder: {error}", markup=False, soft_wrap=True
    )
