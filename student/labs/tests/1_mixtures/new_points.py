from otter.test_files import test_case

OK_FORMAT = False

name = "new_points"
points = None

@test_case(points=0.5, hidden=False)
def test_new_points_are_new(moons_X, new_points):
    """There are 400 new points in the plane, and they are not those that were fitted."""
    import numpy as np
    new = np.asarray(new_points, dtype=float)
    assert new.shape == (400, 2), f'new_points has shape {new.shape}, not (400, 2): sample returns two things'
    assert np.isfinite(new).all(), 'some of new_points are not finite'
    old = {tuple(row) for row in np.round(np.asarray(moons_X, dtype=float), 4).tolist()}
    copied = sum((tuple(row) in old for row in np.round(new, 4).tolist()))
    assert copied < 20, f'{copied} of the new points are points of the data: draw from the fit, not from the data'
    assert len(np.unique(new, axis=0)) > 390, 'many of the new points are equal'

