"""Known mistakes in em1d. Each docstring is what a student who made it is told."""

import numpy as np
from estep import estep
from initialise import kmeans_start
from mstep import mstep
from scipy.stats import norm

_RIDGE = 1e-6


def _begin(x, K, init):
    """Return x and the parameters to start with, as arrays of floats."""
    x = np.asarray(x, dtype=float)
    if init is None:
        levels = (np.arange(K) + 0.5) / K
        init = np.full(K, 1 / K), np.quantile(x, levels), np.full(K, x.var() + _RIDGE)
    return x, *(np.array(part, dtype=float) for part in init)


def _log_weights(weights):
    with np.errstate(divide="ignore"):
        return np.log(weights)


def _shares(log_terms):
    terms = np.exp(log_terms - log_terms.max(axis=1, keepdims=True))
    return terms / terms.sum(axis=1, keepdims=True)


def _squares(x, means):
    return (x[:, np.newaxis] - means) ** 2


def _log_terms(x, weights, means, variances):
    heights = _log_weights(weights) - 0.5 * np.log(2 * np.pi * variances)
    return heights - 0.5 * _squares(x, means) / variances


def _e(x, weights, means, variances):
    return _shares(_log_terms(x, weights, means, variances))


def _plain_e(x, weights, means, variances):
    """Work with the densities themselves, not with their logarithms."""
    with np.errstate(divide="ignore", invalid="ignore"):
        densities = np.exp(-0.5 * _squares(x, means) / variances) / np.sqrt(2 * np.pi * variances)
        terms = weights * densities
        return terms / terms.sum(axis=1, keepdims=True)


def _m(x, resp, centres=None, ridge=_RIDGE):
    """Take the variances about the new means, unless other centres are given."""
    nk = resp.sum(axis=0)
    divisor = np.where(nk > 0, nk, 1.0)
    means = resp.T @ x / divisor
    squares = _squares(x, means if centres is None else centres)
    return nk / len(x), means, (resp * squares).sum(axis=0) / divisor + ridge


def _m_without_ridge(x, resp):
    """Leave the variance of an empty component at 1."""
    weights, means, variances = _m(x, resp, ridge=0.0)
    return weights, means, np.where(weights > 0, variances, 1.0)


def _unguarded_m(x, resp, ridge=_RIDGE):
    """Divide by N_k, whether there is anything to share out or not."""
    with np.errstate(divide="ignore", invalid="ignore"):
        nk = resp.sum(axis=0)
        means = resp.T @ x / nk
        return nk / len(x), means, (resp * _squares(x, means)).sum(axis=0) / nk + ridge


def _bare_m(x, resp):
    return _unguarded_m(x, resp, ridge=0.0)


def _em(x, K, max_iter, init, e_step=_e, m_step=_m):
    x, *parameters = _begin(x, K, init)
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(max_iter):
            parameters = m_step(x, e_step(x, *parameters))
        return e_step(x, *parameters), parameters[1], parameters[2]


# What comes back ----------------------------------------------------------------------------------


def em1d_standard_deviations(x, K=3, max_iter=100, init=None):
    """Standard deviations were returned where variances are due.

    In which units is the last of the three results, those of x or their square?
    """
    resp, means, variances = _em(x, K, max_iter, init)
    return resp, means, np.sqrt(variances)


def em1d_standard_deviations_in_and_out(x, K=3, max_iter=100, init=None):
    """Standard deviations went through all of it: init was read so, and so came the last result.

    Both the third part of init and the third result are variances.
    """
    if init is not None:
        init = init[0], init[1], np.square(np.asarray(init[2], dtype=float))
    resp, means, variances = _em(x, K, max_iter, init)
    return resp, means, np.sqrt(variances)


def em1d_components_first(x, K=3, max_iter=100, init=None):
    """The responsibilities have one row per component; here each point has a row.

    Some books put the components first. Which axis is n in r[n, k], and which is k?
    """
    resp, means, variances = _em(x, K, max_iter, init)
    return resp.T, means, variances


def em1d_parameters_first(x, K=3, max_iter=100, init=None):
    """The means came first and the responsibilities last, the other way round than asked for.

    The docstring lists the three results in the order in which they are expected.
    """
    resp, means, variances = _em(x, K, max_iter, init)
    return means, variances, resp


def em1d_means_before_resp(x, K=3, max_iter=100, init=None):
    """The means came before the responsibilities.

    The docstring lists the three results in the order in which they are expected.
    """
    resp, means, variances = _em(x, K, max_iter, init)
    return means, resp, variances


def em1d_variances_before_means(x, K=3, max_iter=100, init=None):
    """The variances came before the means.

    The docstring lists the three results in the order in which they are expected.
    """
    resp, means, variances = _em(x, K, max_iter, init)
    return resp, variances, means


