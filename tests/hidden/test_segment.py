"""Hidden checks of segment: photographs, other kinds of image, and what must not matter."""

import canonical
import numpy as np
import sklearn_answers
from examples import adjusted_rand_index, image


def test_gray_photograph(submission):
    """A gray photograph in two classes: they are nearly those that scikit-learn finds."""
    pixels, classes = sklearn_answers.photograph("cameraman")
    agreement = adjusted_rand_index(submission.segment(pixels, 2), classes)
    assert agreement > 0.9, "too many pixels are in another class than with scikit-learn"


def test_colour_photograph(submission):
    """A colour photograph in two classes: they are nearly those that scikit-learn finds."""
    pixels, classes = sklearn_answers.photograph("cat")
    agreement = adjusted_rand_index(submission.segment(pixels, 2), classes)
    assert agreement > 0.85, "too many pixels are in another class than with scikit-learn"


def test_every_channel_counts(submission, reference, match):
    """Only the last of three channels tells the two classes apart."""
    rng = np.random.default_rng(11)
    bright = np.zeros((12, 17), dtype=int)
    bright[3:9, 4:9] = bright[7:11, 8:15] = 1
    pixels = rng.normal(120, 10, (12, 17, 3))
    pixels[:, :, 2] = np.where(bright, 180, 60) + rng.normal(0, 8, bright.shape)
    pixels = pixels.round().astype(np.uint8)
    labels, due = submission.segment(pixels, K=2), reference.segment(pixels, K=2)
    match(canonical.segment(labels), canonical.segment(due), "labels, counted as they appear,")


def test_number_of_classes(submission):
    """The labels are below K, and no class but the rarest is left out."""
    grey = np.repeat(np.repeat([[20, 90], [160, 235]], 6, axis=0), 9, axis=1)
    pixels = (grey + np.arange(grey.size).reshape(grey.shape) * 5 % 7).astype(np.uint8)
    for K, fewest in ((2, 2), (4, 3)):
        labels = submission.segment(pixels, K=K)
        assert labels.min() >= 0, "a label is negative"
        assert labels.max() < K, "a label is K or more"
        assert len(np.unique(labels)) >= fewest, "there are fewer classes than asked for"


def test_same_image_same_labels(submission):
    """Called twice with the same image, it gives the same labels: chance needs a fixed seed."""
    pixels = image("coffee")[::4, ::5]
    first = submission.segment(pixels, K=3, max_iter=3)
    second = submission.segment(pixels, K=3, max_iter=3)
    assert len(np.unique(first)) > 1, "all pixels are in one class"
    assert np.array_equal(first, second), "the second call gives other labels than the first"


def test_floats_are_fine(submission):
    """Greys from 0 to 1 in an array of one channel give the classes of greys from 0 to 255."""
    pixels, truth = image("phantom")[::2, ::2], image("phantom_truth")[::2, ::2]
    labels = submission.segment((pixels / 255.0)[:, :, np.newaxis], K=3)
    agreement = adjusted_rand_index(labels, truth)
    assert agreement > 0.6, "too many pixels are in another class than the true one"


def test_arguments_unchanged(submission):
    """Compute with the image, but leave it as it was."""
    pixels = image("coffee")[::5, ::5].astype(float)
    labels = submission.segment(pixels, K=2, max_iter=5)
    assert not submission.changed, "after the call, the image had other values; work on a copy"
    assert len(np.unique(labels)) > 1, "all pixels are in one class"
    z = submission.zscore(pixels)
    assert not submission.changed, "after the call, the image had other values; work on a copy"
    assert np.ptp(z) > 1, "all standard scores are nearly the same"
