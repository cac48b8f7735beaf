"""The command line: ``autograder new | build | grade | report | …``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from . import __version__
from .checker.threads import use_one_thread
from .commands import authoring, cluster, comparing, deciding, exporting, grading, reporting
from .commands.shared import complain, say
from .errors import AutograderError, BuildError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Build, grade and explain a programming assignment.",
)
for group in (authoring, grading, reporting, deciding, exporting, comparing, cluster):
    app.add_typer(group.app)


def _version(value: bool) -> None:
    if value:
        say(f"autograder {__version__}")
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
        complain(error)
        sys.exit(1)
    except AutograderError as error:
        complain(error)
        sys.exit(2)
    except SystemExit as end:
        if end.code == 130:  # what Typer makes of Ctrl+C
            Console(stderr=True).print("Stopped. What was graded stays; the same command goes on.")
        raise
