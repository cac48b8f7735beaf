import numpy as np
from gaussians import log_sum_exp, log_terms


def estep(X, weights, means, covariances):
    a = log_terms(X, weights, means, covariances)
    resp = np.exp(a.T - log_sum_exp(a)).T
    return resp.tolist()
