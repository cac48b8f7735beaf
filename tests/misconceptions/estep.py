"""Known mistakes in estep. Each docstring is what a student who made it is told."""

import numpy as np
from scipy.linalg import solve_triangular, sqrtm


def _arrays(*parts):
    return tuple(np.asarray(part, dtype=float) for part in parts)


def _distances(X, means, matrices):
    """Return (x - mean)' matrix (x - mean) for every row x of X and every component, (N, K)."""
    X, means, matrices = _arrays(X, means, matrices)
    centred = X[:, np.newaxis] - means
    return np.einsum("nkd,kde,nke->nk", centred, matrices, centred)


def _log_heights(weights, covariances):
    """Return the logarithm of weight times density at the mean, (K,)."""
    weights, covariances = _arrays(weights, covariances)
    with np.errstate(divide="ignore"):
        return np.log(weights) - _half_log_det(2 * np.pi * covariances)


def _half_log_det(covariances):
    return 0.5 * np.linalg.slogdet(np.asarray(covariances, dtype=float))[1]


def _log_terms(X, weights, means, covariances):
    """Return the logarithm of weight times density, (N, K)."""
    inverses = np.linalg.inv(np.asarray(covariances, dtype=float))
    return _log_heights(weights, covariances) - 0.5 * _distances(X, means, inverses)


def _shares(log_terms, axis=1):
    terms = np.exp(log_terms - log_terms.max(axis=axis, keepdims=True))
    return terms / terms.sum(axis=axis, keepdims=True)


def _quotients(log_terms):
    """Return the same shares as far as densities can be represented, and NaN elsewhere."""
    with np.errstate(over="ignore", invalid="ignore"):
        terms = np.exp(log_terms)
        return terms / terms.sum(axis=1, keepdims=True)


# Bayes' rule --------------------------------------------------------------------------------------


def estep_without_weights(X, weights, means, covariances):
    """The weights have no influence on these responsibilities: every component counts the same.

    Compare the numerator of Bayes' rule in the handout with yours.
    """
    return _shares(_log_terms(X, np.ones(len(weights)), means, covariances))


def estep_without_weights_underflowing(X, weights, means, covariances):
    """The weights have no influence: every component counts the same. Far away it ends in NaN too.

    Compare the numerator of Bayes' rule in the handout with yours. Then see its section on
    log-sum-exp: far from every mean all densities underflow to 0.
    """
    return _quotients(_log_terms(X, np.ones(len(weights)), means, covariances))


def estep_weights_twice(X, weights, means, covariances):
    """The weights count twice: a component that is twice as frequent gets four times its part.

    Follow them through your code: where do they enter first, and where again?
    """
    with np.errstate(divide="ignore"):
        log_weights = np.log(np.asarray(weights, dtype=float))
    return _shares(_log_terms(X, weights, means, covariances) + log_weights)


def estep_weights_without_logarithm(X, weights, means, covariances):
    """The weights themselves were added to the logarithms of densities.

    The logarithm of a product is the sum of what?
    """
    log_densities = _log_terms(X, np.ones(len(weights)), means, covariances)
    return _shares(np.asarray(weights, dtype=float) + log_densities)


def estep_logarithms_weighted(X, weights, means, covariances):
    """The logarithms of the densities were multiplied by the weights: that makes powers of them.

    In Bayes' rule the weight is a factor of the density. What becomes of a factor in log space?
    """
    log_densities = _log_terms(X, np.ones(len(weights)), means, covariances)
    return _shares(np.asarray(weights, dtype=float) * log_densities)


def estep_weights_after_division(X, weights, means, covariances):
    """The weights were multiplied on last, after each row had been brought to sum 1.

    In which parts of the fraction do they stand in Bayes' rule?
    """
    log_densities = _log_terms(X, np.ones(len(weights)), means, covariances)
    return np.asarray(weights, dtype=float) * _shares(log_densities)


def estep_normalised_over_points(X, weights, means, covariances):
    """Here each component's column has sum 1; it is each point's row that must.

    Over which index does the sum in the denominator run, and which axis is that?
    """
    return _shares(_log_terms(X, weights, means, covariances), axis=0)


