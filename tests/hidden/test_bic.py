"""Hidden checks of bic: the other covariance types, and agreement with scikit-learn."""

import pytest
import sklearn_answers

SIZES = [(3, 2), (2, 4), (5, 3)]


def _counted(n_parameters, covariance_type):
    return [n_parameters(K, D, covariance_type) for K, D in SIZES]


def test_count_tied(submission, reference, match):
    """All components share one covariance matrix."""
    counts = _counted(submission.n_parameters, "tied")
    match(counts, _counted(reference.n_parameters, "tied"), "n_parameters of tied mixtures")


def test_count_diag(submission, reference, match):
    """Each component has one variance for each feature."""
    counts = _counted(submission.n_parameters, "diag")
    match(counts, _counted(reference.n_parameters, "diag"), "n_parameters of diag mixtures")


def test_count_spherical(submission, reference, match):
    """Each component has one variance for all features."""
    counts = _counted(submission.n_parameters, "spherical")
    due = _counted(reference.n_parameters, "spherical")
    match(counts, due, "n_parameters of spherical mixtures")


def test_one_component_or_one_feature(submission, match):
    """In one dimension full, diag and spherical are the same; with one component, full and tied."""
    types = ("full", "tied", "diag", "spherical")
    one_feature = [submission.n_parameters(4, 1, kind) for kind in types]
    match(one_feature, [11, 8, 11, 11], "n_parameters of mixtures in one dimension")
    one_component = [submission.n_parameters(1, 3, kind) for kind in types]
    match(one_component, [9, 9, 6, 4], "n_parameters of a single Gaussian")


def test_old_faithful(submission, match):
    """Two mixtures of Old Faithful: two components of their own shapes, three that share one."""
    own = submission.bic(-1130.264, submission.n_parameters(2, 2), 272)
    shared = submission.bic(-1126.316, submission.n_parameters(3, 2, "tied"), 272)
    match([own, shared], [2322.192, 2314.296], "BIC of the two mixtures", rtol=0, atol=0.05)


@pytest.mark.parametrize("covariance_type", sklearn_answers.COVARIANCE_TYPES)
def test_agrees_with_scikit_learn(submission, match, covariance_type):
    """Both criteria for a mixture of each of the four types, of sixty points."""
    due = sklearn_answers.fitted(covariance_type, 1)
    sizes = sklearn_answers.N_COMPONENTS, sklearn_answers.N_FEATURES
    count = submission.n_parameters(*sizes, covariance_type)
    match(submission.aic(due.loglik, count), due.aic, "aic")
    match(submission.bic(due.loglik, count, 60), due.bic, "bic")
