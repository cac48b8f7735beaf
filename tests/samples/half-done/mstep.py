"""M-step."""

import numpy as np


def mstep(X, resp, reg_covar=1e-6):
    """See handout. Returns weights, means, covariances."""
    X, resp = np.asarray(X, float), np.asarray(resp, float)
    n, d = X.shape
    Nk = resp.sum(axis=0)
    safe = np.maximum(Nk, 1e-12)  # no division by 0

    means = (resp.T @ X) / safe[:, None]
    covs = []
    for k in range(len(Nk)):
        # np.cov does the weighting; 0 degrees of freedom taken off
        if Nk[k] > 1e-12:
            c = np.cov(X, rowvar=False, aweights=resp[:, k], ddof=0).reshape(d, d)
        else:
            c = np.zeros((d, d))
        covs.append(c + reg_covar * np.eye(d))
    return Nk / n, means, covs