def estep_normalised_over_points_after_shift(X, weights, means, covariances):
    """Here each component's column has sum 1; it is each point's row that must.

    The maximum was taken along one axis and the sum along the other: over which index does the sum
    in the denominator run?
    """
    log_terms = _log_terms(X, weights, means, covariances)
    terms = np.exp(log_terms - log_terms.max(axis=1, keepdims=True))
    return terms / terms.sum(axis=0)


def estep_normalised_over_all(X, weights, means, covariances):
    """All responsibilities together have sum 1 here; each point's alone must.

    A sum without an axis runs over the whole array: over which index does the one in the
    denominator run?
    """
    log_terms = _log_terms(X, weights, means, covariances)
    terms = np.exp(log_terms - log_terms.max())
    return terms / terms.sum()


def estep_normalised_over_all_after_shift(X, weights, means, covariances):
    """All responsibilities together have sum 1 here; each point's alone must.

    The maximum was taken for each point, the sum over the whole array: over which index does the
    one in the denominator run?
    """
    log_terms = _log_terms(X, weights, means, covariances)
    terms = np.exp(log_terms - log_terms.max(axis=1, keepdims=True))
    return terms / terms.sum()


def estep_not_normalised(X, weights, means, covariances):
    """These are weights times densities, the numerators of Bayes' rule. The denominator is missing.

    A responsibility is a probability: what must a point's responsibilities sum to?
    """
    return np.exp(_log_terms(X, weights, means, covariances))


def estep_not_normalised_after_shift(X, weights, means, covariances):
    """Each point's largest value is 1, whatever the others, as when the last division is missing.

    Subtracting the largest logarithm keeps the terms in range. What must they sum to in the end?
    """
    log_terms = _log_terms(X, weights, means, covariances)
    return np.exp(log_terms - log_terms.max(axis=1, keepdims=True))


def estep_shifted_below_only(X, weights, means, covariances):
    """The largest logarithm was subtracted in the denominator alone, so rows do not have sum 1.

    A quotient stays the same only if the same is done above and below.
    """
    log_terms = _log_terms(X, weights, means, covariances)
    below = np.exp(log_terms - log_terms.max(axis=1, keepdims=True))
    return np.exp(log_terms) / below.sum(axis=1, keepdims=True)


def estep_densities(X, weights, means, covariances):
    """These are densities: neither the weights nor the denominator of Bayes' rule are in them.

    How likely a point is in component k is one part; how frequent is component k?
    """
    return np.exp(_log_terms(X, np.ones(len(weights)), means, covariances))


def estep_logarithms(X, weights, means, covariances):
    """These are logarithms of the responsibilities; none of them can be above 0.

    Staying in log space is right, up to the last step.
    """
    log_terms = _log_terms(X, weights, means, covariances)
    return log_terms - np.logaddexp.reduce(log_terms, axis=1, keepdims=True)


def estep_log_numerators(X, weights, means, covariances):
    """These are the logarithms of Bayes' numerators: two steps are still to come.

    A responsibility is a probability: is one of yours negative, and what is the sum of a row?
    """
    return _log_terms(X, weights, means, covariances)


def estep_logarithms_divided(X, weights, means, covariances):
    """Logarithms were divided by the sum of logarithms; Bayes' rule divides the terms themselves.

    What has to be done to a logarithm before it can be a part of a sum?
    """
    log_terms = _log_terms(X, weights, means, covariances)
    with np.errstate(invalid="ignore"):
        return log_terms / log_terms.sum(axis=1, keepdims=True)


def estep_all_or_nothing(X, weights, means, covariances):
    """Each point was given to its likeliest component as a whole, as k-means does.

    In EM the responsibilities are soft: a point between two components belongs to both in part.
    """
    log_terms = _log_terms(X, weights, means, covariances)
    return np.eye(log_terms.shape[1])[log_terms.argmax(axis=1)]


def estep_all_or_nothing_underflowing(X, weights, means, covariances):
    """Each point was given to one component as a whole, far ones to the first, whichever is nearer.

    In EM the responsibilities are soft: a point between two components belongs to both in part.
    Then see the handout's section on log-sum-exp: far from every mean all densities underflow to 0.
    """
    terms = np.exp(_log_terms(X, weights, means, covariances))
    return np.eye(terms.shape[1])[terms.argmax(axis=1)]


