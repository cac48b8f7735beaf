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


def _spread(pixels, axis=0, **kwargs):
    """Return standard deviations, and 1 where all is the same."""
    spread = pixels.std(axis=axis, keepdims=True, **kwargs)
    same = np.ptp(pixels, axis=axis, keepdims=True) == 0
    return np.where(same, 1.0, spread)


def _scores(image):
    pixels = _channels(image).astype(float)
    return (pixels - pixels.mean(axis=0)) / _spread(pixels)


def _gray_scores(image, shares):
    gray = _channels(image).astype(float)
    gray = gray @ shares if gray.shape[1] == len(shares) else gray.mean(axis=1)
    return _scores(gray[:, np.newaxis, np.newaxis])


def _kmeans(pixels, K, seed=0):
    _, nearest = kmeans2(pixels, K, minit="++", rng=np.random.default_rng(seed))
    return nearest


def _fit(pixels, K, max_iter, seed=0):
    """Return responsibilities, (number of pixels, K), and weights, means and covariances."""
    nearest = _kmeans(pixels, K, seed)
    parameters = [np.asarray(part) for part in mstep(pixels, np.eye(K)[nearest], 1e-3)]
    for _ in range(max_iter):
        before = parameters
        resp = estep(pixels, *parameters)
        parameters = [np.asarray(part) for part in mstep(pixels, resp)]
        if np.allclose(parameters[1], before[1], rtol=0, atol=1e-7):
            break
    return np.asarray(estep(pixels, *parameters)), *parameters


def _resp(pixels, K, max_iter):
    """Return the responsibilities, by the E- and M-step that the number of channels asks for."""
    if pixels.shape[1] == 1:
        return np.asarray(em1d(pixels[:, 0], K, max_iter)[0])
    return _fit(pixels, K, max_iter)[0]


def _labels(pixels, image, K, max_iter):
    return _resp(pixels, K, max_iter).argmax(axis=1).reshape(np.shape(image)[:2])


def _scores_of_whole_image(image):
    pixels = _channels(image).astype(float)
    return (pixels - pixels.mean()) / (pixels.std() or 1.0)


def _scores_of_each_pixel(image):
    pixels = _channels(image).astype(float)
    return (pixels - pixels.mean(axis=1, keepdims=True)) / _spread(pixels, axis=1)


def _scores_of_each_pixel_unguarded(image):
    pixels = _channels(image).astype(float)
    with np.errstate(invalid="ignore"):
        return (pixels - pixels.mean(axis=1, keepdims=True)) / pixels.std(axis=1, keepdims=True)


def _scores_of_each_column(image):
    image = np.asarray(image, dtype=float)
    return _channels((image - image.mean(axis=0)) / _spread(image))


def _scores_of_each_column_unguarded(image):
    image = np.asarray(image, dtype=float)
    with np.errstate(invalid="ignore"):
        return _channels((image - image.mean(axis=0)) / image.std(axis=0))


def _scores_of_each_row(image):
    image = np.asarray(image, dtype=float)
    return _channels((image - image.mean(axis=1, keepdims=True)) / _spread(image, axis=1))


def _scores_of_each_row_unguarded(image):
    image = np.asarray(image, dtype=float)
    with np.errstate(invalid="ignore"):
        scores = (image - image.mean(axis=1, keepdims=True)) / image.std(axis=1, keepdims=True)
    return _channels(scores)


def _scores_without_mean(image):
    pixels = _channels(image).astype(float)
    return pixels / _spread(pixels)


def _scores_without_mean_or_0(image):
    pixels = _channels(image).astype(float)
    return np.where(np.ptp(pixels, axis=0) == 0, 0.0, pixels / _spread(pixels))


def _scores_without_scale(image):
    pixels = _channels(image).astype(float)
    return pixels - pixels.mean(axis=0)


def _scores_by_variance(image):
    pixels = _channels(image).astype(float)
    return (pixels - pixels.mean(axis=0)) / _spread(pixels) ** 2


def _scores_of_a_sample(image):
    pixels = _channels(image).astype(float)
    return (pixels - pixels.mean(axis=0)) / _spread(pixels, ddof=1)


