# Question 5
import numpy as np


def n_parameters(n_components, n_features=1, covariance_type="full"):
    K = n_components
    D = n_features
    if covariance_type == "full":
        cov = K * D * (D + 1) // 2
    elif covariance_type == "tied":
        cov = D * (D + 1) // 2
    elif covariance_type == "diag":
        cov = K * D
    elif covariance_type == "spherical":
        cov = K
    else:
        raise ValueError("covariance_type must be full, tied, diag or spherical")
    return (K - 1) + K * D + cov


def aic(loglik, n_params):
    return 2 * n_params - 2 * loglik


def bic(loglik, n_params, n_samples):
    return n_params * np.log(n_samples) - 2 * loglik
