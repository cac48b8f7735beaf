"""Hidden checks of em1d: extremes, EM's promise, and agreement with scikit-learn."""

import canonical
import numpy as np
import pytest
import sklearn_answers
from examples import old_faithful, petal_length

PETALS = np.array([0.4, 0.6]), np.array([2.0, 4.0]), np.array([1.0, 2.0])
WAITING = np.array([0.7, 0.3]), np.array([60.0, 70.0]), np.array([150.0, 80.0])
# Heights in metres lie so close together that their log-likelihood is positive.
HEIGHTS = np.array([1.54, 1.57, 1.62, 1.63, 1.66, 1.71, 1.74, 1.78, 1.79, 1.83, 1.85, 1.9, 1.96])
SHORT_AND_TALL = np.array([0.3, 0.7]), np.array([1.5, 1.75]), np.array([0.02, 0.01])
THREE = np.array([0.2, 0.5, 0.3]), np.array([-1.0, 1.5, 4.0]), np.array([0.5, 2.0, 1.0])
# Multiples of 1/8, so that they can be moved by 1e8 without rounding.
X = np.array([-3.0, -2.625, -2.25, -1.75, -0.25, 0.75, 2.625, 2.75, 3.25, 3.375, 3.875])
# The same where nothing is in ascending order.
MIXED = X[[4, 9, 0, 2, 10, 6, 1, 7, 3, 8, 5]]
FROM_ABOVE = tuple(part[::-1].copy() for part in THREE)


def _match_in_order(match, answer, due):
    """Compare two answers, the components of each in the order of their means."""
    (resp, means, variances), expected = canonical.em1d(answer), canonical.em1d(due)
    match(means, expected[1], "means (sorted)")
    match(variances, expected[2], "variances (sorted by mean)")
    match(resp, expected[0], "resp (columns sorted by mean)")


def test_after_three_iterations(submission, reference, match):
    """Three iterations from a given start, for two components and for three."""
    for x, start in ((HEIGHTS, SHORT_AND_TALL), (X, THREE)):
        answer = submission.em1d(x, len(start[0]), max_iter=3, init=start)
        _match_in_order(match, answer, reference.em1d(x, len(start[0]), max_iter=3, init=start))


# After 50 iterations, those who stop early are as near the limit as their rule brings them.
@pytest.mark.parametrize(("iterations", "wide"), [(1, 1), (2, 1), (5, 2), (50, 50)])
def test_agrees_with_scikit_learn(submission, match, iterations, wide):
    """Iris petals and Old Faithful's waiting times, after 1, 2, 5 and 50 iterations."""
    for x, start in ((petal_length(), PETALS), (old_faithful()[:, 1], WAITING)):
        answer = submission.em1d(x, 2, max_iter=iterations, init=start)
        resp, means, variances = canonical.em1d(answer)
        due = canonical.em1d(sklearn_answers.fitted_1d(x, start, iterations))
        match(means, due[1], "means (sorted)", rtol=1e-3 * min(wide, 10))
        match(variances, due[2], "variances (sorted by mean)", rtol=2e-3 * wide)
        match(resp, due[0], "resp (columns sorted by mean)", rtol=0, atol=4e-3 * wide)


def _log_likelihood(x, weights, means, variances):
    """Return the log-likelihood; NaN, which is never a rise, where a variance is negative."""
    with np.errstate(all="ignore"):
        log_terms = np.log(weights) - 0.5 * np.log(2 * np.pi * variances)
        log_terms = log_terms - 0.5 * (x[:, np.newaxis] - means) ** 2 / variances
        return np.logaddexp.reduce(log_terms, axis=1).sum()


def test_never_falls(submission):
    """With one more iteration each time, from one start: the log-likelihood never falls."""
    x = old_faithful()[::4, 1]
    weights = WAITING[0]
    trace = []
    for max_iter in range(16):
        answer = submission.em1d(x, 2, max_iter=max_iter, init=WAITING)
        resp, means, variances = canonical.em1d(answer)
        trace.append(_log_likelihood(x, weights, means, variances))
        weights = resp.mean(axis=0)  # the next M-step's weights
    assert np.diff(trace).min() > -1e-5, "the log-likelihood fell when one iteration was added"
    assert trace[-1] - trace[0] > 5, "the log-likelihood hardly rose in fifteen iterations"


def test_waiting_times(submission, match):
    """Old Faithful's short and long waiting times, found from your own start."""
    resp, means, variances = submission.em1d(old_faithful()[:, 1], 2)
    match(np.sort(means), [54.615, 80.091], "means (sorted)", rtol=1e-2)
    match(np.sqrt(variances), [5.869, 5.869], "the roots of variances", rtol=6e-2)
    weights = np.sort(resp.mean(axis=0))
    match(weights, [0.3609, 0.6391], "the column means of resp (sorted)", rtol=5e-2)


