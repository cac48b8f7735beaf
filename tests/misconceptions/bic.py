"""Known mistakes in bic. Each docstring is what a student who made it is told."""

import numpy as np


def _count(weights, K, D, covariance_type):
    symmetric = D * (D + 1) // 2
    covariances = {"full": K * symmetric, "tied": symmetric, "diag": K * D, "spherical": K}
    return weights + K * D + covariances[covariance_type]


def n_parameters_all_weights(n_components, n_features=1, covariance_type="full"):
    """All weights were counted as free, but they have sum 1.

    Of two weights, how many can you choose?
    """
    return _count(n_components, n_components, n_features, covariance_type)


def n_parameters_no_weights(n_components, n_features=1, covariance_type="full"):
    """The weights were not counted at all.

    A mixture of two components has one number that says how large the first is.
    """
    return _count(0, n_components, n_features, covariance_type)


def n_parameters_whole_matrix(n_components, n_features=1, covariance_type="full"):
    """All D x D elements of a covariance were counted, but it is symmetric.

    How many elements of a symmetric 2 x 2 matrix can you choose? And of a 3 x 3 one?
    """
    K, D = n_components, n_features
    twice = {"full": K * D * (D - 1) // 2, "tied": D * (D - 1) // 2}
    return _count(K - 1, K, D, covariance_type) + twice.get(covariance_type, 0)


def n_parameters_tied_counted_for_each(n_components, n_features=1, covariance_type="full"):
    """For "tied" a covariance was counted for each component, but all share a single one.

    Does adding a component to a tied mixture add a matrix?
    """
    kind = "full" if covariance_type == "tied" else covariance_type
    return _count(n_components - 1, n_components, n_features, kind)


def n_parameters_spherical_as_diag(n_components, n_features=1, covariance_type="full"):
    """For "spherical" a variance was counted for each feature, but a sphere has one radius.

    That is what tells "spherical" from "diag".
    """
    kind = "diag" if covariance_type == "spherical" else covariance_type
    return _count(n_components - 1, n_components, n_features, kind)


class Maximised:
    """Your criteria are higher for better models; here, as in scikit-learn, lower is better.

    Textbooks differ: compare the sign of the log-likelihood in your formulas with the handout's.
    """

    @staticmethod
    def aic(loglik, n_params):
        return float(2 * loglik - 2 * n_params)

    @staticmethod
    def bic(loglik, n_params, n_samples):
        return float(2 * loglik - n_params * np.log(n_samples))


class Halved:
    """Your criteria are half as large as due: the log-likelihood enters twice, as -2 L.

    Some textbooks divide by -2. Which model wins is the same, but the figures are not.
    """

    @staticmethod
    def aic(loglik, n_params):
        return float(n_params - loglik)

    @staticmethod
    def bic(loglik, n_params, n_samples):
        return float(0.5 * n_params * np.log(n_samples) - loglik)


def bic_common_logarithm(loglik, n_params, n_samples):
    """The logarithm of the number of points was taken to the base 10; due is the natural one.

    What is the logarithm of e in your formula?
    """
    return float(n_params * np.log10(n_samples) - 2 * loglik)


def bic_penalty_doubled(loglik, n_params, n_samples):
    """The penalty is twice too large: AIC has 2 p, but BIC has log(N) in place of the 2.

    Write both formulas below each other and compare them term by term.
    """
    return float(2 * n_params * np.log(n_samples) - 2 * loglik)


def bic_like_aic(loglik, n_params, n_samples):
    """This is AIC: the number of points has no influence.

    What does BIC ask of a parameter when there are more points?
    """
    return float(2 * n_params - 2 * loglik)
