"""Known mistakes in loglik. Each docstring is what a student who made it is told."""

import numpy as np
from scipy.special import logsumexp


def _arrays(*parts):
    return tuple(np.asarray(part, dtype=float) for part in parts)


def _distances(X, means, matrices):
    """Return (x - mean)' matrix (x - mean) for all points and components, (N, K)."""
    centred = X[:, np.newaxis] - means
    return np.einsum("nkd,kde,nke->nk", centred, matrices, centred)


def _parts(X, weights, means, covariances):
    """Return log weights (K,), log determinants (K,), squared distances (N, K), and D."""
    X, weights, means, covariances = _arrays(X, weights, means, covariances)
    with np.errstate(divide="ignore"):
        log_weights = np.log(weights)
    distances = _distances(X, means, np.linalg.inv(covariances))
    return log_weights, np.linalg.slogdet(covariances)[1], distances, X.shape[1]


def _log_terms(X, weights, means, covariances):
    """Return the logarithm of weight times density, (N, K)."""
    log_weights, log_dets, distances, D = _parts(X, weights, means, covariances)
    return log_weights - 0.5 * (D * np.log(2 * np.pi) + log_dets + distances)


def _log_densities(X, weights, means, covariances):
    """Return the logarithm of each component's density, (N, K)."""
    return _log_terms(X, np.ones(len(weights)), means, covariances)


def _log_mixture(X, weights, means, covariances):
    """Return the logarithm of the mixture's density, (N,)."""
    return logsumexp(_log_terms(X, weights, means, covariances), axis=1)


def _total(log_terms):
    return logsumexp(log_terms, axis=1).sum()


# The sum over the points --------------------------------------------------------------------------


def loglik_mean(X, weights, means, covariances):
    """This is the mean over the points; due is the sum.

    scikit-learn's score is a mean, but AIC and BIC are made from the sum.
    """
    return _log_mixture(X, weights, means, covariances).mean()


def loglik_negative(X, weights, means, covariances):
    """This is the negative log-likelihood, which other fields minimise; here it is maximised.

    Of two mixtures, the one that explains the data better must have the larger value.
    """
    return -_log_mixture(X, weights, means, covariances).sum()


def loglik_negative_mean(X, weights, means, covariances):
    """This is the negative log-likelihood per point, a usual loss in machine learning.

    Here it is the sum over the points, and larger is better.
    """
    return -_log_mixture(X, weights, means, covariances).mean()


def loglik_deviance(X, weights, means, covariances):
    """This is -2 times the log-likelihood, which statistics calls a deviance and minimises.

    It is a part of AIC and BIC; here the log-likelihood itself is due.
    """
    return -2 * _log_mixture(X, weights, means, covariances).sum()


def loglik_first_point(X, weights, means, covariances):
    """Only the first point was counted, as when a loop over the points is left too early.

    How far to the right is your last line, and what does that mean for the loop?
    """
    return _log_mixture(X, weights, means, covariances)[0]


def loglik_last_point(X, weights, means, covariances):
    """Only the last point was counted, as when a loop overwrites its result again and again.

    What must happen to the sum so far when the next point comes?
    """
    return _log_mixture(X, weights, means, covariances)[-1]


def loglik_one_value_per_point(X, weights, means, covariances):
    """There is one value for each point here, and each of them is right. Due is a single number.

    The points are independent: how does one get the log density of all from that of each?
    """
    return _log_mixture(X, weights, means, covariances)


def loglik_column_of_values(X, weights, means, covariances):
    """There is one value for each point here, and each of them is right. Due is a single number.

    The points are independent: how does one get the log density of all from that of each?
    """
    return _log_mixture(X, weights, means, covariances)[:, np.newaxis]


def loglik_sums_exchanged(X, weights, means, covariances):
    """The sum inside the logarithm runs over the points here, and the one outside over components.

    Which of the two sums is inside, and along which axis of an (N, K) array is that?
    """
    return logsumexp(_log_terms(X, weights, means, covariances), axis=0).sum()


def loglik_logarithm_of_the_total(X, weights, means, covariances):
    """The densities of all points were added first, then one logarithm was taken of the total.

    Independent points: their densities are multiplied. What does that make of the logarithms?
    """
    return logsumexp(_log_terms(X, weights, means, covariances))


def loglik_product_of_densities(X, weights, means, covariances):
    """With some hundred points this is -inf: as when all densities are multiplied before the log.

    Each factor is a fine number, but their product soon underflows to 0. When must the logarithm
    be taken so that there is no such product?
    """
    with np.errstate(divide="ignore", under="ignore"):
        return np.log(np.prod(np.exp(_log_mixture(X, weights, means, covariances))))


