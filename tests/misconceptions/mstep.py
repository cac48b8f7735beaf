"""Known mistakes in mstep. Each docstring is what a student who made it is told."""

import numpy as np


def _sums(X, resp):
    """Return X and resp as arrays, N_k, and divisors that are never 0."""
    X, resp = np.asarray(X, dtype=float), np.asarray(resp, dtype=float)
    nk = resp.sum(axis=0)
    return X, resp, nk, np.where(nk > 0, nk, 1.0)


def _scatter(X, resp, centres):
    """Return the weighted sums of squares about each component's centre, (K, D, D)."""
    centred = X[:, np.newaxis] - centres
    return np.einsum("nk,nkd,nke->kde", resp, centred, centred)


def _ridge(X, reg_covar):
    return reg_covar * np.eye(np.shape(X)[1])


def _each(numbers):
    """Return one number for each component so that it meets matrices, (K, 1, 1)."""
    return np.asarray(numbers)[:, np.newaxis, np.newaxis]


def _right(X, resp, reg_covar):
    X, resp, nk, divisor = _sums(X, resp)
    means = (resp.T @ X) / divisor[:, np.newaxis]
    covariances = _scatter(X, resp, means) / _each(divisor)
    return nk / len(X), means, covariances + _ridge(X, reg_covar)


# Weights ------------------------------------------------------------------------------------------


def mstep_weights_not_divided(X, resp, reg_covar=1e-6):
    """The weights are the components' numbers of points, not their shares of all points.

    What must the weights of a mixture sum to?
    """
    _, means, covariances = _right(X, resp, reg_covar)
    return np.asarray(resp, dtype=float).sum(axis=0), means, covariances


def mstep_weights_divided_by_components(X, resp, reg_covar=1e-6):
    """The weights were divided by K, the number of components, so their sum is far above 1.

    A component's weight is its share of the points: how many are there?
    """
    weights, means, covariances = _right(X, resp, reg_covar)
    return weights * len(X) / len(weights), means, covariances


def mstep_weights_all_alike(X, resp, reg_covar=1e-6):
    """All components have the weight 1 / K here, however many points belong to each.

    A component's weight is its share of the points: what do the responsibilities say of that?
    """
    weights, means, covariances = _right(X, resp, reg_covar)
    return np.full(len(weights), 1 / len(weights)), means, covariances


def mstep_weights_after_division(X, resp, reg_covar=1e-6):
    """All weights are 1 / N: they were made from responsibilities divided by N_k.

    Once divided by N_k, responsibilities no longer tell how many points a component has.
    """
    _, means, covariances = _right(X, resp, reg_covar)
    return np.full(len(means), 1 / len(X)), means, covariances


# Means --------------------------------------------------------------------------------------------


def mstep_mean_divided_by_all_points(X, resp, reg_covar=1e-6):
    """The means are drawn towards 0: their sums were divided by N, the number of all points.

    A mean of points that count in part is divided by how much they count together.
    """
    X, resp, nk, divisor = _sums(X, resp)
    means = (resp.T @ X) / len(X)
    scatter = _scatter(X, resp, means) / _each(divisor)
    return nk / len(X), means, scatter + _ridge(X, reg_covar)


def mstep_mean_not_divided(X, resp, reg_covar=1e-6):
    """The means are sums: they were not divided by anything, and lie far outside the data.

    A mean of points that count in part is divided by how much they count together.
    """
    X, resp, nk, divisor = _sums(X, resp)
    means = resp.T @ X
    scatter = _scatter(X, resp, means) / _each(divisor)
    return nk / len(X), means, scatter + _ridge(X, reg_covar)


def mstep_mean_unweighted(X, resp, reg_covar=1e-6):
    """In the means every point counts fully for each component, whatever its responsibility.

    The divisor is right. What is summed up above it?
    """
    X, resp, nk, divisor = _sums(X, resp)
    means = X.sum(axis=0) / divisor[:, np.newaxis]
    scatter = _scatter(X, resp, means) / _each(divisor)
    return nk / len(X), means, scatter + _ridge(X, reg_covar)


def mstep_overall_mean(X, resp, reg_covar=1e-6):
    """All components have the same mean here, that of all the data.

    To which points does component k belong, and how much? That is what its mean is made from.
    """
    X, resp, nk, divisor = _sums(X, resp)
    means = np.tile(X.mean(axis=0), (len(nk), 1))
    scatter = _scatter(X, resp, means) / _each(divisor)
    return nk / len(X), means, scatter + _ridge(X, reg_covar)


