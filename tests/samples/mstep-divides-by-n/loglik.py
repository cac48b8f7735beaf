"""Log-likelihood; the log terms are those of the E-step."""
import numpy as np
from estep import log_joint


def loglik(X, weights, means, covariances):
    return np.logaddexp.reduce(log_joint(X, weights, means, covariances), axis=1).sum()