def em1d_weights_in_place_of_resp(x, K=3, max_iter=100, init=None):
    """The three parameters of the mixture came back: its weights are where resp should be.

    The first result is a table that tells of each number of x how it is shared out.
    """
    x, *parameters = _begin(x, K, init)
    for _ in range(max_iter):
        parameters = _m(x, _e(x, *parameters))
    return tuple(parameters)


def em1d_weights_as_well(x, K=3, max_iter=100, init=None):
    """Four results came back: the weights are not among those asked for.

    They can be had from the others, as the column means of the responsibilities.
    """
    x, *parameters = _begin(x, K, init)
    for _ in range(max_iter):
        parameters = _m(x, _e(x, *parameters))
    return _e(x, *parameters), *parameters


def em1d_parameters_then_resp(x, K=3, max_iter=100, init=None):
    """Four results came back, the weights first; asked for are three, and resp comes first.

    The docstring lists the three results in the order in which they are expected.
    """
    x, *parameters = _begin(x, K, init)
    for _ in range(max_iter):
        parameters = _m(x, _e(x, *parameters))
    return *parameters, _e(x, *parameters)


def em1d_columns(x, K=3, max_iter=100, init=None):
    """The means and variances kept the shapes that mstep gives them, for points with D features.

    Print their shapes. In one dimension, K numbers each are due.
    """
    x, weights, means, variances = _begin(x, K, init)
    X, means, variances = x[:, np.newaxis], means[:, np.newaxis], variances.reshape(-1, 1, 1)
    for _ in range(max_iter):
        weights, means, variances = mstep(X, estep(X, weights, means, variances))
    return estep(X, weights, means, variances), means, variances


def em1d_labels(x, K=3, max_iter=100, init=None):
    """Each number came back with the one component it most likely belongs to.

    Responsibilities say more: how a number is shared between all components, in a row of its own.
    """
    resp, means, variances = _em(x, K, max_iter, init)
    return resp.argmax(axis=1), means, variances


def em1d_certain_at_the_end(x, K=3, max_iter=100, init=None):
    """Means and variances are right, but the responsibilities are all 0 or 1.

    A number between two components belongs to both in part, and the last E-step says how much.
    """
    resp, means, variances = _em(x, K, max_iter, init)
    return np.eye(len(means))[resp.argmax(axis=1)], means, variances


def em1d_means_sorted_alone(x, K=3, max_iter=100, init=None):
    """The means are sorted; variances and responsibilities are not, so they sit by the wrong mean.

    Any order of the components will do, but whatever moves one result has to move all three.
    """
    resp, means, variances = _em(x, K, max_iter, init)
    return resp, np.sort(means), variances


def em1d_each_result_sorted(x, K=3, max_iter=100, init=None):
    """Means and variances were each sorted by themselves, which tears the components apart.

    Any order of the components will do, but whatever moves one result has to move all three.
    """
    resp, means, variances = _em(x, K, max_iter, init)
    return resp, np.sort(means), np.sort(variances)


def em1d_resp_left_unsorted(x, K=3, max_iter=100, init=None):
    """Means and variances are sorted; the columns of resp stayed in the order they had before.

    Any order of the components will do, but whatever moves one result has to move all three.
    """
    resp, means, variances = _em(x, K, max_iter, init)
    order = np.argsort(means)
    return resp, means[order], variances[order]


def _from_above(x, K, init):
    """Return init, or a default start with the means in descending order."""
    return tuple(part[::-1] for part in _begin(x, K, None)[1:]) if init is None else init


def em1d_means_sorted_alone_from_any_start(x, K=3, max_iter=100, init=None):
    """The means are sorted; variances and responsibilities are not, so they sit by the wrong mean.

    Any order of the components will do, but whatever moves one result has to move all three.
    """
    return em1d_means_sorted_alone(x, K, max_iter, _from_above(x, K, init))


def em1d_each_result_sorted_from_any_start(x, K=3, max_iter=100, init=None):
    """Means and variances were each sorted by themselves, which tears the components apart.

    Any order of the components will do, but whatever moves one result has to move all three.
    """
    return em1d_each_result_sorted(x, K, max_iter, _from_above(x, K, init))


def em1d_resp_left_unsorted_from_any_start(x, K=3, max_iter=100, init=None):
    """Means and variances are sorted; the columns of resp stayed in the order they had before.

    Any order of the components will do, but whatever moves one result has to move all three.
    """
    return em1d_resp_left_unsorted(x, K, max_iter, _from_above(x, K, init))


def em1d_rows_sorted(x, K=3, max_iter=100, init=None):
    """The rows of resp are in the order of the sorted numbers, not in the order they came in.

    Row n belongs to x[n]. What happened to the order of x on the way?
    """
    return _em(np.sort(x), K, max_iter, init)