def _scores_divided_by_zero(image):
    pixels = _channels(image).astype(float)
    pixels = pixels - pixels[0]
    with np.errstate(invalid="ignore"):
        return (pixels - pixels.mean(axis=0)) / pixels.std(axis=0)


def _scores_from_0_to_1(image):
    pixels = _channels(image).astype(float)
    extent = np.ptp(pixels, axis=0)
    return (pixels - pixels.min(axis=0)) / np.where(extent > 0, extent, 1.0)


def _scores_of_whole_image_from_0_to_1(image):
    pixels = _channels(image).astype(float)
    return (pixels - pixels.min()) / (np.ptp(pixels) or 1.0)


def _scores_by_255(image):
    return _channels(image) / 255.0


def _scores_in_bytes(image):
    pixels = _channels(image)
    centred = pixels - pixels.mean(axis=0).astype(pixels.dtype)
    return centred / _spread(pixels.astype(float))


def _scores_cut(image):
    return _scores(image).astype(int)


def _scores_cut_to_type(image):
    image = np.asarray(image)
    return _scores(image).astype(int if image.dtype.kind in "iu" else float).astype(image.dtype)


def _scores_in_order_of_columns(image):
    image = np.asarray(image)
    return _scores(image.reshape(1, image.shape[0] * image.shape[1], -1, order="F"))


def _scores_of_mixed_channels(image):
    image = np.asarray(image)
    n_channels = image.shape[2] if image.ndim == 3 else 1
    return _scores(image.reshape(n_channels, 1, -1).T)


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


class PixelByPixel:
    """Each pixel was standardised by itself: mean and deviation run over its own channels.

    A standard score compares a pixel with all others. Along which axis of your table are these?
    """

    @staticmethod
    def zscore(image):
        return _scores_of_each_pixel(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_of_each_pixel(image), image, K, max_iter)


class PixelByPixelDividedByZero:
    """Each pixel was standardised by itself: mean and deviation run over its own channels.

    A standard score compares a pixel with all others. Along which axis of your table are these?
    (A gray pixel has one channel only, with a deviation of 0.)
    """

    @staticmethod
    def zscore(image):
        return _scores_of_each_pixel_unguarded(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_of_each_pixel_unguarded(image), image, K, max_iter)


class ColumnByColumn:
    """Each column of the image was standardised by itself; a channel has one mean for all pixels.

    Look at the shape of your means. How many should there be in a photograph of three channels?
    """

    @staticmethod
    def zscore(image):
        return _scores_of_each_column(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_of_each_column(image), image, K, max_iter)


class ColumnByColumnDividedByZero:
    """Each column of the image was standardised by itself; a channel has one mean for all pixels.

    Look at the shape of your means. How many should there be in a photograph of three channels?
    (Where a column is the same from top to bottom, its deviation is 0.)
    """

    @staticmethod
    def zscore(image):
        return _scores_of_each_column_unguarded(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_of_each_column_unguarded(image), image, K, max_iter)


class RowByRow:
    """Each row of the image was standardised by itself; a channel has one mean for all pixels.

    Look at the shape of your means. How many should there be in a photograph of three channels?
    """

    @staticmethod
    def zscore(image):
        return _scores_of_each_row(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_of_each_row(image), image, K, max_iter)


class RowByRowDividedByZero:
    """Each row of the image was standardised by itself; a channel has one mean for all pixels.

    Look at the shape of your means. How many should there be in a photograph of three channels?
    (Where a row is the same from left to right, its deviation is 0.)
    """

    @staticmethod
    def zscore(image):
        return _scores_of_each_row_unguarded(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_of_each_row_unguarded(image), image, K, max_iter)


class ScaledNotCentred:
    """The values were divided by the standard deviation, but the mean was not subtracted.

    What is the mean of each column of your answer, and what should it be?
    """

    @staticmethod
    def zscore(image):
        return _scores_without_mean(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_without_mean(image), image, K, max_iter)


class ScaledNotCentredAndConstantIsZero:
    """The values were divided by the standard deviation, but the mean was not subtracted.

    What is the mean of each column of your answer, and what should it be?
    """

    @staticmethod
    def zscore(image):
        return _scores_without_mean_or_0(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_without_mean_or_0(image), image, K, max_iter)


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


