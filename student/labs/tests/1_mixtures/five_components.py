from otter.test_files import test_case

OK_FORMAT = False

name = "five_components"
points = None

@test_case(points=1, hidden=False)
def test_five_components_make_up_the_data(weights, means, covariances):
    """Five weights, means and covariances that together have the mean and the covariance of the flowers."""
    import numpy as np
    from sklearn.datasets import load_iris
    X = load_iris().data
    w, m, C = (np.asarray(part, dtype=float) for part in (weights, means, covariances))
    assert w.shape == (5,), f'weights has shape {w.shape}: one number per component is asked for'
    assert m.shape == (5, 4), f'means has shape {m.shape}: one row per component, one column per feature'
    assert C.shape == (5, 4, 4), f"covariances has shape {C.shape}: one 4 by 4 matrix per component; is the type 'full'?"
    assert (w > 0).all() and np.isclose(w.sum(), 1, atol=1e-06), f'the weights are not shares of a whole: their sum is {w.sum():.6g}'
    assert np.allclose(w @ m, X.mean(axis=0), atol=0.001), 'the weighted mean of the means is not the mean of iris_X: was the model fitted to iris_X?'
    between = np.einsum('k,ki,kj->ij', w, m - w @ m, m - w @ m)
    assert np.allclose(np.einsum('k,kij->ij', w, C) + between, np.cov(X.T, bias=True), atol=0.001), 'the covariances do not belong to these weights and means: look at five.covariances_'