# Where it starts ----------------------------------------------------------------------------------


def em1d_init_with_standard_deviations(x, K=3, max_iter=100, init=None):
    """The third part of init was read as standard deviations; it holds variances.

    The parts of init are the weights, the means and the variances, in this order.
    """
    if init is not None:
        init = init[0], init[1], np.square(np.asarray(init[2], dtype=float))
    return _em(x, K, max_iter, init)


def em1d_init_ignored(x, K=3, max_iter=100, init=None):
    """init had no influence: the start was the default one, whatever was given.

    Print the means before the first iteration and compare them with those of init.
    """
    return _em(x, K, max_iter, None)


def em1d_init_in_another_order(x, K=3, max_iter=100, init=None):
    """The parts of init were taken for means, variances and weights.

    They are the weights, the means and the variances, in this order.
    """
    return _em(x, K, max_iter, None if init is None else (init[2], init[0], init[1]))


def em1d_init_weights_ignored(x, K=3, max_iter=100, init=None):
    """It began with equal weights, although init brings weights of its own.

    Print all three parameters before the first iteration and compare them with init.
    """
    if init is not None:
        init = np.full(len(init[1]), 1 / len(init[1])), init[1], init[2]
    return _em(x, K, max_iter, init)


def em1d_init_variances_ignored(x, K=3, max_iter=100, init=None):
    """It began with the variance of all of x, although init brings variances of its own.

    Print all three parameters before the first iteration and compare them with init.
    """
    if init is not None:
        init = init[0], init[1], np.full(len(init[1]), np.var(x) + _RIDGE)
    return _em(x, K, max_iter, init)


def em1d_init_in_place(x, K=3, max_iter=100, init=None):
    """The answers are right, but after the call the caller's init holds other numbers than before.

    Assigning to an element of an array changes it for everybody who holds it. What is a copy?
    """
    resp, means, variances = _em(x, K, max_iter, init)
    if init is not None:
        for k in range(len(init[1])):
            init[1][k], init[2][k] = means[k], variances[k]
    return resp, means, variances


def em1d_x_in_place(x, K=3, max_iter=100, init=None):
    """The answers are right, but after the call the caller's x holds other numbers than before.

    Operators such as -= and methods such as sort work on the very array that was handed in.
    """
    resp, means, variances = _em(x, K, max_iter, init)
    if isinstance(x, np.ndarray):
        x -= x.mean()
    return resp, means, variances


def em1d_x_sorted_in_place(x, K=3, max_iter=100, init=None):
    """The caller's x is sorted after the call, and the rows of resp are in the sorted order.

    Row n belongs to the number that was handed in as x[n]. What does the method sort do to it?
    """
    x.sort()
    return _em(x, K, max_iter, init)


def em1d_equal_means(x, K=3, max_iter=100, init=None):
    """From your own start all components come out alike, as when they all begin with the same mean.

    If two components agree in everything, what could make an E-step treat them differently?
    """
    if init is None:
        x = np.asarray(x, dtype=float)
        init = np.full(K, 1 / K), np.full(K, x.mean()), np.full(K, x.var() + _RIDGE)
    return _em(x, K, max_iter, init)


_rng = np.random.default_rng(3)


def em1d_random_start(x, K=3, max_iter=100, init=None):
    """Two calls with the same data give different answers, as when each begins somewhere else.

    Chance is fine if it repeats itself: look up what the seed of a generator does, and where the
    generator has to be made.
    """
    if init is None:
        x = np.asarray(x, dtype=float)
        means = _rng.choice(np.unique(x), K, replace=False)
        init = np.full(K, 1 / K), means, np.full(K, x.var() + _RIDGE)
    return _em(x, K, max_iter, init)


def em1d_always_three_components(x, K=3, max_iter=100, init=None):
    """There are always three components, whatever K says.

    Search your file for a 3 that should be a K.
    """
    return _em(x, 3, max_iter, init)


def em1d_cut_to_integers(x, K=3, max_iter=100, init=None):
    """With whole numbers in init, all that was assigned later was cut to whole numbers.

    An array that is made from integers stays one of integers. Which dtype do you ask for?
    """
    x, weights, means, variances = _begin(x, K, init)
    if init is not None:
        weights, means, variances = (np.array(part) for part in init)
    for _ in range(max_iter):
        weights[:], means[:], variances[:] = _m(x, _e(x, weights, means, variances))
    return _e(x, weights, means, variances), means, variances


# How often ----------------------------------------------------------------------------------------


def em1d_one_iteration_short(x, K=3, max_iter=100, init=None):
    """There was one pair of E- and M-step fewer than max_iter allows.

    Count with max_iter=1: after it, the means must have moved once.
    """
    return _em(x, K, max(max_iter - 1, 0), init)


