"""Commands that grade: ``grade``, ``demo``, and what Gradescope calls."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from .authoring import build
from .shared import ALL_CORES, Course, Jobs, console, read_course, say

if TYPE_CHECKING:
    from ..checker.outcome import QuestionResult
    from ..grading_file import Contract, Level
    from ..layout import Layout
    from ..result import SubmissionResult
    from ..shards import Shard
    from ..stored import Results

app = typer.Typer()

IsolationChoice = Annotated[
    str | None,
    typer.Option(
        help="How submissions are isolated: sandbox, user or limits.",
        show_default="as in grading.yml",
    ),
]
Fresh = Annotated[
    bool, typer.Option("--fresh", help="Grade everything again, also what is unchanged.")
]
MOST_ROWS = 60
MOST_COLUMNS = 200


@app.command()
def grade(
    submissions: Annotated[
        Path, typer.Argument(help="A folder or archive of submissions, or an export of them.")
    ],
    out: Annotated[Path, typer.Option(help="The folder for the results.")],
    jobs: Jobs = ALL_CORES,
    isolation: IsolationChoice = None,
    fresh: Fresh = False,
    shard: Annotated[
        str | None,
        typer.Option(metavar="I/N", help="Grade the I-th of N parts, for `autograder merge`."),
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Grade on the workers of this dask scheduler."),
    ] = None,
    course: Course = Path(),
) -> None:
    """Grade submissions; a run that was stopped goes on where it was."""
    from ..shards import Shard

    layout, contract = read_course(course)
    level = read_level(isolation, contract)
    if dask is not None and level == "limits" and isolation is None:
        raise typer.BadParameter(
            "grading.yml asks for the level limits, which does not keep submissions from reading "
            "or changing what is on other machines; if they are to be trusted, add "
            "`--isolation limits`",
            param_hint="--dask",
        )
    part = None if shard is None else Shard.parse(shard)
    results = _grade(
        layout, contract, submissions, out, jobs, level, fresh=fresh, part=part, address=dask
    )
    overview = write_overview(results)
    say(f"Gradebook: {out / 'gradebook.csv'}")
    say(f"Feedback:  {out}{os.sep}<submission>{os.sep}feedback.html")
    say(f"Class page: {out / 'index.html'}")
    if not overview.all_graded:
        raise typer.Exit(1)


@app.command(hidden=True)
def gradescope(
    root: Annotated[Path, typer.Argument(help="What Gradescope calls /autograder.")],
    course: Course = Path(),
) -> None:
    """Grade the one submission in Gradescope's folder, and write results.json there."""
    from ..layout import Layout
    from ..on_gradescope import grade_in_place

    result = grade_in_place(Layout.find(course), root)
    say(f"{result.total:g} of {result.max_points:g} points ({result.isolation.level})")


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="The folder for the results.")] = Path("demo"),
    jobs: Jobs = ALL_CORES,
    course: Course = Path(),
) -> None:
    """Build, grade the bundled sample submissions, and say which page to open."""
    from ..isolation import strongest

    layout, contract = read_course(course)
    build(check=False, jobs=jobs, course=course)
    level, why = strongest(layout)
    if why:
        say(f"No sandbox here: {why}")
        say(f"The samples are this course's own code, so they run at the level {level}.")
    with tempfile.TemporaryDirectory(prefix="samples-") as folder:
        samples = _samples(layout, contract, Path(folder))
        results = _grade(layout, contract, samples, out, jobs, level, fresh=True)
    overview = write_overview(results)
    worth = max(
        results,
        key=lambda r: (
            sum(bool(q.diagnoses) for q in r.questions),
            sum(bool(q.helped_by) for q in r.questions),
        ),
    )
    say(f"Isolation: {worth.isolation.level}. Gradebook: {out / 'gradebook.csv'}")
    say(f"Class page: {(out / 'index.html').resolve().as_uri()}")
    say(f"Open this page: {(out / worth.submission / 'feedback.html').resolve().as_uri()}")
    if not overview.all_graded:
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