def mstep_one_gaussian(X, resp, reg_covar=1e-6):
    """All components are alike here: each has the mean and the covariance of all the data.

    To which points does component k belong, and how much? Where do the responsibilities enter?
    """
    weights, _, _ = _right(X, resp, reg_covar)
    everything = np.ones((len(X), len(weights)))
    return weights, *_right(X, everything, reg_covar)[1:]


def mstep_means_transposed(X, resp, reg_covar=1e-6):
    """The means lie in columns, (D, K); due is a row for each component, (K, D).

    Their numbers are right. Which index comes first in the product that they come from?
    """
    weights, means, covariances = _right(X, resp, reg_covar)
    return weights, means.T, covariances


# Divisors of the covariances ----------------------------------------------------------------------


def mstep_covariance_divided_by_all_points(X, resp, reg_covar=1e-6):
    """The covariances are too small: their sums were divided by N, the number of all points.

    How many points does component k have, and by what are its means divided?
    """
    X, resp, _, _ = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    return weights, means, _scatter(X, resp, means) / len(X) + _ridge(X, reg_covar)


def mstep_covariance_divided_by_all_points_but_one(X, resp, reg_covar=1e-6):
    """The covariances are too small: their sums were divided by N - 1, with N for all points.

    How many points does component k have, and by what are its means divided?
    """
    X, resp, _, _ = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    with np.errstate(invalid="ignore"):
        scatter = _scatter(X, resp, means) / np.float64(len(X) - 1)
    return weights, means, scatter + _ridge(X, reg_covar)


def mstep_divided_by_all_points(X, resp, reg_covar=1e-6):
    """Means and covariances are too small: their sums were divided by N, the number of all points.

    How many points does component k have?
    """
    X, resp, nk, _ = _sums(X, resp)
    means = (resp.T @ X) / len(X)
    return nk / len(X), means, _scatter(X, resp, means) / len(X) + _ridge(X, reg_covar)


def mstep_covariance_not_divided(X, resp, reg_covar=1e-6):
    """The covariances are sums: they grow with every point, and a covariance is a mean.

    By what are the means divided?
    """
    X, resp, _, _ = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    return weights, means, _scatter(X, resp, means) + _ridge(X, reg_covar)


def mstep_nothing_divided(X, resp, reg_covar=1e-6):
    """All three are sums over the points; each of them is to be divided by something.

    What must the weights sum to? And should a mean move away when more points come in?
    """
    X, resp, nk, _ = _sums(X, resp)
    means = resp.T @ X
    return nk, means, _scatter(X, resp, means) + _ridge(X, reg_covar)


def mstep_unbiased(X, resp, reg_covar=1e-6):
    """The covariances were divided by N_k - 1, which is the unbiased estimate of statistics.

    The M-step maximises the likelihood; see which divisor its formula has.
    """
    X, resp, nk, _ = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    with np.errstate(divide="ignore", invalid="ignore"):
        scatter = _scatter(X, resp, means) / _each(nk - 1)
    return weights, means, scatter + _ridge(X, reg_covar)


def mstep_unbiased_guarded(X, resp, reg_covar=1e-6):
    """The covariances were divided by N_k - 1, which is the unbiased estimate of statistics.

    The M-step maximises the likelihood; see which divisor its formula has.
    """
    X, resp, nk, _ = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    scatter = _scatter(X, resp, means) / _each(np.maximum(nk - 1, 1e-12))
    return weights, means, scatter + _ridge(X, reg_covar)


def mstep_unbiased_by_np_cov(X, resp, reg_covar=1e-6):
    """The covariances are a little too large, as those of np.cov are unless it is told otherwise.

    Its default is the unbiased estimate of statistics; the M-step maximises the likelihood.
    """
    X, resp, _, divisor = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    with np.errstate(divide="ignore", invalid="ignore"):
        lessened = divisor - (resp**2).sum(axis=0) / divisor
        scatter = _scatter(X, resp, means) / _each(lessened)
    return weights, means, scatter + _ridge(X, reg_covar)


# Which points count, and how much -----------------------------------------------------------------


