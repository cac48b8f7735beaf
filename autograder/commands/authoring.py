"""Commands of authors: ``new``, ``build``, ``doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from .shared import ALL_CORES, Course, Jobs, console, read_course, say

app = typer.Typer()


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
    from ..new import NONE, choose, make_course

    layout, contract = read_course(course)
    names = None if questions is None else _names(questions)
    choice = choose(contract, names, None if labs is None else _names(labs, NONE))
    make_course(layout, folder, choice, title, opens, due)
    for note in choice.notes:
        say(f"{note}.")
    say(f"Questions: {', '.join(choice.questions)}. Labs: {', '.join(choice.labs) or NONE}.")
    say(f"Look at {folder / 'README.md'} and at points and dates in {folder / 'grading.yml'}.")


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
    from ..builder import gate

    layout, contract = read_course(course)
    with console.status("building …") as status:
        built = gate.build(layout, contract, lambda name: status.update(f"proving {name} …"), jobs)
    for fact in built.facts:
        say(f"proved: {fact}")
    for sentence in built.left_out:
        say(sentence)
    if check:
        gate.compare(built, layout)
        say("student/ and data/expected/ are what the build makes.")
        return
    changed = gate.write(built, layout)
    for name in changed:
        say(f"  {name}")
    say(f"{len(changed)} files changed; the handout is dist/{gate.HANDOUT_ZIP}.")


@app.command()
def doctor(course: Course = Path()) -> None:
    """Try what this machine can do to keep submissions apart, and say what to install."""
    from ..checker.isolation import POSSIBLE
    from ..doctor import examine_levels, examine_parts
    from ..errors import IsolationError

    layout, contract = read_course(course)
    parts = Table(box=None, pad_edge=False, show_header=False)
    for finding in examine_parts():
        parts.add_row("works" if finding.works else "missing", finding.name, Text(finding.said))
    console.print(parts)
    held = set()
    for level, found in examine_levels(layout):
        if isinstance(found, IsolationError):
            say(f"\n{level}: does not hold. {found}")
            continue
        held.add(level)
        if not found.observed:
            say(f"\n{level}: time and memory are limited, and nothing else is.")
            continue
        say(f"\n{level}: holds. A probe in a submission's place tried:")
        for name, what in found.observed.items():
            say(f"  {'!' if what.startswith(POSSIBLE) else ' '} {name}: {what}")
    asked = contract.isolation
    say(f"\ngrading.yml asks for {asked}: {'ready to grade' if asked in held else 'not here'}.")
    if asked not in held:
        raise typer.Exit(1)
