"""Pictures of mixtures. Every function returns a matplotlib Figure and shows nothing by itself.

Save a picture with ``figure.savefig("name.png")``. In a notebook, run ``%matplotlib inline`` once;
a figure that is the last line of a cell is then displayed.

The functions draw what can be drawn: values that are NaN or infinite, and covariances that are
none, are left out, so that a picture of a wrong result shows in what way it is wrong.
"""

from __future__ import annotations

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse, Patch
from matplotlib.ticker import MaxNLocator

# Okabe and Ito's colours can be told apart with any common colour vision deficiency.
# https://jfly.uni-koeln.de/color/
OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
ALARM = "#D55E00"
QUIET = "#777777"
MOST_PANELS = 6


def plot_ellipses(X, history, every: int = 5, axis_labels=("x1", "x2")) -> Figure:
    """Draw how the components moved: one small picture every few iterations.

    Parameters
    ----------
    X : array_like, shape (N, D), D >= 2
        Points; the first two features are drawn.
    history : sequence of (weights, means, covariances)
        One per iteration, the start first, such as ``fit.history``.
    every : int, default 5
        Iterations between two pictures; more if there would be over six. The last iteration is
        always shown.
    axis_labels : (str, str)
        What the two axes are, with units.

    Returns
    -------
    Figure
    """
    X = _plane(X)
    last = len(history) - 1
    step = max(1, every)
    while len(shown := sorted({*range(0, last + 1, step), last})) > MOST_PANELS:
        step += max(1, every)

    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    figure = _figure(height=0.5 + (3.2 if rows == 1 else 2.1 * rows))
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for axes, iteration in zip(panels, shown, strict=False):
        _, means, covariances = history[iteration]
        axes.scatter(X[:, 0], X[:, 1], s=5, color=QUIET, alpha=0.5, linewidths=0, rasterized=True)
        _limit_to(axes, X)
        _draw_components(axes, means, covariances)
        axes.set_title("start" if iteration == 0 else f"iteration {iteration}", fontsize=9)
    for i in range(len(shown), len(panels)):
        panels[i].remove()
        panels[i - columns].tick_params(labelbottom=True)
    figure.supxlabel(axis_labels[0], fontsize=9)
    figure.supylabel(axis_labels[1], fontsize=9)
    figure.suptitle("Components: mean and ellipse of two standard deviations", fontsize=10)
    return figure


def plot_responsibilities(
    X, resp, means=None, covariances=None, axis_labels=("x1", "x2")
) -> Figure:
    """Draw points in the colours of their components, mixed in proportion to responsibility.

    Parameters
    ----------
    X : array_like, shape (N, D), D >= 2
        Points; the first two features are drawn.
    resp : array_like, shape (N, K)
        Responsibilities.
    means, covariances : array_like, shapes (K, D) and (K, D, D), optional
        Drawn as a number at the mean and an ellipse of two standard deviations.
    axis_labels : (str, str)
        What the two axes are, with units.

    Returns
    -------
    Figure
    """
    X, resp = _plane(X), np.asarray(resp, dtype=float)
    n_components = resp.shape[1]
    palette = _palette(n_components)
    known = np.isfinite(resp).all(axis=1)

    figure = _figure(height=4.2)
    axes = figure.subplots()
    mixed = np.clip(np.clip(resp[known], 0.0, 1.0) @ palette, 0.0, 1.0)
    axes.scatter(X[known, 0], X[known, 1], s=12, c=mixed, linewidths=0)
    entries = [
        Line2D([], [], marker="o", linestyle="", color=palette[k], label=f"component {k}")
        for k in range(n_components)
    ]
    if not known.all():
        axes.scatter(X[~known, 0], X[~known, 1], s=16, color=QUIET, marker="x", linewidths=1)
        entries.append(Line2D([], [], marker="x", linestyle="", color=QUIET, label="not a number"))
    _limit_to(axes, X)
    if means is not None:
        _draw_components(axes, means, covariances)
    axes.set(xlabel=axis_labels[0], ylabel=axis_labels[1], title="Responsibilities")
    _legend_beside(axes, entries)
    return figure


