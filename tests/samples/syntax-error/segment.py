import numpy as np
from em1d import em1d
from estep import estep
from mstep import mstep


def zscore(image):
    image = np.array(image, dtype=float)
    if image.ndim == 2:
        image = image[:, :, np.newaxis]
    H, W, C = image.shape
    pixels = np.reshape(image, (H * W, C))
    mean = np.mean(pixels, axis=0)
    std = np.std(pixels, axis=0)
    # 0.1 + 0.1 + 0.1 is not 0.3, so a constant channel may have a std of 1e-17
    constant = std < 1e-12 * np.max(np.abs(pixels), axis=0)
    std[constant] = np.inf
    return (pixels - mean) / std


def first_guess(z, K):
    """K pixels: the first one is random, each other is the one farthest from those before."""
    rng = np.random.RandomState(0)
    means = z[rng.randint(len(z), size=1)]
    while len(means) < K:
        squares = np.sum((z[:, np.newaxis, :] - means) ** 2, axis=2)
        means = np.vstack([means, z[np.argmax(np.min(squares, axis=1))]])
    covariance = np.cov(z.T).reshape(z.shape[1], z.shape[1]) + 1e-6 * np.identity(z.shape[1])
    return np.ones(K) / K, means, np.array([covariance] * K)


def segment(image, K=3, max_iter=100):
    z = zscore(image)
    H, W = np.array(image).shape[:2]
    w, m, C = first_guess(z, K)
    if z.shape[1] == 1:
        resp, m, v = em1d(z[:, 0], K, max_iter, (w, m[:, 0], C[:, 0, 0]))
    else:
        for i in range(max_iter):
            w, m, C = mstep(z, estep(z, w, m, C))
        resp = estep(z, w, m, C)
    return np.argmax(resp, axis=1).reshape(H, W)
