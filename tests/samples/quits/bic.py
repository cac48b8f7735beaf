import sys

import numpy as np


def n_parameters(n_components, n_features=1, covariance_type="full"):
    K, D = n_components, n_features
    if covariance_type == "full":
        return K - 1 + K * D + K * D * (D + 1) // 2
    if covariance_type == "tied":
        return K - 1 + K * D + D * (D + 1) // 2
    if covariance_type == "diag":
        return K - 1 + K * D + K * D
    if covariance_type == "spherical":
        return K - 1 + K * D + K
    raise ValueError("covariance_type must be 'full', 'tied', 'diag' or 'spherical'")


def aic(loglik, n_params):
    return 2 * n_params - 2 * loglik


def bic(loglik, n_params, n_samples):
    return n_params * np.log(n_samples) - 2 * loglik


# try it: petal lengths, numbers from gmm.py
for K, L in [(1, -297.5871), (2, -200.5788), (3, -200.1512)]:
    p = n_parameters(K)
    print(K, "components:", aic(L, p), bic(L, p, 150))
sys.exit()
