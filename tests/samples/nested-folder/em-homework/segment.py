import numpy as np
from em1d import em1d
from estep import estep
from initialise import kmeans_start
from mstep import mstep


def zscore(image):
    image = np.asarray(image, dtype=float)
    channels = image.shape[2] if image.ndim > 2 else 1
    columns = []
    for values in image.reshape(-1, channels).T:
        width = np.std(values) if np.ptp(values) else 1.0
        centre = np.mean(values) if np.ptp(values) else values[0]
        columns.append((values - centre) / width)
    return np.stack(columns, axis=1)


def segment(image, K=3, max_iter=100):
    z = zscore(image)
    if z.shape[1] == 1:
        resp, _, _ = em1d(z[:, 0], K, max_iter)
    else:
        theta = kmeans_start(z, K)
        for _ in range(max_iter):
            theta = mstep(z, estep(z, *theta))
        resp = estep(z, *theta)
    return np.argmax(resp, axis=1).reshape(np.shape(image)[:2])
