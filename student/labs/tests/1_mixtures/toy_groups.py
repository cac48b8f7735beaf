from otter.test_files import test_case

OK_FORMAT = False

name = "toy_groups"
points = None

@test_case(points=0.5, hidden=False)
def test_labels_of_the_toy_sets(toys, toy_labels, toy_ari):
    """Labels of all six sets, and their agreement with the true groups."""
    import numpy as np
    from sklearn.metrics import adjusted_rand_score
    from sklearn.mixture import GaussianMixture
    sums = {'blobs': 27.5474, 'blobs_unequal_spread': -47.5726, 'moons': 233.8641, 'circles': 5.8015, 'blobs_anisotropic': -28.2569, 'blobs_unequal_sizes': -206.2256}
    for name, total in sums.items():
        X, truth = (np.asarray(toys[name][0], dtype=float), np.asarray(toys[name][1]))
        assert X.shape == (300, 2) and abs(X.sum() - total) < 0.001, f'the points of {name} are not those of the file'
        assert name in toy_labels and name in toy_ari, f'there is no {name} in toy_labels or in toy_ari'
        labels = np.asarray(toy_labels[name])
        assert labels.shape == (300,), f'toy_labels[{name!r}] has shape {labels.shape}: one label per point'
        assert abs(float(toy_ari[name]) - adjusted_rand_score(truth, labels)) < 1e-06, f'toy_ari[{name!r}] is not the index of toy_labels[{name!r}] and the true groups'
        if name != 'circles':
            model = GaussianMixture(len(np.unique(truth)), tol=1e-06, max_iter=1000, random_state=0).fit(X)
            agreement = adjusted_rand_score(model.predict(X), labels)
            assert agreement > 0.9, f'toy_labels[{name!r}] agrees with those of a fit to {agreement:.2f} only: tol, max_iter, number of components?'

