"""Hidden checks of loglik: extremes, EM's promise, and agreement with scikit-learn."""

import numpy as np
import pytest
import sklearn_answers
from examples import BY_HAND, BY_HAND_X, POINTS, THREE, mixture, old_faithful, petal_length, toy
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

# Whoever has made a mistake may also have stayed in log space, or not. The mistake is recognised
# either way, because nothing depends on what it answers far away: answers to calls with far points
# are not recorded, and checks of far points look near the data first.


def _look_near(submission, reference, match):
    """Match where the data are, in one dimension and in two."""
    for X, parameters in ((BY_HAND_X[:, np.newaxis], BY_HAND), (POINTS, THREE)):
        value = submission.loglik(X, *parameters)
        match(value, reference.loglik(X, *parameters), "loglik of near points")


def _by_scipy(X, weights, means, covariances):
    """Return the log-likelihood from SciPy's densities."""
    pairs = zip(means, covariances, strict=True)
    log_densities = np.transpose([multivariate_normal.logpdf(X, *pair) for pair in pairs])
    return logsumexp(log_densities, b=weights, axis=1).sum()


def test_far_points(submission, reference, match):
    """Near points alone; then with two that are sixty, then a thousand standard deviations away."""
    _look_near(submission, reference, match)
    for far in ([[60.0, -45.0], [-50.0, 80.0]], [[2000.0, 0.0], [-1000.0, 3000.0]]):
        X = np.vstack([POINTS, far])
        match(submission.loglik(X, *THREE), _by_scipy(X, *THREE), "loglik with far points")


def test_far_points_are_possible(submission, reference, match):
    """Near points alone; then with two far away, which are very unlikely, but not impossible."""
    _look_near(submission, reference, match)
    far = submission.loglik(np.vstack([POINTS, [[2000.0, 0.0], [-1000.0, 3000.0]]]), *THREE)
    near = reference.loglik(POINTS, *THREE)
    assert far < near + 1e-2, "two points so far away must not raise the log-likelihood"


def test_zero_weight(submission, match):
    """A component of weight 0 adds nothing."""
    value = submission.loglik(POINTS, np.array([0.6, 0.0, 0.4]), *THREE[1:])
    due = _by_scipy(POINTS, [0.6, 0.4], THREE.means[::2], THREE.covariances[::2])
    match(value, due, "loglik")


def test_shifted_data(submission, reference, match):
    """Data and means moved by 100 million together: nothing else has changed."""
    value = submission.loglik(POINTS + 1e8, THREE.weights, THREE.means + 1e8, THREE.covariances)
    match(value, reference.loglik(POINTS, *THREE), "loglik")


def test_arguments_unchanged(submission):
    """Compute with X, weights, means and covariances, but leave them as they were."""
    value = submission.loglik(POINTS, *THREE)
    assert not submission.changed, "after the call, an argument had other values; work on a copy"
    assert value < -1, "the log-likelihood of these points is negative"


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
    """Means at K points of the data, the covariance of all of it, weights 1 : 2 : … : K."""
    weights = np.arange(1.0, K + 1)
    spread = np.atleast_2d(np.cov(X.T))
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
def test_never_falls_on_five_data_sets(submission, match, name, K):
    """Five data sets: the log-likelihood of a start; 25 of your E- and M-steps never lower it."""
    X = _data(name)
    path = [_start(X, K)]
    trace = np.empty(26)
    trace[0] = submission.loglik(X, *path[0])
    for _ in range(25):
        path.append(submission.mstep(X, submission.estep(X, *path[-1])))
    # In no order, so that nothing is gained by an answer that only grows with each call.
    for i in 1 + np.random.default_rng(K).permutation(25):
        trace[i] = submission.loglik(X, *path[i])
    match(trace[0], _by_scipy(X, *path[0]), "loglik of the start")
    assert np.diff(trace).min() > -1e-5, "the log-likelihood fell from one iteration to the next"
    assert trace[-1] - trace[0] > 10, "the log-likelihood hardly rose in 25 iterations"
