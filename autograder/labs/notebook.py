"""Reading notebooks that strangers have written: cells, and nothing else of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from ..errors import IntakeError

MAX_CELLS = 1_000
MAX_SOURCE = 200_000
"""Characters of one cell; a longer one is cut."""

Kind = Literal["code", "markdown"]


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook.

    Attributes
    ----------
    id : str
        What the notebook format calls it; empty where the format is older than 4.5.
    kind : str
    source : str
    """

    id: str
    kind: Kind
    source: str


def read_cells(data: bytes, name: str) -> tuple[Cell, ...]:
    """Return the code and Markdown cells of a notebook; outputs and metadata are not looked at.

    Raises
    ------
    IntakeError
        When it is not a notebook.
    """
    try:
        # A million brackets make the parser raise RecursionError; NaN and the like do no harm.
        plain = json.loads(data.decode("utf-8-sig", "replace"))
        cells = plain["cells"]
        if not isinstance(cells, list):
            raise TypeError
    except (ValueError, RecursionError, TypeError, KeyError):
        raise IntakeError(
            f"{name} is not a notebook that can be read; save it again in Jupyter"
        ) from None
    return tuple(cell for one in cells[:MAX_CELLS] if (cell := _cell(one)) is not None)


def _cell(plain: Any) -> Cell | None:
    if not isinstance(plain, dict) or plain.get("cell_type") not in ("code", "markdown"):
        return None
    source = plain.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        return None
    ident = plain.get("id")
    clean = source[:MAX_SOURCE].encode("utf-8", "replace").decode()
    return Cell(ident if isinstance(ident, str) else "", plain["cell_type"], clean)
