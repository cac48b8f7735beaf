"""Speed, exactness and memory of the reference solution beside scikit-learn's.

    python benchmarks/em.py

Runs for about a minute, prints one table, and exits with 1 if a target is missed.
Both sides get the same arrays and one BLAS thread (scikit-learn is faster with one than
with two here), and take turns, so that a noisy machine slows both; a figure is the median
over the turns.  Memory is the peak that tracemalloc sees beside the data: NumPy reports
its arrays to it.
"""

import os

# One BLAS thread; read when NumPy is imported, so set before.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import platform
import statistics
import sys
import time
import tracemalloc
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "solution"))

from em1d import em1d
from estep import estep
from mstep import mstep
from segment import segment, zscore

IMAGES = Path(__file__).resolve().parents[1] / "data" / "images"
N_POINTS = 100_000
SHAPES = {  # (D, K): how many times as fast as scikit-learn an E+M pair should be
    (1, 3): 5.0,
    (2, 4): 2.5,
    (3, 3): 2.0,
}
EM1D_ITERATIONS = 20
SHIFT = 1e6
IMAGE_SIZE = 481, 321
IMAGE_ITERATIONS = 100
MEGABYTE = 1e6


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    ours: str
    theirs: str
    figure: str
    target: str
    ok: bool


@dataclass(frozen=True)
class Problem:
    """Points, and the parameters to start an E+M pair from."""

    X: np.ndarray
    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray

    @property
    def parameters(self):
        """Weights, means and covariances."""
        return self.weights, self.means, self.covariances


def make_problem(n_features, n_components, seed=0):
    """Draw points from a random, overlapping mixture."""
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.full(n_components, 5.0))
    means = rng.normal(scale=3, size=(n_components, n_features))
    roots = rng.normal(scale=0.5, size=(n_components, n_features, n_features))
    covariances = roots @ roots.transpose(0, 2, 1) + 0.3 * np.eye(n_features)
    sizes = rng.multinomial(N_POINTS, weights)
    clouds = map(rng.multivariate_normal, means, covariances, sizes)
    X = rng.permutation(np.concatenate(list(clouds)))
    return Problem(X, weights, means, covariances)


def as_mixture(problem, **options):
    """Return a GaussianMixture whose E-step can run from the problem's parameters."""
    mixture = GaussianMixture(len(problem.weights), **options)
    mixture.weights_, mixture.means_, mixture.covariances_ = problem.parameters
    roots = np.linalg.cholesky(np.linalg.inv(problem.covariances))
    mixture.precisions_cholesky_ = roots
    return mixture


def our_pair(problem):
    """Run one E-step and one M-step with the solution."""
    resp = estep(problem.X, *problem.parameters)
    return resp, *mstep(problem.X, resp)


def their_pair(problem):
    """Run one E-step and one M-step with scikit-learn."""
    mixture = as_mixture(problem)
    _, log_resp = mixture._e_step(problem.X)
    mixture._m_step(problem.X, log_resp)
    return np.exp(log_resp), mixture.weights_, mixture.means_, mixture.covariances_


def median_seconds(ours, theirs, turns):
    """Let both run in turn; return the median time of each."""
    seconds = {ours: [], theirs: []}
    for function in seconds:
        function()
    for _ in range(turns):
        for function, times in seconds.items():
            start = time.perf_counter()
            function()
            times.append(time.perf_counter() - start)
    return tuple(map(statistics.median, seconds.values()))


def peak_bytes(function):
    """Return the most memory that `function` holds at once, its result included."""
    tracemalloc.start()
    try:
        result = function()
        _, peak = tracemalloc.get_traced_memory()
        del result
    finally:
        tracemalloc.stop()
    return peak


def speed_row(what, ours, theirs, target):
    """Report how many times as fast as scikit-learn we are; arguments in seconds."""
    ratio = theirs / ours
    return Row(
        what,
        f"{1e3 * ours:.2f} ms",
        f"{1e3 * theirs:.1f} ms",
        f"{ratio:.1f} x",
        f">= {target:g} x",
        ratio >= target,
    )


def memory_row(what, ours, theirs):
    """Report the peak memory of `ours` and `theirs`, two functions to run."""
    our_peak, their_peak = peak_bytes(ours), peak_bytes(theirs)
    return Row(
        what,
        f"{our_peak / MEGABYTE:.1f} MB",
        f"{their_peak / MEGABYTE:.1f} MB",
        f"{our_peak / their_peak:.2f}",
        "<= 1",
        our_peak <= their_peak,
    )


def pair_rows():
    """Time an E+M pair for every shape, and em1d's whole call, start and sorting included."""
    for (n_features, n_components), target in SHAPES.items():
        problem = make_problem(n_features, n_components)
        ours, theirs = median_seconds(
            lambda p=problem: our_pair(p), lambda p=problem: their_pair(p), turns=25
        )
        yield speed_row(f"E+M pair, D={n_features} K={n_components}", ours, theirs, target)

    problem = make_problem(1, 3)
    x = problem.X[:, 0]
    init = problem.weights, problem.means[:, 0], problem.covariances[:, 0, 0]
    ours, theirs = median_seconds(
        lambda: em1d(x, max_iter=EM1D_ITERATIONS, init=init), lambda: their_pair(problem), turns=15
    )
    yield speed_row("em1d, per iteration, K=3", ours / EM1D_ITERATIONS, theirs, SHAPES[1, 3])


