"""Commands on results that are there: ``report``, ``manual``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .shared import Course, ResultsFolder, read_course, say

app = typer.Typer()


@app.command()
def report(
    results: ResultsFolder,
) -> None:
    """Write gradebook, feedback and class page again from the stored results, without grading."""
    from ..report import render_all
    from ..result import SubmissionResult, writing
    from ..stored import Results, write_course

    def render(result: SubmissionResult) -> None:
        with writing(results / result.submission):
            render_all(result, results / result.submission)

    found = Results(results)
    write_course(found, render)
    say(f"{len(found)} submissions: feedback, results.json and {results / 'gradebook.csv'}")
    say(f"Class page: {results / 'index.html'}")


@app.command()
def manual(
    results: ResultsFolder,
    filled_in: Annotated[
        Path | None, typer.Option("--import", help="Take in the marks of a table.")
    ] = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="Show codes in place of the submissions' names.")
    ] = False,
    course: Course = Path(),
) -> None:
    """Mark written answers: write a table and pages to read, or take the marks back in."""
    from ..grade import read_labs
    from ..manual import export, import_marks
    from ..result import writing
    from ..stored import Results

    stored = list(Results(results).stored())
    if filled_in is not None:
        count = import_marks(filled_in, stored, results)
        say(f"{count} marks taken in from {filled_in}.")
        report(results)
        return
    layout, contract = read_course(course)
    with writing(results):
        written = export(stored, read_labs(layout, contract), results, blind=blind)
    say(f"{written.answers} written answers of {written.submissions} submissions.")
    say(f"Fill in points and comments: {written.table}")
    say(f"Then: autograder manual {results} --import {written.table}")