def _with_another(weight, mean, variance):
    """Return FROM_ABOVE with one more component in front."""
    weights, means, variances = FROM_ABOVE
    return (
        np.append(weight, (1 - weight) * weights),
        np.append(mean, means),
        np.append(variance, variances),
    )


def test_repeated_values(submission, match):
    """A component that settles on one value keeps a variance above 0."""
    x, start = np.append(MIXED, [20.0] * 4), _with_another(0.2, 20.0, 0.5)
    answer = submission.em1d(x, 4, max_iter=5, init=start)
    _match_in_order(match, answer, sklearn_answers.fitted_1d(x, start, 5))
    assert answer[2].min() > 0, "a variance is not positive"
    resp, means, variances = submission.em1d(np.full(4, 2.5), 1)
    match(resp, np.ones((4, 1)), "resp for four equal numbers")
    match(means, [2.5], "means for four equal numbers")
    assert variances[0] > 0, "the variance of four equal numbers is not positive"


def test_far_outliers(submission, match):
    """Two numbers lie a hundred standard deviations away from the nearest mean."""
    x, start = np.append(MIXED, [1000.0, 1010.0]), _with_another(0.1, 900.0, 1.0)
    answer = submission.em1d(x, 4, max_iter=5, init=start)
    _match_in_order(match, answer, sklearn_answers.fitted_1d(x, start, 5))


def test_empty_component(submission, reference, match):
    """A component that starts too far away to get any number does not disturb the others."""
    start = np.array([0.5, 0.2, 0.3]), np.array([3.0, 1e5, 0.0]), np.array([4.0, 0.25, 1.0])
    resp, means, variances = submission.em1d(MIXED, 3, max_iter=4, init=start)
    empty = resp.sum(axis=0).argmin()
    rest = np.delete(resp, empty, axis=1), np.delete(means, empty), np.delete(variances, empty)
    others = tuple(part[[0, 2]] for part in start)
    _match_in_order(match, rest, reference.em1d(MIXED, 2, max_iter=4, init=others))
    assert variances[empty] > 0, "the variance of the empty component is not positive"


def test_shifted_data(submission, reference, match):
    """Data and start moved by 100 million together: the means move with them."""
    weights, means, variances = THREE
    answer = submission.em1d(X + 1e8, 3, max_iter=3, init=(weights, means + 1e8, variances))
    shifted = canonical.em1d(answer)
    due = canonical.em1d(reference.em1d(X, 3, max_iter=3, init=THREE))
    match(shifted[1] - 1e8, due[1], "means (sorted), moved back,", rtol=0, atol=0.05)
    match(shifted[2], due[2], "variances (sorted by mean)", rtol=0, atol=0.05)


def test_smallest_case(submission, match):
    """One component for one number, and for two; components with less than one number."""
    start = np.array([1.0]), np.array([2.0]), np.array([0.5])
    resp, means, variances = submission.em1d(np.array([2.5]), 1, max_iter=0, init=start)
    match(resp, [[1.0]], "resp")
    match(means, start[1], "means")
    match(variances, start[2], "variances")
    resp, means, variances = submission.em1d(np.array([2.5, 4.0]), 1)
    match(resp, [[1.0], [1.0]], "resp")
    match(means, [3.25], "means")
    match(variances, [0.5625], "variances")
    # Both have the same share of every number, 0.9 and 0.1 of it; together they have four.
    x, start = np.array([1.0, 2.0, 4.0, 9.0]), (np.array([0.9, 0.1]), np.full(2, 3.0), np.ones(2))
    resp, means, variances = submission.em1d(x, 2, max_iter=1, init=start)
    match(means, [4.0, 4.0], "means of components that start alike")
    match(variances, [9.5, 9.5], "variances of components that start alike")
    match(np.sort(resp), np.tile([0.1, 0.9], (4, 1)), "resp of components that start alike")


def test_x_unchanged(submission):
    """Compute with x, in whatever order its numbers are, but leave it as it was."""
    _, means, _ = submission.em1d(MIXED, 3, max_iter=2, init=THREE)
    assert "x" not in submission.changed, "after the call, x had other values; work on a copy"
    assert np.ptp(means) > 0.1, "the means do not spread over the data"


def test_init_unchanged(submission):
    """Start from init, but leave it as it was."""
    _, means, _ = submission.em1d(X, 3, max_iter=2, init=THREE)
    assert "init" not in submission.changed, "after the call, init had other values; work on a copy"
    assert np.ptp(means) > 0.1, "the means do not spread over the data"
