"""What an export has written, for the person who asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .people import LeftOut


@dataclass(frozen=True)
class Written:
    """What came of an export.

    Attributes
    ----------
    said : str
        What was written, in a few words.
    left_out : sequence of LeftOut
        Those who have handed in and have no marks in it.
    warnings : sequence of str
    """

    said: str
    left_out: Sequence[LeftOut] = ()
    warnings: Sequence[str] = ()