class DividedByVariance:
    """The values were divided by the variance instead of the standard deviation.

    What is the standard deviation of each column of your answer, and what should it be?
    """

    @staticmethod
    def zscore(image):
        return _scores_by_variance(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_by_variance(image), image, K, max_iter)


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


class FromZeroToOne:
    """Each channel was brought to the range from 0 to 1, by its smallest and largest value.

    That is a scaling much used elsewhere. Here, standard scores are asked for: which mean and
    which standard deviation do they have?
    """

    @staticmethod
    def zscore(image):
        return _scores_from_0_to_1(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_from_0_to_1(image), image, K, max_iter)


class WholeImageFromZeroToOne:
    """The image was brought to the range from 0 to 1, by its smallest and largest value.

    That is a scaling much used elsewhere. Here, standard scores are asked for: which mean and
    which standard deviation do they have, in each channel?
    """

    @staticmethod
    def zscore(image):
        return _scores_of_whole_image_from_0_to_1(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_of_whole_image_from_0_to_1(image), image, K, max_iter)


class DividedBy255:
    """The values were divided by 255, which brings bytes to the range from 0 to 1.

    Standard scores take their scale from the image: which mean and which standard deviation
    should each channel have?
    """

    @staticmethod
    def zscore(image):
        return _scores_by_255(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_by_255(image), image, K, max_iter)


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


class CutToWholeNumbers:
    """The standard scores have lost their decimals: they were cut to whole numbers.

    Of which type is the array that they end up in?
    """

    @staticmethod
    def zscore(image):
        return _scores_cut(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_cut(image), image, K, max_iter)


class CutToTypeOfImage:
    """The standard scores were put into an array of the image's own type, uint8.

    That type knows neither decimals nor numbers below 0. Which type would hold both, and where do
    you make the array for the result?
    """

    @staticmethod
    def zscore(image):
        return _scores_cut_to_type(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_cut_to_type(image), image, K, max_iter)


class TableInOrderOfColumns:
    """The table of pixels goes down the columns of the image, the labels then along its rows.

    Which pixel is in the second row of your table, and which should it be?
    """

    @staticmethod
    def zscore(image):
        return _scores_in_order_of_columns(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_in_order_of_columns(image), image, K, max_iter)


class ChannelsMixedUp:
    """A column of your table holds numbers from all channels: the image was cut up across them.

    The channels of one pixel lie side by side in the image. Are they still side by side after
    your reshape?
    """

    @staticmethod
    def zscore(image):
        return _scores_of_mixed_channels(image)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        return _labels(_scores_of_mixed_channels(image), image, K, max_iter)


def zscore_in_order_of_columns(image):
    """The table of pixels goes down the columns of the image; it should go along its rows.

    Which pixel is in the second row of your table, and which should it be?
    """
    return _scores_in_order_of_columns(image)


def zscore_in_shape_of_image(image):
    """The scores have still the shape of the image.

    Asked for is a table, whatever the image: one row for each pixel, one column for each channel.
    """
    return _scores(image).reshape(np.shape(image))


def zscore_flat_if_gray(image):
    """The scores of a gray image came back as one row of numbers.

    Asked for is a table, whatever the image: one row for each pixel, one column for each channel.
    How many channels has a gray image?
    """
    scores = _scores(image)
    return scores[:, 0] if np.ndim(image) == 2 else scores


def zscore_channels_first(image):
    """The table has one row for each channel; it should have one row for each pixel.

    Both are in use. Here pixels are points, and points are rows, as in estep and mstep.
    """
    return _scores(image).T


def zscore_in_place(image):
    """The scores are right, but the image itself was changed.

    `np.asarray` of an array of floats is that very array, not a copy. Which line writes into it?
    """
    pixels = np.asarray(image, dtype=float)
    pixels = pixels.reshape(pixels.shape[0] * pixels.shape[1], -1)
    pixels -= pixels.mean(axis=0)
    pixels /= _spread(pixels)
    return pixels


def segment_flat(image, K=3, max_iter=100):
    """The labels came back as one long row of numbers.

    Each stands for a pixel of an image with H rows of W. How do you give them its shape?
    """
    return _resp(_scores(image), K, max_iter).argmax(axis=1)


