import numpy as np


def n_parameters(n_components, n_features=1, covariance_type="full"):
    triangle = n_features * (n_features + 1) // 2
    per_type = {
        "full": n_components * triangle,
        "tied": triangle,
        "diag": n_components * n_features,
        "spherical": n_components,
    }
    if covariance_type not in per_type:
        raise ValueError(f"{covariance_type!r} is none of {', '.join(per_type)}")
    # K weights + K*D means + covariances
    return n_components + n_components * n_features + per_type[covariance_type]


def aic(loglik, n_params):
    return 2 * n_params - 2 * loglik


def bic(loglik, n_params, n_samples):
    return n_params * np.log(n_samples) - 2 * loglik
