"""Information criteria."""

from math import log


def n_parameters(n_components, n_features=1, covariance_type="full"):
    symmetric = n_features * (n_features + 1) // 2
    n_covariance = dict(
        full=n_components * symmetric,
        tied=symmetric,
        diag=n_components * n_features,
        spherical=n_components,
    )
    if covariance_type not in n_covariance:
        raise ValueError(f"unknown covariance type: {covariance_type}")
    return n_covariance[covariance_type] + n_components * n_features + n_components - 1


def aic(loglik, n_params):
    return 2 * n_params - 2 * loglik


def bic(loglik, n_params, n_samples):
    return n_params * log(n_samples) - 2 * loglik
