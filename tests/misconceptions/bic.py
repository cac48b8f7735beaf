"""Known mistakes in bic. Each docstring is what a student who made it is told."""

import numpy as np


def _covariances(K, D, covariance_type):
    """Return the number of free parameters in the covariances."""
    symmetric = D * (D + 1) // 2
    free = {"full": K * symmetric, "tied": symmetric, "diag": K * D, "spherical": K}
    return free[covariance_type]


def _count(K, D, covariance_type, **instead):
    """Return the number of free parameters, with other counts for some covariance types."""
    free = instead.get(covariance_type, _covariances(K, D, covariance_type))
    return K - 1 + K * D + free


# Counting: weights and means ----------------------------------------------------------------------


def n_parameters_all_weights(n_components, n_features=1, covariance_type="full"):
    """All weights were counted as free, but they have sum 1.

    Of two weights, how many can you choose?
    """
    return _count(n_components, n_features, covariance_type) + 1


def n_parameters_no_weights(n_components, n_features=1, covariance_type="full"):
    """The weights were not counted at all.

    A mixture of two components has one number that says how large the first is.
    """
    return _count(n_components, n_features, covariance_type) - (n_components - 1)


def n_parameters_no_means(n_components, n_features=1, covariance_type="full"):
    """The means were not counted.

    Where a component lies is free, too: how many numbers does that take?
    """
    return _count(n_components, n_features, covariance_type) - n_components * n_features


def n_parameters_one_number_for_each_mean(n_components, n_features=1, covariance_type="full"):
    """Each mean was counted as one number, as it is in one dimension.

    How many coordinates has a point with three features?
    """
    means = n_components * n_features
    return _count(n_components, n_features, covariance_type) - means + n_components


def n_parameters_of_one_feature(n_components, n_features=1, covariance_type="full"):
    """The number of features has no influence: this is the count for one dimension.

    With more features, which parts of a component need more numbers, and how many?
    """
    return _count(n_components, 1, covariance_type)


def n_parameters_three_for_each_component(n_components, n_features=1, covariance_type="full"):
    """Neither the number of features nor the covariance type has any influence here.

    This is the count for one dimension. What more is there to choose with two features, and what
    do the components of a tied mixture share?
    """
    return 3 * n_components - 1


# Counting: covariances ----------------------------------------------------------------------------


def n_parameters_whole_matrix(n_components, n_features=1, covariance_type="full"):
    """All D x D elements of a covariance were counted, but it is symmetric.

    How many elements of a symmetric 2 x 2 matrix can you choose? And of a 3 x 3 one?
    """
    K, D = n_components, n_features
    return _count(K, D, covariance_type, full=K * D**2, tied=D**2)


def n_parameters_matrix_without_diagonal(n_components, n_features=1, covariance_type="full"):
    """Of a symmetric matrix, only the elements beside the diagonal were counted.

    The variances on the diagonal are free as well: try D = 1, where nothing else is there.
    """
    K, D = n_components, n_features
    half = D * (D - 1) // 2
    return _count(K, D, covariance_type, full=K * half, tied=half)


def n_parameters_matrix_not_halved(n_components, n_features=1, covariance_type="full"):
    """This counts more elements of a covariance than it has, as when D (D + 1) is not halved.

    Write down a symmetric 2 x 2 matrix: how many different elements are there?
    """
    K, D = n_components, n_features
    twice = D * (D + 1)
    return _count(K, D, covariance_type, full=K * twice, tied=twice)


def n_parameters_full_counted_once(n_components, n_features=1, covariance_type="full"):
    """For "full" a single covariance was counted, as if all components shared it.

    That is "tied". What tells the two from each other?
    """
    kind = "tied" if covariance_type == "full" else covariance_type
    return _count(n_components, n_features, kind)


def n_parameters_tied_counted_for_each(n_components, n_features=1, covariance_type="full"):
    """For "tied" a covariance was counted for each component, but all share a single one.

    Does adding a component to a tied mixture add a matrix?
    """
    kind = "full" if covariance_type == "tied" else covariance_type
    return _count(n_components, n_features, kind)


def n_parameters_diag_as_full(n_components, n_features=1, covariance_type="full"):
    """For "diag" whole matrices were counted, but beside the diagonal they hold nothing but 0.

    Which elements of such a matrix can you choose?
    """
    kind = "full" if covariance_type == "diag" else covariance_type
    return _count(n_components, n_features, kind)


def n_parameters_diag_counted_once(n_components, n_features=1, covariance_type="full"):
    """For "diag" the variances of a single component were counted, but each has its own.

    Only one of the four types has something that all components share: which?
    """
    return _count(n_components, n_features, covariance_type, diag=n_features)


