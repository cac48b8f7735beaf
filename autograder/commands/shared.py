"""What several commands have in common: their options, the console, the course they are about."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ..errors import AutograderError

if TYPE_CHECKING:
    from ..grading_file import Contract
    from ..layout import Layout

console = Console(highlight=False)

Course = Annotated[
    Path, typer.Option(help="The course's folder, or one inside it.", show_default="here")
]
ALL_CORES = os.cpu_count() or 1
Jobs = Annotated[int, typer.Option(min=1, help="Number of processes.", show_default="all cores")]
ResultsFolder = Annotated[Path, typer.Argument(help="The folder that grade has written.")]


def read_course(folder: Path) -> tuple[Layout, Contract]:
    """Return the layout and the contract of the course that a folder is in."""
    from ..grading_file import read
    from ..layout import Layout

    layout = Layout.find(folder)
    return layout, read(layout)


def say(text: str) -> None:
    """Print text as it is."""
    console.print(text, markup=False, soft_wrap=True)


def warn(text: str) -> None:
    """Print what a person should know, where it does not mix with output."""
    Console(stderr=True, highlight=False).print(text, markup=False, soft_wrap=True)


def complain(error: AutograderError) -> None:
    """Print an error where errors belong."""
    Console(stderr=True, highlight=False).print(
        f"autograder: {error}", markup=False, soft_wrap=True
    )
