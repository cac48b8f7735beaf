from otter.test_files import test_case

OK_FORMAT = False

name = "one_to_ten"
points = None

@test_case(points=1, hidden=False)
def test_first_three_numbers_of_components(scores, aics, bics):
    """Score, AIC and BIC of one, two and three components are those of scikit-learn."""
    import numpy as np
    from sklearn.datasets import load_iris
    from sklearn.mixture import GaussianMixture
    X = load_iris().data
    lists = {'scores': scores, 'aics': aics, 'bics': bics}
    for name, values in lists.items():
        assert np.shape(values) == (10,), f'{name} has shape {np.shape(values)}: ten numbers are asked for'
    for k in (1, 2, 3):
        model = GaussianMixture(k, random_state=0).fit(X)
        due = {'scores': (model.score(X), 0.02), 'aics': (model.aic(X), 6), 'bics': (model.bic(X), 6)}
        for name, (value, tolerance) in due.items():
            got = float(lists[name][k - 1])
            assert abs(got - value) < tolerance, f'{name}[{k - 1}] is {got:.5g}, which is not the value of {k} component(s)'

@test_case(points=0.5, hidden=False)
def test_best_by_aic(best_aic, aics):
    """`best_aic` is a number of components, the one with the best AIC of your ten."""
    import numpy as np
    values = np.asarray(aics, dtype=float)
    assert values.shape == (10,) and np.isfinite(values).all(), f'aics has shape {values.shape}: ten finite numbers are needed first'
    assert 1 <= float(best_aic) <= 10, f'best_aic is {best_aic}, but the numbers of components are 1 to 10'
    assert float(best_aic) == 1 + np.argmin(values), f'best_aic is {best_aic}: that is not the one that your aics prefer. Is lower better or higher? Does a list begin at 0 or at 1?'