def n_parameters_spherical_as_diag(n_components, n_features=1, covariance_type="full"):
    """For "spherical" a variance was counted for each feature, but a sphere has one radius.

    That is what tells "spherical" from "diag".
    """
    kind = "diag" if covariance_type == "spherical" else covariance_type
    return _count(n_components, n_features, kind)


def n_parameters_spherical_counted_once(n_components, n_features=1, covariance_type="full"):
    """For "spherical" a single variance was counted for the whole mixture.

    Spheres may differ in size: does another component come with a radius of its own?
    """
    return _count(n_components, n_features, covariance_type, spherical=1)


def n_parameters_diag_and_spherical_counted_once(
    n_components, n_features=1, covariance_type="full"
):
    """For "diag" and "spherical" the variances of a single component were counted.

    Only one of the four types has something that all components share: which?
    """
    return _count(n_components, n_features, covariance_type, diag=n_features, spherical=1)


def n_parameters_type_ignored(n_components, n_features=1, covariance_type="full"):
    """The covariance type has no influence: this is the count for "full", whichever is asked for.

    Compare the four types in the handout. Which of them has the fewest free numbers?
    """
    return _count(n_components, n_features, "full")


# Both criteria ------------------------------------------------------------------------------------


class Maximised:
    """Your criteria are higher for better models; here, as in scikit-learn, lower is better.

    Textbooks differ: compare the signs in your formulas with the handout's.
    """

    @staticmethod
    def aic(loglik, n_params):
        return aic_maximised(loglik, n_params)

    @staticmethod
    def bic(loglik, n_params, n_samples):
        return bic_maximised(loglik, n_params, n_samples)


class Halved:
    """Your criteria are half as large as due: the log-likelihood enters twice, as -2 L.

    Some textbooks divide by -2. Which model wins is the same, but the figures are not.
    """

    @staticmethod
    def aic(loglik, n_params):
        return aic_halved(loglik, n_params)

    @staticmethod
    def bic(loglik, n_params, n_samples):
        return bic_halved(loglik, n_params, n_samples)


class MaximisedAndHalved:
    """Your criteria are the log-likelihood less a penalty, as in Bishop's book; higher is better.

    Here, as in scikit-learn, they are -2 times that, and lower is better.
    """

    @staticmethod
    def aic(loglik, n_params):
        return aic_maximised_and_halved(loglik, n_params)

    @staticmethod
    def bic(loglik, n_params, n_samples):
        return bic_maximised_and_halved(loglik, n_params, n_samples)


class LoglikAdded:
    """The log-likelihood was added to the penalty, so that a better fit makes your criteria worse.

    Lower is better here: with which sign must the log-likelihood enter?
    """

    @staticmethod
    def aic(loglik, n_params):
        return aic_loglik_added(loglik, n_params)

    @staticmethod
    def bic(loglik, n_params, n_samples):
        return bic_loglik_added(loglik, n_params, n_samples)


class LoglikNotDoubled:
    """In both criteria the log-likelihood counts once, but the penalty is that for twice of it.

    Compare the last term of both formulas in the handout with yours.
    """

    @staticmethod
    def aic(loglik, n_params):
        return aic_loglik_not_doubled(loglik, n_params)

    @staticmethod
    def bic(loglik, n_params, n_samples):
        return bic_loglik_not_doubled(loglik, n_params, n_samples)


# AIC alone ----------------------------------------------------------------------------------------


def aic_maximised(loglik, n_params):
    """Your AIC is higher for better models; here, as in scikit-learn, lower is better.

    Textbooks differ: compare the signs in your formula with the handout's.
    """
    return float(2 * loglik - 2 * n_params)


def aic_halved(loglik, n_params):
    """Your AIC is half as large as due, a convention of some textbooks.

    Here both terms enter twice, as in your BIC's -2 L.
    """
    return float(n_params - loglik)


def aic_maximised_and_halved(loglik, n_params):
    """Your AIC is the log-likelihood less a penalty, as in Bishop's book; higher is better.

    Here, as in scikit-learn, it is -2 times that, and lower is better.
    """
    return float(loglik - n_params)


def aic_loglik_added(loglik, n_params):
    """In your AIC the log-likelihood was added, so that a better fit makes it worse.

    Lower is better here: with which sign must the log-likelihood enter?
    """
    return float(2 * n_params + 2 * loglik)


