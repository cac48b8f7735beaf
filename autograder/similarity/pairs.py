"""Which pairs are worth a look: how alike they are, and how unusual that is for a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..intake import HandedIn, same_person
from .likeness import Likeness

ENOUGH = 20
"""Pairs; of fewer it cannot be said what is usual."""

BINS = 20


@dataclass(frozen=True)
class Pair:
    """Two submissions' answers to one question.

    Attributes
    ----------
    question : str
    one, other : int
        Places of the submissions.
    share_of_one, share_of_other : float
        How much of each is in the other, from 0 to 1.
    as_alike : int
        How many pairs of this question are at least as alike, this one among them.
    unusual : bool
        Whether it lies far outside of what most pairs of this question are.
    """

    question: str
    one: int
    other: int
    share_of_one: float
    share_of_other: float
    as_alike: int
    unusual: bool

    @property
    def likeness(self) -> float:
        """The larger of the two shares."""
        return max(self.share_of_one, self.share_of_other)


@dataclass(frozen=True)
class Usual:
    """What pairs of one question are like.

    Attributes
    ----------
    texts, pairs : int
    median, upper : float
        Half of the pairs, and three quarters, are at most that alike.
    fence : float or None
        Beyond it a pair is unusual: the upper quartile and three times the distance between the
        quartiles (Tukey's outer fence). From 1 on nothing is; None when there are too few pairs.
    counts : tuple of int
        Pairs by likeness, in steps of a twentieth.
    """

    texts: int
    pairs: int
    median: float
    upper: float
    fence: float | None
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Found:
    """What came of one question.

    Attributes
    ----------
    usual : Usual
    listed : tuple of Pair
        The pairs at or above the threshold, most alike first, up to a number.
    above : int
        How many pairs are at or above the threshold.
    """

    usual: Usual
    listed: tuple[Pair, ...]
    above: int


def find(
    question: str,
    likeness: Likeness,
    handed_in: Sequence[HandedIn],
    names: Sequence[str],
    threshold: float,
    most: int,
) -> Found:
    """Return what is usual for a question, and the pairs that are most alike.

    Attempts of one person are no pair.

    Parameters
    ----------
    question : str
    likeness : Likeness
    handed_in, names : sequence
        For each submission; names decide between pairs that are equally alike.
    threshold : float
        The least likeness that is listed.
    most : int
        How many pairs are listed.
    """
    rows, columns = np.triu_indices(len(likeness.places), 1)
    keep = _of_different_people(likeness.places, rows, columns, handed_in)
    rows, columns = rows[keep], columns[keep]
    alike = likeness.alike[rows, columns].astype(float)
    usual = _usual(len(likeness.places), alike)
    above = np.flatnonzero(alike >= threshold)
    best = sorted(
        above,
        key=lambda i: (
            -alike[i],
            names[int(likeness.places[rows[i]])],
            names[int(likeness.places[columns[i]])],
        ),
    )[:most]
    in_order = np.sort(alike)
    listed = []
    for i in best:
        one, other = rows[i], columns[i]
        listed.append(
            Pair(
                question,
                int(likeness.places[one]),
                int(likeness.places[other]),
                float(likeness.shares[other, one]),
                float(likeness.shares[one, other]),
                int(len(alike) - np.searchsorted(in_order, alike[i])),
                usual.fence is not None and bool(alike[i] > usual.fence),
            )
        )
    return Found(usual, tuple(listed), len(above))


def _of_different_people(
    places: NDArray[np.int64],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    handed_in: Sequence[HandedIn],
) -> NDArray[np.bool_]:
    """Say of each pair whether nobody has handed in both."""
    keep = np.ones(len(rows), bool)
    known = np.array([bool(handed_in[place].people) for place in places], bool)
    for i in np.flatnonzero(known[rows] & known[columns]):
        one, other = places[rows[i]], places[columns[i]]
        keep[i] = not same_person(handed_in[one], handed_in[other])
    return keep


def _usual(texts: int, alike: NDArray[np.float64]) -> Usual:
    counts = np.bincount(np.minimum((alike * BINS).astype(int), BINS - 1), minlength=BINS)
    if not len(alike):
        return Usual(texts, 0, 0.0, 0.0, None, tuple(counts.tolist()))
    lower, median, upper = np.quantile(alike, [0.25, 0.5, 0.75])
    fence = float(upper + 3 * (upper - lower)) if len(alike) >= ENOUGH else None
    return Usual(texts, len(alike), float(median), float(upper), fence, tuple(counts.tolist()))
