"""The histogram of a class's marks: where its lines and labels stand, in percent of the picture.

Lengths in percent keep the text at its size however wide the page is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .class_figures import Summary, histogram, summary
from .wording import number

_TALLEST, _BASE = 9.0, 76.0
"""Where the top of the tallest bar and the foot of all are, from above."""

_MOST_LABELS = 11
_GAP = 0.08
"""Between bars, as a share of their width."""


@dataclass(frozen=True)
class Bar:
    """A bar, from above and from the left, and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    count: int
    label: str


@dataclass(frozen=True)
class Chart:
    """The histogram.

    Attributes
    ----------
    bars : tuple of Bar
    ticks : tuple of (float, str)
        Places and numbers below the bars.
    median, lower, upper : float
        Places of the median and the quartiles.
    border : float or None
        Where the marks begin that only a bonus gives.
    words : str
        What the picture shows, for those who do not see it.
    """

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    median: float
    lower: float
    upper: float
    border: float | None
    words: str


def chart(totals: Sequence[float], top: float, bonus: float) -> Chart | None:
    """Return the histogram of marks; None when there are none, or nothing is to be had.

    Parameters
    ----------
    totals : sequence of float
    top, bonus : float
        The most points to be had, without and for bonus questions.
    """
    bins = histogram(totals, top + bonus)
    spread = summary(totals)
    if not bins or spread is None:
        return None
    end = bins[-1].end
    most = max(part.count for part in bins)
    share = 100 / len(bins)
    last = max(top + bonus, spread.most)
    bars = []
    for i, part in enumerate(bins):
        height = (_BASE - _TALLEST) * part.count / most
        bars.append(
            Bar(
                *(_place(i * share + share * _GAP / 2), _place(_BASE - height)),
                *(_place(share * (1 - _GAP)), _place(height), _place((i + 0.5) * share)),
                part.count,
                f"{number(part.start)} to {number(min(part.end, last))}",
            )
        )
    step = -(-len(bins) // _MOST_LABELS)
    borders = [part.start for part in bins] + [end]
    ticks = tuple((_place(100 * border / end), str(number(border))) for border in borders[::step])
    return Chart(
        tuple(bars),
        ticks,
        median=_place(100 * spread.median / end),
        lower=_place(100 * spread.lower / end),
        upper=_place(100 * spread.upper / end),
        border=_place(100 * top / end) if bonus else None,
        words=_words(bars, spread, most),
    )


def _words(bars: Sequence[Bar], spread: Summary, most: int) -> str:
    tallest = next(bar for bar in bars if bar.count == most)
    return (
        f"Marks from {number(spread.least)} to {number(spread.most)}, with a median of "
        f"{number(spread.median)} and the middle half from {number(spread.lower)} to "
        f"{number(spread.upper)}. Most, {most}, have {tallest.label}."
    )


def _place(percent: float) -> float:
    return round(percent, 2)
