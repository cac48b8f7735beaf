"""Public checks of loglik: how well a mixture explains the data."""

import numpy as np
from examples import BY_HAND, BY_HAND_X, FAITHFUL, POINTS, THREE, mixture, old_faithful


def test_by_hand(submission, match):
    """Five numbers, two components: the sum of five natural logarithms, on paper."""
    value = submission.loglik(BY_HAND_X[:, np.newaxis], *BY_HAND)
    match(value, -11.9452, "loglik", rtol=0, atol=2e-4)


def test_one_gaussian(submission, match):
    """With one component, the log-likelihood is the sum of the log densities of one Gaussian."""
    one = mixture([1], [[0, 0]], [[[2, 1], [1, 2]]])
    value = submission.loglik(np.array([[0.0, 0.0], [1.0, 1.0], [1.0, -1.0]]), *one)
    due = -3 * np.log(2 * np.pi) - 1.5 * np.log(3) - 1 / 3 - 1  # det C = 3; distances 0, 2/3, 2
    match(value, due, "loglik")


def test_matches_the_formula(submission, reference, match):
    """Seven points in the plane and three components that overlap."""
    match(submission.loglik(POINTS, *THREE), reference.loglik(POINTS, *THREE), "loglik")


def test_never_falls(submission, attach):
    """Twenty pairs of your E- and M-step on Old Faithful: the log-likelihood rises each time."""
    X = old_faithful()[::2]
    trace = [submission.loglik(X, *FAITHFUL)]
    path = [FAITHFUL]
    for _ in range(20):
        path.append(submission.mstep(X, submission.estep(X, *path[-1])))
    # Backwards: an answer that only grows with each call would fall.
    trace += [submission.loglik(X, *parameters) for parameters in path[:0:-1]][::-1]

    def picture(trace):
        import plots

        return plots.plot_loglik(trace)

    attach(
        picture,
        trace,
        alt="Log-likelihood against iteration, from the start to the twentieth pair of E- and "
        "M-step. The line should rise with every step, level off before the tenth, and never fall.",
    )
    rise = np.diff(trace)
    worst = int(np.argmin(rise))
    assert rise[worst] > -1e-5, f"it fell by {-rise[worst]:.6g} in iteration {worst + 1}"
    assert trace[-1] - trace[0] > 50, f"it rose by {trace[-1] - trace[0]:.6g} in all; too little"


def test_lists_and_integers(submission, reference, match):
    """Lists and whole numbers are as good as arrays of floats."""
    X = [[0, 0], [1, 3], [4, 1], [-2, 2]]
    rest = [0.3, 0.1, 0.6], [[0, 1], [3, 0], [1, 4]], [[[2, 1], [1, 3]], [[4, -1], [-1, 1]]]
    rest[2].append([[3, 0], [0, 2]])
    match(submission.loglik(X, *rest), reference.loglik(X, *rest), "loglik")
