"""EM for a mixture of Gaussians in one dimension, from the start to the last E-step."""

import numpy as np


def em1d(x, K=3, max_iter=100, init=None):
    """Fit a mixture of K Gaussians to numbers by expectation-maximisation.

    Repeat at most `max_iter` times: an E-step with the current parameters, then an
    M-step with its responsibilities.  Close with one more E-step, so that what is
    returned belongs together.  In one dimension, with variances s2::

        E-step:  r[n, k]   =  weights[k] N(x[n] | means[k], s2[k])  /  (sum of these over k)
        M-step:  N_k       =  sum_n r[n, k]
                 weights[k] =  N_k / N
                 means[k]   =  1/N_k  sum_n r[n, k] x[n]
                 s2[k]      =  1/N_k  sum_n r[n, k] (x[n] - means[k])^2  +  1e-6

        log N(x | m, s2) = -1/2 * ( log(2 pi s2) + (x - m)^2 / s2 )

    The 1e-6 does what `reg_covar` does in `mstep`: a component that has settled on one
    value cannot get variance 0.  Any such ridge from just above 0 to 1e-6 will do.

    Parameters
    ----------
    x : array_like, shape (N,)
        The numbers, in any order; values may repeat.
    K : int, default 3
        Number of components; without meaning if `init` is given.
    max_iter : int, default 100
        Most pairs of E- and M-steps.  You may stop earlier once nothing changes any
        more.  With 0, only the closing E-step is done.
    init : (weights, means, variances), optional
        Where to start, each of shape (K,).  By default: equal weights, means at the
        quantiles (k + 1/2) / K of x for k = 0 ... K-1, and for every variance the
        variance of all of x.  Another start is fine if it is deterministic and no two of
        its components are the same.

    Returns
    -------
    resp : ndarray of float64, shape (N, K)
        Responsibilities under the returned means and variances; each row has sum 1.
    means : ndarray of float64, shape (K,)
        In the units of x.
    variances : ndarray of float64, shape (K,)
        In the squared units of x; greater than 0.

    Notes
    -----
    The components may be in any order, that of `init` or another, but it is the same in
    all three results: column k of resp goes with means[k] and variances[k].

    The same input gives the same answer: no random numbers without a fixed seed.

    A component that nobody belongs to (N_k = 0) must not turn into NaN: any finite
    mean and variance will do.

    `x` and `init` may be anything `np.asarray` takes.  Neither is changed.  As 1e-6 is
    in squared units of x, bring data with a tiny spread to a sensible unit first.

    References
    ----------
    A. P. Dempster, N. M. Laird, D. B. Rubin, Maximum likelihood from incomplete data via
    the EM algorithm, J. Royal Statistical Society B 39 (1977) 1-38.

    Examples
    --------
    >>> start = ([0.3, 0.7], [-1, 4], [0.25, 4])
    >>> resp, means, variances = em1d([-2, -1, 0, 3, 5], max_iter=1, init=start)
    >>> means.round(3).tolist(), variances.round(3).tolist()
    ([-1.126, 3.232], [0.603, 3.578])
    """
    raise NotImplementedError("em1d: not written yet")