def em1d_one_iteration_more(x, K=3, max_iter=100, init=None):
    """There was one pair of E- and M-step more than max_iter allows.

    Count with max_iter=0: only the closing E-step is left then, and nothing may move.
    """
    return _em(x, K, max_iter + 1, init)


def em1d_max_iter_ignored(x, K=3, max_iter=100, init=None):
    """It went on until nothing changed any more, whatever max_iter says.

    Where in your loop is max_iter looked at? Try 0 and 1.
    """
    return _em(x, K, 100, init)


def em1d_one_iteration_per_component(x, K=3, max_iter=100, init=None):
    """There were as many iterations as there are components, whatever max_iter says.

    Which loop runs over components, and which over iterations?
    """
    x, *parameters = _begin(x, K, init)
    return _em(x, K, len(parameters[1]), init)


def em1d_return_in_the_loop(x, K=3, max_iter=100, init=None):
    """After the first iteration it is over, and with max_iter=0 nothing comes back at all.

    That is what a return does that is indented as far as the steps of the loop.
    """
    return _em(x, K, 1, init) if max_iter else None


def em1d_without_last_e_step(x, K=3, max_iter=100, init=None):
    """The responsibilities are one step older than the means and variances beside them.

    What comes back must belong together: after the last M-step there is one more E-step.
    """
    x, *parameters = _begin(x, K, init)
    resp = _e(x, *parameters)
    for _ in range(max_iter):
        resp = _e(x, *parameters)
        parameters = _m(x, resp)
    return resp, parameters[1], parameters[2]


def em1d_without_any_e_step_after_the_loop(x, K=3, max_iter=100, init=None):
    """The only E-step is the one in the loop: what it gives is older than the means beside it.

    With max_iter=0, there is no responsibility at all. One more E-step closes the work.
    """
    x, *parameters = _begin(x, K, init)
    for _ in range(max_iter):
        resp = _e(x, *parameters)
        parameters = _m(x, resp)
    return resp, parameters[1], parameters[2]


def em1d_zeros_in_place_of_last_e_step(x, K=3, max_iter=100, init=None):
    """The responsibilities are those of the loop, one step older than the means beside them.

    With max_iter=0 they are still the zeros that the table was made of. One more E-step closes
    the work.
    """
    x, *parameters = _begin(x, K, init)
    resp = np.zeros((len(x), len(parameters[1])))
    for _ in range(max_iter):
        resp = _e(x, *parameters)
        parameters = _m(x, resp)
    return resp, parameters[1], parameters[2]


def em1d_none_in_place_of_last_e_step(x, K=3, max_iter=100, init=None):
    """The responsibilities are those of the loop, one step older than the means beside them.

    With max_iter=0 they are still the None they began with. One more E-step closes the work.
    """
    x, *parameters = _begin(x, K, init)
    resp = None
    for _ in range(max_iter):
        resp = _e(x, *parameters)
        parameters = _m(x, resp)
    return resp, parameters[1], parameters[2]


def _until(x, K, max_iter, init, enough, first):
    """Stop when `enough` says so of two log-likelihoods, asked from iteration `first` on."""
    x, *parameters = _begin(x, K, init)
    trace = []
    for iteration in range(max_iter):
        terms = _log_terms(x, *parameters)
        trace.append(np.logaddexp.reduce(terms, axis=1).sum())
        if iteration >= first and enough(*trace[-2:]):
            break
        parameters = _m(x, _shares(terms))
    return _e(x, *parameters), parameters[1], parameters[2]


def em1d_stops_when_it_gets_better(x, K=3, max_iter=100, init=None):
    """It stopped after one iteration, as when a rise of the log-likelihood is taken for the end.

    A log-likelihood is no cost: EM makes it larger and larger. Print it, and the difference that
    your rule looks at, in every iteration.
    """
    return _until(x, K, max_iter, init, lambda before, now: before - now < 1e-6, 1)


def em1d_stops_after_two_better(x, K=3, max_iter=100, init=None):
    """It stopped after two iterations, as when a rise of the log-likelihood is taken for the end.

    A log-likelihood is no cost: EM makes it larger and larger. Print it, and the difference that
    your rule looks at, in every iteration.
    """
    return _until(x, K, max_iter, init, lambda before, now: before - now < 1e-6, 2)


def em1d_stops_by_a_negative_ratio(x, K=3, max_iter=100, init=None):
    """It stopped after one iteration whenever the log-likelihood is negative.

    So does a rule that divides by a negative number: the quotient is below every tolerance. What
    has to be positive in a relative change?
    """
    return _until(x, K, max_iter, init, lambda before, now: (now - before) / now < 1e-6, 1)


def em1d_stops_later_by_a_negative_ratio(x, K=3, max_iter=100, init=None):
    """It stopped after two iterations whenever the log-likelihood is negative.

    So does a rule that divides by a negative number: the quotient is below every tolerance. What
    has to be positive in a relative change?
    """
    return _until(x, K, max_iter, init, lambda before, now: (now - before) / now < 1e-6, 2)


