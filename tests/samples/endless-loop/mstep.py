"""Maximum likelihood parameters for given responsibilities."""

import numpy as np


def mstep(X, resp, reg_covar=1e-6):
    X = np.asarray(X, dtype=float)
    resp = np.asarray(resp, dtype=float)
    n_samples, n_features = X.shape
    n_components = resp.shape[1]

    # like scikit-learn: a tiny number avoids the division by zero
    nk = resp.sum(axis=0) + 10 * np.finfo(float).eps
    weights = nk / n_samples
    means = np.dot(resp.T, X) / nk[:, np.newaxis]
    covariances = np.empty((n_components, n_features, n_features))
    for k in range(n_components):
        diff = X - means[k]
        covariances[k] = np.dot(resp[:, k] * diff.T, diff) / nk[k]
        covariances[k].flat[:: n_features + 1] += reg_covar
    return weights, means, covariances
