from otter.test_files import test_case

OK_FORMAT = False

name = "ellipse"
points = None

@test_case(points=1, hidden=False)
def test_ellipse_is_two_standard_deviations_wide(ellipse_points):
    """The points of the ellipse are two standard deviations from the mean."""
    import numpy as np
    mean = np.array([1.0, -2.0])
    covariance = np.array([[9.0, 0.0], [0.0, 0.25]])
    points = np.asarray(ellipse_points(mean, covariance, 200), dtype=float)
    assert points.shape == (200, 2), f'for n = 200 the shape is {points.shape}, not (200, 2)'
    reach = np.abs(points - mean).max(axis=0)
    assert np.allclose(reach, [6.0, 1.0], atol=0.02), f'with standard deviations 3 and 0.5 it reaches {reach.tolist()} from the mean, not 6 and 1'

