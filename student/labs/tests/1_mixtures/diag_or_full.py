from otter.test_files import test_case

OK_FORMAT = False

name = "diag_or_full"
points = None

@test_case(points=1, hidden=False)
def test_bics_of_both_types(toys, bic_full, bic_diag):
    """The BICs of both types on all six sets are those of scikit-learn."""
    import numpy as np
    from sklearn.mixture import GaussianMixture
    sums = {'blobs': 27.5474, 'blobs_unequal_spread': -47.5726, 'moons': 233.8641, 'circles': 5.8015, 'blobs_anisotropic': -28.2569, 'blobs_unequal_sizes': -206.2256}
    for name, total in sums.items():
        X = np.asarray(toys[name][0], dtype=float)
        assert X.shape == (300, 2) and abs(X.sum() - total) < 0.001, f'the points of {name} are not those of the file'
        K = 2 if name in ('moons', 'circles') else 3
        for kind, values in (('full', bic_full), ('diag', bic_diag)):
            assert name in values, f'there is no {name} in bic_{kind}'
            due = GaussianMixture(K, covariance_type=kind, tol=1e-06, max_iter=1000, random_state=0).fit(X).bic(X)
            assert abs(float(values[name]) - due) < 4, f'bic_{kind}[{name!r}] is {float(values[name]):.5g}, which is not the BIC of {K} components of that type'

