"""Public checks of mstep: the best parameters for given responsibilities."""

import due
import numpy as np
from examples import POINTS, SOFT, old_faithful


def test_by_hand(submission, match):
    """Three numbers, of which the second belongs to both components: compute it on paper."""
    resp = np.array([[1.0, 0.0], [0.25, 0.75], [0.0, 1.0]])
    weights, means, covariances = submission.mstep(np.array([[0.0], [5.0], [8.5]]), resp, 0.0)
    match(weights, [1.25 / 3, 1.75 / 3], "weights")
    match(means, [[1.0], [7.0]], "means")
    match(covariances, [[[4.0]], [[3.0]]], "covariances")


def test_groups(submission, match):
    """Responsibilities of 0 and 1 make two groups: each has its own mean and covariance."""
    X = np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 3.0], [10.0, 4.0], [14.0, 6.0]])
    resp = np.array([[1.0, 0.0]] * 3 + [[0.0, 1.0]] * 2)
    weights, means, covariances = submission.mstep(X, resp, 0.0)
    match(weights, [0.6, 0.4], "weights")
    match(means, [[1.0, 1.0], [12.0, 5.0]], "means")
    match(covariances, [[[2 / 3, 0.0], [0.0, 2.0]], [[4.0, 2.0], [2.0, 1.0]]], "covariances")


def test_weights_are_shares(submission, match):
    """A component's weight is its mean responsibility, so that all weights together are 1."""
    weights, _, _ = submission.mstep(POINTS, SOFT)
    match(weights, np.array([2.75, 2.15, 2.1]) / 7, "weights")


def test_matches_the_formula(submission, reference, match):
    """Seven points in the plane, each belonging to three components in part."""
    weights, means, covariances = submission.mstep(POINTS, SOFT, 0.0)
    due = reference.mstep(POINTS, SOFT, 0.0)
    match(weights, due[0], "weights")
    match(means, due[1], "means")
    match(covariances, due[2], "covariances")


def test_ridge_on_the_diagonal(submission, reference, match):
    """reg_covar is added to each diagonal element of each covariance, and nowhere else."""
    _, means, covariances = submission.mstep(POINTS, SOFT, 0.5)
    due = reference.mstep(POINTS, SOFT, 0.5)
    match(means, due[1], "means")
    match(covariances, due[2], "covariances")


def test_old_faithful(submission, reference, attach, match):
    """Split Old Faithful's eruptions softly by waiting time, and describe the two kinds."""
    X = old_faithful()
    short = np.round(1 / (1 + np.exp((X[:, 1] - 70) / 5)), 6)
    resp = np.column_stack([short, 1 - short])
    weights, means, covariances = submission.mstep(X, resp)

    def picture(X, resp, means, covariances):
        import plots

        return plots.plot_responsibilities(X, resp, means, covariances, axis_labels=due.MINUTES)

    def right(X, resp, means, covariances):
        import plots

        drawn = X, resp, means, covariances
        figure = plots.plot_responsibilities(*drawn, axis_labels=due.MINUTES)
        return due.headed(figure, "What is right")

    attach(
        picture,
        X,
        resp,
        means,
        covariances,
        alt="Waiting time against duration for 272 eruptions of Old Faithful, coloured by given "
        "responsibilities. An ellipse of two standard deviations around each of the two means "
        "should cover the points of its colour, both rising to the right.",
    )
    expected = reference.mstep(X, resp)
    attach(
        right,
        X,
        resp,
        expected[1],
        expected[2],
        alt="What is right: the same eruptions, with the ellipses where they should be.",
    )
    match(weights, expected[0], "weights")
    match(means, expected[1], "means")
    match(covariances, expected[2], "covariances")


def test_lists_and_integers(submission, reference, match):
    """Lists and whole numbers are as good as arrays of floats."""
    X, resp = [[0, 0], [1, 3], [4, 1], [-2, 2]], [[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]]
    weights, means, covariances = submission.mstep(X, resp, 1)
    due = reference.mstep(X, resp, 1)
    match(weights, due[0], "weights")
    match(means, due[1], "means")
    match(covariances, due[2], "covariances")


def test_arguments_unchanged(submission):
    """Compute with X and resp, but leave them as they were."""
    weights, _, _ = submission.mstep(POINTS, SOFT)
    changed = ", ".join(submission.changed)
    assert not changed, f"after the call, {changed} had other values; work on a copy"
    assert np.ptp(weights) > 0.05, f"the weights are {weights}; they should differ"
