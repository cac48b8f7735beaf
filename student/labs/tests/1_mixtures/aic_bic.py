from otter.test_files import test_case

OK_FORMAT = False

name = "aic_bic"
points = None

@test_case(points=0.5, hidden=False)
def test_criteria_of_the_five_components(aic5, bic5):
    """`aic5` and `bic5` are scikit-learn's, and not mixed up."""
    from sklearn.datasets import load_iris
    from sklearn.mixture import GaussianMixture
    X = load_iris().data
    model = GaussianMixture(5, random_state=0).fit(X)
    assert abs(float(aic5) - model.aic(X)) < 12, f'aic5 is {float(aic5):.5g}, which is not the AIC of five components on iris_X'
    assert abs(float(bic5) - model.bic(X)) < 12, f'bic5 is {float(bic5):.5g}, which is not the BIC of five components on iris_X'

