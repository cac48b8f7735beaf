"""Right versions of zscore and segment that look otherwise than the solution."""

import numpy as np
import scipy.stats
from em1d import em1d
from estep import estep
from loglik import loglik
from mstep import mstep
from scipy.cluster.vq import kmeans2


def zscore_in_a_loop_over_channels(image):
    """One channel after the other; a constant one is known by its range."""
    image = np.array(image, dtype=float)
    if image.ndim == 2:
        image = image[:, :, np.newaxis]
    table = np.zeros((image.shape[0] * image.shape[1], image.shape[2]))
    for c in range(image.shape[2]):
        channel = image[:, :, c].ravel()
        if channel.max() != channel.min():
            table[:, c] = (channel - np.mean(channel)) / np.std(channel)
    return table


def zscore_of_scipy(image):
    """SciPy's zscore, with zeros where it finds nothing to divide by."""
    pixels = np.asarray(image, dtype=float)
    pixels = pixels.reshape(pixels.shape[0] * pixels.shape[1], -1)
    constant = np.ptp(pixels, axis=0) == 0
    pixels = np.where(constant, np.arange(len(pixels))[:, np.newaxis], pixels)
    if len(pixels) == 1:
        return np.zeros(pixels.shape)
    return np.where(constant, 0.0, scipy.stats.zscore(pixels, axis=0))


def zscore_as_nested_lists(image):
    """Pure Python, pixel by pixel; a list of lists comes back."""
    pixels = [
        list(np.atleast_1d(np.asarray(pixel)).astype(float))
        for row in np.asarray(image)
        for pixel in row
    ]
    columns = []
    for values in zip(*pixels, strict=True):
        mean = sum(values) / len(values)
        deviation = (sum((v - mean) ** 2 for v in values) / len(values)) ** 0.5
        constant = min(values) == max(values)
        columns.append([0.0 if constant else (v - mean) / deviation for v in values])
    return [list(row) for row in zip(*columns, strict=True)]


def zscore_in_fortran_order(image):
    """An einsum for the variance, and a transposed array for an answer."""
    image = np.asarray(image).astype(np.float64)
    channels = image.reshape(-1, image.shape[2] if image.ndim == 3 else 1).T
    centred = channels - np.median(channels, axis=1, keepdims=True)
    centred = centred - centred.mean(axis=1, keepdims=True)
    variance = np.einsum("cn,cn->c", centred, centred) / centred.shape[1]
    flat = channels.min(axis=1) == channels.max(axis=1)
    variance[flat] = 1.0
    centred[flat] = 0.0
    return (centred / np.sqrt(variance)[:, np.newaxis]).T


def _table(image):
    pixels = np.array(image, dtype=float)
    pixels = pixels.reshape(pixels.shape[0] * pixels.shape[1], -1)
    spread = np.where(np.ptp(pixels, axis=0) > 0, pixels.std(axis=0), 1.0)
    return (pixels - pixels.mean(axis=0)) / spread


def _climbed(X, parameters, max_iter):
    for _ in range(max_iter):
        parameters = mstep(X, estep(X, *parameters))
    return parameters


def segment_from_kmeans(image, K=3, max_iter=100):
    """SciPy's k-means++ with a fixed seed, then one's own E- and M-steps, gray images as well."""
    X = _table(image)
    _, nearest = kmeans2(X, K, minit="++", rng=np.random.default_rng(1))
    parameters = _climbed(X, mstep(X, np.eye(K)[nearest], 1e-3), max_iter)
    return np.argmax(estep(X, *parameters), axis=1).reshape(np.asarray(image).shape[:2])


def segment_gray_with_em1d(image, K=3, max_iter=100):
    """em1d with its own start for one channel; k-means for several; labels as int32."""
    X = _table(image)
    if X.shape[1] == 1:
        resp, _, _ = em1d(X[:, 0], K, max_iter)
    else:
        _, nearest = kmeans2(X, K, minit="++", rng=np.random.default_rng(7))
        resp = estep(X, *_climbed(X, mstep(X, np.eye(K)[nearest], 1e-3), max_iter))
    labels = np.asarray(resp).argmax(axis=1).astype(np.int32)
    return labels.reshape(np.shape(image)[:2])


def segment_best_of_several(image, K=3, max_iter=100):
    """Six random starts of a few steps each; the one with the highest log-likelihood goes on."""
    X = _table(image)
    rng = np.random.default_rng(12)
    spread = np.tile(np.cov(X.T, bias=True).reshape(X.shape[1], -1), (K, 1, 1))
    spread = spread + 1e-3 * np.eye(X.shape[1])
    trials = []
    for _ in range(6):
        means = X[rng.choice(len(X), K, replace=len(X) < K)]
        parameters = _climbed(X, (np.full(K, 1 / K), means, spread), min(max_iter, 15))
        trials.append((loglik(X, *parameters), len(trials), parameters))
    parameters = _climbed(X, max(trials)[2], max(max_iter - 15, 0))
    return np.asarray(estep(X, *parameters)).argmax(axis=1).reshape(np.shape(image)[:2])


