"""Segmentation by colour."""
import numpy as np
from em1d import em1d
from estep import estep
from mstep import mstep
from scipy.cluster.vq import kmeans2


def zscore(image):
    image = np.array(image, dtype=float)
    channels = 1 if image.ndim == 2 else image.shape[-1]
    pixels = image.reshape(-1, channels)
    pixels -= pixels.mean(axis=0)
    sd = pixels.std(axis=0)
    sd[sd < 1e-12] = np.inf  # constant channel: 0 / inf = 0
    return pixels / sd


def segment(image, K=3, max_iter=100):
    h, w = np.shape(image)[:2]
    z = zscore(image)
    if z.shape[1] == 1:
        resp, _, _ = em1d(z[:, 0], K, max_iter)
    else:
        _, labels = kmeans2(z, K, minit="++", rng=np.random.default_rng(42))
        resp = np.eye(K)[labels]  # one-hot
        for _ in range(max_iter):
            resp = estep(z, *mstep(z, resp))
    return np.argmax(resp, axis=1).reshape(h, w)
