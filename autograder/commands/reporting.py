"""Commands on results that are there: ``report``, ``manual``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .shared import Course, ResultsFolder, read_course, say

if TYPE_CHECKING:
    from ..policies import Policies
    from ..stored import Results

app = typer.Typer()


@app.command()
def report(
    results: ResultsFolder,
    course: Annotated[
        Path | None,
        typer.Option(
            help="The course whose policies are taken.",
            show_default="here; else those stored with the results",
        ),
    ] = None,
) -> None:
    """Write gradebook, feedback and class page again from the stored results, without grading."""
    from ..policies import write_policies
    from ..result import writing
    from ..stored import Results

    policies = _policies(results, course)
    _write_again(Results(results, policies=policies))
    if policies is not None:
        with writing(results):
            write_policies(policies, results)


def _policies(results: Path, course: Path | None) -> Policies | None:
    """Return the policies of the course that these results are of, if it is here."""
    from ..errors import ConfigurationError
    from ..grading_file import parse, refuse_unknown_tasks
    from ..layout import Layout
    from ..stored import Results

    first = next(Results(results).stored())
    try:
        layout = Layout.find(course or Path())
    except ConfigurationError:
        if course is not None:
            raise
        return None
    contract = parse(layout.contract)
    if course is None and contract.assignment.title != first.assignment:
        say(
            f"The course here is another one ({contract.assignment.title}), so the policies are "
            "those stored with the results; --course names the course whose policies to take."
        )
        return None
    refuse_unknown_tasks(layout, contract)
    return contract.policies


def _write_again(found: Results) -> None:
    """Render all that is rendered from stored results, and say what a person should know."""
    from ..policies.audit import read_audit
    from ..report import render_all
    from ..result import SubmissionResult, writing
    from ..stored import write_course

    def render(result: SubmissionResult) -> None:
        with writing(found.folder / result.submission):
            render_all(result, found.folder / result.submission)

    remarks = write_course(found, render)
    book = found.folder / "gradebook.csv"
    say(f"{len(found)} submissions: feedback, results.json and {book}")
    say(f"Class page: {found.folder / 'index.html'}")
    for remark in (*remarks, read_audit(found.folder).torn):
        if remark:
            say(remark)


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
        _write_again(Results(results))
        return
    layout, contract = read_course(course)
    with writing(results):
        written = export(stored, read_labs(layout, contract), results, blind=blind)
    say(f"{written.answers} written answers of {written.submissions} submissions.")
    say(f"Fill in points and comments: {written.table}")
    say(f"Then: autograder manual {results} --import {written.table}")
