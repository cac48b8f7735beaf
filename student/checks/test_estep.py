"""Public checks of estep: the responsibility of every component for every point."""

import due
import numpy as np
from examples import BY_HAND, BY_HAND_X, FAITHFUL, POINTS, THREE, mixture, old_faithful


def test_by_hand(submission, match):
    """Five numbers, two components: compute the first responsibilities with a calculator."""
    resp = submission.estep(BY_HAND_X[:, np.newaxis], *BY_HAND)
    first = [0.9543, 0.9750, 0.6316, 0.0, 0.0]
    match(resp, np.column_stack([first, np.subtract(1, first)]), "resp", rtol=0, atol=1e-4)


def test_rows_sum_to_one(submission, attach, match):
    """The responsibilities for one point are probabilities: none is negative, their sum is 1."""
    X = old_faithful()
    resp = submission.estep(X, *FAITHFUL)

    def picture(X, resp):
        import plots

        return plots.plot_responsibilities(X, resp, *FAITHFUL[1:], axis_labels=due.MINUTES)

    def right(X):
        import plots

        drawn = X, due.responsibilities(), *FAITHFUL[1:]
        figure = plots.plot_responsibilities(*drawn, axis_labels=due.MINUTES)
        return due.headed(figure, "What is right")

    attach(
        picture,
        X,
        resp,
        alt="Waiting time against duration for 272 eruptions of Old Faithful. Each point's colour "
        "is mixed from the colours of two components, in proportion to its responsibilities. "
        "Short eruptions should have the colour of component 0; towards the mean of component 1, "
        "at 4.4 and 76 minutes, its colour should take over.",
    )
    attach(right, X, alt="What is right: the same eruptions in the colours that they should have.")
    assert resp.min() >= 0, f"the smallest value is {resp.min():.6g}; none may be negative"
    match(resp.sum(axis=1), np.ones(len(X)), "the sum of each row of resp")
    assert np.ptp(resp[:, 0]) > 0.5, "all points get nearly the same responsibilities"


def test_matches_the_formula(submission, reference, match):
    """Seven points in the plane and three components that overlap: Bayes' rule for each."""
    match(submission.estep(POINTS, *THREE), reference.estep(POINTS, *THREE), "resp")


def test_weights_matter(submission, match):
    """Components with the same mean and covariance share every point in proportion to weight."""
    weights = np.array([0.2, 0.5, 0.3])
    alike = weights, np.tile([1.0, 2.0], (3, 1)), np.tile([[2.0, 0.5], [0.5, 1.0]], (3, 1, 1))
    resp = submission.estep(POINTS, *alike)
    match(resp, np.tile(weights, (len(POINTS), 1)), "resp")


def test_correlation_matters(submission, match):
    """One component leans to the right, one to the left: they differ in the off-diagonal only."""
    leaning = mixture([0.6, 0.4], [[0, 0]] * 2, [[[1, 0.8], [0.8, 1]], [[1, -0.8], [-0.8, 1]]])
    resp = submission.estep(np.array([[1.0, 1.0], [1.0, -1.0], [2.0, 0.0]]), *leaning)
    right = [0.99223, 0.01731, 0.6]  # at (1, 1) the odds are 0.6 : 0.4 exp(1/1.8 - 1/0.2)
    match(resp[:, 0], right, "resp[:, 0]", rtol=0, atol=1e-4)


def test_spread_sets_the_height(submission, match):
    """At its mean, a wide component is lower than a narrow one: both must have area 1."""
    nested = mixture([0.2, 0.8], [[1, 2]] * 2, [0.25 * np.eye(2), 4 * np.eye(2)])
    resp = submission.estep(np.array([[1.0, 2.0]]), *nested)
    match(resp, [[0.8, 0.2]], "resp")  # odds 0.2 / 0.25 : 0.8 / 4


def test_lists_and_integers(submission, reference, match):
    """Lists and whole numbers are as good as arrays of floats."""
    X = [[0, 0], [1, 3], [4, 1], [-2, 2]]
    rest = [0.3, 0.1, 0.6], [[0, 1], [3, 0], [1, 4]], [[[2, 1], [1, 3]], [[4, -1], [-1, 1]]]
    rest[2].append([[3, 0], [0, 2]])
    match(submission.estep(X, *rest), reference.estep(X, *rest), "resp")


def test_arguments_unchanged(submission):
    """Compute with X, weights, means and covariances, but leave them as they were."""
    resp = submission.estep(POINTS, *THREE)
    changed = ", ".join(submission.changed)
    assert not changed, f"after the call, {changed} had other values; work on a copy"
    assert np.ptp(resp, axis=0).min() > 0.1, "all points get nearly the same responsibilities"
