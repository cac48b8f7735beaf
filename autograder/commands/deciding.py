"""Commands for what people decide about marks: ``override``, ``diff``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .shared import ResultsFolder, say

if TYPE_CHECKING:
    from ..policies.audit import Entry

app = typer.Typer()


@app.command()
def override(
    results: ResultsFolder,
    submission: Annotated[
        str | None, typer.Argument(help="Its name in the gradebook.", show_default=False)
    ] = None,
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="QUESTION[/CHECK]|total", help="What points are set for.", show_default=False
        ),
    ] = None,
    points: Annotated[
        float | None, typer.Argument(help="How many it has now.", show_default=False)
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; the student reads it.")] = "",
    due: Annotated[
        str | None,
        typer.Option(
            metavar="MOMENT",
            help="An extension, such as 2026-10-28T23:59+01:00.",
            show_default=False,
        ),
    ] = None,
    handed_in: Annotated[
        str | None,
        typer.Option(
            metavar="MOMENT", help="When it came, where no export says it.", show_default=False
        ),
    ] = None,
    undo: Annotated[
        bool,
        typer.Option(
            "--undo", help="Take back the last decision about it (or about due, handed-in)."
        ),
    ] = False,
    show: Annotated[bool, typer.Option("--list", help="Show what was decided.")] = False,
    beyond: Annotated[
        bool, typer.Option("--beyond", help="Let more points through than are to be had.")
    ] = False,
) -> None:
    """Decide about a submission's points by hand; all is kept in RESULTS/audit.jsonl.

    Nothing is graded. A decision holds when the submission is graded again, until it is undone.
    """
    from ..policies import by_hand
    from ..policies.audit import DUE, HANDED_IN

    moments = {name: at for name, at in ((DUE, due), (HANDED_IN, handed_in)) if at is not None}
    if show:
        if target is not None or moments or undo:
            raise typer.BadParameter("--list takes a submission at most")
        _show(results, submission)
        return
    if submission is None:
        raise typer.BadParameter("name a submission, as in the gradebook; or --list")
    entries: list[Entry] = []
    if undo:
        if target is None or points is not None or moments:
            raise typer.BadParameter("--undo takes a submission, and what was decided about")
        entries.append(by_hand.undo(results, submission, target, reason))
    elif moments:
        if target is not None:
            raise typer.BadParameter("a moment is set for a whole submission: name no question")
        for name, at in moments.items():
            entries.append(by_hand.set_moment(results, submission, name, at, reason))
    elif target is None or points is None:
        raise typer.BadParameter("say what the points are of, and how many: total 50")
    else:
        entries.append(
            by_hand.set_points(results, submission, target, points, reason, beyond=beyond)
        )
    for entry in entries:
        say(_in_words(entry))
    _render(results, submission)


def _render(results: Path, submission: str) -> None:
    """Write again what shows a submission, and what shows all of them."""
    from ..policies.audit import read_audit
    from ..report import render_all
    from ..result import SubmissionResult, writing
    from ..stored import Results, write_course

    def also(result: SubmissionResult) -> None:
        if result.submission == submission:
            with writing(results / submission):
                render_all(result, results / submission)
            say(f"{submission}: {result.total:g} of {result.max_points:g} points")

    for remark in (*write_course(Results(results), also), read_audit(results).torn):
        if remark:
            say(remark)


def _show(results: Path, submission: str | None) -> None:
    from ..errors import ResultsError
    from ..policies.audit import holding, read_audit
    from ..policies.names import unknown
    from ..stored import Results

    names = Results(results).names
    if submission is not None and submission not in names:
        raise ResultsError(f"{results}: {unknown(submission, names)}")
    audit = read_audit(results)
    holds = holding(audit.entries)
    count = 0
    for entry in audit.entries:
        if submission is None or entry.submission == submission:
            count += 1
            gone = entry.what == "set" and entry not in holds.get(entry.submission, {}).values()
            say(f"{entry.at} {_in_words(entry)}{' (no longer)' if gone else ''}")
    if audit.torn:
        say(audit.torn)
    if not count:
        say("Nothing was decided by hand.")


def _in_words(entry: Entry) -> str:
    from ..report.wording import number, one_line

    def shown(value: float | str | None) -> str:
        if value is None:
            return "nothing"
        return f"{number(value)}" if isinstance(value, float) else value

    what = {"set": "set", "undo": "undone", "mark": "marked"}[entry.what]
    change = f"{entry.target} {what}, {shown(entry.before)} → {shown(entry.after)}"
    reason = f": {entry.reason}" if entry.reason else ""
    return one_line(f"{entry.submission}: {change}, by {entry.who}{reason}")


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(metavar="RESULTS_A", help="A folder of results.")],
    after: Annotated[Path, typer.Argument(metavar="RESULTS_B", help="Another one.")],
    table: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Write what differs as a table, too."),
    ] = None,
    as_graded: Annotated[
        bool, typer.Option("--as-graded", help="Leave out what people have decided since.")
    ] = False,
) -> None:
    """Show whose marks differ between two folders of results, check by check.

    The exit status is 0 when no marks differ, 1 when some do, 2 when they cannot be compared.
    """
    from ..difference import Summary, compare, write_table

    summary = Summary()
    changes = compare(before, after, summary, as_graded=as_graded)
    if table is not None:
        changes = write_table(changes, table)
    for change in changes:
        say(change.sentence())
    for sentence in summary.sentences(str(before), str(after)):
        say(sentence)
    if summary.differ:
        raise typer.Exit(1)
