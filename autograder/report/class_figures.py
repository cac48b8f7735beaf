"""The figures of the class page: how marks are spread, and what each check tells of a class."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .class_rows import Ending, Key, Row, Rows, in_order
from .wording import DROPPED, OVERRIDE

NOT_TRIED = frozenset({"not_started", "waits", "missing"})
"""Reasons of checks at whose task a submission has not even tried."""

UNDECIDED = frozenset({"by_hand", "grader", DROPPED})
"""Reasons of checks of which it is not known whether they pass, or that count for nobody."""

LEAST_TRIED = 10
"""Of fewer, a share or a correlation says little, so no check is pointed out by them."""

FEW, MANY = 0.20, 0.98
"""Shares that pass, under and over which a check tells little of who has understood."""

LEAST_DISCRIMINATION = 0.1

LEAST_ON_EACH_SIDE = 5
"""So many have to do better than the mean, and worse; a correlation hangs on single ones else."""

_BINS, _BINS_OF_FEW, _FEW_MARKS = 20, 12, 100


@dataclass(frozen=True)
class Summary:
    """How marks are spread.

    Attributes
    ----------
    count : int
    mean, median : float
    lower, upper : float
        The quartiles, interpolated between the marks beside them.
    least, most : float
    """

    count: int
    mean: float
    median: float
    lower: float
    upper: float
    least: float
    most: float


@dataclass(frozen=True)
class Bin:
    """The marks from ``start`` up to ``end``, which the last has too, and the others have not."""

    start: float
    end: float
    count: int


@dataclass(frozen=True)
class Item:
    """What a check tells of a class.

    Attributes
    ----------
    key : (str, str)
    passed, failed, not_run, not_tried, undecided : int
        Numbers of submissions. The first three tried the check.
    reasons : tuple of (str, int)
        Why it was not run, or not tried, or not decided, the most frequent first.
    discrimination : float or None
        Correlation of this check with the rest of the total; None where too few differ.
    marked : float or None
        Mean of the points that people have given, where people mark it.
    """

    key: Key
    passed: int
    failed: int
    not_run: int
    not_tried: int
    undecided: int
    reasons: tuple[tuple[str, int], ...]
    discrimination: float | None
    marked: float | None

    @property
    def tried(self) -> int:
        """How many have tried it, and it is known whether they passed."""
        return self.passed + self.failed + self.not_run

    @property
    def rate(self) -> float | None:
        """The share that passed, of those who tried."""
        return self.passed / self.tried if self.tried else None

    @property
    def remarks(self) -> tuple[str, ...]:
        """Why a person should look at it."""
        if self.rate is None or self.tried < LEAST_TRIED:
            return ()
        said = ["few pass"] if self.rate < FEW and self.marked is None else []
        if self.discrimination is not None and self.rate <= MANY:
            if self.discrimination < 0:
                said.append("those with fewer points pass more often")
            elif self.discrimination < LEAST_DISCRIMINATION:
                said.append("does not tell strong from weak")
        return tuple(said)

    @property
    def nearly_all(self) -> bool:
        """Whether it is passed by nearly all who try, which need not be wrong."""
        return self.rate is not None and self.tried >= LEAST_TRIED and self.rate > MANY


def summary(values: Sequence[float]) -> Summary | None:
    """Return how values are spread; None when there are none."""
    if not values:
        return None
    lower, median, upper = (float(q) for q in np.quantile(values, [0.25, 0.5, 0.75]))
    mean = math.fsum(values) / len(values)
    return Summary(len(values), mean, median, lower, upper, min(values), max(values))


def histogram(values: Sequence[float], top: float) -> tuple[Bin, ...]:
    """Return bins of one width, a round number, from 0 up to what there is to be had.

    Parameters
    ----------
    values : sequence of float
        Marks, 0 or more.
    top : float
        The most points to be had, with those of bonus questions.

    Returns
    -------
    tuple of Bin
        Empty when there is nothing to be had.
    """
    top = max([top, *values])
    if top <= 0:
        return ()
    most = _BINS if len(values) >= _FEW_MARKS else _BINS_OF_FEW
    width = _round_up(top / most)
    number = math.ceil(top / width - 1e-9)
    counts = Counter(min(int(value / width + 1e-9), number - 1) for value in values)
    return tuple(Bin(i * width, (i + 1) * width, counts[i]) for i in range(number))


def _round_up(width: float) -> float:
    """Return the next of the numbers 1, 2, 2.5 and 5, times any power of 10."""
    power = 10.0 ** math.floor(math.log10(width))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= width * (1 - 1e-9))


def items(rows: Sequence[Row], known: Rows) -> tuple[Item, ...]:
    """Return what each check tells of the submissions that were graded.

    Discrimination is the corrected item-total correlation: Pearson's, between passing the check (1
    or 0; for what a person has marked, the share of its points) and the points of all other
    checks, over those who tried it. For checks that pass or do not, this is the
    point-biserial correlation. See Henrysson, Correction of item-total correlations in item
    analysis, Psychometrika 28 (1963), 211–218.

    Parameters
    ----------
    rows : sequence of Row
        In an order that does not depend on chance, for sums of floats depend on it.
    known : Rows
    """
    endings = sorted(known.endings, key=known.endings.__getitem__)
    keys = in_order(rows)
    place = {key: j for j, key in enumerate(keys)}
    ended = np.full((len(rows), len(keys)), len(endings), dtype=np.int32)  # the last: not there
    points = np.zeros((len(rows), len(keys)))
    for i, row in enumerate(rows):
        columns = [place[key] for key in row.checks]
        ended[i, columns] = row.endings
        points[i, columns] = row.points
    totals = np.array([row.earned for row in rows])
    return tuple(
        _item(key, ended[:, j], points[:, j], totals, endings, known.checks[key].max_points)
        for key, j in place.items()
    )


def _item(
    key: Key,
    ended: npt.NDArray[np.int32],
    points: npt.NDArray[np.float64],
    totals: npt.NDArray[np.float64],
    endings: Sequence[Ending],
    max_points: float,
) -> Item:
    groups = [_group(*ending) for ending in endings]
    numbers: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    counts = np.bincount(ended, minlength=len(endings) + 1).tolist()
    for (_, reason), group, count in zip(endings, groups, counts, strict=False):
        numbers[group] += count
        if group not in ("passed", "failed"):
            reasons[reason] += count

    def where(holds: Sequence[bool]) -> npt.NDArray[np.bool_]:
        return np.array([*holds, False])[ended]

    tried = where([group in ("passed", "failed", "not_run") for group in groups])
    by_hand = where([reason in ("marked", OVERRIDE) for _, reason in endings])
    is_marked = where([reason == "marked" for _, reason in endings]).any()
    passed = where([group == "passed" for group in groups])
    scores = np.where(by_hand & (max_points > 0), points / (max_points or 1.0), passed)
    return Item(
        key,
        passed=numbers["passed"],
        failed=numbers["failed"],
        not_run=numbers["not_run"],
        not_tried=numbers["not_tried"],
        undecided=numbers["undecided"],
        reasons=tuple(sorted((+reasons).items(), key=lambda pair: (-pair[1], pair[0]))),
        discrimination=correlation(scores[tried], (totals - points)[tried]),
        marked=float(points[by_hand].mean()) if is_marked else None,
    )


def _group(outcome: str, reason: str) -> str:
    if reason in UNDECIDED:
        return "undecided"
    if reason in NOT_TRIED:
        return "not_tried"
    return outcome.replace(" ", "_")


def correlation(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> float | None:
    """Return Pearson's correlation; None when ``x`` or ``y`` differs in too few.

    Parameters
    ----------
    x, y : (N,) array
    """
    for values in (x, y):
        off = values - values.mean() if len(values) else values
        if min((off > 1e-9).sum(), (off < -1e-9).sum()) < LEAST_ON_EACH_SIDE:
            return None
    x, y = x - x.mean(), y - y.mean()
    return float((x * y).sum() / math.sqrt((x * x).sum() * (y * y).sum()))
