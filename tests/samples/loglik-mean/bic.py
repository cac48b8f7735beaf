import numpy as np


def n_parameters(n_components, n_features=1, covariance_type="full"):
    """Count the free parameters one group at a time."""
    n_weights = n_components - 1
    n_means = n_components * n_features

    # upper triangle of a symmetric matrix, diagonal included
    triangle = len(np.triu_indices(n_features)[0])
    if covariance_type == "full":
        n_cov = n_components * triangle
    elif covariance_type == "tied":
        n_cov = triangle
    elif covariance_type == "diag":
        n_cov = n_components * n_features
    elif covariance_type == "spherical":
        n_cov = n_components
    else:
        raise ValueError("not a covariance type: " + covariance_type)

    return n_weights + n_means + n_cov


def aic(loglik, n_params):
    return 2 * n_params - 2 * loglik


def bic(loglik, n_params, n_samples):
    return n_params * np.log(n_samples) - 2 * loglik
