import numpy as np
from em1d import em1d
from estep import estep
from mstep import mstep


def zscore(image):
    image = np.asarray(image, dtype=float)
    pixels = image.reshape(image.shape[0] * image.shape[1], -1)
    spread = pixels.std(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = (pixels - pixels.mean(axis=0)) / spread
    return np.where(np.ptp(pixels, axis=0) > 0, z, 0)


def kmeans(z, K, rounds=30):
    """My own k-means. Starts with points far away from each other."""
    centres = [z[0]]
    for _ in range(K - 1):
        d = np.min([((z - c) ** 2).sum(axis=1) for c in centres], axis=0)
        centres.append(z[d.argmax()])
    for _ in range(rounds):
        d = np.stack([((z - c) ** 2).sum(axis=1) for c in centres], axis=1)
        label = d.argmin(axis=1)
        centres = [z[label == k].mean(axis=0) if (label == k).any() else centres[k] for k in range(K)]
    return label


def segment(image, K=3, max_iter=100):
    z = zscore(image)
    if z.shape[1] == 1:
        resp = em1d(z[:, 0], K, max_iter)[0]
    else:
        resp = kmeans(z, K)[:, None] == np.arange(K)
        for _ in range(max_iter):
            resp = estep(z, *mstep(z, resp))
    return resp.argmax(axis=1).reshape(np.shape(image)[:2])
