from otter.test_files import test_case

OK_FORMAT = False

name = "score"
points = None

@test_case(points=0.5, hidden=False)
def test_score_of_the_five_components(score5):
    """`score5` is the mean log-likelihood of the flowers under five components."""
    import numpy as np
    from sklearn.datasets import load_iris
    from sklearn.mixture import GaussianMixture
    X = load_iris().data
    due = GaussianMixture(5, random_state=0).fit(X).score(X)
    assert np.ndim(score5) == 0, f'score5 has shape {np.shape(score5)}, but it is one number'
    assert abs(float(score5)) < 10, f'score5 is {float(score5):.4g}: is it a mean over the flowers, or a sum?'
    assert abs(float(score5) - due) < 0.05, f'score5 is {float(score5):.4g}, which is not the score of five components on iris_X'

@test_case(points=1, hidden=False)
def test_mean_log_density_by_hand(mean_log_density):
    """Three points and one Gaussian in the plane: the mean of the log densities is -4.6977."""
    import numpy as np
    X = np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 4.0]])
    value = mean_log_density(X, np.array([1.0]), np.zeros((1, 2)), np.eye(2)[np.newaxis] * 2.0)
    due = -np.log(2 * np.pi) - np.log(2.0) - (0 + 1 + 25) / 3 / 4
    assert value is not None, 'mean_log_density returned None: is there a return?'
    assert np.shape(value) == (), f'the result has shape {np.shape(value)}, but one number is asked for'
    assert np.isclose(float(value), due, atol=1e-06), f'the result is {float(value):.6g}, due is {due:.6g}'

