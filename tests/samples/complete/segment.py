# Question 6
import numpy as np
from em1d import em1d
from estep import estep
from mstep import mstep
from scipy.cluster.vq import kmeans2


def zscore(image):
    image = np.asarray(image, dtype=float)
    if image.ndim == 2:
        pixels = image.reshape(-1, 1)
    else:
        pixels = image.reshape(-1, image.shape[2])
    z = np.zeros(pixels.shape)
    for c in range(pixels.shape[1]):
        channel = pixels[:, c]
        if channel.max() > channel.min():
            z[:, c] = (channel - channel.mean()) / channel.std()
    return z


def segment(image, K=3, max_iter=100):
    z = zscore(image)
    H, W = np.shape(image)[:2]

    if z.shape[1] == 1:
        resp, means, variances = em1d(z[:, 0], K, max_iter)
    else:
        # k-means says where to start
        np.random.seed(1)
        centres, labels = kmeans2(z, K, minit="++")
        resp = np.zeros((len(z), K))
        resp[np.arange(len(z)), labels] = 1
        for i in range(max_iter):
            weights, means, covariances = mstep(z, resp)
            resp = estep(z, weights, means, covariances)

    return np.argmax(resp, axis=1).reshape(H, W)