def loglik_product_padded(X, weights, means, covariances):
    """With some hundred points this is always the same: as when all densities are multiplied, and a
    small number is added before the logarithm.

    The product underflows, and the number hides it. When must the logarithm be taken so that
    there is no such product?
    """
    return np.log(np.prod(np.exp(_log_mixture(X, weights, means, covariances))) + 1e-300)


# The logarithm ------------------------------------------------------------------------------------


def loglik_sum_of_densities(X, weights, means, covariances):
    """These are the densities of the points, added up. There is no logarithm.

    What is added over the points is a logarithm for each of them.
    """
    return np.exp(_log_mixture(X, weights, means, covariances)).sum()


def loglik_likelihood(X, weights, means, covariances):
    """This is the likelihood itself, a product of densities; due is its logarithm.

    For a few hundred points the product is 0 for a computer, its logarithm is not.
    """
    return np.exp(_log_mixture(X, weights, means, covariances).sum())


def loglik_common_logarithm(X, weights, means, covariances):
    """The logarithm was taken to the base 10; due is the natural one.

    What is the logarithm of e in your code?
    """
    return _log_mixture(X, weights, means, covariances).sum() / np.log(10)


def loglik_binary_logarithm(X, weights, means, covariances):
    """The logarithm was taken to the base 2, as for bits; due is the natural one.

    What is the logarithm of e in your code?
    """
    return _log_mixture(X, weights, means, covariances).sum() / np.log(2)


def loglik_largest_not_added_back(X, weights, means, covariances):
    """The largest of a point's log terms was subtracted, but is missing from the result.

    In responsibilities it cancels. Which step of the log-sum-exp makes up for it here?
    """
    terms = _log_terms(X, weights, means, covariances)
    return _total(terms - terms.max(axis=1, keepdims=True))


def loglik_largest_added_back_once(X, weights, means, covariances):
    """The largest of all log terms was subtracted for each point, but added back only once.

    From how many logarithms is it missing? Let each point have a largest term of its own.
    """
    terms = _log_terms(X, weights, means, covariances)
    return _total(terms - terms.max()) + terms.max()


def loglik_underflow(X, weights, means, covariances):
    """Right near the data, but far from every mean the density underflows to 0, and log 0 is -inf.

    The handout's section on numerical stability shows how to add in log space.
    """
    with np.errstate(divide="ignore"):
        return np.log(np.exp(_log_mixture(X, weights, means, covariances))).sum()


def loglik_padded_density(X, weights, means, covariances):
    """As when a small number is added to a density or put in its place before the logarithm.

    So all points far away seem equally likely. A constant hides an underflow, it does not undo
    it: add in log space.
    """
    return np.log(np.exp(_log_mixture(X, weights, means, covariances)) + 1e-300).sum()


def loglik_zero_densities_skipped(X, weights, means, covariances):
    """As when points whose density underflows to 0 are left out, or all get the same constant.

    They are the least likely points of all, so they should lower the log-likelihood the most: how
    far away they are is lost with the underflow. Add in log space.
    """
    density = np.exp(_log_mixture(X, weights, means, covariances))
    return np.log(density[density > 0]).sum()


# The mixture --------------------------------------------------------------------------------------


def loglik_without_weights(X, weights, means, covariances):
    """The weights have no influence here: the components' densities were added as they are.

    Compare the density of the mixture in the handout with yours.
    """
    return _total(_log_densities(X, weights, means, covariances))


def loglik_best_component(X, weights, means, covariances):
    """Only the likeliest component of each point was counted; the others add to the density too.

    Where components overlap, the difference shows. What stands inside the logarithm?
    """
    return _log_terms(X, weights, means, covariances).max(axis=1).sum()


def loglik_first_component(X, weights, means, covariances):
    """Only the first component was counted, as when a loop over the components is left too early.

    How far to the right is the line after the loop, and what does that mean?
    """
    return _log_terms(X, weights, means, covariances)[:, 0].sum()


def loglik_last_component(X, weights, means, covariances):
    """Only the last component was counted, as when a loop overwrites the density each time.

    What must happen to the density so far when the next component comes?
    """
    return _log_terms(X, weights, means, covariances)[:, -1].sum()


def loglik_sum_of_logarithms(X, weights, means, covariances):
    """The logarithms of the components were added; due is the logarithm of their sum.

    The logarithm of a sum is not the sum of the logarithms: which of the two sums is inside?
    """
    return _log_terms(X, weights, means, covariances).sum()


