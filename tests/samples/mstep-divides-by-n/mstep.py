"""M-step, vectorised."""
import numpy as np


def mstep(X, resp, reg_covar=1e-6):
    X = np.asarray(X, dtype=float)
    resp = np.asarray(resp, dtype=float)
    n, d = X.shape

    nk = resp.sum(axis=0)
    nk_safe = nk + 1e-200
    weights = nk / n
    means = np.einsum("nk,nd->kd", resp, X) / nk_safe[:, None]

    # 1/N sum_n r_nk (x_n - m_k)(x_n - m_k)'
    delta = X[:, None, :] - means[None, :, :]
    covariances = np.einsum("nk,nkd,nke->kde", resp, delta, delta) / n
    covariances[:, range(d), range(d)] += reg_covar
    return weights, means, covariances
