"""Other right implementations of bic. Each docstring says what is special about it."""

import itertools
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
from scipy.special import binom, xlogy


def n_parameters_by_cases(n_components, n_features=1, covariance_type="full"):
    """If and else, true division: a whole number as a float."""
    k, d = n_components, n_features
    if covariance_type == "full":
        cov = k * d * (d + 1) / 2
    elif covariance_type == "tied":
        cov = d * (d + 1) / 2
    elif covariance_type == "diag":
        cov = k * d
    elif covariance_type == "spherical":
        cov = k
    else:
        raise ValueError(
            f'covariance_type must be "full", "tied", "diag" or "spherical", not {covariance_type}'
        )
    return (k - 1) + k * d + cov


def n_parameters_by_enumeration(n_components, n_features=1, covariance_type="full"):
    """Every free parameter gets a name; then they are counted."""
    components = range(n_components)
    features = range(n_features)
    entries = list(itertools.combinations_with_replacement(features, 2))
    free = {
        "full": list(itertools.product(components, entries)),
        "tied": entries,
        "diag": list(itertools.product(components, features)),
        "spherical": list(components),
    }
    names = [("weight", k) for k in components if k > 0]
    names += [("mean", k, d) for k in components for d in features]
    names += [("covariance", entry) for entry in free[covariance_type]]
    return len(set(names))


def n_parameters_from_arrays(n_components, n_features=1, covariance_type="full"):
    """The sizes of arrays that hold the parameters; a 0-d array is returned."""
    K, D = n_components, n_features
    triangle = np.tril(np.ones((D, D), dtype=int))
    arrays = {
        "full": np.tile(triangle, (K, 1, 1)),
        "tied": triangle,
        "diag": np.ones((K, D), dtype=int),
        "spherical": np.ones(K, dtype=int),
    }
    total = np.zeros(K).size - 1 + np.zeros((K, D)).size + arrays[covariance_type].sum()
    return np.array(total)


def n_parameters_one_component_at_a_time(n_components, n_features=1, covariance_type="full"):
    """A loop over the components; the last weight is taken back at the end. It prints."""
    triangle = sum(range(n_features + 1))
    own = {"full": triangle, "tied": 0, "diag": n_features, "spherical": 1}[covariance_type]
    count = triangle if covariance_type == "tied" else 0
    for k in range(n_components):
        count += 1 + n_features + own
        print("with component", k, "there are", count)
    return count - 1


def n_parameters_by_matching(n_components, n_features=1, covariance_type="full"):
    """Patterns, a binomial coefficient, and NumPy's integers."""
    K, D = np.int64(n_components), np.int64(n_features)
    match covariance_type:
        case "full":
            extra = K * math.comb(D + 1, 2)
        case "tied":
            extra = math.comb(D + 1, 2)
        case "diag":
            extra = K * D
        case "spherical":
            extra = K
        case _:
            raise ValueError("one of full, tied, diag, spherical")
    return np.int32(K * (D + 1) + extra - 1)


def n_parameters_from_the_special_case(n_components, n_features=1, covariance_type="full"):
    """From one covariance to K of them; SciPy's binomial coefficient, a NumPy float."""
    of_one = {"full": binom(n_features + 1, 2), "diag": n_features, "spherical": 1}
    matrices = 1 if covariance_type == "tied" else n_components
    one = of_one["full" if covariance_type == "tied" else covariance_type]
    return np.float64(np.dot([n_components - 1, n_components, matrices], [1, n_features, one]))


def aic_factored(loglik, n_params):
    """The difference is formed first."""
    return -2 * (loglik - n_params)


def aic_as_a_sum(loglik, n_params):
    """One parameter after the other, added to the deviance; printed on the way."""
    value = loglik * -2
    for _ in range(int(n_params)):
        value += 2
    print(f"AIC = {value:.3f}")
    return value


def bic_by_math(loglik, n_params, n_samples):
    """math.log, and the deviance first."""
    deviance = -2.0 * loglik
    return deviance + n_params * math.log(n_samples)


def bic_from_other_logarithms(loglik, n_params, n_samples):
    """A logarithm to the base 10, divided by that of e."""
    return n_params * (np.log10(n_samples) / np.log10(np.e)) - 2 * loglik


def bic_as_a_power(loglik, n_params, n_samples):
    """The logarithm of a product: xlogy, and a NumPy scalar."""
    return np.float64(xlogy(n_params, n_samples)) + np.multiply(-2, loglik)


def bic_with_decimals(loglik, n_params, n_samples):
    """Decimal numbers with 28 digits, made a float at the end."""
    penalty = Decimal(int(n_params)) * Decimal(int(n_samples)).ln()
    return float(penalty - 2 * Decimal(float(loglik)))


class OnePenalty:
    """Both criteria from one function of the price of a parameter; 0-d arrays are returned."""

    @staticmethod
    def _criterion(price, loglik, n_params):
        return np.asarray(np.multiply(price, n_params) - np.multiply(2, loglik))

    @staticmethod
    def aic(loglik, n_params):
        return OnePenalty._criterion(2, loglik, n_params)

    @staticmethod
    def bic(loglik, n_params, n_samples):
        return OnePenalty._criterion(np.log(np.float64(n_samples)), loglik, n_params)


class FromEachOther:
    """BIC from AIC: only the price of a parameter differs."""

    @staticmethod
    def aic(loglik, n_params):
        return 2 * n_params - 2 * loglik

    @staticmethod
    def bic(loglik, n_params, n_samples):
        return FromEachOther.aic(loglik, n_params) + n_params * (np.log(n_samples) - 2)


class Exact:
    """Fractions as long as it goes; a table of the covariances' share of the count."""

    @staticmethod
    def n_parameters(n_components, n_features=1, covariance_type="full"):
        table = {
            "full": (Fraction(n_features + 1, 2), n_components),
            "tied": (Fraction(n_features + 1, 2), 1),
            "diag": (Fraction(1), n_components),
            "spherical": (Fraction(1, n_features), n_components),
        }
        for_a_feature, matrices = table[covariance_type]
        return int(n_components * (1 + n_features) - 1 + matrices * n_features * for_a_feature)

    @staticmethod
    def aic(loglik, n_params):
        return float(2 * (Fraction(n_params) - Fraction(loglik)))

    @staticmethod
    def bic(loglik, n_params, n_samples):
        return math.fsum([n_params * math.log(n_samples), -loglik, -loglik])
