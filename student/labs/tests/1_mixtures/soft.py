from otter.test_files import test_case

OK_FORMAT = False

name = "soft"
points = None

@test_case(points=0.5, hidden=False)
def test_hard_and_soft_sizes(toy_memberships, hard_sizes, soft_sizes):
    """Both kinds of sizes add up to the 300 points, and belong to the memberships."""
    import numpy as np
    r = np.asarray(toy_memberships['blobs_unequal_spread'], dtype=float)
    hard, soft = (np.asarray(hard_sizes, dtype=float), np.asarray(soft_sizes, dtype=float))
    assert r.shape == (300, 3), f'the memberships have shape {r.shape}: question 4.1 is needed first'
    assert hard.shape == (3,) and soft.shape == (3,), f'hard_sizes has shape {hard.shape}, soft_sizes {soft.shape}: one number per component'
    assert np.isclose(hard.sum(), 300) and np.isclose(soft.sum(), 300, atol=0.001), f'the sizes add up to {hard.sum():g} and {soft.sum():g}, but there are 300 points'
    assert np.allclose(hard, np.bincount(r.argmax(axis=1), minlength=3)), 'hard_sizes does not count the labels'
    assert np.allclose(soft, r.sum(axis=0), atol=1e-06), 'soft_sizes does not sum the memberships of each component'

