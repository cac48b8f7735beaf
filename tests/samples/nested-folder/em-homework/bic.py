from math import log


def n_parameters(n_components, n_features=1, covariance_type="full"):
    K, D = n_components, n_features
    symmetric = sum(range(D + 1))
    in_covariances = {"full": K * symmetric, "tied": symmetric, "diag": K * D, "spherical": K}
    if covariance_type not in in_covariances:
        raise ValueError("covariance_type is one of " + ", ".join(in_covariances))
    return (K - 1) + K * D + in_covariances[covariance_type]


def aic(loglik, n_params):
    return 2 * n_params - 2 * loglik


def bic(loglik, n_params, n_samples):
    return n_params * log(n_samples) - 2 * loglik
