"""Public checks of segment: from pixels to standard scores, and from there to classes."""

import canonical
import due
import numpy as np
from examples import adjusted_rand_index, image


def test_zscore_by_hand(submission, reference, match):
    """A table of 2 by 4 greys: one row per pixel, mean 0 and standard deviation 1."""
    pixels = np.array([[10, 30, 10, 30], [10, 10, 30, 30]], dtype=np.uint8)
    match(submission.zscore(pixels), reference.zscore(pixels), "z")  # ±1: the spread is 10
    for pixels in ([[0, 10], [20, 50]], [[0.1, 0.2], [0.3, 0.7]]):
        match(submission.zscore(pixels), reference.zscore(pixels), "z of four greys")


def test_zscore_of_each_channel(submission, reference, match):
    """A photograph of 2 by 4 pixels with three channels: each channel has its own scale."""
    pixels = image("coffee")[40:42, 60:100:10]
    match(submission.zscore(pixels), reference.zscore(pixels), "z")


def test_zscore_of_a_constant_channel(submission, reference, match):
    """A channel that is the same everywhere has no scale: it becomes 0, not NaN."""
    pixels = np.dstack([np.arange(10.0).reshape(2, 5), np.full((2, 5), 0.1)])
    match(submission.zscore(pixels), reference.zscore(pixels), "z")
    match(submission.zscore(np.array([[5.0]])), [[0.0]], "z of a single pixel")


def test_labels_lie_on_their_pixels(submission, reference, match):
    """A bright line on dark ground, 5 by 8 pixels: each label stays where its pixel was."""
    drawing = ["##......", ".##....#", "...##...", ".....##.", "#.....##"]
    line = np.array([list(row) for row in drawing]) == "#"
    pixels = (np.where(line, 180, 40) + np.arange(40).reshape(5, 8) * 17 % 41).astype(np.uint8)
    labels, due = submission.segment(pixels, K=2), reference.segment(pixels, K=2)
    match(canonical.appearance(labels), canonical.appearance(due), "labels, as they appear,")


def test_narrow_and_wide_class(submission, reference, match):
    """Most pixels have nearly one grey, a few are brighter by little or by much: two classes."""
    few = [72, 78, 98, 102, 121, 124, 160, 170, 180, 190, 200, 215, 230]
    n = np.arange(12 * 13)
    pixels = np.empty((12, 13))
    pixels[n * 5 % 12, n * 4 % 13] = [*np.linspace(36, 44, 141), 48.2, 48.4, *few]
    labels, due = submission.segment(pixels, K=2), reference.segment(pixels, K=2)
    match(canonical.appearance(labels), canonical.appearance(due), "labels, as they appear,")


def test_phantom(submission, attach):
    """A noisy scan with three kinds of tissue: most pixels find their class."""
    pixels, truth = image("phantom")[::2, ::2], image("phantom_truth")[::2, ::2]
    labels = submission.segment(pixels, K=3)

    def picture(pixels, labels):
        import plots

        return plots.plot_segmentation(pixels, labels)

    def right(pixels, truth):
        import plots

        return due.headed(plots.plot_segmentation(pixels, truth), "What is right")

    attach(
        picture,
        pixels,
        labels,
        alt="A noisy gray scan of a head, and beside it the three classes found: the background "
        "around it, the tissue, and inside it the ventricles and two small lesions. The classes "
        "should be mostly free of specks of other classes.",
    )
    attach(
        right,
        pixels,
        truth,
        alt="What is right: the scan again, and beside it the classes it was made from. No method "
        "that looks at one pixel at a time finds all of them.",
    )
    agreement = adjusted_rand_index(labels, truth)
    assert agreement > 0.5, f"the adjusted Rand index with the truth is {agreement:.3f}; due is 0.5"


def test_colour_phantom(submission):
    """A noisy scan in colour, in which only hue tells three kinds of tissue apart."""
    pixels, truth = image("phantom_rgb")[::2, ::2], image("phantom_truth")[::2, ::2]
    agreement = adjusted_rand_index(submission.segment(pixels, K=3), truth)
    assert agreement > 0.57, (
        f"the adjusted Rand index with the truth is {agreement:.3f}; due is 0.57"
    )
