"""EM for a mixture of Gaussians in one dimension, from the start to the last E-step."""

import numpy as np

# BEGIN SOLUTION
RIDGE = 1e-6


def _start(x, K):
    """Return equal weights, means at the K mid-quantiles, and the variance of all of x."""
    levels = (np.arange(K) + 0.5) / K
    means = np.quantile(x, levels)
    if len(np.unique(means)) < K:
        # Components that start alike stay alike for ever.  Repeated values make quantiles
        # coincide; the quantiles of the distinct values do not.
        means = np.quantile(np.unique(x), levels)
    return np.full(K, 1 / K), means, np.full(K, x.var() + RIDGE)


def _responsibilities(values, weights, means, variances):
    """E-step, (K, number of values); in log space, largest term subtracted."""
    with np.errstate(divide="ignore"):  # log 0 = -inf is what a weight of 0 means
        log_heights = np.log(weights) - 0.5 * np.log(variances)  # 2 pi cancels
    log_prob = values - means[:, None]
    log_prob *= log_prob
    log_prob *= -0.5 / variances[:, None]
    log_prob += log_heights[:, None]
    log_prob -= log_prob.max(axis=0)
    resp = np.exp(log_prob, out=log_prob)
    resp /= resp.sum(axis=0)
    return resp


def _parameters(values, counts, resp):
    """M-step for values that occur `counts` times each; every sum is a matrix product."""
    nk = resp @ counts
    divisor = np.where(nk > 0, nk, 1.0)  # an empty component stays finite, and empty
    means = resp @ (counts * values) / divisor
    squares = values - means[:, None]
    squares *= squares
    squares *= resp
    variances = squares @ counts / divisor + RIDGE
    return nk / counts.sum(), means, variances


# END SOLUTION


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
    # BEGIN SOLUTION
    x = np.asarray(x, dtype=float).ravel()
    start = _start(x, K) if init is None else init
    weights, means, variances = (np.array(part, dtype=float) for part in start)

    # Equal values have equal responsibilities.  To run on the distinct ones, each with its
    # count, is exact, and for the 256 greys of an image it is hundreds of times faster.
    values, index, counts = np.unique(x, return_inverse=True, return_counts=True)
    counts = counts.astype(float)
    origin = x.mean()
    values -= origin  # exact sums, wherever the data lie
    means -= origin
    for _ in range(max_iter):
        resp = _responsibilities(values, weights, means, variances)
        weights, means, variances = _parameters(values, counts, resp)
    resp = _responsibilities(values, weights, means, variances)
    return resp[:, index].T, means + origin, variances
    # END SOLUTION
