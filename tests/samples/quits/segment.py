import numpy as np
from em1d import em1d
from estep import estep
from mstep import mstep
from scipy.cluster.vq import kmeans2


def zscore(image):
    a = np.asarray(image).astype(float)
    if a.ndim == 2:
        a = a[..., None]
    a = a.reshape(-1, a.shape[-1])
    z = a - a.mean(axis=0)
    for c in range(z.shape[1]):
        if len(set(a[:, c])) == 1:
            z[:, c] = 0
        else:
            z[:, c] /= a[:, c].std()
    return z


def segment(image, K=3, max_iter=100):
    z = zscore(image)
    h, w = np.asarray(image).shape[:2]
    centres, labels = kmeans2(z, K, minit="++", seed=1)
    r = np.array([labels == k for k in range(K)]).T * 1.0
    weights, means, covs = mstep(z, r)
    print("k-means found", centres)
    if z.shape[1] == 1:
        r, _, _ = em1d(z[:, 0], K, max_iter, init=(weights, means[:, 0], covs[:, 0, 0]))
    else:
        for i in range(max_iter):
            r = estep(z, weights, means, covs)
            weights, means, covs = mstep(z, r)
    return r.argmax(axis=1).reshape(h, w)


if __name__ == "__main__":
    import matplotlib.pyplot as plt
    from PIL import Image

    plt.imshow(segment(np.asarray(Image.open("data/images/cat.png"))))
    plt.show()