def em1d_stops_where_it_is_positive(x, K=3, max_iter=100, init=None):
    """It stopped after one iteration whenever the log-likelihood is positive.

    That it can be: where numbers lie close together, densities are larger than 1. What becomes of
    the sign of your relative change then?
    """
    return _until(x, K, max_iter, init, lambda before, now: 1 - now / before < 1e-6, 1)


def _from_k_means(x, K, init):
    """Return init, or the start that k-means gives, from where one or two iterations go far."""
    if init is not None:
        return init
    weights, means, covariances = kmeans_start(np.reshape(x, (-1, 1)), K)
    return weights, means[:, 0], covariances[:, 0, 0]


def em1d_stops_when_it_gets_better_from_k_means(x, K=3, max_iter=100, init=None):
    """It stopped after one iteration, as when a rise of the log-likelihood is taken for the end.

    A log-likelihood is no cost: EM makes it larger and larger. Print it, and the difference that
    your rule looks at, in every iteration.
    """
    return em1d_stops_when_it_gets_better(x, K, max_iter, _from_k_means(x, K, init))


def em1d_stops_after_two_better_from_k_means(x, K=3, max_iter=100, init=None):
    """It stopped after two iterations, as when a rise of the log-likelihood is taken for the end.

    A log-likelihood is no cost: EM makes it larger and larger. Print it, and the difference that
    your rule looks at, in every iteration.
    """
    return em1d_stops_after_two_better(x, K, max_iter, _from_k_means(x, K, init))


def em1d_stops_by_a_negative_ratio_from_k_means(x, K=3, max_iter=100, init=None):
    """It stopped after one iteration whenever the log-likelihood is negative.

    So does a rule that divides by a negative number: the quotient is below every tolerance. What
    has to be positive in a relative change?
    """
    return em1d_stops_by_a_negative_ratio(x, K, max_iter, _from_k_means(x, K, init))


def em1d_stops_later_by_a_negative_ratio_from_k_means(x, K=3, max_iter=100, init=None):
    """It stopped after two iterations whenever the log-likelihood is negative.

    So does a rule that divides by a negative number: the quotient is below every tolerance. What
    has to be positive in a relative change?
    """
    return em1d_stops_later_by_a_negative_ratio(x, K, max_iter, _from_k_means(x, K, init))


def em1d_return_in_the_loop_from_k_means(x, K=3, max_iter=100, init=None):
    """After the first iteration it is over, and with max_iter=0 nothing comes back at all.

    That is what a return does that is indented as far as the steps of the loop.
    """
    return em1d_return_in_the_loop(x, K, max_iter, _from_k_means(x, K, init))


# E-step -------------------------------------------------------------------------------------------


def em1d_variance_as_scale(x, K=3, max_iter=100, init=None):
    """The variance stood where the density wants the standard deviation.

    SciPy's `norm`, and many a formula in books, takes the standard deviation. Which of the two
    does your density expect, and which does it get?
    """

    def e_step(x, weights, means, variances):
        return _shares(_log_weights(weights) + norm.logpdf(x[:, np.newaxis], means, variances))

    return _em(x, K, max_iter, init, e_step)


def em1d_variance_squared_in_exponent(x, K=3, max_iter=100, init=None):
    """In the exponent of the density the variance was squared once more.

    The square of the standard deviation is the variance already: which of them do you hold?
    """

    def e_step(x, weights, means, variances):
        heights = _log_weights(weights) - 0.5 * np.log(variances)
        return _shares(heights - 0.5 * _squares(x, means) / variances**2)

    return _em(x, K, max_iter, init, e_step)


def em1d_deviation_as_variance(x, K=3, max_iter=100, init=None):
    """The standard deviation stood where the density wants the variance.

    Which of the two does your density expect, and which does it get?
    """

    def e_step(x, weights, means, variances):
        return _e(x, weights, means, np.sqrt(variances))

    return _em(x, K, max_iter, init, e_step)


def em1d_deviation_kept_as_variance(x, K=3, max_iter=100, init=None):
    """The M-step makes standard deviations, and the next E-step takes them for variances.

    Which of the two does each step hold, take and give? A name like s2 helps to keep them apart.
    """

    def m_step(x, resp):
        weights, means, variances = _m(x, resp)
        return weights, means, np.sqrt(variances)

    return _em(x, K, max_iter, init, m_step=m_step)


def em1d_deviation_in_exponent(x, K=3, max_iter=100, init=None):
    """In the exponent, the squared distance was divided by the standard deviation.

    Squared centimetres over centimetres are not a plain number, and only of that can exp be taken.
    """

    def e_step(x, weights, means, variances):
        heights = _log_weights(weights) - 0.5 * np.log(variances)
        return _shares(heights - 0.5 * _squares(x, means) / np.sqrt(variances))

    return _em(x, K, max_iter, init, e_step)


