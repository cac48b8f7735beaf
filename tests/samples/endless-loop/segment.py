"""Segmentation of images."""

import numpy as np
from estep import estep
from initialise import kmeans_start
from mstep import mstep


def zscore(image):
    image = np.asarray(image, dtype=float)
    n_channels = image.shape[2] if image.ndim == 3 else 1
    table = image.reshape(-1, n_channels)
    deviation = np.std(table, axis=0)
    deviation[np.ptp(table, axis=0) == 0] = 1.0
    z = (table - np.mean(table, axis=0)) / deviation
    z[:, np.ptp(table, axis=0) == 0] = 0.0
    return z


def segment(image, K=3, max_iter=100):
    # estep and mstep do for one channel as well, so there is no need of em1d
    z = zscore(image)
    parameters = kmeans_start(z, K, seed=7)
    for _ in range(max_iter):
        parameters = mstep(z, estep(z, *parameters))
    labels = np.argmax(estep(z, *parameters), axis=1)
    return labels.reshape(np.shape(image)[:2])
