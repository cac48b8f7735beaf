from otter.test_files import test_case

OK_FORMAT = False

name = "simulated"
points = None

@test_case(points=1, hidden=False)
def test_compare_on_groups_far_apart(compare):
    """Three small groups far apart: every method finds them, whatever they are called."""
    import numpy as np
    rng = np.random.default_rng(1)
    truth = np.repeat([2, 0, 1], 20)
    X = np.array([[0.0, 0.0], [30.0, 0.0], [0.0, 30.0]])[truth] + rng.standard_normal((60, 2))
    result = compare(X, truth, 3)
    assert isinstance(result, dict), f'compare returned {type(result).__name__}, but a dictionary is asked for'
    for method in ('mixture', 'k-means', 'ward', 'single'):
        assert method in result, f'there is no {method!r} in what compare returned'
        assert np.isclose(float(result[method]), 1.0, atol=1e-06), f'for {method!r} the index is {float(result[method]):.3g}, but these groups are found perfectly'

