"""E-step of a Gaussian mixture model: how far each point belongs to each component."""

import numpy as np


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
    raise NotImplementedError("estep: not written yet")
