"""Image segmentation: a mixture model finds the colours, every pixel joins the likeliest."""

import numpy as np
from em1d import em1d
from estep import estep
from mstep import mstep

# BEGIN SOLUTION
from scipy.cluster.vq import kmeans, vq


def _kmeans_start(pixels, K):
    """Weights, means and covariances of the best of twenty k-means, on a fixed sample."""
    rng = np.random.default_rng(0)
    sample = rng.choice(pixels, size=min(len(pixels), 3000), replace=False)
    centres, _ = kmeans(sample, K, rng=rng)
    nearest, _ = vq(sample, centres)
    return mstep(sample, np.eye(K)[nearest])


def _fit(pixels, weights, means, covariances, max_iter):
    """EM on several channels until the means stand still; return responsibilities, means."""
    for _ in range(max_iter):
        resp = estep(pixels, weights, means, covariances)
        previous = means
        weights, means, covariances = mstep(pixels, resp)
        if np.allclose(means, previous, rtol=0, atol=1e-6):  # in standard deviations
            break
    return estep(pixels, weights, means, covariances), means


# END SOLUTION


def zscore(image):
    """Turn an image into a table of standardised pixels.

    Each channel is shifted to mean 0 and scaled to standard deviation 1, so that every
    channel counts the same::

        z[:, c] = (channel c - its mean) / its standard deviation

    Parameters
    ----------
    image : array_like, shape (H, W) or (H, W, C)
        Grey values, or C channels per pixel; `uint8` or float.

    Returns
    -------
    ndarray of float64, shape (H * W, C)
        One row per pixel, row by row of the image; C = 1 for an (H, W) image.  The
        standard deviation is the population's (divided by the number of pixels).
        A constant channel has no scale: it stays 0 everywhere, without warnings.

    Notes
    -----
    `image` may be anything `np.asarray` takes; it is not changed.  Mind the type: in
    `uint8`, 3 - 5 is 254.

    Examples
    --------
    >>> zscore([[1, 3], [3, 1]]).ravel().tolist()
    [-1.0, 1.0, 1.0, -1.0]
    """
    # BEGIN SOLUTION
    image = np.asarray(image, dtype=float)
    n_channels = image.shape[2] if image.ndim == 3 else 1
    pixels = image.reshape(-1, n_channels)
    pixels = pixels - pixels[0]  # a constant channel is now 0 without rounding
    spread = pixels.std(axis=0)
    pixels -= pixels.mean(axis=0)
    pixels /= np.where(spread > 0, spread, 1.0)
    return pixels
    # END SOLUTION


def segment(image, K=3, max_iter=100):
    """Split an image into K classes of pixels with a Gaussian mixture model.

    Fit a mixture of K Gaussians to the standardised pixels (`zscore`): with `em1d` when
    there is one channel, with `estep` and `mstep` in turn when there are several.
    Each pixel gets the label of the component with the largest responsibility::

        label[n] = argmax_k r[n, k]

    Parameters
    ----------
    image : array_like, shape (H, W) or (H, W, C)
        Grey values, or C channels per pixel; `uint8` or float.  (H, W, 1) has one channel.
    K : int, default 3
        Number of classes.
    max_iter : int, default 100
        Most pairs of E- and M-steps.  You may stop earlier once nothing changes any more.

    Returns
    -------
    ndarray of int, shape (H, W)
        Labels 0 ... K-1; which class has which label is up to you (here: in the order of
        the components' means in the first channel, darkest first).

    Notes
    -----
    EM needs a start, and on several channels a good one: k-means, for instance
    (`scipy.cluster.vq`).  The same image gives the same labels: fix the seed.

    `image` may be anything `np.asarray` takes; it is not changed.

    Examples
    --------
    >>> segment([[10, 11, 200], [12, 201, 202]], K=2).tolist()
    [[0, 0, 1], [0, 1, 1]]
    """
    # BEGIN SOLUTION
    pixels = zscore(image)
    weights, means, covariances = _kmeans_start(pixels, K)
    if pixels.shape[1] == 1:
        start = weights, np.ravel(means), np.ravel(covariances)
        resp, means, _ = em1d(pixels.ravel(), K, max_iter, start)
    else:
        resp, means = _fit(pixels, weights, means, covariances, max_iter)
    brightness = np.asarray(means).reshape(K, -1)[:, 0]
    rank = np.argsort(np.argsort(brightness))
    labels = rank[np.argmax(resp, axis=1)]
    return labels.reshape(np.shape(image)[:2])
    # END SOLUTION
