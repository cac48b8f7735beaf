"""The page that shows likeness: pairs by question, what is usual there, texts side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..report.page import ENVIRONMENT
from .likeness import LEAST, K, runs_of
from .pairs import BINS, Found, Pair, Usual
from .sides import Line, side_by_side
from .texts import Asked, Texts

ROWS = 40
"""Pairs in a question's table, and in the one over all questions."""

_WIDTH, _HEIGHT, _TOP, _BOTTOM = 600, 150, 34, 22


@dataclass(frozen=True)
class Row:
    """A pair in a table.

    Attributes
    ----------
    one, other : str
        Names of the submissions.
    pair : Pair
    anchor : str
        Where the texts are side by side; empty when they are not.
    also : tuple of Pair
        The same two submissions' other questions, most unusual first.
    """

    one: str
    other: str
    pair: Pair
    anchor: str
    also: tuple[Pair, ...] = ()


@dataclass(frozen=True)
class Bar:
    """A bar of a histogram, in the units of its picture."""

    x: float
    y: float
    width: float
    height: float
    count: str


@dataclass(frozen=True)
class Section:
    """One question.

    Attributes
    ----------
    asked : Asked
    found : Found
    rows : list of Row
    bars : list of Bar
    fence : float or None
        Where in the picture the unusual begins; None when nothing can be unusual.
    """

    asked: Asked
    found: Found
    rows: list[Row]
    bars: list[Bar]
    fence: float | None


@dataclass(frozen=True)
class Opposite:
    """Two texts side by side."""

    row: Row
    title: str
    left: list[Line]
    right: list[Line]


def similarity_html(
    title: str,
    asked: Sequence[Asked],
    texts: Texts,
    found: Mapping[str, Found],
    *,
    threshold: float,
    most: int,
) -> str:
    """Return the page; it needs no network and no script.

    Parameters
    ----------
    title : str
        The assignment's.
    asked : sequence of Asked
    texts : Texts
    found : mapping of str to Found
        By question.
    threshold : float
    most : int
        How many pairs are shown side by side: the unusual ones first, then those of which a
        question has fewest that are as alike.
    """
    shown = _worth_a_look(found, texts.submissions, most)
    anchors = {pair: f"pair-{number}" for number, pair in enumerate(shown, 1)}
    titles = {one.name: one.title for one in asked}

    def row(pair: Pair, also: tuple[Pair, ...] = ()) -> Row:
        names = texts.submissions[pair.one], texts.submissions[pair.other]
        return Row(*names, pair, anchors.get(pair, ""), also)

    return _TEMPLATE.render(
        title=title,
        submissions=len(texts.submissions),
        over_all=[row(*of_both) for of_both in _over_all(found, texts.submissions)[:ROWS]],
        sections=[
            Section(
                one,
                found[one.name],
                [row(pair) for pair in found[one.name].listed[:ROWS]],
                _bars(found[one.name].usual),
                _fence(found[one.name].usual),
            )
            for one in asked
        ],
        opposites=_opposites(shown, asked, texts, row, titles),
        shown=len(shown),
        not_compared=texts.not_compared,
        threshold=threshold,
        width=_WIDTH,
        height=_HEIGHT,
        base=_HEIGHT - _BOTTOM,
        run=K,
        least=LEAST,
    )


def _unusualness(
    pair: Pair, found: Mapping[str, Found], names: Sequence[str]
) -> tuple[object, ...]:
    """Return by what pairs of different questions are put in order."""
    of_all = pair.as_alike / max(found[pair.question].usual.pairs, 1)
    return not pair.unusual, of_all, -pair.likeness, names[pair.one], names[pair.other]


def _worth_a_look(found: Mapping[str, Found], names: Sequence[str], most: int) -> list[Pair]:
    pairs = [pair for one in found.values() for pair in one.listed]
    return sorted(pairs, key=lambda pair: _unusualness(pair, found, names))[:most]


def _over_all(
    found: Mapping[str, Found], names: Sequence[str]
) -> list[tuple[Pair, tuple[Pair, ...]]]:
    """Return for each two submissions their most unusual pair, and the others."""
    of_both: dict[tuple[int, int], list[Pair]] = {}
    for one in found.values():
        for pair in one.listed:
            of_both.setdefault((pair.one, pair.other), []).append(pair)
    ordered = [
        sorted(pairs, key=lambda pair: _unusualness(pair, found, names))
        for pairs in of_both.values()
    ]
    ordered.sort(
        key=lambda pairs: (
            -sum(pair.unusual for pair in pairs),
            *_unusualness(pairs[0], found, names),
        )
    )
    return [(first, tuple(others)) for first, *others in ordered]


def _opposites(
    shown: Sequence[Pair],
    asked: Sequence[Asked],
    texts: Texts,
    row: Callable[[Pair], Row],
    titles: Mapping[str, str],
) -> Iterator[Opposite]:
    """Yield the texts of pairs one after the other, so that few are held at a time."""
    given = {
        one.name: (
            runs_of(one.given),
            frozenset(line.strip() for text in one.given for line in text.split("\n")),
        )
        for one in asked
    }
    for pair in shown:
        of_question = texts.texts[pair.question]
        left, right = side_by_side(
            of_question[pair.one], of_question[pair.other], *given[pair.question]
        )
        yield Opposite(row(pair), titles[pair.question], left, right)


def _bars(usual: Usual) -> list[Bar]:
    """Return bars whose height grows with the logarithm, so that one pair can be seen."""
    most = math.log1p(max(usual.counts, default=0))
    width = _WIDTH / BINS
    room = _HEIGHT - _TOP - _BOTTOM
    bars = []
    for place, count in enumerate(usual.counts):
        if count:
            height = room * math.log1p(count) / most
            top = _HEIGHT - _BOTTOM - height
            bars.append(
                Bar(
                    round(place * width + 1, 1),
                    round(top, 1),
                    round(width - 2, 1),
                    round(height, 1),
                    str(count) if count < 10_000 else f"{count // 1000}k",
                )
            )
    return bars


def _fence(usual: Usual) -> float | None:
    if usual.fence is None or usual.fence >= 1:
        return None
    return round(usual.fence * _WIDTH, 1)


def percent(share: float) -> str:
    """Return a share of 1 as a whole percentage; 100 only for all of it."""
    return f"{min(round(100 * share), 99) if share < 1 else 100}\u00a0%"


ENVIRONMENT.filters["percent"] = percent
_TEMPLATE = ENVIRONMENT.get_template("similarity.html")