def read_level(asked: str | None, contract: Contract) -> Level:
    """Return the level that is asked for on the command line, or else in ``grading.yml``."""
    if asked is None:
        return contract.isolation
    from ..grading_file import Level

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
    part: Shard | None = None,
    address: str | None = None,
) -> Results:
    from ..batch import grade_all
    from ..desk import Done, plan
    from ..grading_file import refuse_unknown_tasks
    from ..intake import find_submissions
    from ..shards import take_all, take_part
    from ..stored import Results, take_policies

    refuse_inside(submissions, out)
    sources = find_submissions(submissions, contract.assignment.names, contract.papers)
    refuse_unknown_tasks(layout, contract)
    own = take_all(sources, out) if part is None else take_part(part, sources, out)
    tasks = plan(own, out)
    take_policies(contract.policies, out)
    kept = 0
    changed: Counter[str] = Counter()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as progress:
        bar = progress.add_task("grading", total=len(tasks))

        def done(came: Done) -> None:
            nonlocal kept
            progress.advance(bar)
            kept += came.kept
            changed.update(came.changed)
            if not console.is_terminal and not came.kept:
                say(
                    f"{came.submission}: {came.points:g} of {came.max_points:g} "
                    f"({came.status}, {came.seconds:.1f} s)"
                    + (f", and {came.bonus_points:g} bonus" if came.bonus_points else "")
                )

        if address is None:
            grade_all(tasks, layout, contract, level, jobs, done, fresh=fresh)
        else:
            _on_cluster()(tasks, layout, contract, level, address, done, fresh=fresh)
    if kept:
        say(f"{kept} of {len(tasks)} are graded already and unchanged; --fresh grades all.")
    if changed:
        what = ", ".join(f"{part} ({count})" for part, count in changed.most_common())
        say(f"Graded again, as far as it matters, where this has changed: {what}.")
    return Results(out, [task.source.name for task in tasks])


def refuse_inside(submissions: Path, out: Path) -> None:
    """Refuse a folder for results among the submissions."""
    if out.resolve().is_relative_to(submissions.resolve()):
        raise typer.BadParameter(
            f"{out} lies inside {submissions}, where it would be taken for a submission; "
            "name a folder elsewhere",
            param_hint="--out",
        )


def _on_cluster() -> Callable[..., None]:
    from ..errors import ClusterError

    try:
        from ..cluster.spread import grade_on_cluster
    except ModuleNotFoundError as error:
        if error.name not in ("dask", "distributed"):
            raise
        raise ClusterError(
            "--dask needs dask.distributed, which is not installed here; install the autograder "
            "with its extra: `python -m pip install -e '.[cluster]'` in its folder"
        ) from None
    return grade_on_cluster


class Overview:
    """What the console says of results: of few a table, of many how many there are."""

    def __init__(self, few: bool) -> None:
        self.statuses: Counter[str] = Counter()
        self.rows: list[SubmissionResult] | None = [] if few else None

    @property
    def all_graded(self) -> bool:
        """Whether none is partial or failed."""
        return set(self.statuses) == {"graded"}

    def add(self, result: SubmissionResult) -> None:
        """Take in one result."""
        self.statuses[result.status] += 1
        if self.rows is not None:
            self.rows.append(result)


def write_overview(results: Results) -> Overview:
    """Write what is about all submissions, and show it in short."""
    from ..stored import write_course

    overview = Overview(few=len(results) <= MOST_ROWS)
    remarks = write_course(results, overview.add)
    if overview.rows:
        table = _table(overview.rows, "not started")
        wide = Console(highlight=False, width=MOST_COLUMNS)
        if console.is_terminal and wide.measure(table).maximum > console.width:
            table = _table(overview.rows, "–")
            say("A dash stands for: not started.")
        wide.print(table)
    said = ", ".join(f"{count} {status}" for status, count in sorted(overview.statuses.items()))
    say(f"{len(results)} submissions: {said}.")
    for remark in remarks:
        say(remark)
    return overview


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
    from ..report.wording import counting

    untouched = counting(question).not_started and not question.points
    return not_started if untouched else f"{question.points:g}"
