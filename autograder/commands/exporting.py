"""The command that writes marks for other programs: ``export``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from .shared import Course, ResultsFolder, read_course, say, warn

if TYPE_CHECKING:
    from ..exports.people import Tally
    from ..exports.written import Written
    from ..stored import Results

app = typer.Typer()


class Format(StrEnum):
    """What the exports are called, each with the name of its file."""

    gradescope = "gradescope"
    canvas = "canvas"
    moodle = "moodle"
    nbgrader = "nbgrader"
    junit = "junit"
    jsonl = "jsonl"


_FILES = {
    Format.gradescope: "gradescope.zip",
    Format.canvas: "canvas.csv",
    Format.moodle: "moodle.csv",
    Format.nbgrader: "nbgrader.csv",
    Format.junit: "junit.xml",
    Format.jsonl: "checks.jsonl",
}
_BY_CHECK = (Format.junit, Format.jsonl)
_WITH_ROSTER = (Format.canvas, Format.moodle)


@app.command()
def export(
    results: ResultsFolder,
    form: Annotated[Format, typer.Option("--format", help="For which program.")],
    roster: Annotated[
        Path | None,
        typer.Option(help="Canvas's gradebook or Moodle's grading worksheet, to fill in."),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option(
            help="The roster's column to fill.", show_default="Canvas: the title's; Moodle: Grade"
        ),
    ] = None,
    out_of: Annotated[
        float | None,
        typer.Option(
            min=0.01, help="Write points on a scale that ends here.", show_default="no scaling"
        ),
    ] = None,
    finished_only: Annotated[
        bool, typer.Option("--finished-only", help="Leave out marks that may still change.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option(help="The file to write.", show_default="RESULTS/exports/…")
    ] = None,
    course: Course = Path(),
) -> None:
    """Write marks in the form that another program takes in; list whom it leaves out."""
    from ..exports import FOLDER, canvas, moodle, nbgrader
    from ..exports.people import counting
    from ..exports.roster import Roster
    from ..report.wording import one_line
    from ..result import whole, writing
    from ..stored import Results

    _refuse_what_is_not_meant(form, roster, column, out_of, finished_only)
    found = Results(results)
    place = to or results / FOLDER / _FILES[form]
    if form in _BY_CHECK:
        write = _by_check(form, found)
    else:
        by_rule = found.decisions().policies.attempts is not None
        grades = found.grades() if by_rule else None
        tally = counting(found, grades, finished_only=finished_only)
        if form is Format.gradescope:
            write = _for_gradescope(found, tally)
        elif form is Format.nbgrader:
            write = _table(*nbgrader.write_new(tally, _due(course)))
        else:
            platform = canvas if form is Format.canvas else moodle
            if roster is None:
                write = _table(*platform.write_new(tally, out_of))
            else:
                write = _table(*platform.fill(Roster.read(roster), tally, column, out_of))
    with writing(place), whole(place) as file:
        written = write(file)
    say(f"{place}: {written.said}.")
    if form in _BY_CHECK:
        say("Hidden checks are in it: it is for instructors, not for students.")
    for warning in written.warnings:
        warn(f"{warning[:1].upper()}{warning[1:]}.")
    if written.left_out:
        warn(f"Without marks in it ({len(written.left_out)}):")
        for one in written.left_out:
            warn(f"  {one_line(one.who)}: {one.why}")
        raise typer.Exit(1)


_Write = Callable[[BinaryIO], "Written"]


def _by_check(form: Format, results: Results) -> _Write:
    from ..exports import jsonl, junit

    write = junit.write if form is Format.junit else jsonl.write
    return lambda file: write(results, file)


def _for_gradescope(results: Results, tally: Tally) -> _Write:
    from ..exports import gradescope

    return lambda file: gradescope.write(results, tally, file)


def _table(data: bytes, written: Written) -> _Write:
    def write(file: BinaryIO) -> Written:
        file.write(data)
        return written

    return write


def _due(course: Path) -> datetime | None:
    """Return when the assignment was due; None where there is no course to ask."""
    from ..errors import ConfigurationError
    from ..layout import Layout

    try:
        Layout.find(course)
    except ConfigurationError:
        warn("No grading.yml here, so the column duedate is empty; --course names the course.")
        return None
    return read_course(course)[1].dates.due


def _refuse_what_is_not_meant(
    form: Format,
    roster: Path | None,
    column: str | None,
    out_of: float | None,
    finished_only: bool,
) -> None:
    if roster is not None and form not in _WITH_ROSTER:
        raise typer.BadParameter(
            "only canvas and moodle have a table to fill in", param_hint="--roster"
        )
    if column is not None and roster is None:
        raise typer.BadParameter("it is a column of --roster", param_hint="--column")
    if out_of is not None and form not in _WITH_ROSTER:
        raise typer.BadParameter("only canvas and moodle have a scale", param_hint="--out-of")
    if finished_only and form in _BY_CHECK:
        raise typer.BadParameter(
            f"{form} has all checks, each with its outcome", param_hint="--finished-only"
        )