def em1d_without_normalising_factor(x, K=3, max_iter=100, init=None):
    """The densities lack the factor in front of exp: wide and narrow bells are all equally high.

    Constants cancel between components, but this factor is not the same for all of them.
    """

    def e_step(x, weights, means, variances):
        return _shares(_log_weights(weights) - 0.5 * _squares(x, means) / variances)

    return _em(x, K, max_iter, init, e_step)


def em1d_factor_without_root(x, K=3, max_iter=100, init=None):
    """The factor in front of exp was divided by the variance, not by its root.

    The area under each bell must be 1. Check that of a wide one, by a sum over a fine grid.
    """

    def e_step(x, weights, means, variances):
        heights = _log_weights(weights) - np.log(variances)
        return _shares(heights - 0.5 * _squares(x, means) / variances)

    return _em(x, K, max_iter, init, e_step)


def em1d_without_one_half(x, K=3, max_iter=100, init=None):
    """The factor 1/2 is missing in the exponent of the density.

    Compare your density at one standard deviation from the mean with a table or with SciPy.
    """

    def e_step(x, weights, means, variances):
        heights = _log_weights(weights) - 0.5 * np.log(variances)
        return _shares(heights - _squares(x, means) / variances)

    return _em(x, K, max_iter, init, e_step)


def em1d_without_weights(x, K=3, max_iter=100, init=None):
    """The weights have no influence on the responsibilities: every component counts the same.

    Compare the numerator of Bayes' rule in the handout with yours.
    """

    def e_step(x, weights, means, variances):
        return _e(x, np.ones(len(weights)), means, variances)

    return _em(x, K, max_iter, init, e_step)


def em1d_weights_without_logarithm(x, K=3, max_iter=100, init=None):
    """The weights themselves were added to the logarithms of the densities.

    What becomes of a product when you take its logarithm?
    """

    def e_step(x, weights, means, variances):
        return _shares(weights + _log_terms(x, np.ones(len(weights)), means, variances))

    return _em(x, K, max_iter, init, e_step)


def em1d_normalised_over_points(x, K=3, max_iter=100, init=None):
    """Here each component's column has sum 1; it is each point's row that must.

    Over which index does the sum in the denominator run, and which axis is that?
    """

    def e_step(x, weights, means, variances):
        terms = np.exp(_log_terms(x, weights, means, variances))
        return terms / np.where(terms.any(axis=0), terms.sum(axis=0), 1.0)

    return _em(x, K, max_iter, init, e_step)


def em1d_not_normalised(x, K=3, max_iter=100, init=None):
    """These are weights times densities, the numerators of Bayes' rule. The denominator is missing.

    A responsibility is a probability: what must a point's responsibilities sum to?
    """

    def e_step(x, weights, means, variances):
        return np.exp(_log_terms(x, weights, means, variances))

    return _em(x, K, max_iter, init, e_step)


def em1d_without_logarithms(x, K=3, max_iter=100, init=None):
    """Near the data all is right; far from every mean it is not, as when all densities underflow.

    Then 0 / 0 is NaN, and a small number added to the denominator only hides it. The handout's
    part on log-sum-exp shows how to keep the logarithms until the end.
    """
    return _em(x, K, max_iter, init, _plain_e)


def em1d_without_logarithms_and_guard(x, K=3, max_iter=100, init=None):
    """Far from every mean the answer is wrong, as when all densities underflow and 0 / 0 is NaN.

    It is the same with a component that nobody belongs to. The handout's part on log-sum-exp
    helps with the first; what could N_k = 0 be caught by?
    """
    return _em(x, K, max_iter, init, _plain_e, _unguarded_m)


def em1d_without_logarithms_and_ridge(x, K=3, max_iter=100, init=None):
    """Far from every mean the answer is wrong, as when all densities underflow and 0 / 0 is NaN.

    It is the same with a component that has settled on one value, if its variance is 0. The
    handout's part on log-sum-exp helps with the first, and the docstring names what helps with
    the second.
    """
    return _em(x, K, max_iter, init, _plain_e, _m_without_ridge)


def em1d_without_logarithms_guard_and_ridge(x, K=3, max_iter=100, init=None):
    """The formulas are right, but not at the extremes, as when they end in 0 / 0 there.

    Try three cases: a number far from every mean, a component that nobody belongs to, and one
    that has settled on a single value. The handout and the docstring say what helps with each.
    """
    return _em(x, K, max_iter, init, _plain_e, _bare_m)


# M-step -------------------------------------------------------------------------------------------


