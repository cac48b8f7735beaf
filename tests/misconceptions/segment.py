"""Known mistakes in segment. Each docstring is what a student who made it is told.

A wrong `zscore` also changes what `segment` sees, so those mistakes are classes with both.
"""

import numpy as np
from em1d import em1d
from estep import estep
from mstep import mstep
from scipy.cluster.vq import kmeans2


def _channels(image):
    image = np.asarray(image)
    return image.reshape(image.shape[0] * image.shape[1], -1)


def _scores(image):
    pixels = _channels(image).astype(float)
    pixels = pixels - pixels[0]
    spread = pixels.std(axis=0)
    return (pixels - pixels.mean(axis=0)) / np.where(spread > 0, spread, 1.0)


def _fit(pixels, K, max_iter):
    """Return responsibilities, (number of pixels, K), and means, (K, C)."""
    _, nearest = kmeans2(pixels, K, minit="++", rng=np.random.default_rng(0))
    weights, means, covariances = mstep(pixels, np.eye(K)[nearest], 1e-3)
    if pixels.shape[1] == 1:
        start = weights, np.asarray(means)[:, 0], np.asarray(covariances)[:, 0, 0]
        resp, means, _ = em1d(pixels[:, 0], K, max_iter, start)
        return np.asarray(resp), np.asarray(means)[:, np.newaxis]
    for _ in range(max_iter):
        resp = estep(pixels, weights, means, covariances)
        weights, means, covariances = mstep(pixels, resp)
    return np.asarray(estep(pixels, weights, means, covariances)), np.asarray(means)


def _labels(pixels, image, K, max_iter):
    return _fit(pixels, K, max_iter)[0].argmax(axis=1).reshape(np.shape(image)[:2])


def _scores_of_whole_image(image):
    pixels = _channels(image).astype(float)
    return (pixels - pixels.mean()) / (pixels.std() or 1.0)


def _scores_without_scale(image):
    pixels = _channels(image).astype(float)
    return pixels - pixels.mean(axis=0)


def _scores_of_a_sample(image):
    pixels = _channels(image).astype(float)
    pixels = pixels - pixels[0]
    spread = pixels.std(axis=0, ddof=1)
    return (pixels - pixels.mean(axis=0)) / np.where(spread > 0, spread, 1.0)


def _scores_divided_by_zero(image):
    pixels = _channels(image).astype(float)
    pixels = pixels - pixels[0]
    with np.errstate(invalid="ignore"):
        return (pixels - pixels.mean(axis=0)) / pixels.std(axis=0)


def _scores_in_bytes(image):
    pixels = _channels(image)
    centred = pixels - pixels.mean(axis=0).astype(pixels.dtype)
    spread = pixels.std(axis=0)
    return centred / np.where(spread > 0, spread, 1.0)


class OneScaleForAllChannels:
    """Mean and standard deviation were taken over the whole image; each channel has its own.

    Along which axis of your (pixels, channels) table do the mean and the deviation run?
    """

    @staticmethod
    def zscore(image):
        return _scores_of_whole_image(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_of_whole_image(image), image, K, max_iter)


class CentredNotScaled:
    """The mean was subtracted, but nothing was divided by the standard deviation.

    What is the standard deviation of each column of your answer, and what should it be?
    """

    @staticmethod
    def zscore(image):
        return _scores_without_scale(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_without_scale(image), image, K, max_iter)


class SampleStandardDeviation:
    """The standard deviation was divided by the number of pixels less one.

    Here the pixels are all there is, not a sample: look up ddof.
    """

    @staticmethod
    def zscore(image):
        return _scores_of_a_sample(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_of_a_sample(image), image, K, max_iter)


class ConstantChannelDividedByZero:
    """A channel that is the same everywhere was divided by its standard deviation, 0.

    It has no scale; what should it become instead?
    """

    @staticmethod
    def zscore(image):
        return _scores_divided_by_zero(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_divided_by_zero(image), image, K, max_iter)


class WrappedAround:
    """The mean was subtracted in uint8, where 3 - 5 is 254: dark pixels became bright.

    Of which type are the pixels when you subtract, and when do they become floats?
    """

    @staticmethod
    def zscore(image):
        return _scores_in_bytes(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_in_bytes(image), image, K, max_iter)


def segment_transposed(image, K=3, max_iter=100):
    """The labels lie mirrored along the diagonal: rows were taken for columns.

    A table of pixels in the order of zscore goes back to an image with H rows of W.
    """
    height, width = np.shape(image)[:2]
    resp, _ = _fit(_scores(image), K, max_iter)
    return resp.argmax(axis=1).reshape(height, width, order="F")


def segment_in_gray(image, K=3, max_iter=100):
    """The channels were averaged to gray first, so that colours of one brightness look the same.

    With several channels, EM works on all of them together.
    """
    gray = _channels(image).astype(float).mean(axis=1)
    return _labels(_scores(gray[:, np.newaxis]), image, K, max_iter)


def segment_first_channel(image, K=3, max_iter=100):
    """Only the first channel was used; the others tell more of the classes apart.

    With several channels, EM works on all of them together.
    """
    return _labels(_scores(image)[:, :1], image, K, max_iter)


def segment_nearest_mean(image, K=3, max_iter=100):
    """Each pixel was given to the nearest mean, as k-means does; spread and weight were forgotten.

    A pixel belongs to the component that is most responsible for it.
    """
    pixels = _scores(image)
    _, means = _fit(pixels, K, max_iter)
    distances = ((pixels[:, np.newaxis] - means) ** 2).sum(axis=2)
    return distances.argmin(axis=1).reshape(np.shape(image)[:2])


def segment_without_em(image, K=3, max_iter=100):
    """These are the classes of k-means: no E- or M-step has improved on the start.

    Does the result change with max_iter?
    """
    pixels = _scores(image)
    _, nearest = kmeans2(pixels, K, minit="++", rng=np.random.default_rng(0))
    return nearest.reshape(np.shape(image)[:2])


def segment_always_three_classes(image, K=3, max_iter=100):
    """There are always three classes, whatever K says.

    Search your file for a 3 that should be a K.
    """
    return _labels(_scores(image), image, 3, max_iter)
