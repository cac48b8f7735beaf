import numpy as np


def mstep(X, resp, reg_covar=1e-6):
    X = np.asarray(X)
    resp = np.asarray(resp)
    N, D = X.shape

    Nk = resp.sum(axis=0)
    weights = Nk / N
    Nk = np.where(Nk == 0, 1, Nk)  # otherwise 0/0 for an empty component
    means = (resp.T @ X) / Nk[:, np.newaxis]

    covariances = []
    for k in range(resp.shape[1]):
        d = X - means[k]
        C = (d.T * resp[:, k]) @ d / Nk[k]
        covariances.append(C + np.eye(D) * reg_covar)
    return weights, means, np.array(covariances)
