from otter.test_files import test_case

OK_FORMAT = False

name = "table_1d"
points = None

@test_case(points=1, hidden=False)
def test_scores_are_those_of_the_mixtures(mixtures, scores):
    """`scores` has the mean log-likelihood per flower of each of the ten `mixtures`."""
    import numpy as np
    from scipy.stats import norm
    from sklearn.datasets import load_iris
    x = load_iris().data[:, 2]
    assert len(mixtures) == 10, f'mixtures has {len(mixtures)} entries, not 10'
    assert np.shape(scores) == (10,), f'scores has the shape {np.shape(scores)}, not (10,)'
    for K, (mixture, score) in enumerate(zip(mixtures, scores), start=1):
        weights, means, variances = (np.asarray(part, dtype=float) for part in mixture)
        for name, part in (('weights', weights), ('means', means), ('variances', variances)):
            assert part.shape == (K,), f'for K = {K}, {name} has the shape {part.shape}, not ({K},)'
        assert abs(weights.sum() - 1) < 1e-06, f'for K = {K}, the weights have sum {weights.sum()}'
        due = np.mean(np.log(norm.pdf(x[:, None], means, np.sqrt(variances)) @ weights))
        assert abs(score - due) < 1e-06, f'for K = {K}, the score is {score}, but the mean log-likelihood of your mixture is {due}'

@test_case(points=1.5, hidden=False)
def test_criteria_are_those_of_the_mixtures(mixtures, aics, bics):
    """`aics` and `bics` follow from the summed log-likelihood of each of the ten `mixtures`."""
    import numpy as np
    from scipy.stats import norm
    from sklearn.datasets import load_iris
    x = load_iris().data[:, 2]
    assert len(mixtures) == 10, f'mixtures has {len(mixtures)} entries, not 10'
    for name, values in (('aics', aics), ('bics', bics)):
        assert np.shape(values) == (10,), f'{name} has the shape {np.shape(values)}, not (10,)'
    for K, mixture in enumerate(mixtures, start=1):
        weights, means, variances = (np.asarray(part, dtype=float) for part in mixture)
        assert weights.shape == means.shape == variances.shape == (K,), f'K = {K}: not K components'
        L = np.sum(np.log(norm.pdf(x[:, None], means, np.sqrt(variances)) @ weights))
        p = 3 * K - 1
        for name, values, due in (('AIC', aics, 2 * p - 2 * L), ('BIC', bics, p * np.log(150) - 2 * L)):
            assert abs(values[K - 1] - due) < 0.001, f'for K = {K}, {name} is {values[K - 1]}, but {due} follows from your mixture (log-likelihood {L}, {p} free parameters)'

@test_case(points=1, hidden=False)
def test_best_k_has_the_lowest_bic(bics, best_k):
    """`best_k` is the number of components with the lowest of your `bics`."""
    import numpy as np
    values = np.asarray(bics, dtype=float)
    assert values.shape == (10,) and np.isfinite(values).all(), 'bics does not have ten finite numbers'
    assert np.ptp(values) > 1, 'all of your bics are the same'
    assert isinstance(best_k, (int, float, np.number)), f'best_k is {best_k!r}, not a number'
    assert best_k == np.argmin(values) + 1, f'best_k is {best_k}, but bics is lowest for K = {np.argmin(values) + 1}. Lower is better, and the first entry belongs to K = 1.'