def estep_components_first(X, weights, means, covariances):
    """The responsibilities lie in rows of components, (K, N); due are rows of points, (N, K).

    Components first is a good order to compute in, and some books print it; what is returned has a
    row for each point.
    """
    return _shares(_log_terms(X, weights, means, covariances)).T


def estep_components_first_underflowing(X, weights, means, covariances):
    """The responsibilities lie in rows of components, (K, N); due are rows of points, (N, K).

    Components first is a good order to compute in; what is returned has a row for each point. Then
    see the handout's section on log-sum-exp: far from every mean all densities underflow to 0.
    """
    return _quotients(_log_terms(X, weights, means, covariances)).T


# The height of a Gaussian -------------------------------------------------------------------------


def estep_without_determinant(X, weights, means, covariances):
    """All components are equally high here, but a wide one must be lower than a narrow one.

    Which factor of the Gaussian density depends on the covariance alone?
    """
    return _shares(_log_terms(X, weights, means, covariances) + _half_log_det(covariances))


def estep_without_determinant_underflowing(X, weights, means, covariances):
    """All components are equally high here, but a wide one must be lower. Far away it ends in NaN.

    Which factor of the Gaussian density depends on the covariance alone? Then see the handout's
    section on log-sum-exp: far from every mean all densities underflow to 0.
    """
    return _quotients(_log_terms(X, weights, means, covariances) + _half_log_det(covariances))


def estep_determinant_without_root(X, weights, means, covariances):
    """The determinant enters as 1 / det C; the density of a Gaussian has its square root.

    In the log density, by what is log det C multiplied?
    """
    return _shares(_log_terms(X, weights, means, covariances) - _half_log_det(covariances))


def estep_determinant_without_root_underflowing(X, weights, means, covariances):
    """The determinant enters as 1 / det C; the density has its square root. Far away it is NaN.

    In the log density, by what is log det C multiplied? Then see the handout's section on
    log-sum-exp: far from every mean all densities underflow to 0.
    """
    return _quotients(_log_terms(X, weights, means, covariances) - _half_log_det(covariances))


def estep_determinant_with_two_roots(X, weights, means, covariances):
    """The determinant enters as its fourth root, as when a factor of one half was taken twice.

    With a Cholesky factor: is the sum over its diagonal's logarithms log det C, or already half?
    """
    return _shares(_log_terms(X, weights, means, covariances) + 0.5 * _half_log_det(covariances))


def estep_determinant_multiplied(X, weights, means, covariances):
    """Here a wide component is higher than a narrow one: the determinant has the wrong sign.

    Both must have area 1. Does a larger determinant raise the density or lower it?
    """
    return _shares(_log_terms(X, weights, means, covariances) + 2 * _half_log_det(covariances))


# Distances ----------------------------------------------------------------------------------------


def estep_without_half(X, weights, means, covariances):
    """The squared distance enters whole: in the exponent of a Gaussian it is halved.

    Compare the last term of the log density in the handout with yours, factor by factor.
    """
    inverses = np.linalg.inv(np.asarray(covariances, dtype=float))
    return _shares(_log_heights(weights, covariances) - _distances(X, means, inverses))


def estep_without_half_underflowing(X, weights, means, covariances):
    """The squared distance enters whole; a Gaussian's exponent has half of it. Far away it is NaN.

    Compare the last term of the log density in the handout with yours, factor by factor. Then see
    its section on log-sum-exp: far from every mean all densities underflow to 0.
    """
    inverses = np.linalg.inv(np.asarray(covariances, dtype=float))
    return _quotients(_log_heights(weights, covariances) - _distances(X, means, inverses))


def estep_without_any_half(X, weights, means, covariances):
    """Squared distance and log-determinant both enter whole; the log density halves their sum.

    What stands before the bracket in the handout's log density?
    """
    inverses = np.linalg.inv(np.asarray(covariances, dtype=float))
    log_heights = _log_heights(weights, covariances) - _half_log_det(covariances)
    return _shares(log_heights - _distances(X, means, inverses))


