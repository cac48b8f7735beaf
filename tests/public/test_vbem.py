"""Public checks of vbem: the posterior, the responsibilities, and the bound."""

import canonical
import due
import numpy as np
from examples import BY_HAND_X, POINTS, SOFT, old_faithful


def _match_in_order(match, answer, due):
    """Compare weights, means and covariances, the components in the order of their means."""
    came, expected = canonical.vbem(answer), canonical.vbem(due)
    match(came[0], expected[0], "weights (sorted by mean)")
    match(came[1], expected[1], "means (sorted)")
    match(came[2], expected[2], "covariances (sorted by mean)")


def test_before_the_first_iteration(submission, match):
    """With max_iter=0 it is the posterior for init_resp: compute it on paper for five numbers."""
    resp = np.array([[1.0, 0.0]] * 3 + [[0.0, 1.0]] * 2)
    answer = submission.vbem(BY_HAND_X[:, np.newaxis], 2, 0, init_resp=resp)
    weights, means, covariances, _ = canonical.vbem(answer)
    match(weights, [3.5 / 6, 2.5 / 6], "weights (sorted by mean)")
    match(means, [[-0.5], [3.0]], "means (sorted)")
    match(covariances, [[[13.5 / 4]], [[16.5 / 3]]], "covariances (sorted by mean)")


def test_one_iteration(submission, reference, match):
    """Seven points in the plane, three components: responsibilities and posterior once."""
    answer = submission.vbem(POINTS, 3, 1, init_resp=SOFT)
    _match_in_order(match, answer, reference.vbem(POINTS, 3, 1, init_resp=SOFT))


def test_bound_after_each_iteration(submission, reference, match):
    """By how much the bound rises in the second, third, … sixth iteration."""
    bounds = submission.vbem(POINTS, 3, 6, init_resp=SOFT)[3]
    due = reference.vbem(POINTS, 3, 6, init_resp=SOFT)[3]
    match(np.shape(bounds), (6,), "the shape of bounds for max_iter=6")
    match(np.diff(bounds), np.diff(due), "the rises of bounds")


def test_concentration(submission, reference, match):
    """A large concentration draws the weights together, a small one lets them go apart."""
    for concentration in (10.0, 0.01):
        chosen = {"weight_concentration": concentration, "init_resp": SOFT}
        answer = submission.vbem(POINTS, 3, 2, **chosen)
        _match_in_order(match, answer, reference.vbem(POINTS, 3, 2, **chosen))


def test_old_faithful(submission, attach, match):
    """Six components, from your own start: two describe Old Faithful, the others end near 0."""
    X = old_faithful()
    weights, means, covariances, _ = submission.vbem(X)
    large = weights > 0.02

    def picture(X, weights, means, covariances):
        import plots
        from scipy.stats import multivariate_normal

        pairs = zip(means, covariances, strict=True)
        heights = weights * np.transpose([multivariate_normal.pdf(X, *pair) for pair in pairs])
        resp = heights / heights.sum(axis=1, keepdims=True)
        return plots.plot_responsibilities(X, resp, means, covariances, axis_labels=due.MINUTES)

    def right(X):
        import plots

        resp = np.eye(2)[(X[:, 0] > 3.1).astype(int)]
        drawn = X, resp, *due.TWO_KINDS[1:]
        figure = plots.plot_responsibilities(*drawn, axis_labels=due.MINUTES)
        return due.headed(figure, "What is right")

    attach(
        picture,
        X,
        weights[large],
        means[large],
        covariances[large],
        alt="Waiting time against duration for 272 eruptions of Old Faithful, coloured by "
        "component. Only components with a weight above 0.02 are drawn: there should be two, an "
        "ellipse around the short eruptions and one around the long ones.",
    )
    attach(right, X, alt="What is right: two components, one for each kind of eruption.")
    match(int(large.sum()), 2, "the number of weights above 0.02")
    order = np.argsort(means[large, 0])
    match(weights[large][order], [0.357, 0.641], "the large weights", rtol=3e-2)
    match(means[large][order], [[2.04, 54.6], [4.29, 79.9]], "their means", rtol=1e-2)


def test_lists_and_integers(submission, reference, match):
    """Lists and whole numbers are as good as arrays of floats, and arrays stay as they were."""
    X = [[0, 0], [1, 3], [4, 1], [-2, 2], [3, 3]]
    resp = [[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]]
    _match_in_order(match, submission.vbem(X, 3, 1, 1, resp), reference.vbem(X, 3, 1, 1, resp))
    submission.vbem(POINTS, 3, 2, init_resp=SOFT)
    changed = ", ".join(submission.changed)
    assert not changed, f"after the call, {changed} had other values; work on a copy"