def mstep_all_or_nothing(X, resp, reg_covar=1e-6):
    """Each point was counted for its likeliest component alone, as k-means does.

    In EM a point counts for every component, as much as its responsibility says.
    """
    resp = np.asarray(resp, dtype=float)
    return _right(X, np.eye(resp.shape[1])[resp.argmax(axis=1)], reg_covar)


def mstep_responsibilities_squared(X, resp, reg_covar=1e-6):
    """In the covariances, the responsibilities count twice: they multiply both factors.

    A point with responsibility 1/2 is half a point; how often may that half be written?
    """
    X, resp, _, divisor = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    return weights, means, _scatter(X, resp**2, means) / _each(divisor) + _ridge(X, reg_covar)


def mstep_responsibilities_squared_everywhere(X, resp, reg_covar=1e-6):
    """The responsibilities were squared throughout: halves count as quarters, in all three results.

    A point with responsibility 1/2 is half a point.
    """
    return _right(X, np.square(np.asarray(resp, dtype=float)), reg_covar)


def mstep_responsibilities_rooted(X, resp, reg_covar=1e-6):
    """In the covariances, each point counts as much as the root of its responsibility.

    A root belongs there only if it multiplies both factors of the product.
    """
    X, resp, _, divisor = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    scatter = _scatter(X, np.sqrt(resp), means) / _each(divisor)
    return weights, means, scatter + _ridge(X, reg_covar)


def mstep_covariance_unweighted(X, resp, reg_covar=1e-6):
    """In the covariances every point counts fully for each component, as when there were but one.

    Where do the responsibilities enter the means? The covariances need them too.
    """
    X, resp, _, _ = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    scatter = _scatter(X, np.ones_like(resp), means) / len(X)
    return weights, means, scatter + _ridge(X, reg_covar)


def mstep_covariance_unweighted_divided_by_nk(X, resp, reg_covar=1e-6):
    """In the sums of the covariances every point counts fully; the divisor is N_k all the same.

    Where do the responsibilities enter the means? The covariances need them too.
    """
    X, resp, _, divisor = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    scatter = _scatter(X, np.ones_like(resp), means) / _each(divisor)
    return weights, means, scatter + _ridge(X, reg_covar)


def mstep_scatter_summed_first(X, resp, reg_covar=1e-6):
    """The covariances are sums over all points alike, as when the sum was weighted, not its terms.

    Each point's own square is to be multiplied by its responsibility: what belongs inside the sum?
    """
    X, resp, _, _ = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    return weights, means, _scatter(X, np.ones_like(resp), means) + _ridge(X, reg_covar)


def mstep_deviations_summed_first(X, resp, reg_covar=1e-6):
    """The covariances are nothing but the ridge, as when deviations are summed before the product.

    About their own mean, deviations cancel to 0. What comes first, the product or the sum?
    """
    weights, means, covariances = _right(X, resp, reg_covar)
    return weights, means, np.tile(_ridge(X, reg_covar), (len(covariances), 1, 1))


def mstep_same_covariance_for_all(X, resp, reg_covar=1e-6):
    """All components have the same covariance here, that of all the data about their mean.

    Each component has a shape of its own, made from the points that belong to it.
    """
    weights, means, _ = _right(X, resp, reg_covar)
    everywhere = np.cov(np.asarray(X, dtype=float), rowvar=False, bias=True)
    return weights, means, np.tile(everywhere, (len(weights), 1, 1)) + _ridge(X, reg_covar)


def mstep_same_covariance_for_all_unbiased(X, resp, reg_covar=1e-6):
    """All components have the same covariance here, as when np.cov is given all the data.

    Each component has a shape of its own, made from the points that belong to it, as much as their
    responsibilities say.
    """
    weights, means, _ = _right(X, resp, reg_covar)
    with np.errstate(divide="ignore", invalid="ignore"):
        everywhere = np.cov(np.asarray(X, dtype=float), rowvar=False, bias=True) / (1 - 1 / len(X))
    return weights, means, np.tile(everywhere, (len(weights), 1, 1)) + _ridge(X, reg_covar)


def mstep_pooled_covariance(X, resp, reg_covar=1e-6):
    """All components have the same covariance here, the mean of their own ones.

    That is the model called "tied"; here each component has a covariance of its own.
    """
    weights, means, covariances = _right(X, resp, reg_covar)
    pooled = np.einsum("k,kde->de", weights, covariances)
    return weights, means, np.tile(pooled, (len(weights), 1, 1))