def segment_width_first(image, K=3, max_iter=100):
    """The labels have the shape (W, H); an image has the shape (H, W), rows first.

    Which of the two numbers in the shape of the image is its width?
    """
    height, width = np.shape(image)[:2]
    return _labels(_scores(image), image, K, max_iter).reshape(width, height)


def segment_mirrored(image, K=3, max_iter=100):
    """The labels lie mirrored along the diagonal, in the shape (W, H): rows have become columns.

    Is there a transpose that should not be there?
    """
    return _labels(_scores(image), image, K, max_iter).T


def segment_transposed(image, K=3, max_iter=100):
    """The labels lie mirrored along the diagonal: rows were taken for columns.

    A table of pixels in the order of zscore goes back to an image with H rows of W.
    """
    height, width = np.shape(image)[:2]
    resp = _resp(_scores(image), K, max_iter)
    return resp.argmax(axis=1).reshape(height, width, order="F")


def segment_argmax_over_pixels(image, K=3, max_iter=100):
    """There is one number for each class: the pixel that it is most responsible for.

    Asked for is the opposite: for each pixel, the class. Along which axis does your argmax run?
    """
    return _resp(_scores(image), K, max_iter).argmax(axis=0)


def segment_least_responsible(image, K=3, max_iter=100):
    """With two classes all is well, with three it is not.

    That happens when a pixel gets the label of the component that is least responsible for it:
    the other of two, but any other of three. Do you take the smallest or the largest?
    """
    return _resp(_scores(image), K, max_iter).argmin(axis=1).reshape(np.shape(image)[:2])


def segment_responsibilities(image, K=3, max_iter=100):
    """The responsibilities themselves came back, one for each pixel and class.

    Asked for is one label for each pixel, in the shape of the image. Which class is it to be?
    """
    return _resp(_scores(image), K, max_iter)


def segment_responsibilities_of_image(image, K=3, max_iter=100):
    """The responsibilities themselves came back, one for each pixel and class.

    Asked for is one whole number for each pixel, its label. Which class is it to be?
    """
    return _resp(_scores(image), K, max_iter).reshape(*np.shape(image)[:2], K)


def segment_largest_responsibility(image, K=3, max_iter=100):
    """For each pixel, its largest responsibility came back: how sure its label is.

    Asked for is the label: not how large the largest is, but where it stands.
    """
    return _resp(_scores(image), K, max_iter).max(axis=1).reshape(np.shape(image)[:2])


def segment_from_one(image, K=3, max_iter=100):
    """The classes are right, but their labels are counted from 1; here they begin at 0.

    Is something added to what argmax gives?
    """
    return 1 + _labels(_scores(image), image, K, max_iter)


