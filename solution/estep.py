"""E-step of a Gaussian mixture model: how far each point belongs to each component."""

import numpy as np

# BEGIN SOLUTION
from scipy.linalg import solve_triangular

BLOCK = 8192  # so many points at a time that what is computed from them stays in the cache


def _whitener(covariance):
    """Return the matrix W with W' W = covariance^-1: W (x - m) has unit covariance."""
    root = np.linalg.cholesky(covariance)
    return solve_triangular(root, np.eye(len(root)), lower=True)


# END SOLUTION


def estep(X, weights, means, covariances):
    """Compute the responsibility of every component for every point.

    Point n was drawn from one of K Gaussians, but we do not know which.  The
    responsibility r[n, k] is the posterior probability that it was component k,
    by Bayes' rule::

                     weights[k] * N(X[n] | means[k], covariances[k])
        r[n, k]  =  -------------------------------------------------
                    sum_j weights[j] * N(X[n] | means[j], covariances[j])

    with the density of a Gaussian in D dimensions::

        log N(x | m, C) = -1/2 * ( D log(2 pi) + log det C + (x - m)' C^-1 (x - m) )

    A point far from every component has densities that underflow to 0, and 0 / 0
    is not a probability.  Stay in log space and subtract the largest of a point's K
    log terms before you exponentiate: the quotient does not change, and the largest
    term becomes exp(0) = 1.

    Parameters
    ----------
    X : array_like, shape (N, D)
        Points, one per row; also for D = 1 a column, shape (N, 1).
    weights : array_like, shape (K,)
        Mixing weights: not negative, with sum 1.  A component of weight 0 is
        responsible for nothing.
    means : array_like, shape (K, D)
        In the units of X.
    covariances : array_like, shape (K, D, D)
        Symmetric and positive definite, in the squared units of X.

    Returns
    -------
    resp : ndarray of float64, shape (N, K)
        Responsibilities: between 0 and 1, each row with sum 1, also for points
        a thousand standard deviations away from every mean.

    Notes
    -----
    Every argument may be anything `np.asarray` takes: lists, integers, any memory
    order.  None of them is changed.

    References
    ----------
    C. M. Bishop, Pattern Recognition and Machine Learning (2006), section 9.2.2,
    equation 9.23.

    Examples
    --------
    >>> resp = estep([[-2], [0], [5]], [0.3, 0.7], [[-1], [4]], [[[0.25]], [[4]]])
    >>> resp.round(4).tolist()
    [[0.9543, 0.0457], [0.6316, 0.3684], [0.0, 1.0]]
    """
    # BEGIN SOLUTION
    X = np.asarray(X)
    means, covariances = (np.asarray(part, dtype=float) for part in (means, covariances))
    whiteners = [_whitener(covariance) for covariance in covariances]
    with np.errstate(divide="ignore"):  # log 0 = -inf is what a weight of 0 means
        log_heights = np.log(np.asarray(weights, dtype=float))
    log_heights += [np.log(np.diag(whitener)).sum() for whitener in whiteners]
    # The factor with 2 pi is the same for all components, and cancels.

    # Components first and points last, (K, N): every step below then runs along memory.
    resp = np.empty((len(log_heights), len(X)))
    for start in range(0, len(X), BLOCK):
        points = np.array(X[start : start + BLOCK].T, dtype=float, order="C")
        log_prob = resp[:, start : start + BLOCK]
        for k, whitener in enumerate(whiteners):
            # Subtracting the mean before anything is squared keeps every digit, also far from 0.
            whitened = whitener @ (points - means[k][:, None])
            np.einsum("dn,dn->n", whitened, whitened, out=log_prob[k])
        log_prob *= -0.5
        log_prob += log_heights[:, None]
        log_prob -= log_prob.max(axis=0)
        np.exp(log_prob, out=log_prob)  # from here on they are responsibilities
        log_prob /= log_prob.sum(axis=0)
    return resp.T
    # END SOLUTION
