"""Two texts beside each other, with the lines marked that are alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from copydetect import compare_files

from .likeness import fingerprint

AROUND = 2
"""Lines that are shown around those that are alike."""

MOST_LINES = 400
WIDEST = 300

Kind = Literal["alike", "given", "own", "gap"]


@dataclass(frozen=True)
class Line:
    """A line of a text: ``alike``, ``given`` (handed out), ``own``, or a ``gap`` for several."""

    number: int
    text: str
    kind: Kind


def side_by_side(
    one: str, other: str, handed_out: frozenset[int], given: Collection[str]
) -> tuple[list[Line], list[Line]]:
    """Return the lines of both texts.

    Parameters
    ----------
    one, other : str
    handed_out : frozenset of int
        The runs that are not compared.
    given : collection of str
        The lines that were handed out, stripped; they are never marked as alike.
    """
    first, second = fingerprint(one, handed_out), fingerprint(other, handed_out)
    _, _, (in_first, in_second) = compare_files(first, second)
    return _lines(one, in_first, given), _lines(other, in_second, given)


def _lines(text: str, slices: np.ndarray, given: Collection[str]) -> list[Line]:
    """Mark lines of which at least half lies in a slice; copydetect's ends are not exact."""
    inside = np.zeros(len(text) + 1, np.int64)
    if slices.size:
        begins, ends = np.clip(slices.astype(np.int64), 0, len(text))
        np.add.at(inside, begins, 1)
        np.add.at(inside, np.maximum(begins, ends), -1)
    alike = np.cumsum(inside)[:-1] > 0
    seen = np.array([not letter.isspace() for letter in text], bool)
    lines, start = [], 0
    for number, line in enumerate(text.split("\n")[:-1], 1):
        here = slice(start, start + len(line))
        start += len(line) + 1
        bare = line.strip()
        kind: Kind = "own"
        if bare in given:
            kind = "given"
        elif bare and not bare.startswith("#") and 2 * alike[here][seen[here]].mean() >= 1:
            kind = "alike"
        lines.append(Line(number, line if len(line) <= WIDEST else f"{line[:WIDEST]} …", kind))
    return list(_shortened(lines))


def _shortened(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines around those that are alike, and how many there are between them."""
    near = np.zeros(len(lines), bool)
    for place, line in enumerate(lines):
        if line.kind == "alike":
            near[max(0, place - AROUND) : place + AROUND + 1] = True
    shown = left_out = 0
    for line, is_near in zip(lines, near, strict=True):
        if not is_near or shown == MOST_LINES:
            left_out += 1
            continue
        if left_out:
            yield _gap(left_out)
            left_out = 0
        shown += 1
        yield line
    if left_out:
        yield _gap(left_out)


def _gap(lines: int) -> Line:
    return Line(0, f"{lines} {'line' if lines == 1 else 'lines'} not shown", "gap")