def aic_loglik_not_doubled(loglik, n_params):
    """In your AIC the log-likelihood counts once, the penalty twice.

    Compare the last term of the formula in the handout with yours.
    """
    return float(2 * n_params - loglik)


def aic_penalty_not_doubled(loglik, n_params):
    """In your AIC the penalty counts once, the log-likelihood twice.

    Compare the first term of the formula in the handout with yours.
    """
    return float(n_params - 2 * loglik)


# BIC alone: the log-likelihood --------------------------------------------------------------------


def bic_maximised(loglik, n_params, n_samples):
    """Your BIC is higher for better models; here, as in scikit-learn, lower is better.

    Textbooks differ: compare the signs in your formula with the handout's.
    """
    return float(2 * loglik - n_params * np.log(n_samples))


def bic_halved(loglik, n_params, n_samples):
    """Your BIC is half as large as due, a convention of some textbooks.

    Here the log-likelihood enters twice, as -2 L, as it does in your AIC.
    """
    return float(0.5 * n_params * np.log(n_samples) - loglik)


def bic_maximised_and_halved(loglik, n_params, n_samples):
    """Your BIC is the log-likelihood less a penalty, as in Bishop's book; higher is better.

    Here, as in scikit-learn, it is -2 times that, and lower is better.
    """
    return float(loglik - 0.5 * n_params * np.log(n_samples))


def bic_loglik_added(loglik, n_params, n_samples):
    """In your BIC the log-likelihood was added, so that a better fit makes it worse.

    Lower is better here: with which sign must the log-likelihood enter?
    """
    return float(n_params * np.log(n_samples) + 2 * loglik)


def bic_loglik_not_doubled(loglik, n_params, n_samples):
    """In your BIC the log-likelihood counts once, but the penalty is that for twice of it.

    Compare the last term of the formula in the handout with yours.
    """
    return float(n_params * np.log(n_samples) - loglik)


def bic_mean_loglik(loglik, n_params, n_samples):
    """In your BIC the log-likelihood is divided by the number of points.

    A mean fit is used elsewhere, but here it is the sum over all points that enters.
    """
    return float(n_params * np.log(n_samples) - 2 * loglik / n_samples)


def bic_loglik_times_points(loglik, n_params, n_samples):
    """In your BIC the log-likelihood is multiplied by the number of points.

    That is right for a mean, such as scikit-learn's score. What is handed over here is a sum.
    """
    return float(n_params * np.log(n_samples) - 2 * loglik * n_samples)


# BIC alone: the penalty ---------------------------------------------------------------------------


def bic_common_logarithm(loglik, n_params, n_samples):
    """The logarithm of the number of points was taken to the base 10; due is the natural one.

    What is the logarithm of e in your formula?
    """
    return float(n_params * np.log10(n_samples) - 2 * loglik)


def bic_binary_logarithm(loglik, n_params, n_samples):
    """The logarithm of the number of points was taken to the base 2; due is the natural one.

    What is the logarithm of e in your formula?
    """
    return float(n_params * np.log2(n_samples) - 2 * loglik)


def bic_without_logarithm(loglik, n_params, n_samples):
    """The penalty grows in proportion to the number of points; it should grow more slowly.

    What is there of the number of points in the handout's formula?
    """
    return float(n_params * n_samples - 2 * loglik)


def bic_logarithm_of_parameters(loglik, n_params, n_samples):
    """The logarithm is that of the number of parameters; the number of points has no influence.

    What does BIC ask of a parameter when there are more points?
    """
    return float(n_params * np.log(n_params) - 2 * loglik)


def bic_points_and_parameters_exchanged(loglik, n_params, n_samples):
    """The numbers of points and of parameters have changed places in your penalty.

    Of which of the two is the logarithm taken? Look also at the order of the arguments.
    """
    return float(n_samples * np.log(n_params) - 2 * loglik)


def bic_penalty_doubled(loglik, n_params, n_samples):
    """The penalty is twice too large: AIC has 2 p, but BIC has log(N) in place of the 2.

    Write both formulas below each other and compare them term by term.
    """
    return float(2 * n_params * np.log(n_samples) - 2 * loglik)


def bic_penalty_halved(loglik, n_params, n_samples):
    """The penalty is half as large as due: half of it goes with L, but here -2 L enters.

    Both ways of writing the criterion are in textbooks, but only as a whole.
    """
    return float(0.5 * n_params * np.log(n_samples) - 2 * loglik)


def bic_like_aic(loglik, n_params, n_samples):
    """This is AIC: the number of points has no influence.

    What does BIC ask of a parameter when there are more points?
    """
    return float(2 * n_params - 2 * loglik)