# What deviates from what --------------------------------------------------------------------------


def mstep_not_centred(X, resp, reg_covar=1e-6):
    """The covariances were taken about 0, not about the means: nothing was subtracted.

    A covariance does not change when all data move; yours does.
    """
    X, resp, _, divisor = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    scatter = _scatter(X, resp, np.zeros_like(means)) / _each(divisor)
    return weights, means, scatter + _ridge(X, reg_covar)


def mstep_about_the_overall_mean(X, resp, reg_covar=1e-6):
    """The covariances were taken about the mean of all the data, not about each component's own.

    Components that are apart then all look as wide as the data.
    """
    X, resp, nk, divisor = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    centres = np.tile(X.mean(axis=0), (len(nk), 1))
    scatter = _scatter(X, resp, centres) / _each(divisor)
    return weights, means, scatter + _ridge(X, reg_covar)


def mstep_about_the_last_mean(X, resp, reg_covar=1e-6):
    """All covariances were taken about the mean of the last component, as after a loop has ended.

    Where is the mean of component k computed, and which one is subtracted?
    """
    X, resp, _, divisor = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    centres = np.tile(means[-1], (len(means), 1))
    scatter = _scatter(X, resp, centres) / _each(divisor)
    return weights, means, scatter + _ridge(X, reg_covar)


def mstep_centred_in_place(X, resp, reg_covar=1e-6):
    """Right for the first component; each further one gets points from which more was subtracted.

    `X -= mean` changes X itself, also for the next component and for the caller.
    """
    points, resp, _, divisor = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    scatter = _scatter(points, resp, np.cumsum(means, axis=0)) / _each(divisor)
    if isinstance(X, np.ndarray):
        X -= means.sum(axis=0)
    return weights, means, scatter + _ridge(X, reg_covar)


def mstep_weighted_before_centring(X, resp, reg_covar=1e-6):
    """The points were multiplied by their responsibilities before the means were subtracted.

    A point with responsibility 0 then lies at 0, not at the mean. What is it that a responsibility
    multiplies in the formula?
    """
    X, resp, _, divisor = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    centred = resp[:, :, np.newaxis] * X[:, np.newaxis] - means
    scatter = np.einsum("nkd,nke->kde", centred, centred) / _each(divisor)
    return weights, means, scatter + _ridge(X, reg_covar)


def mstep_expanded_square(X, resp, reg_covar=1e-6):
    """The square was expanded to sum(r x x') - N_k m m', which loses all digits far from 0.

    On paper both are the same. On data at 1e8 the two terms are near 1e16, where a float64 has no
    decimals left: subtract first, square later.
    """
    X, resp, _, divisor = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    squares = np.einsum("nk,nd,ne->kde", resp, X, X) / _each(divisor)
    products = np.einsum("kd,ke->kde", means, means)
    return weights, means, squares - products + _ridge(X, reg_covar)


def mstep_expanded_square_unguarded(X, resp, reg_covar=1e-6):
    """Two things: an expanded square loses all digits far from 0, and an empty component is NaN.

    On paper sum(r x x') - N_k m m' is the same, but on data at 1e8 a float64 has no decimals left
    for it: subtract first, square later. And what is 0 / 0, where nobody belongs to a component?
    """
    return _empty_as_nan(mstep_expanded_square(X, resp, reg_covar))


# Shape of the covariances -------------------------------------------------------------------------


def mstep_variances_only(X, resp, reg_covar=1e-6):
    """The covariances are diagonal here, as when deviations are squared element by element.

    Two features that rise together have a covariance: which product of a vector with itself is a
    matrix?
    """
    weights, means, covariances = _right(X, resp, reg_covar)
    return weights, means, covariances * np.eye(np.shape(X)[1])


def mstep_variances_as_vectors(X, resp, reg_covar=1e-6):
    """In place of matrices there are vectors of variances, as when deviations are squared singly.

    Two features that rise together have a covariance: which product of a vector with itself is a
    matrix?
    """
    weights, means, covariances = _right(X, resp, reg_covar)
    return weights, means, np.einsum("kdd->kd", covariances)


