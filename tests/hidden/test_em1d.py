"""Hidden checks of em1d: extremes, EM's promise, and agreement with scikit-learn."""

import numpy as np
import pytest
import sklearn_answers
from examples import old_faithful, petal_length

PETALS = np.array([0.4, 0.6]), np.array([2.0, 4.0]), np.array([1.0, 2.0])
WAITING = np.array([0.7, 0.3]), np.array([60.0, 70.0]), np.array([150.0, 80.0])
THREE = np.array([0.2, 0.5, 0.3]), np.array([-1.0, 1.5, 4.0]), np.array([0.5, 2.0, 1.0])
# Multiples of 1/8, so that they can be moved by 1e8 without rounding.
X = np.array([-2.5, -1.0, -0.125, 0.5, 0.75, 1.25, 2.0, 3.5, 3.75, 4.5, 6.0])


def test_after_three_iterations(submission, reference, match):
    """Three iterations for three components from a given start."""
    resp, means, variances = submission.em1d(X, 3, max_iter=3, init=THREE)
    due = reference.em1d(X, 3, max_iter=3, init=THREE)
    match(means, due[1], "means")
    match(variances, due[2], "variances")
    match(resp, due[0], "resp")


# After 50 iterations, those who stop early are as near the limit as their rule brings them.
@pytest.mark.parametrize(("iterations", "wide"), [(1, 1), (2, 1), (5, 2), (50, 50)])
def test_agrees_with_scikit_learn(submission, match, iterations, wide):
    """Iris petals and Old Faithful's waiting times, after 1, 2, 5 and 50 iterations."""
    for x, start in ((petal_length(), PETALS), (old_faithful()[:, 1], WAITING)):
        resp, means, variances = submission.em1d(x, 2, max_iter=iterations, init=start)
        due = sklearn_answers.fitted_1d(x, start, iterations)
        match(means, due[1], "means", rtol=1e-3 * min(wide, 10))
        match(variances, due[2], "variances", rtol=2e-3 * wide)
        match(resp, due[0], "resp", rtol=0, atol=4e-3 * wide)


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
        resp, means, variances = submission.em1d(x, 2, max_iter=max_iter, init=WAITING)
        trace.append(_log_likelihood(x, weights, means, variances))
        weights = resp.mean(axis=0)  # the next M-step's weights
    assert np.diff(trace).min() > -1e-5, "the log-likelihood fell when one iteration was added"
    assert trace[-1] - trace[0] > 5, "the log-likelihood hardly rose in fifteen iterations"


def test_waiting_times(submission, match):
    """Old Faithful's short and long waiting times, found from your own start."""
    resp, means, variances = submission.em1d(old_faithful()[:, 1], 2)
    order = np.argsort(means)
    match(means[order], [54.615, 80.091], "means, in ascending order,", rtol=1e-2)
    match(np.sqrt(variances[order]), [5.871, 5.868], "standard deviations", rtol=6e-2)
    match(resp.mean(axis=0)[order], [0.3609, 0.6391], "the column means of resp", rtol=5e-2)


def test_repeated_values(submission, match):
    """Components that settle on one value each keep a variance above 0."""
    x = np.array([1.0] * 5 + [2.0] * 3 + [5.0] * 2)
    start = np.array([0.5, 0.2, 0.3]), np.array([1.1, 2.0, 4.8]), np.array([0.1, 0.05, 0.2])
    resp, means, variances = submission.em1d(x, 3, max_iter=40, init=start)
    match(means, [1.0, 2.0, 5.0], "means")
    match(resp.sum(axis=1), np.ones(10), "the sum of each row of resp")
    assert variances.min() > 0, "a variance is 0"
    assert variances.max() < 1e-4, "a component has not settled on its value"


def test_far_outlier(submission, reference, match):
    """One number lies thousands of standard deviations away from the others."""
    x = np.array([-0.25, 0.0, 0.125, 1.0, 0.75, 1.5, 1000.0])
    start = np.array([0.4, 0.6]), np.array([0.0, 1.0]), np.array([0.01, 0.04])
    resp, means, variances = submission.em1d(x, 2, max_iter=1, init=start)
    due = reference.em1d(x, 2, max_iter=1, init=start)
    match(means, due[1], "means")
    match(variances, due[2], "variances")
    match(resp, due[0], "resp")


def test_empty_component(submission, reference, match):
    """A component that starts too far away to get any number does not disturb the others."""
    start = np.array([0.3, 0.2, 0.5]), np.array([0.0, 1e5, 3.0]), np.array([1.0, 0.25, 4.0])
    resp, means, variances = submission.em1d(X, 3, max_iter=1, init=start)
    others = tuple(part[[0, 2]] for part in start)
    due = reference.em1d(X, 2, max_iter=1, init=others)
    match(means[[0, 2]], due[1], "means of the other components")
    match(variances[[0, 2]], due[2], "variances of the other components")
    match(resp.sum(axis=1), np.ones(len(X)), "the sum of each row of resp")
    assert variances[1] > 0, "the variance of the empty component is not positive"


def test_shifted_data(submission, reference, match):
    """Data and start moved by 100 million together: the means move with them."""
    weights, means, variances = THREE
    shifted = submission.em1d(X + 1e8, 3, max_iter=3, init=(weights, means + 1e8, variances))
    due = reference.em1d(X, 3, max_iter=3, init=THREE)
    match(shifted[1] - 1e8, due[1], "means, moved back,", rtol=0, atol=0.05)
    match(shifted[2], due[2], "variances", rtol=0, atol=0.05)


def test_smallest_case(submission, match):
    """One number and one component."""
    resp, means, variances = submission.em1d(np.array([2.5]), 1)
    match(resp, [[1.0]], "resp")
    match(means, [2.5], "means")
    assert variances[0] > 0, "the variance is not positive"


def test_arguments_unchanged(submission):
    """Compute with x and init, but leave them as they were."""
    _, means, _ = submission.em1d(X, 3, max_iter=2, init=THREE)
    assert not submission.changed, "after the call, an argument had other values; work on a copy"
    assert np.ptp(means) > 1, "the means do not spread over the data"
