from otter.test_files import test_case

OK_FORMAT = False

name = "two_columns"
points = None

@test_case(points=1, hidden=False)
def test_labels_of_the_sepals(labels2):
    """Each flower has the label of one of three components fitted to sepal length and width."""
    import numpy as np
    from sklearn.datasets import load_iris
    from sklearn.metrics import adjusted_rand_score
    from sklearn.mixture import GaussianMixture
    X = load_iris().data[:, :2]
    labels = np.asarray(labels2)
    assert labels.shape == (150,), f'labels2 has shape {labels.shape}: one label per flower is asked for'
    assert len(np.unique(labels)) == 3, f'labels2 has {len(np.unique(labels))} different labels, but there are 3 components'
    agreement = adjusted_rand_score(GaussianMixture(3, random_state=0).fit(X).predict(X), labels)
    assert agreement > 0.9, f'these groups agree with those of a fit to an adjusted Rand index of {agreement:.2f} only: was the model fitted to `sepals`, and are the labels those of the components?'