def plot_density(x, weights, means, variances, bins=30, axis_label="x") -> Figure:
    """Draw the density of a mixture in one dimension over the histogram of the data.

    Parameters
    ----------
    x : array_like, shape (N,) or (N, 1)
        The data.
    weights, means, variances : array_like, each with K elements
        One component each; covariances of shape (K, 1, 1) will do.
    bins : int or sequence, default 30
        Handed on to matplotlib's ``hist``.
    axis_label : str
        What x is, with its unit.

    Returns
    -------
    Figure
    """
    from scipy.stats import norm  # takes a second to load, so only where it is needed

    x = np.ravel(np.asarray(x, dtype=float))
    x = x[np.isfinite(x)]
    weights, means, variances = (
        np.ravel(np.asarray(part, dtype=float)) for part in (weights, means, variances)
    )
    palette = _palette(len(weights))

    figure = _figure()
    axes = figure.subplots()
    if x.size:
        axes.hist(x, bins=bins, density=True, color="#D9D9D9", edgecolor="white", label="data")
    margin = 0.1 * np.ptp(x) + 1e-9 if x.size else 1.0
    low, high = (x.min() - margin, x.max() + margin) if x.size else (-1.0, 1.0)
    bars_reach = axes.get_ylim()[1]

    parts = list(enumerate(zip(weights, means, variances, strict=True)))
    drawable = [k for k, part in parts if np.isfinite(part).all() and part[2] > 0]
    # A narrow component falls between the points of an even grid: add some around each mean.
    around = [means[k] + np.sqrt(variances[k]) * np.linspace(-4, 4, 81) for k in drawable]
    at = np.sort(np.concatenate([np.linspace(low, high, 600), *around]))
    at = at[(at >= low) & (at <= high)]
    total = np.zeros_like(at)
    for k, (weight, mean, variance) in parts:
        label, curve = f"component {k}: not drawable", np.full_like(at, np.nan)
        if k in drawable:
            label, curve = f"component {k}", weight * norm.pdf(at, mean, np.sqrt(variance))
            total += curve
        axes.plot(at, curve, "--", color=palette[k], linewidth=2, zorder=3, label=label)
    axes.plot(at, total, color="black", linewidth=1.2, label="mixture")

    # A component that has collapsed on a value is a spike without limit: cut it, visibly.
    if total.max(initial=0.0) > 2 * bars_reach:
        axes.set_ylim(0, 2 * bars_reach)
        axes.text(0.01, 0.97, "spikes cut off", transform=axes.transAxes, va="top", fontsize=8)
    axes.set(xlim=(low, high), xlabel=axis_label, ylabel="density", title="Mixture density")
    axes.legend(fontsize=8)
    return figure


def plot_loglik(trace) -> Figure:
    """Draw the log-likelihood per iteration, and point out where it fell.

    Parameters
    ----------
    trace : array_like, shape (n_iter + 1,)
        Log-likelihoods, that of the start first, such as ``fit.trace``.

    Returns
    -------
    Figure
    """
    trace = np.ravel(np.asarray(trace, dtype=float))
    iterations = np.arange(len(trace))
    known = np.isfinite(trace)
    drops = np.zeros(len(trace))
    drops[1:] = trace[:-1] - trace[1:]
    with np.errstate(invalid="ignore"):
        fell = np.flatnonzero(drops > 1e-6 * np.maximum(1.0, np.abs(trace)))
    fell = fell[known[fell]]

    figure = _figure()
    axes = figure.subplots()
    axes.plot(
        iterations, np.where(known, trace, np.nan), ".-", color=OKABE_ITO[0], label="log-likelihood"
    )
    if fell.size:
        axes.plot(fell, trace[fell], "v", color=ALARM, markersize=8, label=f"fell ({fell.size} ×)")
        worst = fell[np.argmax(drops[fell])]
        on_the_left = worst < len(trace) / 2
        axes.annotate(
            f"fell by {drops[worst]:.4g}\nat iteration {worst}",
            (worst, trace[worst]),
            xytext=(18 if on_the_left else -18, 18),
            textcoords="offset points",
            ha="left" if on_the_left else "right",
            color=ALARM,
            fontsize=9,
            arrowprops={"arrowstyle": "->", "color": ALARM},
            bbox={"boxstyle": "round", "facecolor": "white", "edgecolor": "none", "alpha": 0.8},
        )
    for iteration in iterations[~known]:
        axes.axvline(iteration, color=ALARM, linestyle=":", linewidth=1)
    if not known.all():
        axes.plot([], [], ":", color=ALARM, label=f"not finite ({(~known).sum()} ×)")
    if fell.size:
        title = "Log-likelihood: it must never fall, but it does"
    elif not known.all():
        title = "Log-likelihood: NaN or infinite in places"
    else:
        title = "Log-likelihood"
    axes.set(xlabel="iteration", ylabel="log-likelihood (sum over points)", title=title)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(y=0.15)
    axes.legend(fontsize=8, loc="best")
    return figure


