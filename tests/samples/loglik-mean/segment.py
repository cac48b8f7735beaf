import numpy as np
from em1d import em1d
from estep import estep
from loglik import loglik
from mstep import mstep
from scipy.cluster.vq import kmeans2


def zscore(image):
    img = np.asarray(image, dtype=np.float64)
    pixels = img.reshape(img.shape[0] * img.shape[1], -1)
    out = np.empty_like(pixels)
    for c in range(pixels.shape[1]):
        s = pixels[:, c].std()
        if s > 1e-10:
            out[:, c] = (pixels[:, c] - pixels[:, c].mean()) / s
        else:
            out[:, c] = 0
    return out


def segment(image, K=3, max_iter=100):
    z = zscore(image)
    _, labels = kmeans2(z, K, minit="points", seed=3)
    resp = (labels[:, None] == np.arange(K)).astype(float)
    w, m, C = mstep(z, resp)

    if z.shape[1] == 1:
        resp, _, _ = em1d(z[:, 0], K, max_iter, (w, np.ravel(m), np.ravel(C)))
    else:
        before = -np.inf
        for _ in range(max_iter):
            w, m, C = mstep(z, estep(z, w, m, C))
            now = loglik(z, w, m, C)
            if now - before < 1e-6:
                break
            before = now
        resp = estep(z, w, m, C)

    return resp.argmax(axis=1).reshape(np.shape(image)[0], np.shape(image)[1])
