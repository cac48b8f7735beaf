"""Hidden checks of mstep: extremes, symmetries, and agreement with scikit-learn."""

import numpy as np
import sklearn_answers
from examples import POINTS, SOFT


def test_empty_component(submission, reference, match):
    """A component that nobody belongs to has weight 0, and does not disturb the others."""
    resp = np.column_stack([SOFT[:, 0] + SOFT[:, 1], np.zeros(7), SOFT[:, 2]])
    weights, means, covariances = submission.mstep(POINTS, resp, 0.5)
    due = reference.mstep(POINTS, resp[:, [0, 2]], 0.5)
    match(weights[[0, 2]], due[0], "weights of the other components")
    match(means[[0, 2]], due[1], "means of the other components")
    match(covariances[[0, 2]], due[2], "covariances of the other components")
    match(weights[1], 0.0, "the weight of the empty component")
    smallest = np.linalg.eigvalsh(covariances[1]).min()
    assert smallest > 0, "the covariance of the empty component is not positive definite"


def test_shifted_data(submission, reference, match):
    """Data moved by 100 million: the means move with them, the covariances stay."""
    weights, means, covariances = submission.mstep(POINTS + 1e8, SOFT)
    due = reference.mstep(POINTS, SOFT)
    match(weights, due[0], "weights")
    match(means - 1e8, due[1], "means, moved back,", rtol=0, atol=0.02)
    match(covariances, due[2], "covariances", rtol=0, atol=0.02)


def test_constant_column(submission, match):
    """A feature that never changes has no variance but the ridge, which is 1e-6 unless given."""
    X = np.column_stack([POINTS[:, 0], np.full(7, 3.0), POINTS[:, 1]])
    _, means, covariances = submission.mstep(X, SOFT)
    match(means[:, 1], np.full(3, 3.0), "the constant feature's means")
    # Between the default ridge and twice as much, for those who add one of their own.
    variances = covariances[:, 1, 1]
    match(variances, np.full(3, 1.5e-6), "the constant feature's variances", rtol=0, atol=7e-7)
    match(covariances[:, 1, [0, 2]], np.zeros((3, 2)), "the constant feature's covariances")


def test_smallest_cases(submission, reference, match):
    """One component alone, one point alone, and components with less than one point."""
    weights, means, covariances = submission.mstep(POINTS, np.ones((7, 1)), 0.0)
    match(weights, [1.0], "weights for one component")
    match(means, [POINTS.mean(axis=0)], "means for one component")
    match(covariances, [np.cov(POINTS.T, bias=True)], "covariances for one component")
    weights, means, covariances = submission.mstep(POINTS[:1], SOFT[:1], 0.25)
    match(weights, SOFT[0], "weights for one point")
    match(means, np.tile(POINTS[0], (3, 1)), "means for one point")
    match(covariances, np.tile(0.25 * np.eye(2), (3, 1, 1)), "covariances for one point")
    _, means, covariances = submission.mstep(POINTS[:2], SOFT[:2], 0.0)
    due = reference.mstep(POINTS[:2], SOFT[:2], 0.0)
    match(means, due[1], "means for two points")
    match(covariances, due[2], "covariances for two points")


def test_symmetric_positive_definite(submission, match):
    """Covariances in five dimensions are symmetric, and no direction has variance 0."""
    rng = np.random.default_rng(7)
    X = rng.standard_normal((30, 5)) * [1e-2, 1.0, 1e2, 3.0, 0.5]
    X[:, 4] += X[:, 1] - X[:, 3]
    resp = rng.uniform(0.1, 1.0, (30, 3)) ** [1, 2, 3]
    _, _, covariances = submission.mstep(X, resp / resp.sum(axis=1, keepdims=True))
    match(covariances, np.swapaxes(covariances, 1, 2), "covariances against their transposes")
    assert np.linalg.eigvalsh(covariances).min() > 0, "a covariance is not positive definite"


def test_permuted_components(submission, match):
    """The components in another order give the same parameters in that order."""
    order = [2, 0, 1]
    parameters = submission.mstep(POINTS, SOFT)
    permuted = submission.mstep(POINTS, SOFT[:, order])
    match(permuted[0], parameters[0][order], "permuted weights")
    match(permuted[1], parameters[1][order], "permuted means")
    match(permuted[2], parameters[2][order], "permuted covariances")
    assert np.ptp(parameters[0]) > 0.05, "all components have nearly the same weight"


def test_memory_order(submission, reference, match):
    """Arrays in Fortran's order hold the same numbers."""
    X, resp = np.asfortranarray(POINTS), np.asfortranarray(SOFT)
    weights, means, covariances = submission.mstep(X, resp)
    due = reference.mstep(X, resp)
    match(weights, due[0], "weights")
    match(means, due[1], "means")
    match(covariances, due[2], "covariances")


def test_agrees_with_scikit_learn(submission, match):
    """Sixty points around (1000, 1000, 1000): the second M-step of a fit with four components."""
    before, after = (sklearn_answers.fitted("full", iterations) for iterations in (1, 2))
    weights, means, covariances = submission.mstep(sklearn_answers.data() + 1000, before.resp)
    match(weights, after.weights, "weights")
    match(means - 1000, after.means, "means, less 1000,")
    match(covariances, after.covariances, "covariances")
