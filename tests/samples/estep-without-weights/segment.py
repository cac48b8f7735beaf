import numpy as np
from em1d import em1d
from estep import estep
from initialise import kmeans_start
from mstep import mstep


def zscore(image):
    im = np.asarray(image, dtype=float)
    if im.ndim == 2:
        im = im[:, :, np.newaxis]
    p = im.reshape(-1, im.shape[2])
    std = p.std(axis=0)
    flat = np.ptp(p, axis=0) == 0
    z = (p - p.mean(axis=0)) / np.where(flat, 1, std)
    z[:, flat] = 0
    return z


def segment(image, K=3, max_iter=100):
    z = zscore(image)
    shape = np.asarray(image).shape[:2]
    start = kmeans_start(z, K)  # given in initialise.py

    if z.shape[1] == 1:
        w, m, C = start
        r, _, _ = em1d(z[:, 0], K, max_iter, (w, m[:, 0], C[:, 0, 0]))
    else:
        w, m, C = start
        for _ in range(max_iter):
            old = m
            r = estep(z, w, m, C)
            w, m, C = mstep(z, r)
            if np.abs(m - old).max() < 1e-5:
                break
        r = estep(z, w, m, C)
    return r.argmax(axis=1).reshape(shape)
