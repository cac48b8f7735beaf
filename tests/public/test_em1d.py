"""Public checks of em1d: EM for numbers, from the start to the last E-step."""

import canonical
import due
import numpy as np
from examples import BY_HAND_X, old_faithful, petal_length

START = np.array([0.3, 0.7]), np.array([-1.0, 4.0]), np.array([0.25, 4.0])
ALIKE = 1e-6  # means no farther apart are the same but for rounding


def _match_in_order(match, answer, due):
    """Compare two answers, the components of each in the order of their means."""
    (resp, means, variances), expected = canonical.em1d(answer), canonical.em1d(due)
    match(means, expected[1], "means (sorted)")
    match(variances, expected[2], "variances (sorted by mean)")
    match(resp, expected[0], "resp (columns sorted by mean)")


def test_zero_iterations(submission, reference, match):
    """With max_iter=0 and init given, only the closing E-step is done."""
    answer = submission.em1d(BY_HAND_X, 2, max_iter=0, init=START)
    _match_in_order(match, answer, reference.em1d(BY_HAND_X, 2, max_iter=0, init=START))


def test_one_iteration_by_hand(submission, reference, match):
    """One E-step, one M-step and the closing E-step on five numbers."""
    answer = submission.em1d(BY_HAND_X, 2, max_iter=1, init=START)
    resp, _, _ = canonical.em1d(reference.em1d(BY_HAND_X, 2, max_iter=1, init=START))
    _match_in_order(match, answer, (resp, [-1.126, 3.2322], [0.6034, 3.5778]))


def test_petal_length(submission, attach, match):
    """Two kinds of iris petals: their share, mean length and variance, found from your start."""
    x = petal_length()
    resp, means, variances = canonical.em1d(submission.em1d(x, 2))
    weights = resp.mean(axis=0)

    def picture(x, weights, means, variances):
        import plots

        return plots.plot_density(x, weights, means, variances, axis_label="petal length (cm)")

    def right(x):
        import plots

        figure = plots.plot_density(x, *due.PETALS, axis_label="petal length (cm)")
        return due.headed(figure, "What is right")

    attach(
        picture,
        x,
        weights,
        means,
        variances,
        alt="Histogram of 150 iris petal lengths with the fitted mixture density drawn over it. A "
        "narrow component should stand at 1.5 cm and a wide one around 4.9 cm.",
    )
    attach(right, x, alt="What is right: the same histogram, with the density as it should be.")
    match(weights, [0.33311, 0.66689], "the column means of resp (sorted)")
    match(means, [1.46175, 4.90498], "means (sorted)")
    match(variances, [0.029467, 0.677687], "variances (sorted by mean)", rtol=3e-3)


def test_any_number_of_components(submission, match):
    """K components are asked for and K come back; with one, it is the mean and variance of x."""
    x = petal_length()
    _, means, variances = submission.em1d(x, 1)
    match(means, [3.758], "means for K=1")
    match(variances, [3.095503], "variances for K=1")
    resp, means, _ = submission.em1d(x, 4, max_iter=2)
    match(resp.sum(axis=1), np.ones(len(x)), "the sum of each row of resp")
    assert np.ptp(means) > ALIKE, f"for K=4 the means are {means}; they must spread over the data"
    resp, _, _ = submission.em1d(x, max_iter=2)
    match(resp.sum(axis=1), np.ones(len(x)), "the sum of each row of resp")


def test_larger_mean_first(submission, reference, match):
    """Start with the larger mean first, or with equal ones: all three results agree on an order."""
    weights, means, variances = START
    x, start = -BY_HAND_X, (weights, -means, variances)
    answer = submission.em1d(x, 2, max_iter=3, init=start)
    _match_in_order(match, answer, reference.em1d(x, 2, max_iter=3, init=start))
    # Here both means stay where they are, but for rounding.
    x, start = [0.1, 1.1, 1.6, 2.1, 2.6, 3.1, 4.1], ([0.4, 0.6], [2.1, 2.1], [4.0, 0.25])
    answer = submission.em1d(x, 2, max_iter=1, init=start)
    _match_in_order(match, answer, reference.em1d(x, 2, max_iter=1, init=start))


def test_same_input_same_answer(submission, match):
    """Called twice with the same data, it gives the same answer: chance needs a fixed seed."""
    x = old_faithful()[::4, 1]
    first = submission.em1d(x, 3, max_iter=2)
    second = submission.em1d(x, 3, max_iter=2)
    match(second[1], first[1], "means of the second call", rtol=1e-12)
    match(second[2], first[2], "variances of the second call", rtol=1e-12)
    assert np.ptp(first[1]) > ALIKE, f"the means are {first[1]}; they must spread over the data"


def test_lists_and_integers(submission, reference, match):
    """Lists and whole numbers are as good as arrays of floats."""
    x, start = [1, 2, 4, 4, 9, 7], ([0.4, 0.6], [2, 8], [1, 4])
    answer = submission.em1d(x, 2, max_iter=2, init=start)
    _match_in_order(match, answer, reference.em1d(x, 2, max_iter=2, init=start))
