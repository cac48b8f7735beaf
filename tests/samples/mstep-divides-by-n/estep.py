"""Responsibilities, vectorised over points and components."""
import numpy as np


def log_joint(X, weights, means, covariances):
    """log w_k + log N(x_n | m_k, C_k), shape (N, K)."""
    X, weights, means, covariances = map(np.asarray, (X, weights, means, covariances))
    n, d = X.shape
    delta = X[:, None, :] - means[None, :, :]  # n k d
    precision = np.linalg.inv(covariances)  # k d d
    maha = np.einsum("nkd,kde,nke->nk", delta, precision, delta)
    _, logdet = np.linalg.slogdet(covariances)
    with np.errstate(divide="ignore"):
        logw = np.log(weights)
    return logw - 0.5 * (d * np.log(2 * np.pi) + logdet + maha)


def estep(X, weights, means, covariances):
    lj = log_joint(X, weights, means, covariances)
    lj -= lj.max(axis=1, keepdims=True)
    resp = np.exp(lj)
    return resp / resp.sum(axis=1, keepdims=True)
