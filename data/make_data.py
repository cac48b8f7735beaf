"""Make the data files that can be made, or check that they are as this script would make them.

Usage, from the repository's root::

    python data/make_data.py                       # write the toy sets, iris and the phantoms
    python data/make_data.py --check               # write nothing; exit status 1 if a file differs
    python data/make_data.py --photographs FOLDER  # also cut the photographs, from scikit-image's
                                                   # skimage/data folder (release 0.26.0)

Every random number comes from a seed that is written below, so a second run writes the same
bytes. ``old_faithful.csv`` is a record of observations and is not made here. What each file is,
and where it comes from, is in ``data/README.md``.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_iris

HERE = Path(__file__).resolve().parent

# The phantom's classes: 0 background, 1 tissue, 2 lesions. Tissue is so variable that it reaches
# into both its neighbours, and lesions are rare: where to cut depends on spreads and areas too.
PHANTOM_SIZE = 96
GRAY_MEANS = np.array([40.0, 95.0, 165.0])
GRAY_SDS = np.array([7.0, 26.0, 9.0])
# In colour, the classes differ in hue and hardly in brightness, and the noise is mostly
# brightness: the three channels rise and fall together (sd along gray, sd across it).
RGB_MEANS = np.array([[92.0, 102.0, 121.0], [133.0, 110.0, 110.0], [106.0, 130.0, 100.0]])
RGB_SDS = np.array([[20.0, 6.0], [30.0, 10.0], [14.0, 7.0]])


# Toy sets ---------------------------------------------------------------------------------------


def gaussian_groups(
    seed: int, sizes: list[int], means: list[list[float]], covariances: list[list[list[float]]]
) -> tuple[np.ndarray, np.ndarray]:
    """Draw `sizes[k]` points around `means[k]`; return points (N, 2) and labels (N,)."""
    rng = np.random.default_rng(seed)
    groups = [
        # Cholesky's factor is unique, so the points do not depend on how LAPACK signs vectors.
        np.array(mean) + rng.standard_normal((size, 2)) @ np.linalg.cholesky(covariance).T
        for size, mean, covariance in zip(sizes, means, covariances, strict=True)
    ]
    return shuffled(rng, np.vstack(groups), np.repeat(np.arange(len(sizes)), sizes))


def moons(seed: int, size: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Two interleaved half circles of radius 1, with Gaussian noise."""
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0.0, np.pi, (2, size))
    upper = np.column_stack([np.cos(angle[0]), np.sin(angle[0])])
    lower = np.column_stack([1.0 - np.cos(angle[1]), 0.5 - np.sin(angle[1])])
    points = np.vstack([upper, lower])
    points += noise * rng.standard_normal(points.shape)
    return shuffled(rng, points, np.repeat([0, 1], size))


