from math import log


def n_parameters(n_components, n_features=1, covariance_type="full"):
    count = n_components - 1  # weights
    count += n_components * n_features  # means
    matrices = {"full": n_components, "tied": 1}
    if covariance_type in matrices:
        for i in range(n_features):
            for j in range(i, n_features):
                count += matrices[covariance_type]
    elif covariance_type == "diag":
        count += n_components * n_features
    elif covariance_type == "spherical":
        count += n_components
    else:
        raise ValueError("covariance_type: full, tied, diag, spherical")
    return count


def aic(loglik, n_params):
    return 2 * n_params - 2 * loglik


def bic(loglik, n_params, n_samples):
    return n_params * log(n_samples) - 2 * loglik
