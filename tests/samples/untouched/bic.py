"""Information criteria tell how many components are worth having."""

import numpy as np


def n_parameters(n_components, n_features=1, covariance_type="full"):
    """Count the free parameters of a Gaussian mixture model.

    K = `n_components` weights, of which K - 1 are free because their sum is 1; K means
    of D = `n_features` numbers each; and the covariances, by type:

    ============  ==================================================
    "full"        each component has its own symmetric D x D matrix
    "tied"        all components share one symmetric D x D matrix
    "diag"        each component has its own D variances
    "spherical"   each component has one variance
    ============  ==================================================

    A symmetric matrix has fewer free numbers than it has elements.

    Parameters
    ----------
    n_components : int
        K, at least 1.
    n_features : int, default 1
        D, at least 1.
    covariance_type : {"full", "tied", "diag", "spherical"}, default "full"
        The four types of scikit-learn's `GaussianMixture`.

    Returns
    -------
    int

    Examples
    --------
    >>> n_parameters(1, 1), n_parameters(1, 1, "tied")
    (2, 2)
    """
    raise NotImplementedError("n_parameters: not written yet")


def aic(loglik, n_params):
    """Compute Akaike's information criterion; lower is better.

    ::

        AIC = 2 p - 2 L

    Parameters
    ----------
    loglik : float
        L, the log-likelihood of the fitted model: natural logarithm, summed over points.
    n_params : int
        p, the number of free parameters, see `n_parameters`.

    Returns
    -------
    float

    References
    ----------
    H. Akaike, A new look at the statistical model identification, IEEE Transactions on
    Automatic Control 19 (1974) 716-723.

    Examples
    --------
    >>> aic(-10.0, 3)
    26.0
    """
    raise NotImplementedError("aic: not written yet")


def bic(loglik, n_params, n_samples):
    """Compute the Bayesian information criterion; lower is better.

    ::

        BIC = p log(N) - 2 L

    Parameters
    ----------
    loglik : float
        L, the log-likelihood of the fitted model: natural logarithm, summed over points.
    n_params : int
        p, the number of free parameters, see `n_parameters`.
    n_samples : int
        N, the number of points; log is the natural logarithm.

    Returns
    -------
    float

    Notes
    -----
    Textbooks also write the criterion with the opposite sign or half as large.  Here,
    as in scikit-learn, lower is better and the fit enters as -2 L.

    References
    ----------
    G. Schwarz, Estimating the dimension of a model, Annals of Statistics 6 (1978) 461-464.

    Examples
    --------
    >>> bic(-10.0, 3, 1)
    20.0
    """
    raise NotImplementedError("bic: not written yet")
