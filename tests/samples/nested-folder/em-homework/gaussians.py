"""What estep, loglik and em1d have in common."""
import numpy as np


class Gaussian:
    """A normal distribution in D dimensions."""

    def __init__(self, mean, covariance):
        self.mean = np.asarray(mean, dtype=float)
        eigenvalues, self.axes = np.linalg.eigh(np.asarray(covariance, dtype=float))
        self.scales = np.sqrt(eigenvalues)

    def log_density(self, X):
        # turn the points so that the axes of the ellipse are the coordinate axes
        z = (X - self.mean) @ self.axes / self.scales
        log_height = -np.log(self.scales).sum() - 0.5 * len(self.mean) * np.log(2 * np.pi)
        return log_height - 0.5 * np.sum(z * z, axis=1)


def log_terms(X, weights, means, covariances):
    """log(w_k N(x_n | m_k, C_k)) as an array of N rows and K columns."""
    X = np.asarray(X, dtype=float)
    gaussians = [Gaussian(m, C) for m, C in zip(means, covariances)]
    with np.errstate(divide="ignore"):
        log_w = np.log(weights)
    return np.transpose([g.log_density(X) for g in gaussians]) + log_w


def log_sum_exp(a):
    """Row by row, without underflow."""
    top = np.max(a, axis=1)
    return top + np.log(np.sum(np.exp(a.T - top), axis=0))
