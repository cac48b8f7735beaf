"""Finding in a student's notebook the tasks of the one that was handed out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .lab import GivenCell
from .notebook import Cell

_CHECK = re.compile(r"^\s*grader\.check\(\s*['\"](\w+)['\"]\s*\)", re.MULTILINE)


@dataclass(frozen=True)
class Placed:
    """A cell of a student's notebook, the task it belongs to, and whether it was changed."""

    cell: Cell
    task: str
    changed: bool


def place(cells: Sequence[Cell], given: Sequence[GivenCell]) -> tuple[Placed, ...]:
    """Return the cells with their tasks.

    A cell is known by its id or, where an editor has made new ids, by its unchanged text. A new
    one belongs to the task of the cell before it, and so does one whose text and id are lost.
    """
    by_id = {cell.id: index for index, cell in enumerate(given) if cell.id}
    by_source: dict[tuple[str, str], list[int]] = {}
    for index, known in enumerate(given):
        by_source.setdefault((known.kind, _bare(known.source)), []).append(index)
    last, task = -1, ""
    placed = []
    for cell in cells:
        bare = _bare(cell.source)
        same = by_source.get((cell.kind, bare), [])
        # Answer cells look alike: without an id, it is the next one of them.
        at = by_id.get(cell.id, next((found for found in same if found > last), None))
        if at is not None:
            last, task = at, given[at].task
        placed.append(Placed(cell, task, changed=bool(bare) and not same))
    return tuple(placed)


def checked_in(source: str) -> tuple[str, ...]:
    """Return the tasks that a cell checks, in Otter's way: ``grader.check("task")``."""
    return tuple(_CHECK.findall(source))


def _bare(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
