import math


def n_parameters(n_components, n_features=1, covariance_type="full"):
    sizes = {
        "full": n_components * n_features * (n_features + 1) / 2,
        "tied": n_features * (n_features + 1) / 2,
        "diag": n_components * n_features,
        "spherical": n_components,
    }
    if covariance_type not in sizes:
        raise ValueError(f"unknown covariance_type {covariance_type}, known: {list(sizes)}")
    return int(n_components - 1 + n_components * n_features + sizes[covariance_type])


def aic(loglik, n_params):
    return 2 * (n_params - loglik)


def bic(loglik, n_params, n_samples):
    return math.log(n_samples) * n_params - 2 * loglik
