import numpy as np


def n_parameters(n_components, n_features=1, covariance_type="full"):
    if covariance_type == "full":
        cov = n_components * n_features * (n_features + 1) // 2
    elif covariance_type == "tied":
        cov = n_features * (n_features + 1) // 2
    elif covariance_type == "diag":
        cov = n_components * n_features
    elif covariance_type == "spherical":
        cov = n_components
    else:
        raise ValueError("wrong covariance_type, should be full, tied, diag or spherical")
    means = n_components * n_features
    weights = n_components - 1
    return weights + means + cov


def aic(loglik, n_params):
    return np.float64(2 * n_params - 2 * loglik)


def bic(loglik, n_params, n_samples):
    return np.float64(n_params * np.log(n_samples) - 2 * loglik)
