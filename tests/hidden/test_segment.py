"""Hidden checks of segment: photographs, other kinds of image, and what must not matter."""

import canonical
import numpy as np
import sklearn_answers
from examples import adjusted_rand_index, image

# What the colours of 18 of 156 pixels differ by from the colour of the ground. To someone who
# looks at brightness alone the first two are ground, in the first channel alone the next two.
OFF_GROUND = [
    *([58, -23, -36], [42, -17, -26]),
    *([3, -38, -54], [3, -44, -61]),
    *([42, -40, -52], [35, -35, -47], [26, -42, -53], [29, -36, -47], [21, -48, -57]),
    *([17, -42, -52], [42, -39, -53], [26, -37, -50], [33, -37, -47], [24, -48, -60]),
    *([45, -37, -49], [36, -46, -61], [13, -45, -55], [31, -43, -55]),
]


def test_gray_photograph(submission):
    """A gray photograph in two classes: they are nearly those that scikit-learn finds."""
    pixels, classes = sklearn_answers.photograph("coins")
    agreement = adjusted_rand_index(submission.segment(pixels, 2), classes)
    assert agreement > 0.91, "too many pixels are in another class than with scikit-learn"


def test_colour_photograph(submission):
    """A colour photograph in two classes: they are nearly those that scikit-learn finds."""
    pixels, classes = sklearn_answers.photograph("cat")
    agreement = adjusted_rand_index(submission.segment(pixels, 2), classes)
    assert agreement > 0.93, "too many pixels are in another class than with scikit-learn"


def test_every_channel_counts(submission, reference, match):
    """Pixels of two classes, some of which look alike in the first or last channel or in gray."""
    n = np.arange(12 * 13)
    ground = np.stack([n * 2 % 5 - 2, n * 4 % 9 - 4, n * 3 % 11 - 5], axis=1)
    ground[-len(OFF_GROUND) :] = OFF_GROUND
    pixels = np.empty((12, 13, 3), dtype=np.uint8)
    pixels[n * 5 % 12, n * 4 % 13] = ground + np.array([120, 180, 190])
    backwards = pixels[:, :, ::-1]
    labels = submission.segment(pixels, K=2), submission.segment(backwards, K=2)
    due = reference.segment(pixels, K=2), reference.segment(backwards, K=2)
    for one, other in zip(labels, due, strict=True):
        match(canonical.appearance(one), canonical.appearance(other), "labels, as they appear,")


def test_number_of_classes(submission, match):
    """There are labels from 0 up to K - 1, and none beyond."""
    grey = np.repeat(np.repeat([[20, 90], [160, 235]], 6, axis=0), 9, axis=1)
    pixels = (grey + np.arange(grey.size).reshape(grey.shape) * 5 % 41 - 20).astype(np.uint8)
    colours = np.dstack([pixels, pixels[::-1]])
    for picture in (pixels, colours):
        one = submission.segment(picture, K=1)
        match(one, np.zeros(grey.shape, dtype=int), "labels of a single class")
    two, four = submission.segment(pixels, K=2), submission.segment(pixels, K=4)
    for labels, K in ((two, 2), (four, 4)):
        assert labels.min() >= 0, "a label is negative"
        assert labels.max() < K, "a label is K or more"
    assert len(np.unique(two)) > 1, "all pixels are in one class"
    smallest = submission.segment(np.array([[0, 255]], dtype=np.uint8), K=2)
    assert len(np.unique(smallest)) > 1, "a black and a white pixel are in one class"


def test_same_image_same_labels(submission):
    """Called twice with the same image, it gives the same labels: chance needs a fixed seed."""
    pixels = image("coffee")[::4, ::5]
    first = submission.segment(pixels, K=6, max_iter=2)
    second = submission.segment(pixels, K=6, max_iter=2)
    assert len(np.unique(first)) > 1, "all pixels are in one class"
    assert np.array_equal(first, second), "the second call gives other labels than the first"


def test_floats_are_fine(submission):
    """Greys from 0 to 1 in an array of one channel give the classes of greys from 0 to 255."""
    pixels, truth = image("phantom")[::2, ::2], image("phantom_truth")[::2, ::2]
    labels = submission.segment((pixels / 255.0)[:, :, np.newaxis], K=3)
    agreement = adjusted_rand_index(labels, truth)
    assert agreement > 0.5, "too many pixels are in another class than the true one"


def test_arguments_unchanged(submission):
    """Compute with the image, but leave it as it was."""
    pixels = image("coffee")[::5, ::5].astype(float)
    labels = submission.segment(pixels, K=2, max_iter=5)
    assert not submission.changed, "after the call, the image had other values; work on a copy"
    assert len(np.unique(labels)) > 1, "all pixels are in one class"
    z = submission.zscore(pixels)
    assert not submission.changed, "after the call, the image had other values; work on a copy"
    assert np.ptp(z) > 0, "all standard scores are the same"
