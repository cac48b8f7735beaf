"""What the checks have in common: mixtures, data, and how well two segmentations agree.

The examples are awkward on purpose. No two weights, spreads or shapes are alike, components
overlap, and N, D and K are all different: where two of them agree, an axis that was mixed up or a
factor that was left out does not show.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

_ABOVE = Path(__file__).resolve().parents
DATA = next((folder / "data" for folder in _ABOVE if (folder / "data").is_dir()), Path("data"))


class Mixture(NamedTuple):
    """What describes a mixture: weights (K,), means (K, D) and covariances (K, D, D)."""

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray


def mixture(weights, means, covariances) -> Mixture:
    """Return a mixture of float arrays."""
    return Mixture(*(np.array(part, dtype=float) for part in (weights, means, covariances)))


# Examples -----------------------------------------------------------------------------------------

# One dimension, small enough for a pocket calculator.
BY_HAND_X = np.array([-2.0, -1.0, 0.0, 3.0, 5.0])
BY_HAND = mixture([0.3, 0.7], [[-1], [4]], [[[0.25]], [[4]]])

# Seven points in the plane and three components. All numbers but the weights are multiples of
# 1/16, so that they can be moved by 1e8 without rounding.
POINTS = np.array(
    [[0.5, -0.75], [-1.25, 3.5], [2.75, 0.25], [-0.5, 1.0], [1.5, 2.25], [3.25, 1.75], [-2.0, 0.5]]
)
THREE = mixture(
    [0.5, 0.2, 0.3],
    [[0, 0.25], [2, 1], [-1, 2.5]],
    [[[4, 1.5], [1.5, 2]], [[1.5, -0.75], [-0.75, 3]], [[2.5, 1], [1, 1.25]]],
)
# Responsibilities for the same points, not those of THREE; the components get 2.75, 2.15 and 2.1.
SOFT = np.array(
    [
        [0.7, 0.2, 0.1],
        [0.05, 0.15, 0.8],
        [0.25, 0.6, 0.15],
        [0.9, 0.05, 0.05],
        [0.3, 0.3, 0.4],
        [0.1, 0.75, 0.15],
        [0.45, 0.1, 0.45],
    ]
)

# A poor start for two components on Old Faithful: the log-likelihood rises for nine iterations.
FAITHFUL = mixture([0.7, 0.3], [[3, 66], [4.4, 76]], [[[1.2, 6], [6, 150]], [[0.4, 2], [2, 80]]])


# Data ---------------------------------------------------------------------------------------------


@cache
def _columns(name: str, count: int) -> np.ndarray:
    table = np.loadtxt(DATA / name, delimiter=",", skiprows=1, usecols=range(count), ndmin=2)
    table.flags.writeable = False
    return table


def old_faithful() -> np.ndarray:
    """Return duration and waiting time of 272 eruptions in minutes, (272, 2)."""
    return _columns("old_faithful.csv", 2)


def petal_length() -> np.ndarray:
    """Return the length of 150 iris petals in cm, (150,)."""
    return _columns("iris_petal_length.csv", 1)[:, 0]


def toy(name: str) -> np.ndarray:
    """Return the 300 points in the plane of one of the toy sets, such as ``moons``."""
    return _columns(f"{name}.csv", 2)


@cache
def image(name: str) -> np.ndarray:
    """Return one of the images as `uint8`, (H, W) or (H, W, C)."""
    from PIL import Image

    pixels = np.asarray(Image.open(DATA / "images" / f"{name}.png"))
    pixels.flags.writeable = False
    return pixels


# Agreement ----------------------------------------------------------------------------------------


def adjusted_rand_index(labels, other) -> float:
    """Return how well two segmentations agree: 1 for the same, about 0 for unrelated ones.

    It counts the pairs of pixels that are together in both, and takes off what chance would give.
    Which class has which label does not matter.

    References
    ----------
    L. Hubert, P. Arabie, Comparing partitions, Journal of Classification 2 (1985) 193-218.
    """
    first = np.unique(labels, return_inverse=True)[1].ravel()
    second = np.unique(other, return_inverse=True)[1].ravel()
    table = np.zeros((first.max() + 1, second.max() + 1))
    np.add.at(table, (first, second), 1)

    def pairs(counts: np.ndarray) -> float:
        return float((counts * (counts - 1) / 2).sum())

    together = pairs(table)
    in_first, in_second = pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    by_chance = in_first * in_second / pairs(np.array([first.size]))
    most = (in_first + in_second) / 2
    return 1.0 if most == by_chance else (together - by_chance) / (most - by_chance)
