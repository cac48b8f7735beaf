"""Model selection."""
import numpy as np

COVARIANCES = {
    "full": lambda k, d: k * d * (d + 1) // 2,
    "tied": lambda k, d: d * (d + 1) // 2,
    "diag": lambda k, d: k * d,
    "spherical": lambda k, d: k,
}


def n_parameters(n_components, n_features=1, covariance_type="full"):
    try:
        count = COVARIANCES[covariance_type]
    except KeyError:
        raise ValueError(f"covariance_type must be one of {sorted(COVARIANCES)}")
    return n_components - 1 + n_components * n_features + count(n_components, n_features)


def aic(loglik, n_params):
    return -2 * loglik + 2 * n_params


def bic(loglik, n_params, n_samples):
    return -2 * loglik + np.log(n_samples) * n_params
