"""Known mistakes in em1d. Each docstring is what a student who made it is told."""

import numpy as np

_RIDGE = 1e-6


def _begin(x, K, init):
    x = np.asarray(x, dtype=float)
    if init is None:
        levels = (np.arange(K) + 0.5) / K
        init = np.full(K, 1 / K), np.quantile(x, levels), np.full(K, x.var() + _RIDGE)
    return x, *(np.array(part, dtype=float) for part in init)


def _e(x, weights, means, variances):
    with np.errstate(divide="ignore"):
        terms = np.log(weights) - 0.5 * np.log(variances)
    terms = terms - 0.5 * (x[:, np.newaxis] - means) ** 2 / variances
    shares = np.exp(terms - terms.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def _m(x, resp, centres=None):
    nk = resp.sum(axis=0)
    divisor = np.where(nk > 0, nk, 1.0)
    means = resp.T @ x / divisor
    centred = x[:, np.newaxis] - (means if centres is None else centres)
    return nk / len(x), means, (resp * centred**2).sum(axis=0) / divisor + _RIDGE


def _em(x, K, max_iter, init):
    x, *parameters = _begin(x, K, init)
    for _ in range(max_iter):
        parameters = _m(x, _e(x, *parameters))
    return _e(x, *parameters), parameters[1], parameters[2]


def em1d_standard_deviations(x, K=3, max_iter=100, init=None):
    """Standard deviations were returned where variances are due.

    In which units is the last of the three results, those of x or their square?
    """
    resp, means, variances = _em(x, K, max_iter, init)
    return resp, means, np.sqrt(variances)


def em1d_init_with_standard_deviations(x, K=3, max_iter=100, init=None):
    """The third part of init was read as standard deviations; it holds variances.

    The parts of init are the weights, the means and the variances, in this order.
    """
    if init is not None:
        init = init[0], init[1], np.square(np.asarray(init[2], dtype=float))
    return _em(x, K, max_iter, init)


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


def em1d_init_ignored(x, K=3, max_iter=100, init=None):
    """init had no influence: the start was the default one, whatever was given.

    Print the means before the first iteration and compare them with those of init.
    """
    return _em(x, K, max_iter, None)


def em1d_always_three_components(x, K=3, max_iter=100, init=None):
    """There are always three components, whatever K says.

    Search your file for a 3 that should be a K.
    """
    return _em(x, 3, max_iter, init)


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


def em1d_about_the_old_means(x, K=3, max_iter=100, init=None):
    """The variances were taken about the means of the iteration before, so they are too large.

    In the M-step the new means come first, and the variances are taken about them.
    """
    x, *parameters = _begin(x, K, init)
    for _ in range(max_iter):
        parameters = _m(x, _e(x, *parameters), centres=parameters[1])
    return _e(x, *parameters), parameters[1], parameters[2]


def em1d_weights_not_updated(x, K=3, max_iter=100, init=None):
    """The weights stayed as they were at the start; the M-step has three results.

    Print the weights after a few iterations: do they follow the sizes of the groups?
    """
    x, weights, *parameters = _begin(x, K, init)
    for _ in range(max_iter):
        _, *parameters = _m(x, _e(x, weights, *parameters))
    return _e(x, weights, *parameters), *parameters
