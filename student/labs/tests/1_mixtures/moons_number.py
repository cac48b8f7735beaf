from otter.test_files import test_case

OK_FORMAT = False

name = "moons_number"
points = None

@test_case(points=1, hidden=False)
def test_moons_with_few_components(moons_X, train_scores, heldout_scores, heldout_bics):
    """For one, two and three components, the scores and the BIC are those of scikit-learn."""
    import numpy as np
    from sklearn.mixture import GaussianMixture
    X = np.asarray(moons_X, dtype=float)
    assert X.shape == (300, 2) and abs(X.sum() - 233.8641) < 0.001, 'moons_X is not what is in the file'
    lists = {'train_scores': train_scores, 'heldout_scores': heldout_scores, 'heldout_bics': heldout_bics}
    for name, values in lists.items():
        assert np.shape(values) == (20,), f'{name} has shape {np.shape(values)}: twenty numbers are asked for'
    for k in (1, 2, 3):
        model = GaussianMixture(k, random_state=0).fit(X[:150])
        due = {'train_scores': (model.score(X[:150]), 0.02), 'heldout_scores': (model.score(X[150:]), 0.02), 'heldout_bics': (model.bic(X[150:]), 6)}
        for name, (value, tolerance) in due.items():
            got = float(lists[name][k - 1])
            assert abs(got - value) < tolerance, f'{name}[{k - 1}] is {got:.5g}, which is not the value of {k} component(s): which half is fitted, and which one is judged?'

