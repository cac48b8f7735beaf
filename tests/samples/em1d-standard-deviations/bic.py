from math import comb, log


def n_parameters(n_components, n_features=1, covariance_type="full"):
    K, D = n_components, n_features
    n = K * D + K - 1
    match covariance_type:
        case "full":
            return n + K * comb(D + 1, 2)
        case "tied":
            return n + comb(D + 1, 2)
        case "diag":
            return n + K * D
        case "spherical":
            return n + K
        case _:
            raise ValueError("full, tied, diag or spherical please")


def aic(loglik, n_params):
    return 2.0 * n_params - 2.0 * loglik


def bic(loglik, n_params, n_samples):
    return n_params * log(n_samples) - 2.0 * loglik
