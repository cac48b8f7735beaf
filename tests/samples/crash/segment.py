import numpy as np
from em1d import em1d
from estep import estep
from mstep import mstep
from scipy.cluster.vq import kmeans2


def zscore(image):
    image = np.array(image, dtype=np.float64)
    H, W = image.shape[0], image.shape[1]
    C = image.shape[2] if image.ndim == 3 else 1
    z = image.reshape(H * W, C)
    for c in range(C):
        sd = z[:, c].std()
        z[:, c] -= z[:, c].mean()
        if sd > 1e-9:
            z[:, c] /= sd
        else:
            z[:, c] = 0.0
    return z


def segment(image, K=3, max_iter=100):
    z = zscore(image)
    H, W = np.array(image).shape[:2]

    if z.shape[1] == 1:
        resp, m, v = em1d(z[:, 0], K, max_iter)
    else:
        centres, label = kmeans2(z, K, minit="++", rng=12345)
        resp = np.zeros((H * W, K))
        for k in range(K):
            resp[label == k, k] = 1.0
        for it in range(max_iter):
            w, m, C = mstep(z, resp)
            resp = estep(z, w, m, C)

    labels = np.zeros((H, W), dtype=int)
    for h in range(H):
        for w in range(W):
            labels[h, w] = resp[h * W + w].argmax()
    return labels