def segment_from_far_points(image, K=3, max_iter=100):
    """Each mean starts at the pixel that is farthest from those before; labels as nested lists."""
    X = _table(image)
    means = [X[np.argmin(np.sum(X**2, axis=1))]]
    while len(means) < K:
        distance = np.min([np.sum((X - mean) ** 2, axis=1) for mean in means], axis=0)
        means.append(X[np.argmax(distance)])
    nearest = np.argmin([np.sum((X - mean) ** 2, axis=1) for mean in means], axis=0)
    parameters = _climbed(X, mstep(X, np.eye(K)[nearest], 0.01), max_iter)
    labels = np.argmax(estep(X, *parameters), axis=1)
    return [list(map(int, row)) for row in labels.reshape(np.shape(image)[:2])]


def segment_darkest_last(image, K=3, max_iter=100):
    """Labels in the order of brightness, the brightest first, as unsigned bytes."""
    X = _table(image)
    _, nearest = kmeans2(X, K, minit="++", rng=np.random.default_rng(3))
    weights, means, covariances = _climbed(X, mstep(X, np.eye(K)[nearest], 1e-3), max_iter)
    rank = np.argsort(np.argsort(-np.asarray(means).sum(axis=1)))
    labels = rank[np.argmax(estep(X, weights, means, covariances), axis=1)]
    return labels.astype(np.uint8).reshape(np.shape(image)[:2])


def segment_on_a_sample(image, K=3, max_iter=100):
    """EM on every second pixel of large images, then one E-step for all."""
    X = _table(image)
    some = X[::2] if len(X) > 1000 else X
    _, nearest = kmeans2(some, K, minit="++", rng=np.random.default_rng(5))
    parameters = _climbed(some, mstep(some, np.eye(K)[nearest], 1e-3), max_iter)
    return np.argmax(estep(X, *parameters), axis=1).reshape(np.shape(image)[:2])


def segment_until_labels_stay(image, K=3, max_iter=100):
    """Stops when no pixel has changed its label ten times in a row."""
    X = _table(image)
    _, nearest = kmeans2(X, K, minit="++", rng=np.random.default_rng(11))
    parameters = mstep(X, np.eye(K)[nearest], 1e-3)
    labels, same = nearest, 0
    for _ in range(max_iter):
        resp = estep(X, *parameters)
        parameters = mstep(X, resp)
        now = np.argmax(resp, axis=1)
        same = same + 1 if np.array_equal(now, labels) else 0
        labels = now
        if same == 10:
            break
    labels = np.argmax(estep(X, *parameters), axis=1)
    return labels.reshape(np.shape(image)[0], np.shape(image)[1])


class OnItsOwn:
    """Needs no other module: full covariances by eigenvectors, everything in one class."""

    @staticmethod
    def zscore(image):
        pixels = np.asarray(image, dtype=np.float64)
        height, width = pixels.shape[:2]
        pixels = pixels.reshape(height * width, pixels.shape[2] if pixels.ndim == 3 else 1)
        z = np.empty_like(pixels)
        for c, channel in enumerate(pixels.T):
            z[:, c] = 0.0 if np.all(channel == channel[0]) else channel - channel.mean()
            z[:, c] /= np.sqrt(np.mean(z[:, c] ** 2)) or 1.0
        return z

    @staticmethod
    def segment(image, K=3, max_iter=100):
        X = OnItsOwn.zscore(image)
        _, nearest = kmeans2(X, K, minit="++", rng=np.random.default_rng(2))
        resp = np.eye(K)[nearest]
        for step in range(max_iter + 1):
            nk = np.maximum(resp.sum(axis=0), 1e-12)
            log_terms = np.empty(resp.shape)
            for k in range(K):
                mean = resp[:, k] @ X / nk[k]
                centred = X - mean
                covariance = (resp[:, k] * centred.T) @ centred / nk[k]
                values, vectors = np.linalg.eigh(covariance)
                values = np.maximum(values, 0.0) + (1e-3 if step == 0 else 1e-6)
                scores = centred @ vectors
                log_terms[:, k] = np.log(nk[k] / len(X)) - 0.5 * (
                    np.log(values).sum() + (scores**2 / values).sum(axis=1)
                )
            resp = np.exp(log_terms - log_terms.max(axis=1, keepdims=True))
            resp /= resp.sum(axis=1, keepdims=True)
        return resp.argmax(axis=1).reshape(np.shape(image)[:2])


class RowByRow:
    """Scores by a running mean, pixel by pixel; the start is a cut along the brightness."""

    @staticmethod
    def zscore(image):
        image = np.asarray(image)
        channels = image.shape[2] if image.ndim == 3 else 1
        count, mean, squares = 0, np.zeros(channels), np.zeros(channels)
        for row in image.reshape(image.shape[0], -1, channels):
            for pixel in row.astype(float):
                count += 1
                step = pixel - mean
                mean = mean + step / count
                squares = squares + step * (pixel - mean)
        deviation = np.sqrt(squares / count)
        pixels = image.reshape(-1, channels).astype(float)
        constant = pixels.min(axis=0) == pixels.max(axis=0)
        deviation[constant] = 1.0
        return np.where(constant, 0.0, (pixels - mean) / deviation)

    @staticmethod
    def segment(image, K=3, max_iter=100):
        X = _table(image)
        direction = np.linalg.svd(X, full_matrices=False)[2][0]
        order = np.argsort(X @ direction, kind="stable")
        resp = np.zeros((len(X), K))
        for k, part in enumerate(np.array_split(order, K)):
            resp[part, k] = 1.0
        parameters = _climbed(X, mstep(X, resp, 1e-3), max_iter)
        return np.argmax(estep(X, *parameters), axis=1).reshape(np.shape(image)[:2])
