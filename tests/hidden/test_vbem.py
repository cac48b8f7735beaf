"""Hidden checks of vbem: what the bound promises, extremes, and agreement with scikit-learn."""

import canonical
import numpy as np
import pytest
import sklearn_answers
from examples import POINTS, SOFT, old_faithful, petal_length, toy


def _match_in_order(match, answer, due):
    """Compare weights, means and covariances, the components in the order of their means."""
    came, expected = canonical.vbem(answer), canonical.vbem(due)
    match(came[0], expected[0], "weights (sorted by mean)")
    match(came[1], expected[1], "means (sorted)")
    match(came[2], expected[2], "covariances (sorted by mean)")


def _by_place(X, K):
    """Return soft responsibilities that depend on the place along the first feature alone."""
    quantiles = np.quantile(X[:, 0], (np.arange(K) + 0.5) / K)
    near = np.exp(-0.5 * ((X[:, :1] - quantiles) / X[:, 0].std()) ** 2)
    return np.round(near / near.sum(axis=1, keepdims=True), 6)


@pytest.mark.parametrize(
    ("name", "K"), [("old_faithful", 2), ("petal_length", 3), ("blobs_anisotropic", 4)]
)
def test_never_falls(submission, reference, match, name, K):
    """Three data sets, from given responsibilities: the bound rises as it should, and never falls.

    The first rises are compared one by one.
    """
    if name == "petal_length":
        X = petal_length()[::2, np.newaxis]
    else:
        X = old_faithful()[::4] if name == "old_faithful" else toy(name)[::4]
    resp = _by_place(X, K)
    due = reference.vbem(X, K, 4, init_resp=resp)[3]
    bounds = submission.vbem(X, K, 40, init_resp=resp)[3]
    assert np.ndim(bounds) == 1 and len(bounds) > 4, "there are too few bounds for 40 iterations"
    match(np.diff(bounds[:4]), np.diff(due), "the first rises of bounds", rtol=1e-3, atol=1e-4)
    assert np.diff(bounds).min() > -1e-4, "the bound fell from one iteration to the next"


@pytest.mark.parametrize("K", [5, 8])
def test_superfluous_components(submission, match, K):
    """Three groups, and more components than that, from given responsibilities: three are left."""
    X = toy("blobs")
    weights, means, _, _ = submission.vbem(X, K, 300, init_resp=_by_place(X, K))
    large = weights > 0.02
    match(int(large.sum()), 3, "the number of weights above 0.02")
    match(weights[large], np.full(3, 1 / 3), "the large weights", rtol=5e-2)
    found = means[large][np.argsort(means[large, 0])]
    due = [[-4.16, -1.99], [-0.12, 3.09], [4.42, -0.97]]  # those of the labelled groups
    match(found, due, "their means (sorted)", rtol=0, atol=0.3)


def test_far_points(submission, reference, match):
    """Two groups of a thousand numbers, and one so far away that its densities underflow."""
    group = np.linspace(-2.0, 2.0, 1001) ** 3
    X = np.concatenate([group, 12 + group / 2, [1e4]])[:, np.newaxis]
    resp = np.repeat([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]], [1001, 1001, 1], axis=0)
    for iterations in (1, 3):
        answer = submission.vbem(X, 2, iterations, init_resp=resp)
        _match_in_order(match, answer, reference.vbem(X, 2, iterations, init_resp=resp))


def test_smallest_cases(submission, reference, match):
    """One component alone; one that nobody belongs to, which keeps its prior; two points."""
    answer = submission.vbem(POINTS, 1, 2, init_resp=np.ones((7, 1)))
    _match_in_order(match, answer, reference.vbem(POINTS, 1, 2, init_resp=np.ones((7, 1))))
    resp = np.column_stack([SOFT[:, 0] + SOFT[:, 1], np.zeros(7), SOFT[:, 2]])
    for iterations in (0, 2):
        answer = submission.vbem(POINTS, 3, iterations, init_resp=resp)
        _match_in_order(match, answer, reference.vbem(POINTS, 3, iterations, init_resp=resp))
    answer = submission.vbem(
        POINTS[:2], 2, 1, init_resp=SOFT[:2, :2] / SOFT[:2, :2].sum(1)[:, None]
    )
    weights, _, covariances, _ = answer
    match(weights.sum(), 1.0, "the sum of the weights for two points")
    assert np.linalg.eigvalsh(covariances).min() > 0, "a covariance is not positive definite"


def test_shifted_data(submission, reference, match):
    """Data moved by 100 million: the means move with them, and nothing else changes."""
    answer = submission.vbem(POINTS + 1e8, 3, 2, init_resp=SOFT)
    weights, means, covariances, _ = canonical.vbem(answer)
    due = canonical.vbem(reference.vbem(POINTS, 3, 2, init_resp=SOFT))
    match(weights, due[0], "weights (sorted by mean)", rtol=0, atol=0.01)
    match(means - 1e8, due[1], "means (sorted), moved back,", rtol=0, atol=0.03)
    match(covariances, due[2], "covariances (sorted by mean)", rtol=0, atol=0.03)


# In the end, those who stop early are as near the limit as their rule brings them.
@pytest.mark.parametrize(("iterations", "wide"), [(1, 1), (4, 1), (300, 20)])
def test_agrees_with_scikit_learn(submission, match, iterations, wide):
    """Sixty points in three dimensions, after 1, 4 and 300 iterations from the same start."""
    due = sklearn_answers.variational(iterations)
    answer = submission.vbem(sklearn_answers.data(), 4, iterations, init_resp=due.start)
    weights, means, covariances, bounds = canonical.vbem(answer)
    expected = canonical.vbem((due.weights, due.means, due.covariances, [0.0]))
    match(weights, expected[0], "weights (sorted by mean)", rtol=1e-3 * wide)
    match(means, expected[1], "means (sorted)", rtol=1e-3 * wide, atol=1e-3 * wide)
    match(covariances, expected[2], "covariances (sorted)", rtol=1e-3 * wide, atol=1e-3 * wide)
    rise = due.bound - sklearn_answers.variational(1).bound
    match(bounds[-1:], [rise], "the rise of the bound from first to last", rtol=1e-3, atol=1e-3)
