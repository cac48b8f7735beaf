"""The command that compares submissions with each other: ``similarity``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .shared import Course, console, read_course, say, warn

app = typer.Typer()

LISTED = 1000
"""Pairs of a question that are looked at for the table over all questions."""


@app.command()
def similarity(
    submissions: Annotated[
        Path, typer.Argument(help="A folder or archive of submissions, or an export of them.")
    ],
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("similarity.html"),
    threshold: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="The least likeness that is listed.")
    ] = 0.5,
    questions: Annotated[
        str | None,
        typer.Option(
            help="Names with commas, of questions and of labs.", show_default="all questions"
        ),
    ] = None,
    most: Annotated[int, typer.Option(min=0, help="Pairs that are shown side by side.")] = 200,
    course: Course = Path(),
) -> None:
    """Compare submissions with each other, and write a page that shows which are alike."""
    from ..intake import find_submissions
    from ..result import write_whole, writing
    from ..similarity.likeness import compare_all
    from ..similarity.page import similarity_html
    from ..similarity.pairs import find
    from ..similarity.texts import asked_for, read_all

    layout, contract = read_course(course)
    names = None if questions is None else [n.strip() for n in questions.split(",") if n.strip()]
    asked = asked_for(layout, contract, names)
    sources = find_submissions(submissions, contract.assignment.names, contract.papers)
    found = {}
    with console.status("reading …") as status:
        texts = read_all(
            *(sources, contract, asked),
            lambda count: status.update(f"reading {count} of {len(sources)} …"),
        )
        for one in asked:
            status.update(f"comparing {one.name} …")
            of_question = texts.texts[one.name]
            likeness = compare_all(of_question, one.given)
            texts.not_compared += [
                (f"{texts.submissions[place]}: {one.file}", "has too little of its own")
                for place in likeness.too_short
            ]
            found[one.name] = find(
                one.name, likeness, texts.handed_in, texts.submissions, threshold, LISTED
            )
        status.update("writing …")
        page = similarity_html(
            contract.assignment.title, asked, texts, found, threshold=threshold, most=most
        )
    with writing(out):
        write_whole(out, page.encode())
    for one in asked:
        usual = found[one.name].usual
        unusual = sum(pair.unusual for pair in found[one.name].listed)
        say(
            f"{one.name}: {usual.texts} texts, {found[one.name].above} of {usual.pairs} pairs are "
            f"alike by {threshold:.0%} or more, {unusual} of them unusual."
        )
    if texts.not_compared:
        warn(
            f"{len(texts.not_compared)} submissions or files were not compared; the page says why."
        )
    say("Likeness is not guilt: read both texts, and ask.")
    say(f"Open this page: {out.resolve().as_uri()}")
