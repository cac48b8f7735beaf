"""A Bayesian mixture by variational inference: it finds out how many components it needs."""

import numpy as np


def vbem(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """Fit a Bayesian mixture of at most K Gaussians by variational inference.

    Weights, means and precision matrices (the inverses of covariances) are random here,
    with a prior; what comes back is their posterior, approximated by factors.  With
    a0 = `weight_concentration`, m0 the mean of X, and C0 the covariance of X (divisor
    N - 1) plus 1e-6 on its diagonal, the prior is::

        weights               ~  Dirichlet(a0, ..., a0)
        precision P_k         ~  Wishart(C0^-1, D)        D degrees of freedom
        mean of k, given P_k  ~  N(m0, (1 P_k)^-1)        mean precision 1

    **Posterior**, for responsibilities r.  N_k = sum_n r[n, k], the number of points of k,
    c_k their mean and S_k their covariance (divisor N_k), as in `mstep` without a ridge::

        a_k   =  a0 + N_k                b_k  =  1 + N_k              v_k  =  D + N_k
        m_k   =  (m0 + N_k c_k) / b_k
        V_k   =  C0  +  N_k S_k  +  N_k / b_k  (c_k - m0) (c_k - m0)'

    **Responsibilities**, for that posterior, with psi the digamma function::

        log rho[n, k]  =  psi(a_k) - psi(sum_j a_j)
                          +  1/2 * ( sum_{i=1..D} psi((v_k + 1 - i) / 2)  -  log det(V_k / 2) )
                          -  1/2 * ( D / b_k  +  v_k (X[n] - m_k)' V_k^-1 (X[n] - m_k) )
        r[n, k]        =  rho[n, k]  /  sum_j rho[n, j]

    **Bound**, of responsibilities and the posterior that was made from them::

        F(a, b, V, v)  =  sum_k ( lgamma(a_k)  -  D/2 log b_k  -  v_k/2 log det(V_k / 2)
                                  +  log Gamma_D(v_k / 2) )   -  lgamma(sum_k a_k)
        L              =  F(posterior) - F(prior)  -  sum_nk r log r  -  N D/2 log(2 pi)

    with Gamma_D the multivariate gamma function (`scipy.special.multigammaln` is its
    logarithm), F(prior) that of a0, 1, C0, D for all k, and 0 log 0 = 0.

    Begin with the posterior for the first responsibilities.  Then repeat at most
    `max_iter` times: responsibilities, posterior, bound.

    Parameters
    ----------
    X : array_like, shape (N, D)
        Points, one per row; N at least 2.
    K : int, default 6
        Number of components, more than are needed; the columns of `init_resp`, if given.
    max_iter : int, default 200
        Most iterations.  You may stop earlier once the bound rises by less than 1e-6.
    weight_concentration : float, optional
        a0, greater than 0; by default 1 / K.
    init_resp : array_like, shape (N, K), optional
        The first responsibilities; each row has sum 1.  By default those of k-means, 0
        and 1, with a fixed seed: random ones let groups melt together.

    Returns
    -------
    weights : ndarray of float64, shape (K,)
        Expected weights, a_k / sum_j a_j.  Of a superfluous component, nearly 0.
    means : ndarray of float64, shape (K, D)
        m_k.
    covariances : ndarray of float64, shape (K, D, D)
        V_k / v_k, the inverse of the expected precision matrix.
    bounds : ndarray of float64, shape (n_iter,)
        L after each iteration; it never falls.  Only its differences are graded, so that
        terms that are the same in all iterations may be left out.

    Notes
    -----
    This is what scikit-learn's `BayesianGaussianMixture` does with its defaults.  It adds
    its 1e-6 to each S_k, not to C0, and so may you, but then L is a bound only nearly.

    A component that nobody belongs to (N_k = 0) keeps its prior: c_k and S_k do not
    matter, and must not turn into NaN.

    The arrays may be anything `np.asarray` takes.  None of them is changed.

    References
    ----------
    C. M. Bishop, Pattern Recognition and Machine Learning (2006), section 10.2.

    Examples
    --------
    >>> first = [[1, 0], [1, 0], [0, 1]]
    >>> weights, means, _, bounds = vbem([[0], [2], [7]], 2, 0, init_resp=first)
    >>> weights.tolist(), means.round(4).tolist(), len(bounds)
    ([0.625, 0.375], [[1.6667], [5.0]], 0)
    """
    raise NotImplementedError("vbem: not written yet")