def circles(seed: int, size: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Two circles about the origin, of radius 1 (label 0) and 0.45 (label 1), with noise."""
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0.0, 2.0 * np.pi, 2 * size)
    radius = np.repeat([1.0, 0.45], size)
    points = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    points += noise * rng.standard_normal(points.shape)
    return shuffled(rng, points, np.repeat([0, 1], size))


def shuffled(
    rng: np.random.Generator, points: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mix the rows, so that nobody's start profits from points that come sorted by group."""
    order = rng.permutation(len(points))
    return points[order], labels[order]


def toy_sets() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return every toy set as ``{file name: (points, labels)}``."""
    three = [[-4.0, -2.0], [0.0, 3.0], [4.5, -1.0]]
    round_ = [[1.0, 0.0], [0.0, 1.0]]
    return {
        "blobs.csv": gaussian_groups(101, [100] * 3, three, [round_] * 3),
        "blobs_unequal_spread.csv": gaussian_groups(
            110,
            [100] * 3,
            [[-5.0, -1.0], [0.5, 1.0], [5.0, -1.0]],
            [[[0.16, 0.0], [0.0, 0.16]], [[5.0, 0.0], [0.0, 5.0]], [[0.64, 0.0], [0.0, 0.64]]],
        ),
        "blobs_anisotropic.csv": gaussian_groups(
            103,
            [100] * 3,
            [[-2.5, 1.5], [0.0, 0.0], [2.5, -1.5]],
            [[[3.4, 3.0], [3.0, 3.0]]] * 3,
        ),
        "blobs_unequal_sizes.csv": gaussian_groups(
            104,
            [240, 45, 15],
            [[-2.0, 0.0], [3.0, 2.5], [3.0, -2.5]],
            [[[3.0, 0.0], [0.0, 3.0]], [[0.5, 0.0], [0.0, 0.5]], [[0.5, 0.0], [0.0, 0.5]]],
        ),
        "moons.csv": moons(105, 150, 0.08),
        "circles.csv": circles(106, 150, 0.06),
    }


# Phantom ----------------------------------------------------------------------------------------


def phantom_truth(size: int = PHANTOM_SIZE) -> np.ndarray:
    """Return the phantom's labels (size, size): a head with ventricles and small lesions."""
    truth = np.zeros((size, size), dtype=np.uint8)
    # label, centre x, centre y, half axis x, half axis y, rotation in degrees; the image spans
    # -1 … 1 in both directions, y pointing down.
    for label, *ellipse in [
        (1, 0.0, 0.0, 0.72, 0.92, 0.0),
        (2, -0.24, -0.08, 0.13, 0.36, 14.0),
        (2, 0.24, -0.08, 0.13, 0.36, -14.0),
        (2, 0.0, 0.52, 0.16, 0.10, 0.0),
        (2, -0.42, 0.42, 0.06, 0.06, 0.0),
        (2, 0.40, -0.52, 0.07, 0.05, 30.0),
    ]:
        truth[inside_ellipse(size, *ellipse)] = label
    return truth


def inside_ellipse(
    size: int, x0: float, y0: float, half_x: float, half_y: float, degrees: float
) -> np.ndarray:
    """Return the mask (size, size) of the pixels whose centre is inside the ellipse."""
    y, x = (2.0 * (np.mgrid[0:size, 0:size] + 0.5) / size) - 1.0
    angle = np.deg2rad(degrees)
    along = (x - x0) * np.cos(angle) + (y - y0) * np.sin(angle)
    across = (y - y0) * np.cos(angle) - (x - x0) * np.sin(angle)
    return (along / half_x) ** 2 + (across / half_y) ** 2 <= 1.0


def phantom_gray(truth: np.ndarray, seed: int = 117) -> np.ndarray:
    """Return the gray phantom (H, W): Gaussian per class, rounded to 8 bits."""
    rng = np.random.default_rng(seed)
    return to_8_bit(GRAY_MEANS[truth] + GRAY_SDS[truth] * rng.standard_normal(truth.shape))


def phantom_rgb(truth: np.ndarray, seed: int = 108) -> np.ndarray:
    """Return the colour phantom (H, W, 3): correlated channels, rounded to 8 bits."""
    rng = np.random.default_rng(seed)
    gray_axis = np.full((3, 3), 1.0 / 3.0)  # projects on the line R = G = B
    along, across = RGB_SDS[:, 0, None, None], RGB_SDS[:, 1, None, None]
    spread = along * gray_axis + across * (np.eye(3) - gray_axis)  # (3 classes, 3, 3)
    noise = rng.standard_normal((*truth.shape, 3))
    return to_8_bit(RGB_MEANS[truth] + np.einsum("hwij,hwj->hwi", spread[truth], noise))


def to_8_bit(values: np.ndarray) -> np.ndarray:
    """Round and clip to 0 … 255."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


# Photographs ------------------------------------------------------------------------------------

# file to write: original, box to keep (left, upper, right, lower; None: all), size to write
PHOTOGRAPHS = {
    "cat.png": ("chelsea.png", None, (150, 100)),
    "cat_large.png": ("chelsea.png", None, None),
    "coffee.png": ("coffee.png", None, (150, 100)),
    "cameraman.png": ("camera.png", None, (128, 128)),
    "coins.png": ("coins.png", (0, 0, 382, 303), (151, 120)),
}


def photographs(folder: Path) -> dict[str, bytes]:
    """Cut and shrink the originals in `folder`; area averages, so that no pixel is invented."""
    files = {}
    for name, (original, box, size) in PHOTOGRAPHS.items():
        image = Image.open(folder / original)
        if size is not None:
            image = image.resize(size, Image.Resampling.BOX, box=box)
        files[f"images/{name}"] = png(np.asarray(image))
    return files


# Files ------------------------------------------------------------------------------------------


def csv(header: str, rows: list[str]) -> bytes:
    """Return a CSV file as UTF-8 with Unix line ends, on every system."""
    return ("\n".join([header, *rows]) + "\n").encode()


def png(pixels: np.ndarray) -> bytes:
    """Return a PNG file without metadata."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG", optimize=True)
    return file.getvalue()


def made_files() -> dict[str, bytes]:
    """Return every file that this script makes, as ``{path below data/: bytes}``."""
    files = {
        name: csv(
            "x1,x2,label",
            [
                f"{x1:.4f},{x2:.4f},{k}"
                # + 0.0 turns a rounded -0.0 into 0.0
                for (x1, x2), k in zip(toy[0].round(4) + 0.0, toy[1], strict=True)
            ],
        )
        for name, toy in toy_sets().items()
    }
    iris = load_iris()
    files["iris_petal_length.csv"] = csv(
        "petal_length_cm,species",
        [
            f"{row[2]:.1f},{iris.target_names[species]}"
            for row, species in zip(iris.data, iris.target, strict=True)
        ],
    )
    truth = phantom_truth()
    files["images/phantom_truth.png"] = png(truth)
    files["images/phantom.png"] = png(phantom_gray(truth))
    files["images/phantom_rgb.png"] = png(phantom_rgb(truth))
    return files


def main() -> int:
    """Write or check the files; return the exit status."""
    parser = argparse.ArgumentParser(description="Make the data files, or check them.")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a file differs")
    parser.add_argument("--photographs", type=Path, metavar="FOLDER", help="skimage/data, 0.26.0")
    options = parser.parse_args()

    files = made_files()
    if options.photographs is not None:
        files |= photographs(options.photographs)
    different = [
        name
        for name, content in files.items()
        if not (HERE / name).is_file() or (HERE / name).read_bytes() != content
    ]
    for name in different:
        print(f"{'differs' if options.check else 'written'}: data/{name}")
        if not options.check:
            (HERE / name).parent.mkdir(parents=True, exist_ok=True)
            (HERE / name).write_bytes(files[name])
    print(f"{len(files) - len(different)} of {len(files)} files were already as they should be")
    return int(options.check and bool(different))


if __name__ == "__main__":
    raise SystemExit(main())
