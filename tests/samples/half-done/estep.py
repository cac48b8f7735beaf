"""E-step."""

import numpy as np
import scipy.stats as st


def estep(X, weights, means, covariances):
    """See handout. Returns resp, (N, K)."""
    X = np.atleast_2d(X)
    log_r = np.empty((len(X), len(weights)))
    with np.errstate(divide="ignore"):
        for k, (w, m, C) in enumerate(zip(weights, means, covariances)):
            log_r[:, k] = np.log(w) + st.multivariate_normal(m, C).logpdf(X)
    log_r -= log_r.max(axis=1, keepdims=True)
    r = np.exp(log_r)
    r /= r.sum(axis=1, keepdims=True)
    return r
