import numpy as np
from em1d import em1d
from estep import estep
from mstep import mstep


def zscore(image):
    I = np.array(image, dtype=float)
    if I.ndim == 2:
        I = I[:, :, None]
    [h, w, c] = I.shape
    Z = np.zeros([h * w, c])
    for j in range(c):
        v = I[:, :, j].flatten()
        if np.any(v != v[0]):
            Z[:, j] = (v - np.mean(v)) / np.std(v)
    return Z


def segment(image, K=3, max_iter=100):
    Z = zscore(image)
    I = np.array(image)
    h = I.shape[0]
    w = I.shape[1]

    if Z.shape[1] == 1:
        [R, m, s2] = em1d(Z[:, 0], K, max_iter)
    else:
        # start: the pixels along the direction in which they vary most, cut into K parts
        [U, S, V] = np.linalg.svd(Z, full_matrices=False)
        t = Z @ V[0, :]
        cuts = np.linspace(np.min(t), np.max(t), K + 1)[1:-1]
        part = np.digitize(t, cuts)
        R = np.zeros([h * w, K])
        for j in range(K):
            R[part == j, j] = 1
        for it in range(max_iter):
            [p, m, C] = mstep(Z, R)
            R = estep(Z, p, m, C)

    labels = np.argmax(R, 1)
    # columns first, then rows
    return np.reshape(labels, [h, w], order="F")
