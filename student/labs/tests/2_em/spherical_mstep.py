from otter.test_files import test_case

OK_FORMAT = False

name = "spherical_mstep"
points = None

@test_case(points=1, hidden=False)
def test_spherical_mstep_with_the_new_mean(mstep_spherical):
    """mstep_spherical(X, resp) takes the variances about the new means, divided by d N_k."""
    import numpy as np
    X = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 4.0], [7.0, 1.0]])
    resp = np.array([[1.0, 0.0], [0.75, 0.25], [0.5, 0.5], [0.0, 1.0]])
    answer = mstep_spherical(X, resp)
    assert len(answer) == 3, 'it must return the three arrays weights, means, variances'
    nk = resp.sum(axis=0)
    means = resp.T @ X / nk[:, None]
    squares = np.array([[np.sum((point - mean) ** 2) for mean in means] for point in X])
    dues = (nk / 4, means, (resp * squares).sum(axis=0) / (2 * nk))
    for name, got, due in zip(('weights', 'means', 'variances'), answer, dues):
        got = np.asarray(got, dtype=float)
        assert got.shape == due.shape, f'{name} have the shape {got.shape}, not {due.shape}'
        assert np.allclose(got, due, rtol=1e-09), f'{name} are {got.tolist()}, but {due.tolist()} is due'

@test_case(points=1, hidden=False)
def test_spherical_mstep_with_the_old_mean(mstep_spherical):
    """With old_means, the variances are about these, but the means that come back are new."""
    import numpy as np
    x = np.array([[-2.0], [-1.0], [0.0], [3.0], [5.0]])
    density = np.exp(-0.5 * (x - [-1.0, 4.0]) ** 2 / [0.25, 4.0]) / np.sqrt([0.25, 4.0])
    resp = density * [0.3, 0.7]
    resp /= resp.sum(axis=1, keepdims=True)
    weights, means, variances = mstep_spherical(x, resp, np.array([[-1.0], [4.0]]))
    nk = resp.sum(axis=0)
    new = resp.T @ x / nk[:, None]
    due = (resp * (x - [-1.0, 4.0]) ** 2).sum(axis=0) / nk
    got = np.asarray(variances, dtype=float)
    assert np.shape(means) == (2, 1), f'means have the shape {np.shape(means)}, not (2, 1)'
    assert np.allclose(means, new, rtol=1e-09), f"for the handout's example, the means that come back are {np.ravel(means).tolist()}, but the new ones are {new.ravel().tolist()}"
    assert got.shape == (2,), f'variances have the shape {got.shape}, not (2,)'
    assert np.allclose(got, due, rtol=1e-09), f"for the handout's example with the old means, the variances are {got.tolist()}, but {due.tolist()} is due"