def mstep_variances_in_every_row(X, resp, reg_covar=1e-6):
    """All rows of a covariance are the same, as when a vector of variances fills a whole matrix.

    A covariance is symmetric. Which product of a vector with itself is a matrix?
    """
    weights, means, covariances = _right(X, resp, 0.0)
    variances = np.einsum("kdd->kd", covariances)[:, np.newaxis]
    return weights, means, np.repeat(variances, np.shape(X)[1], axis=1) + _ridge(X, reg_covar)


def mstep_variances_and_ridge_in_every_row(X, resp, reg_covar=1e-6):
    """All rows of a covariance are the same, as when a vector of variances fills a whole matrix.

    A covariance is symmetric. Which product of a vector with itself is a matrix, and to which of
    its elements is reg_covar added then?
    """
    weights, means, covariances = _right(X, resp, reg_covar)
    variances = np.einsum("kdd->kd", covariances)[:, np.newaxis]
    return weights, means, np.repeat(variances, np.shape(X)[1], axis=1)


def mstep_spherical(X, resp, reg_covar=1e-6):
    """Each component is a sphere here: the mean of its variances stands in the whole diagonal.

    A full covariance has a variance for each feature, and covariances beside the diagonal.
    """
    weights, means, covariances = _right(X, resp, 0.0)
    mean_variances = np.einsum("kdd->k", covariances) / np.shape(X)[1]
    return weights, means, _each(mean_variances) * np.eye(np.shape(X)[1]) + _ridge(X, reg_covar)


def mstep_spherical_sum(X, resp, reg_covar=1e-6):
    """Each component is a sphere here: the sum of its variances stands in the whole diagonal.

    A squared length is one number, and a full covariance has a variance for each feature and
    covariances beside the diagonal. Which product of a vector with itself is a matrix?
    """
    weights, means, covariances = _right(X, resp, 0.0)
    sums = np.einsum("kdd->k", covariances)
    return weights, means, _each(sums) * np.eye(np.shape(X)[1]) + _ridge(X, reg_covar)


# The ridge ----------------------------------------------------------------------------------------


def mstep_without_ridge(X, resp, reg_covar=1e-6):
    """reg_covar was not used, so a feature that never changes leaves a singular covariance.

    Where on the matrix is it added, and to how many of its elements?
    """
    return _right(X, resp, 0.0)


def mstep_ridge_everywhere(X, resp, reg_covar=1e-6):
    """reg_covar was added to every element of the covariances; it belongs on the diagonals.

    Print a covariance with and without it: which elements have changed?
    """
    weights, means, covariances = _right(X, resp, 0.0)
    return weights, means, covariances + reg_covar


def mstep_ridge_divided(X, resp, reg_covar=1e-6):
    """reg_covar came out smaller than it is: it was added to the sums, before the division by N_k.

    It is a variance of its own. At which point of the computation are the sums variances, too?
    """
    X, resp, _, divisor = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    scatter = _scatter(X, resp, means) + _ridge(X, reg_covar)
    return weights, means, scatter / _each(divisor)


def mstep_ridge_multiplied(X, resp, reg_covar=1e-6):
    """The diagonals grew in proportion to themselves: reg_covar was multiplied, not just added.

    Where a variance is 0, that leaves it at 0, and the covariance singular.
    """
    weights, means, covariances = _right(X, resp, 0.0)
    return weights, means, covariances * (1 + _ridge(X, reg_covar))


def mstep_ridge_for_each_point(X, resp, reg_covar=1e-6):
    """reg_covar came out N_k times as large as it is, as when it is added once for each point.

    It is added once to each covariance: before the loop over the points, inside or after?
    """
    X, resp, nk, _ = _sums(X, resp)
    weights, means, covariances = _right(X, resp, 0.0)
    return weights, means, covariances + _each(nk) * _ridge(X, reg_covar)


def mstep_ridge_for_all_points(X, resp, reg_covar=1e-6):
    """reg_covar came out N times as large as it is, as if added in the loop over points.

    It is added once to each covariance: before the loop over the points, inside or after?
    """
    weights, means, covariances = _right(X, resp, 0.0)
    return weights, means, covariances + len(X) * _ridge(X, reg_covar)