def shift_rows():
    """Compare one E+M pair on data at 1e6 with the same pair on the data as they are."""
    drawn = make_problem(2, 4)
    # Multiples of 2^-20 stay exact when shifted: what differs is the algorithm's doing.
    X, means = (np.round(part * 2**20) / 2**20 for part in (drawn.X, drawn.means))
    near = Problem(X, drawn.weights, means, drawn.covariances)
    far = Problem(X + SHIFT, drawn.weights, means + SHIFT, drawn.covariances)

    def differences(pair):
        shifts = 0, 0, SHIFT, 0
        pairs = zip(pair(near), pair(far), shifts, strict=True)
        return [np.abs(b - shift - a).max() for a, b, shift in pairs]

    names = "responsibilities", "weights", "means", "covariances"
    spacing = np.spacing(SHIFT)  # no mean at 1e6 can be written down more exactly than this
    limits = 1e-12, 1e-12, 2 * spacing, 1e-12
    results = zip(names, differences(our_pair), differences(their_pair), limits, strict=True)
    for name, ours, theirs, limit in results:
        yield Row(
            f"shifted by 1e6: {name}",
            f"{ours:.0e}",
            f"{theirs:.0e}",
            "",
            f"<= {limit:.0e}",
            bool(ours <= limit),
        )


def grey_image():
    """Return an 8-bit image with one channel: the first photograph, or a made-up one."""
    photographs = sorted(IMAGES.glob("*.png"))
    if photographs:
        from PIL import Image

        with Image.open(photographs[0]) as photograph:
            return np.asarray(photograph.convert("L").resize(IMAGE_SIZE)), photographs[0].name
    width, height = IMAGE_SIZE
    row, column = np.mgrid[:height, :width]
    smooth = 110 + 60 * np.sin(row / 40) * np.cos(column / 60) + 50 * (column > 300)
    noisy = smooth + np.random.default_rng(0).normal(scale=12, size=smooth.shape)
    return noisy.clip(0, 255).astype(np.uint8), "made-up image"


def fit_pixels(pixels, init):
    """Fit scikit-learn's mixture to the pixels: no early stop, no k-means of its own."""
    weights, means, variances = init
    mixture = GaussianMixture(
        len(weights),
        tol=0,
        max_iter=IMAGE_ITERATIONS,
        weights_init=weights,
        means_init=means[:, None],
        precisions_init=1 / variances[:, None, None],
        init_params="random_from_data",
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return mixture.fit(pixels)


def segment_rows():
    """Time and weigh the segmentation of an 8-bit grey image against a fit to its pixels."""
    image, name = grey_image()
    pixels = zscore(image)
    init = np.full(3, 1 / 3), np.array([-1.0, 0.0, 1.0]), np.full(3, 1.0)

    def ours():
        return segment(image, K=3, max_iter=IMAGE_ITERATIONS)

    def theirs():
        return fit_pixels(pixels, init)

    what = f"segment, grey {IMAGE_SIZE[0]}x{IMAGE_SIZE[1]}, {IMAGE_ITERATIONS} iterations"
    yield speed_row(what, *median_seconds(ours, theirs, turns=3), 100.0)

    resp, _, _ = em1d(pixels[:, 0], max_iter=IMAGE_ITERATIONS, init=init)
    difference = np.abs(resp - theirs().predict_proba(pixels)).max()
    yield Row(
        "em1d from the same start: resp", "", "", f"{difference:.0e}", "<= 1e-08", difference < 1e-8
    )
    yield memory_row(f"memory: segment ({name})", ours, theirs)


def memory_rows():
    """Weigh an E+M pair for every shape."""
    for n_features, n_components in SHAPES:
        problem = make_problem(n_features, n_components)
        yield memory_row(
            f"memory: E+M pair, D={n_features} K={n_components}",
            lambda p=problem: our_pair(p),
            lambda p=problem: their_pair(p),
        )


def print_row(what, ours, theirs, figure, target, verdict):
    """Print one line of the table."""
    print(f"{what:<44} {ours:>10} {theirs:>12} {figure:>9} {target:>9}  {verdict}", flush=True)


def main():
    """Print the table; return the exit status."""
    print(
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, "
        f"NumPy {np.__version__}, scikit-learn {sklearn.__version__}, N = {N_POINTS}\n"
    )
    print_row("", "ours", "scikit-learn", "figure", "target", "")
    missed = 0
    for section in (pair_rows, shift_rows, segment_rows, memory_rows):
        for row in section():
            verdict = "ok" if row.ok else "BELOW TARGET"
            print_row(row.what, row.ours, row.theirs, row.figure, row.target, verdict)
            missed += not row.ok
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
