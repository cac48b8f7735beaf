import numpy as np


def mstep(X, resp, reg_covar=1e-6):
    X, resp = np.asarray(X, dtype=float), np.asarray(resp, dtype=float)
    shift = X.mean(axis=0)
    X = X - shift
    Nk = np.maximum(resp.sum(axis=0), 1e-300)
    m = resp.T @ X / Nk[:, None]
    C = [
        (X - m[k]).T * resp[:, k] @ (X - m[k]) / Nk[k] + reg_covar * np.eye(X.shape[1])
        for k in range(len(Nk))
    ]
    return resp.mean(axis=0), m + shift, np.stack(C)
