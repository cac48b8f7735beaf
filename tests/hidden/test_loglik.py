"""Hidden checks of loglik: extremes, EM's promise, and agreement with scikit-learn."""

import numpy as np
import pytest
import sklearn_answers
from examples import POINTS, THREE, mixture, old_faithful, petal_length, toy


def test_far_points(submission, reference, match):
    """Points a thousand standard deviations from every mean: very unlikely, not impossible."""
    X = np.vstack([POINTS, [[2000.0, 0.0], [-1000.0, 3000.0]]])
    match(submission.loglik(X, *THREE), reference.loglik(X, *THREE), "loglik")


def test_zero_weight(submission, reference, match):
    """A component of weight 0 adds nothing."""
    weights = np.array([0.6, 0.0, 0.4])
    value = submission.loglik(POINTS, weights, *THREE[1:])
    match(value, reference.loglik(POINTS, weights, *THREE[1:]), "loglik")


def test_shifted_data(submission, reference, match):
    """Data and means moved by 100 million together: nothing else has changed."""
    value = submission.loglik(POINTS + 1e8, THREE.weights, THREE.means + 1e8, THREE.covariances)
    match(value, reference.loglik(POINTS, *THREE), "loglik")


def test_arguments_unchanged(submission):
    """Compute with X, weights, means and covariances, but leave them as they were."""
    value = submission.loglik(POINTS, *THREE)
    assert not submission.changed, "after the call, an argument had other values; work on a copy"
    assert value < 0, "the log-likelihood of these points is negative"


@pytest.mark.parametrize("covariance_type", sklearn_answers.COVARIANCE_TYPES)
def test_agrees_with_scikit_learn(submission, match, covariance_type):
    """Sixty points in three dimensions, with covariances of each of the four types."""
    due = sklearn_answers.fitted(covariance_type, 1)
    value = submission.loglik(sklearn_answers.data(), due.weights, due.means, due.covariances)
    match(value, due.loglik, "loglik")


def _data(name):
    if name == "old_faithful":
        return old_faithful()[::4]
    if name == "petal_length":
        return petal_length()[::2, np.newaxis]
    return toy(name)[::5]


def _start(X, K):
    """Means at K points of the data, the variances of all of it, weights 1 : 2 : … : K."""
    weights = np.arange(1.0, K + 1)
    spread = np.diag(X.var(axis=0))
    return mixture(weights / weights.sum(), X[5 : 5 + K], np.tile(spread, (K, 1, 1)))


@pytest.mark.parametrize(
    ("name", "K"),
    [
        ("old_faithful", 2),
        ("petal_length", 2),
        ("blobs_anisotropic", 3),
        ("blobs_unequal_sizes", 2),
        ("moons", 4),
    ],
)
def test_never_falls_on_five_data_sets(submission, name, K):
    """Fifty pairs of your E- and M-step on five data sets: the log-likelihood never falls."""
    X = _data(name)
    path = [_start(X, K)]
    trace = np.empty(51)
    trace[0] = submission.loglik(X, *path[0])
    for _ in range(50):
        path.append(submission.mstep(X, submission.estep(X, *path[-1])))
    # In no order, so that nothing is gained by an answer that only grows with each call.
    for i in 1 + np.random.default_rng(K).permutation(50):
        trace[i] = submission.loglik(X, *path[i])
    assert np.diff(trace).min() > -1e-5, "the log-likelihood fell from one iteration to the next"
    assert trace[-1] - trace[0] > 10, "the log-likelihood hardly rose in fifty iterations"