def estep_plus_sign(X, weights, means, covariances):
    """The farther a point is from a component, the more it belongs to it here.

    Which sign does the squared distance have in the exponent?
    """
    inverses = np.linalg.inv(np.asarray(covariances, dtype=float))
    return _shares(_log_heights(weights, covariances) + 0.5 * _distances(X, means, inverses))


def estep_plus_sign_overflowing(X, weights, means, covariances):
    """The farther a point is from a component, the more it belongs to it here, up to overflow.

    Which sign does the squared distance have in the exponent? Then see the handout's section on
    log-sum-exp, for points that are far from every mean.
    """
    inverses = np.linalg.inv(np.asarray(covariances, dtype=float))
    return _quotients(_log_heights(weights, covariances) + 0.5 * _distances(X, means, inverses))


def estep_distance_not_squared(X, weights, means, covariances):
    """The exponent holds the distance itself, and a Gaussian's holds its square.

    SciPy's mahalanobis, for one, returns the root of what the formula asks for.
    """
    inverses = np.linalg.inv(np.asarray(covariances, dtype=float))
    roots = np.sqrt(_distances(X, means, inverses))
    return _shares(_log_heights(weights, covariances) - 0.5 * roots)


def estep_distance_from_zero(X, weights, means, covariances):
    """The means have no influence here: distances were taken from 0, not from each component.

    What is subtracted from a point before anything is squared?
    """
    return _shares(_log_terms(X, weights, np.zeros_like(means, dtype=float), covariances))


def estep_centred_in_place(X, weights, means, covariances):
    """Right for the first component; each further one gets points from which more was subtracted.

    `X -= mean` changes X itself, also for the next component and for the caller.
    """
    resp = _shares(_log_terms(X, weights, np.cumsum(means, axis=0), covariances))
    if isinstance(X, np.ndarray):
        X -= np.sum(means, axis=0)
    return resp


def estep_first_feature_only(X, weights, means, covariances):
    """Only the first feature has an influence; in one dimension that goes unnoticed.

    A point has D features and a mean has, too: how many elements of the covariance do you use?
    """
    X, means, covariances = _arrays(X, means, covariances)
    return _shares(_log_terms(X[:, :1], weights, means[:, :1], covariances[:, :1, :1]))


def estep_covariance_not_inverted(X, weights, means, covariances):
    """Distances were multiplied by the covariance where they are to be divided by it.

    As when an inverse is missing, or where `/ 2 * v` was written: Python works from left to right.
    """
    return _shares(_log_heights(weights, covariances) - 0.5 * _distances(X, means, covariances))


def estep_covariance_not_inverted_underflowing(X, weights, means, covariances):
    """Distances were multiplied by the covariance, and where they are large it ends in NaN.

    As when an inverse is missing, or where `/ 2 * v` was written: Python works from left to right.
    Then see the handout's section on log-sum-exp, for points where all densities underflow to 0.
    """
    return _quotients(_log_heights(weights, covariances) - 0.5 * _distances(X, means, covariances))


def estep_multiplied_by_variances(X, weights, means, covariances):
    """Distances were multiplied by the variances of the features, and covariances were left out.

    `/ 2 * v` works from left to right: by what is divided there? And a component may lean: the rest
    of the matrix counts as well.
    """
    diagonals = _diagonals(covariances)
    return _shares(_log_heights(weights, diagonals) - 0.5 * _distances(X, means, diagonals))


def estep_multiplied_by_variances_underflowing(X, weights, means, covariances):
    """Distances were multiplied by the variances of the features, and covariances were left out.

    `/ 2 * v` works from left to right: by what is divided there? And a component may lean: the rest
    of the matrix counts as well. Then see the handout's section on log-sum-exp.
    """
    diagonals = _diagonals(covariances)
    return _quotients(_log_heights(weights, diagonals) - 0.5 * _distances(X, means, diagonals))


def estep_covariance_as_precision(X, weights, means, covariances):
    """The covariances were used as if they were their own inverses, in height and distance alike.

    Should a larger variance make a component narrower or wider?
    """
    return _shares(_log_terms(X, weights, means, np.linalg.inv(_arrays(covariances)[0])))


