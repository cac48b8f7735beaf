"""Hidden checks of estep: extremes, symmetries, and agreement with scikit-learn."""

import numpy as np
import pytest
import sklearn_answers
from examples import POINTS, THREE, mixture


def test_far_points(submission, reference, match):
    """Points a thousand standard deviations from every mean still belong to some component."""
    angle = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [3.0, -2.0]])
    X = np.vstack([[0.5, 0.75], 2000.0 * angle])  # one of them near, to compare with
    match(submission.estep(X, *THREE), reference.estep(X, *THREE), "resp")


def test_far_points_between(submission, reference, match):
    """A point about as far from one component as from another belongs to both, however far."""
    pair = mixture([0.3, 0.7], [[-1, 0], [1, 0]], [[[0.25, 0], [0, 4]]] * 2)
    # Densities near 1e-316, which a computer still holds, near 1e-523, and much smaller.
    X = np.array([[-0.06, 76.0], [0.04, -98.0], [0.02, 1e4], [0.0, -1e3]])
    resp = submission.estep(X, *pair)
    match(resp[3], [0.3, 0.7], "resp of the point that is equally far from both")
    match(resp, reference.estep(X, *pair), "resp")


def test_unequal_scales(submission, match):
    """Variances of a millionth, one and a thousand in one mixture."""
    scales = mixture([0.3, 0.5, 0.2], [[0, 0], [5, 5], [-5, 5]], [[[1, 0], [0, 1]]] * 3)
    scales.covariances[:] *= np.array([1e-6, 1.0, 1e3])[:, np.newaxis, np.newaxis]
    X = np.array([[0.0, 0.0], [0.001, -0.001], [5.0, 4.0], [0.1, -0.1], [30.0, 60.0]])
    resp = submission.estep(X, *scales)
    match(np.argmax(resp, axis=1), [0, 0, 1, 2, 2], "the likeliest component")
    match(resp.max(axis=1), np.ones(5), "the largest value in each row of resp", rtol=0, atol=0.01)


def test_zero_weight(submission, match):
    """A component of weight 0 is responsible for nothing, not even for a point at its mean."""
    weights = np.array([0.6, 0.0, 0.4])
    X = np.vstack([POINTS, THREE.means[1]])
    resp = submission.estep(X, weights, *THREE[1:])
    match(resp[:, 1], np.zeros(8), "resp of the component of weight 0", rtol=0, atol=1e-6)
    match(resp.sum(axis=1), np.ones(8), "the sum of each row of resp")


def test_smallest_cases(submission, reference, match):
    """One point alone, one component alone, and several thousand points."""
    match(submission.estep(POINTS[:1], *THREE), reference.estep(POINTS[:1], *THREE), "resp")
    one = mixture([1], [[1, 2]], [[[2, 0.5], [0.5, 1]]])
    match(submission.estep(POINTS, *one), np.ones((7, 1)), "resp for one component")
    many = submission.estep(np.tile(POINTS, (1171, 1)), *THREE)
    match(many, np.tile(reference.estep(POINTS, *THREE), (1171, 1)), "resp of 8197 points")


def test_permuted_components(submission, match):
    """The components in another order give the same columns in that order."""
    order = [2, 0, 1]
    resp = submission.estep(POINTS, *THREE)
    permuted = submission.estep(POINTS, *(part[order] for part in THREE))
    match(permuted, resp[:, order], "resp of the permuted components")
    assert np.ptp(resp, axis=0).min() > 0.1, "all points get nearly the same responsibilities"


def test_shifted_data(submission, reference, match):
    """Data and means moved by 100 million together: nothing else has changed."""
    resp = submission.estep(POINTS + 1e8, THREE.weights, THREE.means + 1e8, THREE.covariances)
    match(resp, reference.estep(POINTS, *THREE), "resp")


def test_memory_order(submission, reference, match):
    """Arrays in Fortran's order hold the same numbers."""
    X, means = np.asfortranarray(POINTS), np.asfortranarray(THREE.means)
    covariances = np.asfortranarray(THREE.covariances)
    resp = submission.estep(X, THREE.weights, means, covariances)
    match(resp, reference.estep(X, THREE.weights, means, covariances), "resp")


@pytest.mark.parametrize("covariance_type", sklearn_answers.COVARIANCE_TYPES)
def test_agrees_with_scikit_learn(submission, match, covariance_type):
    """Sixty points in three dimensions, with covariances of each of the four types."""
    due = sklearn_answers.fitted(covariance_type, 1)
    resp = submission.estep(sklearn_answers.data(), due.weights, due.means, due.covariances)
    match(resp, due.resp, "resp", atol=1e-4)
