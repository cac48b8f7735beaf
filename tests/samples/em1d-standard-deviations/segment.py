import numpy as np
from em1d import em1d
from estep import estep
from mstep import mstep
from scipy.cluster.vq import kmeans, vq


def zscore(image):
    a = np.array(image, dtype=float)
    H, W = a.shape[:2]
    a = a.reshape(H * W, -1)
    std = a.std(axis=0)
    constant = a.max(axis=0) == a.min(axis=0)
    std[constant] = 1
    a = (a - a.mean(axis=0)) / std
    a[:, constant] = 0
    return a


def segment(image, K=3, max_iter=100):
    z = zscore(image)
    H, W = np.array(image).shape[:2]
    if z.shape[1] == 1:
        r, mu, _ = em1d(z.ravel(), K, max_iter)
    else:
        centres, _ = kmeans(z, K, seed=0)
        nearest, _ = vq(z, centres)
        r = np.identity(K)[nearest]
        for t in range(max_iter):
            pi, mu, Sigma = mstep(z, r)
            r_new = estep(z, pi, mu, Sigma)
            if np.abs(r_new - r).max() < 1e-4:
                break
            r = r_new
    return np.argmax(r, axis=1).reshape((H, W))
