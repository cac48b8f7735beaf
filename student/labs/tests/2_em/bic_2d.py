from otter.test_files import test_case

OK_FORMAT = False

name = "bic_2d"
points = None

@test_case(points=1, hidden=False)
def test_bic_2d_follows_from_the_loglik(logliks_2d, bics_2d):
    """`bics_2d` follows from `logliks_2d`, the free parameters and the number of points."""
    import numpy as np
    for name, values in (('logliks_2d', logliks_2d), ('bics_2d', bics_2d)):
        assert np.shape(values) == (6,), f'{name} has the shape {np.shape(values)}, not (6,)'
    assert np.ptp(np.asarray(logliks_2d, dtype=float)) > 1, 'all of your logliks_2d are the same'
    for K, (L, value) in enumerate(zip(logliks_2d, bics_2d), start=1):
        p = K - 1 + 2 * K + 3 * K
        due = p * np.log(300) - 2 * L
        assert abs(value - due) < 0.001, f'for K = {K}, BIC is {value}, but {due} follows from your log-likelihood {L}: {p} free parameters, 300 points'

@test_case(points=0.5, hidden=False)
def test_best_k_2d_has_the_lowest_bic(bics_2d, best_k_2d):
    """`best_k_2d` is the number of components with the lowest of your `bics_2d`."""
    import numpy as np
    values = np.asarray(bics_2d, dtype=float)
    assert values.shape == (6,) and np.isfinite(values).all(), 'bics_2d does not have six finite numbers'
    assert np.ptp(values) > 1, 'all of your bics_2d are the same'
    assert isinstance(best_k_2d, (int, float, np.number)), f'best_k_2d is {best_k_2d!r}, not a number'
    assert best_k_2d == np.argmin(values) + 1, f'best_k_2d is {best_k_2d}, but bics_2d is lowest for K = {np.argmin(values) + 1}'