def em1d_weights_not_updated(x, K=3, max_iter=100, init=None):
    """The weights stayed as they were at the start; the M-step has three results.

    Print the weights after a few iterations: do they follow the sizes of the groups?
    """
    x, weights, *parameters = _begin(x, K, init)
    for _ in range(max_iter):
        _, *parameters = _m(x, _e(x, weights, *parameters))
    return _e(x, weights, *parameters), *parameters


def em1d_means_not_updated(x, K=3, max_iter=100, init=None):
    """The means stayed as they were at the start; the M-step has three results.

    Print the means after a few iterations: do they move to where the numbers are?
    """
    x, weights, means, variances = _begin(x, K, init)
    for _ in range(max_iter):
        weights, _, variances = _m(x, _e(x, weights, means, variances), centres=means)
    return _e(x, weights, means, variances), means, variances


def em1d_new_means_not_kept(x, K=3, max_iter=100, init=None):
    """The variances were taken about new means, but then the means stayed as they were.

    Print the means after a few iterations: do they move to where the numbers are?
    """
    x, weights, means, variances = _begin(x, K, init)
    for _ in range(max_iter):
        weights, _, variances = _m(x, _e(x, weights, means, variances))
    return _e(x, weights, means, variances), means, variances


def em1d_variances_not_updated(x, K=3, max_iter=100, init=None):
    """The variances stayed as they were at the start; the M-step has three results.

    Print the variances after a few iterations: do they follow the widths of the groups?
    """
    x, weights, means, variances = _begin(x, K, init)
    for _ in range(max_iter):
        weights, means, _ = _m(x, _e(x, weights, means, variances))
    return _e(x, weights, means, variances), means, variances


def em1d_shared_variance(x, K=3, max_iter=100, init=None):
    """All components have one variance in common; each has its own.

    Over which of n and k does the sum in your variance run?
    """

    def m_step(x, resp):
        weights, means, variances = _m(x, resp, ridge=0.0)
        return weights, means, np.full(len(means), weights @ variances + _RIDGE)

    return _em(x, K, max_iter, init, m_step=m_step)


def em1d_variance_of_all_numbers(x, K=3, max_iter=100, init=None):
    """Every component got the variance of all of x; each has its own, about its own mean.

    What keeps a component from counting numbers that are hardly its own?
    """

    def m_step(x, resp):
        weights, means, _ = _m(x, resp)
        return weights, means, np.full(len(means), x.var() + _RIDGE)

    return _em(x, K, max_iter, init, m_step=m_step)


def em1d_about_the_old_means(x, K=3, max_iter=100, init=None):
    """The variances were taken about the means of the iteration before, so they are too large.

    In the M-step the new means come first, and the variances are taken about them.
    """
    x, *parameters = _begin(x, K, init)
    for _ in range(max_iter):
        parameters = _m(x, _e(x, *parameters), centres=parameters[1])
    return _e(x, *parameters), parameters[1], parameters[2]


def _scaled(factor):
    """Return an M-step whose variances are divided by `factor(nk, resp)` in place of nk."""

    def m_step(x, resp):
        weights, means, variances = _m(x, resp, ridge=0.0)
        nk = resp.sum(axis=0)
        return weights, means, variances * nk / factor(nk, resp) + _RIDGE

    return m_step


def em1d_variance_of_a_sample(x, K=3, max_iter=100, init=None):
    """The variances were divided by N_k - 1, as for a sample.

    Maximum likelihood has another divisor. Compare with the formula in the docstring.
    """
    return _em(x, K, max_iter, init, m_step=_scaled(lambda nk, resp: nk - 1))


def em1d_covariance_of_a_sample(x, K=3, max_iter=100, init=None):
    """The variances are larger than those of maximum likelihood, just as `np.cov` makes them.

    For samples it corrects the divisor, also when it is given weights. Look up ddof.
    """

    def factor(nk, resp):
        return nk - (resp**2).sum(axis=0) / nk

    return _em(x, K, max_iter, init, m_step=_scaled(factor))


def em1d_variance_divided_by_all(x, K=3, max_iter=100, init=None):
    """The variances were divided by N, so that small components came out too narrow.

    How many numbers does component k have, by its responsibilities?
    """
    return _em(x, K, max_iter, init, m_step=_scaled(lambda nk, resp: len(resp)))


def em1d_means_divided_by_all(x, K=3, max_iter=100, init=None):
    """The means were divided by N, which draws them towards 0.

    How many numbers does component k have, by its responsibilities?
    """

    def m_step(x, resp):
        nk = resp.sum(axis=0)
        means = resp.T @ x / len(x)
        variances = (resp * _squares(x, means)).sum(axis=0) / np.where(nk > 0, nk, 1.0)
        return nk / len(x), means, variances + _RIDGE

    return _em(x, K, max_iter, init, m_step=m_step)


