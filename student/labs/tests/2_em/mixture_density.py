from otter.test_files import test_case

OK_FORMAT = False

name = "mixture_density"
points = None

@test_case(points=0.5, hidden=False)
def test_mixture_density_of_two(mixture_density):
    """mixture_density adds the weighted Gaussians; the third argument after `at` is variances."""
    import numpy as np
    from scipy.stats import norm
    at = np.array([-2.0, -1.0, 0.0, 3.0, 5.0])
    weights, means, variances = (np.array([0.3, 0.7]), np.array([-1.0, 4.0]), np.array([0.25, 4.0]))
    got = np.asarray(mixture_density(at, weights, means, variances), dtype=float)
    assert got.shape == (5,), f'for 5 points in `at` it returned the shape {got.shape}, not (5,)'
    due = norm.pdf(at[:, None], means, np.sqrt(variances)) @ weights
    assert np.allclose(got, due, rtol=1e-07, atol=1e-12), f'for the example by hand in the handout it is {got.round(6).tolist()}, but {due.round(6).tolist()} is due'

