"""Log-likelihood of a Gaussian mixture model: how well it explains the data."""

import numpy as np


def loglik(X, weights, means, covariances):
    """Compute the log-likelihood of all points under the mixture.

    The density of the mixture at a point is the weighted sum of its K Gaussians; the
    points are independent, so their log densities add up::

        L = sum_n log( sum_k weights[k] * N(X[n] | means[k], covariances[k]) )

        log N(x | m, C) = -1/2 * ( D log(2 pi) + log det C + (x - m)' C^-1 (x - m) )

    The logarithm is the natural one, and the sum is not divided by N.  EM never
    lowers L: the first thing to look at when an implementation misbehaves.

    The inner sum underflows to 0 for a point far from every component, so keep each
    term as its logarithm and add the terms in log space::

        log(exp(a) + exp(b)) = max(a, b) + log(1 + exp(-|a - b|))

    Parameters
    ----------
    X : array_like, shape (N, D)
        Points, one per row.
    weights : array_like, shape (K,)
        Mixing weights: not negative, with sum 1.  A weight of 0 adds nothing.
    means : array_like, shape (K, D)
        In the units of X.
    covariances : array_like, shape (K, D, D)
        Symmetric and positive definite, in the squared units of X.

    Returns
    -------
    float
        Finite, also when points lie a thousand standard deviations from every mean.

    Notes
    -----
    Every argument may be anything `np.asarray` takes: lists, integers, any memory
    order.  None of them is changed.

    References
    ----------
    C. M. Bishop, Pattern Recognition and Machine Learning (2006), section 9.2.2,
    equation 9.28.

    Examples
    --------
    >>> round(loglik([[1], [2], [3]], [0.5, 0.5], [[1], [3]], [[[1]], [[1]]]), 4)
    -4.3893
    """
    raise NotImplementedError("loglik: not written yet")
