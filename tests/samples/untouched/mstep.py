"""M-step of a Gaussian mixture model: the best parameters for given responsibilities."""

import numpy as np


def mstep(X, resp, reg_covar=1e-6):
    """Estimate weights, means and covariances from the responsibilities.

    These are the maximum likelihood estimates of one Gaussian, with point n counted
    as resp[n, k] of a point for component k::

        N_k             =  sum_n resp[n, k]
        weights[k]      =  N_k / N
        means[k]        =  1/N_k  sum_n resp[n, k] X[n]
        covariances[k]  =  1/N_k  sum_n resp[n, k] (X[n] - means[k]) (X[n] - means[k])'
                           +  reg_covar * I

    The covariance is taken about the new mean.  `reg_covar` on its diagonal keeps it
    invertible when a component has shrunk to one point, or a column of X is constant.

    Parameters
    ----------
    X : array_like, shape (N, D)
        Points, one per row.
    resp : array_like, shape (N, K)
        Responsibilities, as `estep` returns them: each row has sum 1.
    reg_covar : float, default 1e-6
        Added to each diagonal element of each covariance; in the squared units of X.

    Returns
    -------
    weights : ndarray of float64, shape (K,)
        Mixing weights, with sum 1.
    means : ndarray of float64, shape (K, D)
    covariances : ndarray of float64, shape (K, D, D)
        Symmetric; positive definite if `reg_covar` > 0.

    Notes
    -----
    A component that nobody belongs to (N_k = 0) must not turn into NaN: it gets
    weight 0, any finite mean, and any finite, positive definite covariance.

    X may lie far from 0, say at 1e8 with a spread of 1.  Expanding the square
    into sum(r x x') - N_k m m' then loses all digits: subtract first, square later.

    Every argument may be anything `np.asarray` takes: lists, integers, any memory
    order.  None of them is changed.

    References
    ----------
    C. M. Bishop, Pattern Recognition and Machine Learning (2006), section 9.2.2,
    equations 9.24 to 9.27.

    Examples
    --------
    >>> weights, means, covariances = mstep([[0], [2], [7]], [[1, 0], [1, 0], [0, 1]], 0.5)
    >>> weights.round(4).tolist(), means.tolist(), covariances.tolist()
    ([0.6667, 0.3333], [[1.0], [7.0]], [[[1.5]], [[0.5]]])
    """
    raise NotImplementedError("mstep: not written yet")