def plot_segmentation(image, labels) -> Figure:
    """Draw an image beside its segments.

    Parameters
    ----------
    image : array_like, shape (H, W) or (H, W, C)
        Values 0 … 255 in `uint8`, or floats of any range.
    labels : array_like, shape (H, W)
        One label per pixel.

    Returns
    -------
    Figure
        Segments have their mean colour if the image is RGB, else a colour from viridis; the
        legend tells how large each is.
    """
    image, labels = np.asarray(image), np.asarray(labels, dtype=float)
    if labels.shape != image.shape[:2]:
        raise ValueError(
            f"labels have shape {labels.shape}, but the image is {image.shape[:2]} pixels: "
            "there must be one label per pixel."
        )
    original = _displayable(image)
    known = np.isfinite(labels)
    values, segment, sizes = np.unique(labels[known], return_inverse=True, return_counts=True)
    if original.ndim == 3:
        channels = original[known].T
        sums = [np.bincount(segment, channel, minlength=len(values)) for channel in channels]
        colours = np.transpose(sums) / sizes[:, None]
    else:
        colours = colormaps["viridis"](np.linspace(0.0, 1.0, len(values)))[:, :3]
    segmented = np.ones((*labels.shape, 3))
    segmented[known] = colours[segment]

    height, width = labels.shape
    figure = _figure(height=float(np.clip(3.1 * height / width, 1.2, 5.0)) + 1.0)
    left, right = figure.subplots(1, 2)
    left.imshow(original, cmap="gray", vmin=0.0, vmax=1.0, interpolation="nearest")
    left.set_title("original", fontsize=10)
    right.imshow(segmented, interpolation="nearest")
    right.set_title(f"{len(values)} segment{'s' if len(values) != 1 else ''}", fontsize=10)
    for axes in (left, right):
        axes.set(xticks=[], yticks=[])

    entries = [
        Patch(facecolor=colour, edgecolor="black", label=f"{value:.3g}: {size / labels.size:.1%}")
        for value, colour, size in zip(values, colours, sizes, strict=True)
    ]
    if len(entries) > 10:
        entries[9:] = [Patch(facecolor="none", label=f"and {len(entries) - 9} more")]
    if not known.all():
        entries.append(
            Patch(facecolor="white", edgecolor="black", label=f"no label: {np.mean(~known):.1%}")
        )
    if entries:
        figure.legend(
            handles=entries,
            title="label: share of pixels",
            loc="outside lower center",
            ncols=min(5, len(entries)),
            fontsize=8,
            title_fontsize=8,
        )
    return figure


def plot_criteria(Ks, bic, aic=None) -> Figure:
    """Draw information criteria against the number of components; the lowest is marked.

    Parameters
    ----------
    Ks : array_like of int, shape (M,)
        Numbers of components.
    bic, aic : array_like, shape (M,)
        The criterion for each; `aic` may be left out.

    Returns
    -------
    Figure
    """
    Ks = np.ravel(np.asarray(Ks, dtype=float))
    figure = _figure()
    axes = figure.subplots()
    curves = [("BIC", bic, "o-", OKABE_ITO[0]), ("AIC", aic, "s--", OKABE_ITO[1])]
    for name, values, style, colour in curves:
        if values is None:
            continue
        values = np.ravel(np.asarray(values, dtype=float))
        known = np.isfinite(values)
        label = f"{name}: no finite value"
        if known.any():
            best = int(np.nanargmin(np.where(known, values, np.nan)))
            label = f"{name}, lowest at K = {Ks[best]:g}"
            axes.plot(Ks[best], values[best], "*", color=colour, markersize=16)
        axes.plot(Ks, np.where(known, values, np.nan), style, color=colour, ms=4, label=label)
    axes.set(
        xlabel="number of components K",
        ylabel="criterion (lower is better)",
        title="Information criteria",
        xticks=np.unique(Ks[np.isfinite(Ks)]),
    )
    axes.legend(fontsize=8)
    return figure


# Shared -------------------------------------------------------------------------------------------


