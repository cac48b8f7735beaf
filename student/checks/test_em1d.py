"""Public checks of em1d: EM for numbers, from the start to the last E-step."""

import canonical
import numpy as np
from examples import BY_HAND_X, old_faithful, petal_length

START = np.array([0.3, 0.7]), np.array([-1.0, 4.0]), np.array([0.25, 4.0])


def test_zero_iterations(submission, reference, match):
    """With max_iter=0 and init given, only the closing E-step is done."""
    resp, means, variances = submission.em1d(BY_HAND_X, 2, max_iter=0, init=START)
    due = reference.em1d(BY_HAND_X, 2, max_iter=0, init=START)
    match(resp, due[0], "resp")
    match(means, due[1], "means")
    match(variances, due[2], "variances")


def test_one_iteration_by_hand(submission, reference, match):
    """One E-step, one M-step and the closing E-step on five numbers."""
    resp, means, variances = submission.em1d(BY_HAND_X, 2, max_iter=1, init=START)
    due = reference.em1d(BY_HAND_X, 2, max_iter=1, init=START)
    match(means, [-1.126, 3.2322], "means")
    match(variances, [0.6034, 3.5778], "variances")
    match(resp, due[0], "resp")


def test_petal_length(submission, attach, match):
    """Two kinds of iris petals: their share, mean length and variance, found from your start."""
    x = petal_length()
    resp, means, variances = canonical.em1d(submission.em1d(x, 2))
    weights = resp.mean(axis=0)

    def picture(x, weights, means, variances):
        import plots

        return plots.plot_density(x, weights, means, variances, axis_label="petal length (cm)")

    attach(
        picture,
        x,
        weights,
        means,
        variances,
        alt="Histogram of 150 iris petal lengths with the fitted mixture density drawn over it. A "
        "narrow component should stand at 1.5 cm and a wide one around 4.9 cm.",
    )
    match(weights, [0.33311, 0.66689], "the column means of resp", rtol=5e-3)
    match(means, [1.46175, 4.90498], "means, in ascending order,", rtol=5e-3)
    match(variances, [0.029466, 0.677687], "variances, in the order of the means,", rtol=2e-2)


def test_any_number_of_components(submission, match):
    """K components are asked for and K come back; with one, it is the mean and variance of x."""
    x = petal_length()
    _, means, variances = submission.em1d(x, 1)
    match(means, [3.758], "means for K=1")
    match(variances, [3.095503], "variances for K=1")
    resp, means, _ = submission.em1d(x, 4, max_iter=20)
    match(resp.sum(axis=1), np.ones(len(x)), "the sum of each row of resp")
    assert np.ptp(means) > 1, f"for K=4 the means are {means}; they must spread over the data"
    resp, _, _ = submission.em1d(x, max_iter=20)
    match(resp.sum(axis=1), np.ones(len(x)), "the sum of each row of resp")


def test_init_sets_the_order(submission, reference, match):
    """The components come back in the order of init: here the larger mean first."""
    start = tuple(part[::-1].copy() for part in START)
    resp, means, variances = submission.em1d(BY_HAND_X, 2, max_iter=3, init=start)
    due = reference.em1d(BY_HAND_X, 2, max_iter=3, init=start)
    match(means, due[1], "means")
    match(variances, due[2], "variances")
    match(resp, due[0], "resp")


def test_same_input_same_answer(submission, match):
    """Called twice with the same data, it gives the same answer: chance needs a fixed seed."""
    x = old_faithful()[::4, 1]
    first = submission.em1d(x, 3, max_iter=2)
    second = submission.em1d(x, 3, max_iter=2)
    match(second[1], first[1], "means of the second call", rtol=1e-12)
    match(second[2], first[2], "variances of the second call", rtol=1e-12)
    assert np.ptp(first[1]) > 1, f"the means are {first[1]}; they must spread over the data"


def test_lists_and_integers(submission, reference, match):
    """Lists and whole numbers are as good as arrays of floats."""
    x, start = [1, 2, 4, 4, 9, 7], ([0.4, 0.6], [2, 8], [1, 4])
    resp, means, variances = submission.em1d(x, 2, max_iter=2, init=start)
    due = reference.em1d(x, 2, max_iter=2, init=start)
    match(means, due[1], "means")
    match(variances, due[2], "variances")
    match(resp, due[0], "resp")