def mstep_ridge_only_if_singular(X, resp, reg_covar=1e-6):
    """reg_covar was added only to covariances that are singular without it; it belongs to each.

    What is the covariance of a component in the handout, whether it needs help or not?
    """
    weights, means, covariances = _right(X, resp, 0.0)
    singular = np.linalg.det(covariances) < 1e-12
    return weights, means, covariances + _each(singular) * _ridge(X, reg_covar)


def mstep_ridge_always_the_default(X, resp, reg_covar=1e-6):
    """The ridge is 1e-6 whatever reg_covar is.

    Its default is only what a caller gets who says nothing: which name stands where you add it?
    """
    return _right(X, resp, 1e-6)


def mstep_ridge_as_floor(X, resp, reg_covar=1e-6):
    """reg_covar was used as the least variance that is allowed; it is to be added to each.

    Both keep a covariance invertible. Which of them does the formula have?
    """
    weights, means, covariances = _right(X, resp, 0.0)
    diagonal = np.einsum("kdd->kd", covariances)
    raised = np.maximum(diagonal, reg_covar) - diagonal
    return weights, means, covariances + raised[:, np.newaxis] * np.eye(np.shape(X)[1])


# Arguments, results and empty components ----------------------------------------------------------


def _empty_as_nan(results):
    """Return what comes out where N_k is not kept above 0."""
    weights, means, covariances = results
    nan = np.where(weights == 0, np.nan, 0.0)
    return weights, means + nan[:, np.newaxis], covariances + _each(nan)


def mstep_empty_component(X, resp, reg_covar=1e-6):
    """A component that nobody belongs to did not come out usable, as when its N_k = 0 divides.

    With weight 0, any finite mean and any positive definite covariance will do. What becomes of
    your sums there, and does the ridge still reach them?
    """
    return _empty_as_nan(_right(X, resp, reg_covar))


def mstep_means_first(X, resp, reg_covar=1e-6):
    """These are means, covariances and weights, in this order; the weights come first here.

    Each program has an order of its own. The docstring of the stub has the one that is asked for.
    """
    weights, means, covariances = _right(X, resp, reg_covar)
    return means, covariances, weights


def mstep_covariances_with_components_last(X, resp, reg_covar=1e-6):
    """The covariances are stacked along the last axis, (D, D, K); due is (K, D, D).

    Their numbers are right. With `covariances[0]` one should get the first component's.
    """
    weights, means, covariances = _right(X, resp, reg_covar)
    return weights, means, np.moveaxis(covariances, 0, 2)


def mstep_whole_means(X, resp, reg_covar=1e-6):
    """Of integer data the means lost their fractions: an array made like X cannot hold them.

    Which type has the array that you fill, when X is a list of integers?
    """
    points, resp, _, divisor = _sums(X, resp)
    weights, means, _ = _right(X, resp, reg_covar)
    means = means.astype(np.asarray(X).dtype)
    scatter = _scatter(points, resp, means) / _each(divisor)
    return weights, means, scatter + _ridge(X, reg_covar)


def mstep_whole_means_unguarded(X, resp, reg_covar=1e-6):
    """Two things: of integer data the means lost their fractions, and an empty component is NaN.

    Which type has the array that you fill, when X is a list of integers? And what is 0 / 0, where
    nobody belongs to a component?
    """
    return _empty_as_nan(mstep_whole_means(X, resp, reg_covar))


def mstep_whole_means_and_covariances(X, resp, reg_covar=1e-6):
    """Of integer data all fractions were lost: arrays made like X cannot hold them.

    Which type have the arrays that you fill, when X is a list of integers?
    """
    weights, means, covariances = mstep_whole_means(X, resp, reg_covar)
    return weights, means, covariances.astype(np.asarray(X).dtype)


def mstep_changed_arguments(X, resp, reg_covar=1e-6):
    """What came back is right, but the caller's arrays were changed on the way.

    `+=`, `-=` and filling a slice work on the array that was handed in: work on a copy.
    """
    results = _right(X, resp, reg_covar)
    if isinstance(resp, np.ndarray):
        resp /= _sums(X, resp)[-1]
    return results


def mstep_changed_arguments_unguarded(X, resp, reg_covar=1e-6):
    """Two things: the caller's arrays were changed on the way, and an empty component is NaN.

    `+=`, `-=` and filling a slice work on the array that was handed in: work on a copy. And what
    is 0 / 0, where nobody belongs to a component?
    """
    return _empty_as_nan(mstep_changed_arguments(X, resp, reg_covar))