def segment_in_shades(image, K=3, max_iter=100):
    """The classes are right as far as we see, but their labels are not 0 to K - 1.

    That happens when labels are spread over the greys from 0 to 255, to be looked at. Return them
    as they were before.
    """
    return _labels(_scores(image), image, K, max_iter) * (255 // max(K - 1, 1))


def segment_painted(image, K=3, max_iter=100):
    """The image came back painted: each pixel has the mean colour of its class.

    That is good to look at. Asked for is the number of the class, one for each pixel.
    """
    return _painted(image, K, max_iter)


def segment_painted_in_bytes(image, K=3, max_iter=100):
    """The image came back painted: each pixel has the mean colour of its class.

    That is good to look at. Asked for is the number of the class, one for each pixel.
    """
    return _painted(image, K, max_iter).astype(np.uint8)


def _painted(image, K, max_iter):
    pixels = _channels(image).astype(float)
    labels = _labels(_scores(image), image, K, max_iter).ravel()
    colours = np.zeros((K, pixels.shape[1]))
    for k in np.unique(labels):
        colours[k] = pixels[labels == k].mean(axis=0)
    return colours[labels].reshape(np.shape(image))


def segment_in_gray(image, K=3, max_iter=100):
    """The channels were averaged to gray first, so that colours of one brightness look the same.

    With several channels, EM works on all of them together.
    """
    return _labels(_gray_scores(image, np.full(3, 1 / 3)), image, K, max_iter)


def segment_in_luminance(image, K=3, max_iter=100):
    """The image was turned to gray first, so that colours of one brightness look the same.

    With several channels, EM works on all of them together.
    """
    return _labels(_gray_scores(image, np.array([0.299, 0.587, 0.114])), image, K, max_iter)


def segment_first_channel(image, K=3, max_iter=100):
    """Only the first channel was used; the others tell more of the classes apart.

    With several channels, EM works on all of them together.
    """
    return _labels(_scores(image)[:, :1], image, K, max_iter)


def segment_last_channel(image, K=3, max_iter=100):
    """Only the last channel was used; the others tell more of the classes apart.

    With several channels, EM works on all of them together.
    """
    return _labels(_scores(image)[:, -1:], image, K, max_iter)


def segment_nearest_mean(image, K=3, max_iter=100):
    """Each pixel was given to the nearest mean, as k-means does; spread and weight were forgotten.

    A pixel belongs to the component that is most responsible for it.
    """
    pixels = _scores(image)
    _, _, means, _ = _fit(pixels, K, max_iter)
    distances = ((pixels[:, np.newaxis] - means) ** 2).sum(axis=2)
    return distances.argmin(axis=1).reshape(np.shape(image)[:2])


def segment_highest_density(image, K=3, max_iter=100):
    """Each pixel was given to the component with the highest density; the weights were forgotten.

    Some classes have many more pixels than others. In which number is that taken into account?
    """
    pixels = _scores(image)
    _, _, means, covariances = _fit(pixels, K, max_iter)
    resp = np.asarray(estep(pixels, np.full(K, 1 / K), means, covariances))
    return resp.argmax(axis=1).reshape(np.shape(image)[:2])


def segment_without_em(image, K=3, max_iter=100):
    """These are the classes of k-means: no E- or M-step has improved on the start.

    Does the result change with max_iter?
    """
    return _kmeans(_scores(image), K).reshape(np.shape(image)[:2])


def segment_by_thresholds(image, K=3, max_iter=100):
    """The classes are equal parts of the range of greys, cut at fixed thresholds.

    A mixture finds out for itself where to cut: how wide is each class, and how frequent?
    """
    gray = _channels(image).astype(float).mean(axis=1)
    cuts = np.linspace(gray.min(), gray.max(), K + 1)[1:-1]
    return np.digitize(gray, cuts).reshape(np.shape(image)[:2])


def segment_by_thresholds_of_bytes(image, K=3, max_iter=100):
    """The classes are equal parts of the greys from 0 to 255, cut at fixed thresholds.

    A mixture finds out for itself where to cut: how wide is each class, and how frequent?
    """
    gray = _channels(image).astype(float).mean(axis=1)
    return np.digitize(gray, np.linspace(0, 256, K + 1)[1:-1]).reshape(np.shape(image)[:2])


def segment_by_rank(image, K=3, max_iter=100):
    """The classes are the darkest pixels, the next brighter and so on, in equal numbers.

    A mixture finds out for itself how frequent each class is.
    """
    gray = _channels(image).astype(float).mean(axis=1)
    cuts = np.quantile(gray, np.arange(1, K) / K)
    return np.digitize(gray, cuts).reshape(np.shape(image)[:2])


def segment_always_three_classes(image, K=3, max_iter=100):
    """There are always three classes, whatever K says.

    Search your file for a 3 that should be a K.
    """
    return _labels(_scores(image), image, 3, max_iter)


def segment_always_three_classes_one_empty(image, K=3, max_iter=100):
    """There are always three classes, whatever K says; the third may happen to be empty.

    Search your file for a 3 that should be a K.
    """
    pixels = _scores(image)
    if pixels.shape[1] > 1:
        return _labels(pixels, image, 3, max_iter)
    start = np.full(3, 1 / 3), np.linspace(pixels.min(), pixels.max(), 3), np.ones(3)
    resp = np.asarray(em1d(pixels[:, 0], 3, max_iter, start)[0])
    return resp.argmax(axis=1).reshape(np.shape(image)[:2])


def segment_another_each_time(image, K=3, max_iter=100):
    """The same image gives other labels each time.

    That happens when a start is drawn by chance. How do you make chance repeat itself?
    """
    resp = _fit(_scores(image), K, max_iter, seed=None)[0]
    return resp.argmax(axis=1).reshape(np.shape(image)[:2])
