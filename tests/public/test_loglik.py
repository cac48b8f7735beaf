"""Public checks of loglik: how well a mixture explains the data."""

import due
import numpy as np
from examples import BY_HAND, BY_HAND_X, FAITHFUL, POINTS, THREE, mixture, old_faithful


def test_by_hand(submission, reference, match):
    """Five numbers, two components: the sum of five natural logarithms, on paper."""
    X = BY_HAND_X[:, np.newaxis]
    value = submission.loglik(X, *BY_HAND)
    match(value, -11.9452, "loglik", rtol=0, atol=2e-4)
    match(value, reference.loglik(X, *BY_HAND), "loglik")


def test_one_gaussian(submission, match):
    """With one component, the log-likelihood is the sum of the log densities of one Gaussian."""
    one = mixture([1], [[0, 0]], [[[2, 1], [1, 2]]])
    value = submission.loglik(np.array([[0.0, 0.0], [1.0, 1.0], [1.0, -1.0]]), *one)
    due = -3 * np.log(2 * np.pi) - 1.5 * np.log(3) - 1 / 3 - 1  # det C = 3; distances 0, 2/3, 2
    match(value, due, "loglik")


def test_matches_the_formula(submission, reference, match):
    """Three components that overlap: seven points, the first two of them, and two far outside."""
    values = [submission.loglik(X, *THREE) for X in (POINTS, POINTS[:2])]
    due = [reference.loglik(X, *THREE) for X in (POINTS, POINTS[:2])]
    match(values, due, "loglik of all and of two points, listed from 0,")
    # Only the first component (det C = 5.75) reaches as far, with a density of 1e-311: hardly more
    # than nothing, but not yet 0 for a computer.
    value = submission.loglik(np.array([[64.0, 0.25], [-64.0, 0.25]]), *THREE)
    due = 2 * np.log(0.5) - 2 * np.log(2 * np.pi) - np.log(5.75) - 2 * 64**2 / 5.75
    match(value, due, "loglik of two points far outside")


def test_never_falls(submission, attach, match):
    """Old Faithful: the log-likelihood of a start; twelve of your E- and M-steps never lower it."""
    X = old_faithful()[80:]
    trace = [submission.loglik(X, *FAITHFUL)]
    path = [FAITHFUL]
    for _ in range(12):
        path.append(submission.mstep(X, submission.estep(X, *path[-1])))
    # Backwards: an answer that only grows with each call would fall.
    trace += [submission.loglik(X, *parameters) for parameters in path[:0:-1]][::-1]

    def picture(trace):
        import plots

        return plots.plot_loglik(trace)

    def right():
        import plots

        return due.headed(plots.plot_loglik(due.TRACE), "What is right")

    attach(
        picture,
        trace,
        alt="Log-likelihood against iteration, from the start to the twelfth pair of E- and "
        "M-step. The line should rise with every step, level off at the ninth, and never fall.",
    )
    attach(right, alt="What is right: the line as it should be, from -961.8 to -784.9.")
    match(trace[0], -961.7921, "loglik of the start")
    rise = np.diff(trace)
    worst = int(np.argmin(rise))
    assert rise[worst] > -1e-5, f"it fell by {-rise[worst]:.6g} in iteration {worst + 1}"
    assert trace[-1] - trace[0] > 50, f"it rose by {trace[-1] - trace[0]:.6g} in all; too little"


def test_lists_and_integers(submission, reference, match):
    """Lists and whole numbers are as good as arrays of floats."""
    X = [[0, 0], [1, 3], [4, 1], [-2, 2]]
    rest = [0.3, 0.1, 0.6], [[0, 1], [3, 0], [1, 4]], [[[2, 1], [1, 3]], [[4, -1], [-1, 1]]]
    rest[2].append([[3, 0], [0, 2]])
    due = reference.loglik(np.array(X, dtype=float), *mixture(*rest))
    match(submission.loglik(X, *rest), due, "loglik")
