"""Public checks of bic: counting parameters and comparing numbers of components."""

import due
import numpy as np
from examples import petal_length

# Log-likelihood of mixtures with 1 … 10 components fitted to the petal lengths: from quantile
# starts, after 100 iterations.
PETAL_LOGLIK = [
    *(-297.5871, -200.5788, -200.1512, -199.9811, -198.5819),
    *(-198.5973, -198.6993, -198.6218, -198.5915, -198.6957),
]


def test_count_in_one_dimension(submission, match):
    """Two Gaussians in one dimension: two means, two variances, and one weight that is free."""
    counts = [submission.n_parameters(K) for K in (1, 2, 3)]
    match(counts, [2, 5, 8], "n_parameters for K = 1, 2, 3")


def test_count_full(submission, reference, match):
    """Each component has its own symmetric covariance matrix, of which one half is free."""
    sizes = [(1, 2), (3, 2), (2, 4), (4, 3)]
    counts = [submission.n_parameters(K, D, "full") for K, D in sizes]
    due = [reference.n_parameters(K, D, "full") for K, D in sizes]
    match(counts, due, "n_parameters for (K, D) = (1, 2), (3, 2), (2, 4), (4, 3)")


def test_aic_by_hand(submission, reference, match):
    """Three parameters and a log-likelihood of -10: Akaike's criterion."""
    match(submission.aic(-10.0, 3), reference.aic(-10.0, 3), "aic")


def test_bic_by_hand(submission, reference, match):
    """Five parameters, 40 points and a log-likelihood of -100: the Bayesian criterion."""
    match(submission.bic(-100.0, 5, 40), reference.bic(-100.0, 5, 40), "bic")


def test_petal_length(submission, attach, match):
    """BIC of one to ten components for the iris petals; AIC chooses the same number of them."""
    counts = [submission.n_parameters(K) for K in range(1, 11)]
    pairs = list(zip(PETAL_LOGLIK, counts, strict=True))
    bic = [submission.bic(loglik, count, len(petal_length())) for loglik, count in pairs]
    aic = [submission.aic(loglik, count) for loglik, count in pairs]

    def picture(bic, aic):
        import plots

        return plots.plot_criteria(range(1, 11), bic, aic)

    def right(bic):
        import plots

        return due.headed(plots.plot_criteria(range(1, 11), bic, due.AIC), "What is right")

    attach(
        picture,
        bic,
        aic,
        alt="BIC and AIC of mixtures fitted to 150 iris petal lengths, against the number of "
        "components from 1 to 10. Both should fall steeply to a minimum, marked with a star, at "
        "2, and rise from there.",
    )
    expected = [605.20, 426.21, 440.39, 455.08, 467.31, 482.38, 497.61, 512.49, 527.46, 542.70]
    attach(right, expected, alt="What is right: both curves as they should be.")
    match(bic, expected, "BIC for K = 1 … 10, listed from 0,", rtol=0, atol=0.01)
    assert np.argmin(aic) == 1, f"AIC is lowest at K = {np.argmin(aic) + 1}; it should be at K = 2"