def loglik_weighted_logarithms(X, weights, means, covariances):
    """The components' log densities were weighted and added; due is the logarithm of a sum.

    Weights multiply densities, not their logarithms. What stands inside the logarithm?
    """
    return (_log_densities(X, weights, means, covariances) @ _arrays(weights)[0]).sum()


def loglik_auxiliary_function(X, weights, means, covariances):
    """This is EM's auxiliary function Q: log terms, weighted with the responsibilities.

    The M-step maximises it, but it is lower than the log-likelihood, in which there are no
    responsibilities: what stands inside the logarithm there?
    """
    terms = _log_terms(X, weights, means, covariances)
    resp = np.exp(terms - logsumexp(terms, axis=1, keepdims=True))
    return (resp * terms).sum()


def loglik_auxiliary_function_without_weights(X, weights, means, covariances):
    """These are log densities, weighted with the responsibilities, as in EM's function Q.

    In the log-likelihood there are no responsibilities, and each component enters with its weight:
    what stands inside the logarithm there?
    """
    terms = _log_terms(X, weights, means, covariances)
    resp = np.exp(terms - logsumexp(terms, axis=1, keepdims=True))
    return (resp * _log_densities(X, weights, means, covariances)).sum()


def loglik_normalised(X, weights, means, covariances):
    """This is 0 for any data: as when each point's terms are divided by their sum before the log.

    That makes responsibilities of them, which add up to 1. What is due is the logarithm of the
    sum that they would be divided by.
    """
    terms = _log_terms(X, weights, means, covariances)
    resp = np.exp(terms - logsumexp(terms, axis=1, keepdims=True))
    return np.log(resp.sum(axis=1)).sum()


def loglik_logarithms_of_responsibilities(X, weights, means, covariances):
    """These are the logarithms of the responsibilities, added up.

    Responsibilities say to which component a point belongs, not how likely it is. Look at the
    denominator of Bayes' rule.
    """
    terms = _log_terms(X, weights, means, covariances)
    return (terms - logsumexp(terms, axis=1, keepdims=True)).sum()


# The density of a Gaussian ------------------------------------------------------------------------


def loglik_without_constant(X, weights, means, covariances):
    """The factor with 2 pi is missing: it is the same for all components, but part of the density.

    It cancels in responsibilities, not in a log-likelihood.
    """
    log_weights, log_dets, distances, _ = _parts(X, weights, means, covariances)
    return _total(log_weights - 0.5 * (log_dets + distances))


def loglik_constant_of_one_feature(X, weights, means, covariances):
    """The factor with 2 pi is that of one feature here, however many there are.

    Right in one dimension. How often does it occur when independent features are multiplied?
    """
    log_weights, log_dets, distances, _ = _parts(X, weights, means, covariances)
    return _total(log_weights - 0.5 * (np.log(2 * np.pi) + log_dets + distances))


def loglik_constant_of_two_features(X, weights, means, covariances):
    """The factor with 2 pi is that of two features here, however many there are.

    Right in the plane, but not for numbers on a line or points in space: which power is it?
    """
    log_weights, log_dets, distances, _ = _parts(X, weights, means, covariances)
    return _total(log_weights - 0.5 * (2 * np.log(2 * np.pi) + log_dets + distances))


def loglik_constant_without_root(X, weights, means, covariances):
    """The factor with 2 pi enters too strongly, as when its square root was not taken.

    In the log density, by what is D log(2 pi) multiplied?
    """
    log_weights, log_dets, distances, D = _parts(X, weights, means, covariances)
    return _total(log_weights - D * np.log(2 * np.pi) - 0.5 * (log_dets + distances))


def loglik_without_determinant(X, weights, means, covariances):
    """All components are equally high here, but a wide one must be lower than a narrow one.

    Which factor of the Gaussian density depends on the covariance alone?
    """
    log_weights, _, distances, D = _parts(X, weights, means, covariances)
    return _total(log_weights - 0.5 * (D * np.log(2 * np.pi) + distances))


def loglik_determinant_without_root(X, weights, means, covariances):
    """The determinant enters as 1 / det C; the density of a Gaussian has its square root.

    In the log density, by what is log det C multiplied?
    """
    log_weights, log_dets, distances, D = _parts(X, weights, means, covariances)
    return _total(log_weights - log_dets - 0.5 * (D * np.log(2 * np.pi) + distances))