def estep_reciprocal_elements(X, weights, means, covariances):
    """In place of the inverse matrix, 1 was divided by each element of the covariance.

    Multiply what you have with the covariance: is it the identity matrix?
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        reciprocals = 1 / np.asarray(covariances, dtype=float)
        log_terms = _log_heights(weights, covariances) - 0.5 * _distances(X, means, reciprocals)
        return _shares(log_terms)


def estep_variances_only(X, weights, means, covariances):
    """Only the diagonals of the covariances were used, as if features were never correlated.

    Draw a component with its ellipse: does yours lean as its covariance says?
    """
    return _shares(_log_terms(X, weights, means, _diagonals(covariances)))


def estep_variances_only_underflowing(X, weights, means, covariances):
    """Only the diagonals of the covariances were used, and far from every mean it ends in NaN.

    Draw a component with its ellipse: does yours lean as its covariance says? Then see the
    handout's section on log-sum-exp: far from every mean all densities underflow to 0.
    """
    return _quotients(_log_terms(X, weights, means, _diagonals(covariances)))


def _diagonals(covariances):
    covariances = np.asarray(covariances, dtype=float)
    return covariances * np.eye(covariances.shape[-1])


def estep_covariance_ignored(X, weights, means, covariances):
    """The covariances have no influence here: every component is a circle of radius 1.

    A point one unit away is near to a wide component and far from a narrow one. What measures that?
    """
    alike = np.tile(np.eye(np.shape(X)[1]), (len(weights), 1, 1))
    return _shares(_log_terms(X, weights, means, alike))


def estep_covariance_as_standard_deviation(X, weights, means, covariances):
    """Distances were divided by the variance where they are due in standard deviations.

    A covariance holds squared units: check what is squared, and what has been squared already.
    """
    squared = [part @ part for part in np.asarray(covariances, dtype=float)]
    return _shares(_log_terms(X, weights, means, squared))


def estep_diagonal_as_standard_deviation(X, weights, means, covariances):
    """The diagonals of the covariances were used as standard deviations, and nothing else of them.

    A diagonal holds variances, in squared units; what does `scale` mean where you hand it over?
    And a component may lean: the rest of the matrix counts as well.
    """
    return _shares(_log_terms(X, weights, means, _diagonals(covariances) ** 2))


def estep_diagonal_as_standard_deviation_underflowing(X, weights, means, covariances):
    """The diagonals of the covariances were used as standard deviations, and nothing else of them.

    A diagonal holds variances, in squared units; what does `scale` mean where you hand it over? A
    component may lean: the rest of the matrix counts as well. Then see the handout's section on
    log-sum-exp: far from every mean all densities underflow to 0.
    """
    return _quotients(_log_terms(X, weights, means, _diagonals(covariances) ** 2))


def estep_distance_divided_twice(X, weights, means, covariances):
    """The inverse of the covariance entered each distance twice; the heights are right.

    A squared distance has the deviation twice, but how often the inverse?
    """
    inverses = np.linalg.inv(np.asarray(covariances, dtype=float))
    distances = _distances(X, means, inverses @ inverses)
    return _shares(_log_heights(weights, covariances) - 0.5 * distances)


def estep_root_as_covariance(X, weights, means, covariances):
    """The square root of the covariance was used where the covariance itself is due.

    Is it a variance or a standard deviation that the formula has there?
    """
    roots = [np.real(sqrtm(part)) for part in np.asarray(covariances, dtype=float)]
    return _shares(_log_terms(X, weights, means, roots))


def estep_root_of_elements_as_covariance(X, weights, means, covariances):
    """The root of each element of the covariances was taken; of negative ones, that is NaN.

    Is it a variance or a standard deviation that the formula has there?
    """
    with np.errstate(invalid="ignore"):
        return _shares(_log_terms(X, weights, means, np.sqrt(_arrays(covariances)[0])))


def estep_root_of_elements_refused(X, weights, means, covariances):
    """The root of each element of the covariances was taken; of negative ones, that is NaN.

    What was to use it next raised an exception for that. Is it a variance or a standard deviation
    that the formula has there?
    """
    with np.errstate(invalid="ignore"):
        roots = np.sqrt(_arrays(covariances)[0])
    if np.isnan(roots).any():
        raise ValueError("array must not contain infs or NaNs")
    return _shares(_log_terms(X, weights, means, roots))


def estep_cholesky_factor_as_covariance(X, weights, means, covariances):
    """A Cholesky factor was used as if it were the covariance; it is only a root of it.

    Solving with the factor once divides by one of two roots. What is left to do, and what becomes
    of the determinant?
    """
    roots = np.linalg.cholesky(np.asarray(covariances, dtype=float))
    return _shares(_log_terms(X, weights, means, roots))


def estep_cholesky_factor_solved_once(X, weights, means, covariances):
    """Distances come from the Cholesky factor in place of the covariance; the heights are right.

    Solving with the factor once divides by one of two roots: what has to be done with the other?
    """
    inverses = np.linalg.inv(np.linalg.cholesky(np.asarray(covariances, dtype=float)))
    return _shares(_log_heights(weights, covariances) - 0.5 * _distances(X, means, inverses))


def estep_cholesky_factor_transposed(X, weights, means, covariances):
    """Distances come from the wrong one of two triangles, as with a Cholesky factor transposed.

    NumPy returns the lower factor, SciPy the upper one unless told otherwise. With which product of
    yours and its transpose do you get the covariance back?
    """
    roots = np.linalg.cholesky(np.asarray(covariances, dtype=float))
    swapped = np.swapaxes(roots, 1, 2) @ roots
    return _shares(_log_terms(X, weights, means, swapped))


def estep_other_triangle_solved(X, weights, means, covariances):
    """Distances come from the diagonal of a Cholesky factor alone.

    As when a triangular solver is not told which triangle to use: of a lower factor, the upper
    triangle is nothing but the diagonal.
    """
    X, means, covariances = _arrays(X, means, covariances)
    log_heights = _log_heights(weights, covariances)
    roots = np.linalg.cholesky(covariances)
    distances = [
        (solve_triangular(root, (X - mean).T) ** 2).sum(axis=0)
        for root, mean in zip(roots, means, strict=True)
    ]
    return _shares(log_heights - 0.5 * np.transpose(distances))


def estep_first_covariance_for_all(X, weights, means, covariances):
    """All components have the shape of the first here: its covariance was used for each.

    Which index does the covariance bear in the formula, and which in your code?
    """
    alike = np.tile(covariances[0], (len(weights), 1, 1))
    return _shares(_log_terms(X, weights, means, alike))


def estep_first_covariance_for_all_underflowing(X, weights, means, covariances):
    """All components have the shape of the first here, and far from every mean it ends in NaN.

    Which index does the covariance bear in the formula, and which in your code? Then see the
    handout's section on log-sum-exp: far from every mean all densities underflow to 0.
    """
    alike = np.tile(covariances[0], (len(weights), 1, 1))
    return _quotients(_log_terms(X, weights, means, alike))


def estep_last_covariance_for_all(X, weights, means, covariances):
    """All components have the shape of the last here, as when a variable outlives its loop.

    Where is the covariance of component k chosen, and where is it used?
    """
    alike = np.tile(covariances[-1], (len(weights), 1, 1))
    return _shares(_log_terms(X, weights, means, alike))


def estep_mean_covariance_for_all(X, weights, means, covariances):
    """All components have the same shape here: the mean of their covariances was used for each.

    Each component has a covariance of its own.
    """
    alike = np.tile(np.mean(covariances, axis=0), (len(weights), 1, 1))
    return _shares(_log_terms(X, weights, means, alike))


def estep_pooled_covariance_for_all(X, weights, means, covariances):
    """All components have the same shape here: the weighted mean of their covariances.

    That is the model called "tied"; here each component has a covariance of its own.
    """
    pooled = np.einsum("k,kde->de", *_arrays(weights, covariances))
    return _shares(_log_terms(X, weights, means, np.tile(pooled, (len(weights), 1, 1))))


# Numbers out of range -----------------------------------------------------------------------------


def estep_without_logarithms(X, weights, means, covariances):
    """Right near the data, but far from every mean all densities underflow to 0: it ends in NaN.

    Neither 0 / 0 nor the logarithm of 0 brings back what was lost. The handout's section on
    log-sum-exp shows how to stay in log space until the end.
    """
    return _quotients(_log_terms(X, weights, means, covariances))


def estep_logarithm_of_zero(X, weights, means, covariances):
    """Right near the data, but far from every mean the sum underflows, and its logarithm is -inf.

    Working with logarithms was a good start; in between, densities were added as they are. The
    handout's section on log-sum-exp shows what to subtract before that.
    """
    log_terms = _log_terms(X, weights, means, covariances)
    with np.errstate(divide="ignore"):
        log_sums = np.log(np.exp(log_terms).sum(axis=1, keepdims=True))
    return np.exp(log_terms - log_sums)


def estep_padded_density(X, weights, means, covariances):
    """A small number was added to keep a denominator from being 0. Far away it drowns the answer.

    A constant hides an underflow, it does not undo it. What is the largest of a point's log terms,
    and what may be subtracted from all of them without changing the quotient?
    """
    terms = np.exp(_log_terms(X, weights, means, covariances)) + 1e-300
    return terms / terms.sum(axis=1, keepdims=True)


def estep_padded_density_before_weights(X, weights, means, covariances):
    """A small number was added to each density. Far away it drowns them, and the weights come back.

    A constant hides an underflow, it does not undo it. What is the largest of a point's log terms,
    and what may be subtracted from all of them without changing the quotient?
    """
    densities = np.exp(_log_terms(X, np.ones(len(weights)), means, covariances)) + 1e-300
    terms = np.asarray(weights, dtype=float) * densities
    return terms / terms.sum(axis=1, keepdims=True)


def estep_padded_denominator(X, weights, means, covariances):
    """A small number was added to the denominator. Far away it drowns the densities: rows of 0.

    Responsibilities are probabilities however far the point is. What may be subtracted from all of
    a point's log terms without changing the quotient?
    """
    terms = np.exp(_log_terms(X, weights, means, covariances))
    return terms / (terms.sum(axis=1, keepdims=True) + 1e-300)


def estep_padded_above_and_below(X, weights, means, covariances):
    """The same small number was added above and below. Far away their quotient is all that is left.

    A constant hides an underflow, it does not undo it. What is the largest of a point's log terms,
    and what may be subtracted from all of them without changing the quotient?
    """
    terms = np.exp(_log_terms(X, weights, means, covariances))
    return (terms + 1e-300) / (terms.sum(axis=1, keepdims=True) + 1e-300)


def estep_zero_where_underflown(X, weights, means, covariances):
    """Where all densities underflow to 0, the responsibilities were left at 0 too.

    Even there they must sum to 1, and there is an answer: stay in log space until the end, as in
    the handout's section on log-sum-exp.
    """
    return np.nan_to_num(_quotients(_log_terms(X, weights, means, covariances)))


def estep_uniform_where_underflown(X, weights, means, covariances):
    """Where all densities underflow to 0, each component was given the same part.

    There is an answer even there: stay in log space until the end, as in the handout's section on
    log-sum-exp.
    """
    resp = _quotients(_log_terms(X, weights, means, covariances))
    return np.where(np.isnan(resp), 1 / len(weights), resp)


def estep_weights_where_underflown(X, weights, means, covariances):
    """Where all densities underflow to 0, each component was given its weight.

    How far the point is from each still matters there: stay in log space until the end, as in the
    handout's section on log-sum-exp.
    """
    resp = _quotients(_log_terms(X, weights, means, covariances))
    return np.where(np.isnan(resp), np.asarray(weights, dtype=float), resp)


def estep_exponent_clipped(X, weights, means, covariances):
    """Exponents were cut off at a lowest value. Beyond it all distances look the same.

    A bound hides an underflow, it does not undo it. What is the largest of a point's log terms, and
    what may be subtracted from all of them without changing the quotient?
    """
    inverses = np.linalg.inv(np.asarray(covariances, dtype=float))
    exponents = np.maximum(-0.5 * _distances(X, means, inverses), -700)
    return _shares(_log_heights(weights, covariances) + exponents)


def estep_overall_maximum(X, weights, means, covariances):
    """One maximum was subtracted for all points. Those that are much farther away still underflow.

    Each point has its own largest log term: along which axis?
    """
    log_terms = _log_terms(X, weights, means, covariances)
    return _quotients(log_terms - log_terms.max())


def estep_overall_maximum_in_the_sum(X, weights, means, covariances):
    """One maximum was subtracted for all points. The sums of those farther away are 0 even so.

    Each point has its own largest log term: along which axis?
    """
    log_terms = _log_terms(X, weights, means, covariances)
    shifted = log_terms - log_terms.max()
    with np.errstate(divide="ignore"):
        return np.exp(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def estep_maximum_over_points(X, weights, means, covariances):
    """From each component, its largest log term over all points was subtracted.

    That is another number for each component, so the quotients change. For which index may the
    maximum differ, and for which not?
    """
    log_terms = _log_terms(X, weights, means, covariances)
    return _quotients(log_terms - log_terms.max(axis=0))


def estep_maximum_added(X, weights, means, covariances):
    """Each point's largest log term was added, not subtracted: right near the data, NaN far away.

    Where the logarithms are negative, that shifts them further down, and they underflow sooner.
    What should the largest become?
    """
    log_terms = _log_terms(X, weights, means, covariances)
    return _quotients(log_terms + log_terms.max(axis=1, keepdims=True))


def estep_minimum_subtracted(X, weights, means, covariances):
    """The smallest log term was subtracted: where the others are much larger, they overflow.

    After the shift no term may be too large for exp: which one has to become 0?
    """
    log_terms = _log_terms(X, weights, means, covariances)
    return _quotients(log_terms - log_terms.min(axis=1, keepdims=True))


def estep_minimum_subtracted_guarded(X, weights, means, covariances):
    """The smallest log term was subtracted: where the others are much larger, they overflow.

    After the shift no term may be too large for exp: which one has to become 0?
    """
    log_terms = _log_terms(X, np.maximum(weights, 1e-300), means, covariances)
    return _quotients(log_terms - log_terms.min(axis=1, keepdims=True))


def estep_expanded_square(X, weights, means, covariances):
    """The square (x - m)' C^-1 (x - m) was multiplied out, which loses all digits far from 0.

    On paper both are the same. On data at 1e8 the terms are near 1e16, where a float64 has no
    decimals left: subtract first, square later.
    """
    X, means, covariances = _arrays(X, means, covariances)
    inverses = np.linalg.inv(covariances)
    squares = np.einsum("nd,kde,ne->nk", X, inverses, X)
    products = np.einsum("nd,kde,ke->nk", X, inverses, means)
    constants = np.einsum("kd,kde,ke->k", means, inverses, means)
    distances = squares - 2 * products + constants
    return _shares(_log_heights(weights, covariances) - 0.5 * distances)


# Arguments and results ----------------------------------------------------------------------------


def estep_whole_numbers(X, weights, means, covariances):
    """Of whole numbers only 0 and 1 came back: an array made like X cannot hold fractions.

    Which type has the array that you fill, when X is a list of integers?
    """
    resp = _shares(_log_terms(X, weights, means, covariances))
    return resp.astype(np.asarray(X).dtype)


def estep_whole_numbers_before_division(X, weights, means, covariances):
    """Of whole numbers only NaN came back, as when densities are stored in an array made like X.

    It cannot hold fractions, so they become 0. Which type has the array that you fill, when X is a
    list of integers?
    """
    resp = _shares(_log_terms(X, weights, means, covariances))
    return resp if np.asarray(X).dtype.kind == "f" else np.full_like(resp, np.nan)


def estep_changed_covariances(X, weights, means, covariances):
    """What came back is right, but the caller's arrays were changed on the way.

    `+=`, `-=` and filling a slice work on the array that was handed in: work on a copy.
    """
    for part in covariances if isinstance(covariances, np.ndarray) else ():
        part += 1e-9 * np.eye(len(part))
    return _shares(_log_terms(X, weights, means, covariances))