def em1d_resp_squared(x, K=3, max_iter=100, init=None):
    """In the variances the responsibilities were squared along with the distances.

    What comes first in your formula, the product or the square, and where are the brackets?
    """

    def m_step(x, resp):
        weights, means, _ = _m(x, resp)
        nk = resp.sum(axis=0)
        squares = resp**2 * _squares(x, means)
        return weights, means, squares.sum(axis=0) / np.where(nk > 0, nk, 1.0) + _RIDGE

    return _em(x, K, max_iter, init, m_step=m_step)


def _certain_e(x, weights, means, variances):
    return np.eye(len(means))[_e(x, weights, means, variances).argmax(axis=1)]


def em1d_certain_assignments(x, K=3, max_iter=100, init=None):
    """Each number went to one component wholly in every step, as in k-means.

    EM shares a number out: the responsibilities themselves go into the M-step.
    """
    return _em(x, K, max_iter, init, _certain_e)


def em1d_certain_until_the_end(x, K=3, max_iter=100, init=None):
    """Before each M-step the responsibilities were rounded to 0 and 1, as in k-means.

    EM shares a number out: the responsibilities themselves go into the M-step.
    """
    x, *parameters = _begin(x, K, init)
    for _ in range(max_iter):
        parameters = _m(x, _certain_e(x, *parameters))
    return _e(x, *parameters), parameters[1], parameters[2]


def em1d_nearest_mean(x, K=3, max_iter=100, init=None):
    """This is k-means: each number went wholly to the nearest mean, and weights and variances
    had no say in it.

    What does the E-step ask besides the distance, and can its answer be 0.3?
    """

    def e_step(x, weights, means, variances):
        return np.eye(len(means))[_squares(x, means).argmin(axis=1)]

    return _em(x, K, max_iter, init, e_step)


def em1d_without_ridge(x, K=3, max_iter=100, init=None):
    """A component that has settled on one value spoils the answer, as when its variance is 0.

    The docstring names a small number that keeps variances above 0.
    """
    return _em(x, K, max_iter, init, m_step=_m_without_ridge)


def em1d_without_guard(x, K=3, max_iter=100, init=None):
    """A component that nobody belongs to spoils the answer, as when its N_k, 0, divides something.

    Which lines divide by N_k, and what should they do when it is 0?
    """
    return _em(x, K, max_iter, init, m_step=_unguarded_m)


def em1d_without_ridge_and_guard(x, K=3, max_iter=100, init=None):
    """The formulas are right, but not at two extremes, as when they end in 0 / 0 there.

    They are a component that nobody belongs to (N_k = 0), and one that has settled on a single
    value (variance 0). The docstring says what is wanted of each.
    """
    return _em(x, K, max_iter, init, m_step=_bare_m)


def em1d_ridge_of_a_thousandth(x, K=3, max_iter=100, init=None):
    """The variances are larger by one thousandth than they should be.

    A ridge is there to keep them above 0, and the docstring says how large it may be at most.
    """

    def m_step(x, resp):
        return _m(x, resp, ridge=1e-3)

    return _em(x, K, max_iter, init, m_step=m_step)


def _m_by_large_squares(x, resp):
    """Subtract the square of the mean from the mean of the squares."""
    with np.errstate(divide="ignore", invalid="ignore"):
        nk = resp.sum(axis=0)
        means = resp.T @ x / nk
        return nk / len(x), means, np.maximum(resp.T @ x**2 / nk - means**2, 0.0) + _RIDGE


def em1d_difference_of_large_squares(x, K=3, max_iter=100, init=None):
    """Near 0 all is right, but far from it, digits are lost: as when squares of x itself are
    formed and subtracted from each other, or when numbers are kept in 32 bits.

    At 100 million, a square has 17 digits and a float64 has 16. Subtract first, square later.
    """

    def m_step(x, resp):
        return tuple(np.nan_to_num(part, nan=1.0) for part in _m_by_large_squares(x, resp))

    return _em(x, K, max_iter, init, m_step=m_step)


def em1d_difference_of_large_squares_without_guard(x, K=3, max_iter=100, init=None):
    """Far from 0, digits are lost: as when squares of x itself are formed and subtracted from each
    other.

    Subtract first, square later. And a component that nobody belongs to has N_k = 0, by which
    nothing can be divided.
    """
    return _em(x, K, max_iter, init, m_step=_m_by_large_squares)


def em1d_difference_of_large_squares_without_logarithms_and_guard(x, K=3, max_iter=100, init=None):
    """Far from 0, digits are lost: as when squares of x itself are formed and subtracted from each
    other.

    Subtract first, square later. And at the extremes there is 0 / 0: far from every mean, where
    all densities underflow, and with a component that nobody belongs to.
    """
    return _em(x, K, max_iter, init, _plain_e, _m_by_large_squares)
