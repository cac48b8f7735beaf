import numpy as np


def n_parameters(n_components, n_features=1, covariance_type="full"):
    k = n_components
    d = n_features
    p = k - 1 + k * d
    if covariance_type == "full":
        p = p + k * (d * d + d) / 2
    elif covariance_type == "tied":
        p = p + (d * d + d) / 2
    elif covariance_type == "diag":
        p = p + k * d
    elif covariance_type == "spherical":
        p = p + k
    else:
        raise ValueError("use full, tied, diag or spherical")
    return int(p)


def aic(loglik, n_params):
    return 2 * n_params - 2 * loglik


def bic(loglik, n_params, n_samples):
    return np.log(n_samples) * n_params - 2 * loglik
