"""Commands for more than one machine: ``merge``, ``slurm``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from .grading import Fresh, IsolationChoice, read_level, refuse_inside, write_overview
from .shared import Course, read_course, say

app = typer.Typer()

PER_TASK = 250


@app.command()
def merge(
    results: Annotated[
        list[Path], typer.Argument(help="The folders that `grade --shard` has written.")
    ],
    out: Annotated[Path, typer.Option(help="The folder for all results.")],
) -> None:
    """Join the results of parts, as if they had been graded in one run."""
    from ..merging import merge as join
    from ..report.wording import listed
    from ..stored import Results

    joined = join(results, out)
    overview = write_overview(Results(out, joined.merged.submissions))
    say(f"Gradebook: {out / 'gradebook.csv'}")
    say(f"Class page: {out / 'index.html'}")
    for sentence in joined.sentences:
        say(f"{sentence}.")
    missing = joined.merged.missing
    if missing:
        said = listed([str(number) for number in missing])
        say(f"Of {joined.merged.of} parts, not here or not finished: {said}.")
    if missing or not overview.all_graded:
        raise typer.Exit(1)


@app.command()
def slurm(
    submissions: Annotated[
        Path, typer.Argument(help="As for grade; on files that all nodes share.")
    ],
    out: Annotated[Path, typer.Option(help="The folder for the results; as above.")],
    sbatch: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[-- SBATCH_OPTIONS]", help="Such as -- --time=01:00:00 --cpus-per-task=4."
        ),
    ] = None,
    per_task: Annotated[
        int, typer.Option(help="Submissions for each task of the array.")
    ] = PER_TASK,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write the scripts, and submit nothing.")
    ] = False,
    isolation: IsolationChoice = None,
    fresh: Fresh = False,
    course: Course = Path(),
) -> None:
    """Grade on a Slurm cluster: a job array for the parts, then a job that joins them."""
    from .. import slurm as jobs
    from ..intake import find_submissions

    layout, contract = read_course(course)
    read_level(isolation, contract)
    refuse_inside(submissions, out)
    names = (contract.assignment.names, contract.papers)
    count = len(find_submissions(submissions, *names))
    plan = jobs.Plan(
        submissions.resolve(),
        out.resolve(),
        layout.root,
        jobs.parts_for(count, per_task),
        (*(("--isolation", isolation) if isolation else ()), *(("--fresh",) if fresh else ())),
        tuple(sbatch or ()),
    )
    array, last = jobs.commands(plan)
    for path in jobs.write_scripts(plan):
        say(f"Written: {path}")
    tasks = "1 task" if plan.parts == 1 else f"{plan.parts} tasks"
    say(f"{count} submissions in {tasks} of at most {-(-count // plan.parts)}.")
    if dry_run:
        say("To be run:")
        say(f"  {shlex.join(array)}")
        say(f"  {shlex.join(jobs.after(last, 'NUMBER'))}")
        return
    first, second = jobs.submit(plan)
    say(f"Submitted: job {first}, an array of {tasks}, and job {second}, which joins the parts.")
    say(f"When both have ended (`squeue --job {first},{second}`): {plan.out / 'gradebook.csv'}")
    say(f"Logs: {plan.folder}")