def _figure(height: float = 3.6) -> Figure:
    """Return an empty figure, 640 px wide; without pyplot, so nothing is kept or shown."""
    return Figure(figsize=(6.4, height), dpi=100, layout="constrained")


def _palette(n_components: int) -> np.ndarray:
    """Return a colour per component, (K, 3)."""
    if n_components <= len(OKABE_ITO):
        return np.array([to_rgb(colour) for colour in OKABE_ITO[:n_components]]).reshape(-1, 3)
    return colormaps["viridis"](np.linspace(0.0, 1.0, n_components))[:, :3]


def _plane(X) -> np.ndarray:
    """Return the first two features, (N, 2)."""
    X = np.asarray(X, dtype=float)
    if X.ndim != 2 or X.shape[1] < 2:
        raise ValueError(
            f"X has shape {X.shape}, but this picture needs (N, D) with D of at least 2. "
            "For one dimension, use plot_density."
        )
    return X[:, :2]


def _limit_to(axes: Axes, X: np.ndarray) -> None:
    """Show all points with a margin, and no more: a runaway ellipse shall not shrink them."""
    points = X[np.isfinite(X).all(axis=1)]
    if len(points):
        low, high = points.min(axis=0), points.max(axis=0)
        margin = 0.1 * np.where(high > low, high - low, 1.0)
        axes.set_xlim(low[0] - margin[0], high[0] + margin[0])
        axes.set_ylim(low[1] - margin[1], high[1] + margin[1])


def _draw_components(axes: Axes, means, covariances) -> None:
    """Draw a number at each mean and an ellipse of two standard deviations around it.

    The limits of `axes` must be set. Means beyond them are listed in the corner.
    """
    means = np.asarray(means, dtype=float)[:, :2]
    palette = _palette(len(means))
    low, high = np.transpose([axes.get_xlim(), axes.get_ylim()])
    in_view = ((means >= low) & (means <= high)).all(axis=1)  # NaN is nowhere
    for k in np.flatnonzero(in_view):
        axes.text(
            means[k, 0],
            means[k, 1],
            str(k),
            ha="center",
            va="center",
            fontsize=8,
            bbox={"boxstyle": "circle,pad=0.2", "facecolor": "white", "edgecolor": palette[k]},
        )
        if covariances is not None:
            covariance = np.asarray(covariances, dtype=float)[k, :2, :2]
            _draw_ellipse(axes, means[k], covariance, palette[k])
    if not in_view.all():
        missing = ", ".join(map(str, np.flatnonzero(~in_view)))
        note = f"not in view: {missing}"
        axes.text(0.02, 0.98, note, transform=axes.transAxes, va="top", fontsize=8, color=ALARM)


def _draw_ellipse(axes: Axes, mean: np.ndarray, covariance: np.ndarray, colour) -> None:
    """Draw the ellipse of two standard deviations, if `covariance` (2, 2) has one."""
    if not np.isfinite(covariance).all():
        return
    variances, directions = np.linalg.eigh((covariance + covariance.T) / 2)
    view = max(np.ptp(axes.get_xlim()), np.ptp(axes.get_ylim()))
    # Of one a million times larger than the picture nothing is to be seen, and matplotlib would
    # take for ever to find that out.
    if variances[0] <= 0 or np.sqrt(variances[-1]) > 1e6 * view:
        return
    axes.add_patch(
        Ellipse(
            (mean[0], mean[1]),
            *(4 * np.sqrt(variances)),  # a diameter is twice two standard deviations
            angle=np.degrees(np.arctan2(directions[1, 0], directions[0, 0])),
            fill=False,
            color=colour,
            linewidth=1.8,
        )
    )


def _legend_beside(axes: Axes, entries: list) -> None:
    """Put the legend to the right, where it hides no points."""
    axes.legend(handles=entries, fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))


def _displayable(image: np.ndarray) -> np.ndarray:
    """Return floats in 0 … 1: (H, W, 3) for an RGB image, else (H, W)."""
    pixels = image.astype(float)
    if pixels.ndim == 3 and pixels.shape[2] != 3:
        pixels = pixels.mean(axis=2)
    if image.dtype == np.uint8:
        return pixels / 255.0
    known = pixels[np.isfinite(pixels)]
    low, high = (known.min(), known.max()) if known.size else (0.0, 1.0)
    scaled = (pixels - low) / (high - low if high > low else 1.0)
    return np.clip(np.nan_to_num(scaled), 0.0, 1.0)
