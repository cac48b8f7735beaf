from otter.test_files import test_case

OK_FORMAT = False

name = "kernel_density"
points = None

@test_case(points=1, hidden=False)
def test_kernel_density_is_the_mean_of_gaussians(kernel_density):
    """kernel_density(at, x, h) is the mean of Gaussians with standard deviation h, one per point."""
    import numpy as np
    from scipy.stats import norm
    at = np.array([-1.0, 0.3, 0.5, 4.0])
    x = np.array([0.0, 0.5, 3.0])
    for h in (0.4, 2.0):
        got = np.asarray(kernel_density(at, x, h), dtype=float)
        assert got.shape == (4,), f'for 4 points in `at` it returned the shape {got.shape}, not (4,)'
        due = norm.pdf(at[:, None], x[None, :], h).mean(axis=1)
        assert np.allclose(got, due, rtol=1e-07, atol=1e-12), f'at {at.tolist()}, for x = {x.tolist()} and h = {h}, it is {got.tolist()}, but {due.tolist()} is due. Did you take the mean, and h as a standard deviation?'