def loglik_determinant_root_twice(X, weights, means, covariances):
    """The determinant enters with its fourth root, as when that of a Cholesky factor is taken.

    C is the product of two such factors. What is its determinant then, and by what is it
    multiplied in the log density?
    """
    log_weights, log_dets, distances, D = _parts(X, weights, means, covariances)
    return _total(log_weights - 0.5 * (D * np.log(2 * np.pi) + 0.5 * log_dets + distances))


def loglik_determinant_times(X, weights, means, covariances):
    """The density was multiplied by the determinant's root: wide components are higher here.

    The area under each component must be 1. With which sign does log det C enter?
    """
    log_weights, log_dets, distances, D = _parts(X, weights, means, covariances)
    return _total(log_weights - 0.5 * (D * np.log(2 * np.pi) - log_dets + distances))


def loglik_height_without_root(X, weights, means, covariances):
    """What stands before the exponential function is not under a square root here.

    At its mean, how high is a Gaussian in one dimension with standard deviation 2?
    """
    log_weights, log_dets, distances, D = _parts(X, weights, means, covariances)
    return _total(log_weights - D * np.log(2 * np.pi) - log_dets - 0.5 * distances)


def loglik_without_half(X, weights, means, covariances):
    """A factor of one half is missing from the log densities, in all of their terms.

    Compare what stands before the bracket in the handout with yours.
    """
    log_weights, log_dets, distances, D = _parts(X, weights, means, covariances)
    return _total(log_weights - D * np.log(2 * np.pi) - log_dets - distances)


def loglik_distance_without_half(X, weights, means, covariances):
    """The squared distances count twice: a factor of one half is missing from the exponent.

    By what factor is a Gaussian lower one standard deviation away from its mean?
    """
    log_weights, log_dets, distances, D = _parts(X, weights, means, covariances)
    return _total(log_weights - 0.5 * (D * np.log(2 * np.pi) + log_dets) - distances)


def loglik_covariance_as_standard_deviation(X, weights, means, covariances):
    """Covariances were taken for standard deviations, both in the distances and in the heights.

    A covariance holds squared units: check what is squared, and what has been squared already.
    """
    squared = [part @ part for part in _arrays(*covariances)]
    return _total(_log_terms(X, weights, means, squared))


def loglik_distance_with_covariance_squared(X, weights, means, covariances):
    """Distances were divided by the variance where they are due in standard deviations.

    A covariance holds squared units: check what is squared, and what has been squared already.
    """
    log_weights, log_dets, _, D = _parts(X, weights, means, covariances)
    X, means, inverses = _arrays(X, means, np.linalg.inv(covariances))
    distances = _distances(X, means, inverses @ inverses)
    return _total(log_weights - 0.5 * (D * np.log(2 * np.pi) + log_dets + distances))


def loglik_covariance_not_inverted(X, weights, means, covariances):
    """Distances were multiplied by the covariance, so that they grow with the spread.

    The wider a component, the nearer is a given point to it: what is C^-1?
    """
    log_weights, log_dets, _, D = _parts(X, weights, means, covariances)
    distances = _distances(*_arrays(X, means, covariances))
    return _total(log_weights - 0.5 * (D * np.log(2 * np.pi) + log_dets + distances))


def loglik_variances_only(X, weights, means, covariances):
    """Only the diagonals of the covariances were used, as if features were never correlated.

    Draw a component with its ellipse: does yours lean as its covariance says?
    """
    X, covariances = _arrays(X, covariances)
    return _total(_log_terms(X, weights, means, covariances * np.eye(X.shape[1])))


def loglik_variances_as_standard_deviations(X, weights, means, covariances):
    """Two things at once: only the diagonals of the covariances were used, and as standard
    deviations, although they hold variances.

    Check first which of the two your density asks for. Then: where do the other elements enter?
    """
    X, covariances = _arrays(X, covariances)
    return _total(_log_terms(X, weights, means, covariances**2 * np.eye(X.shape[1])))


def loglik_expanded_square(X, weights, means, covariances):
    """Right near 0, but the digits are lost when all data lie far away, as at 100 million.

    So it goes when large squares are subtracted from each other, as in x'x - 2 x'm + m'm. What
    must be subtracted before anything is squared?
    """
    log_weights, log_dets, _, D = _parts(X, weights, means, covariances)
    X, means, inverses = _arrays(X, means, np.linalg.inv(covariances))
    distances = (
        np.einsum("nd,kde,ne->nk", X, inverses, X)
        - 2 * np.einsum("nd,kde,ke->nk", X, inverses, means)
        + np.einsum("kd,kde,ke->k", means, inverses, means)
    )
    return _total(log_weights - 0.5 * (D * np.log(2 * np.pi) + log_dets + distances))
