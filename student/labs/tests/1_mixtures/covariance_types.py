from otter.test_files import test_case

OK_FORMAT = False

name = "covariance_types"
points = None

@test_case(points=0.5, hidden=False)
def test_bic_of_four_types(bic_of_type, best_bic):
    """The BICs of the four types are those of scikit-learn, at the number of components that you chose."""
    from sklearn.datasets import load_iris
    from sklearn.mixture import GaussianMixture
    X = load_iris().data
    K = int(best_bic)
    assert 1 <= K <= 10, f'best_bic is {best_bic}: it is needed first'
    for kind in ('full', 'tied', 'diag', 'spherical'):
        assert kind in bic_of_type, f'bic_of_type has no {kind!r}'
        due = GaussianMixture(K, covariance_type=kind, random_state=0).fit(X).bic(X)
        assert abs(float(bic_of_type[kind]) - due) < 6, f'bic_of_type[{kind!r}] is {float(bic_of_type[kind]):.5g}, which is not the BIC of {K} components of that type'

