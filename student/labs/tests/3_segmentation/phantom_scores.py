from otter.test_files import test_case

OK_FORMAT = False

name = "phantom_scores"
points = None

@test_case(points=0.5, hidden=False)
def test_scores_of_mixture_and_kmeans(scores, phantom, truth):
    """The accuracies of the mixture and of k-means on the gray phantom are right."""
    import numpy as np
    from scipy.stats import norm
    from sklearn.cluster import KMeans
    assert int(np.sum(phantom)) == 692292 and int(np.sum(truth)) == 5660, 'phantom or truth is not as it was loaded'
    x, classes = (np.ravel(phantom).astype(float), np.ravel(truth))
    shares = np.bincount(classes) / len(x)
    best_rule = (shares * norm.pdf(x[:, None], [40, 95, 165], [7, 26, 9])).argmax(axis=1)
    centres = np.sort(KMeans(3, n_init=10, random_state=0).fit(x[:, None]).cluster_centers_.ravel())
    half_way = np.digitize(x, (centres[1:] + centres[:-1]) / 2)
    for name, labels, slack in (('mixture', best_rule, 0.004), ('k-means', half_way, 0.002)):
        due = (labels == classes).mean()
        value = float(scores[name])
        assert abs(value - due) < slack, f"scores['{name}'] is {value:.4f}, due is about {due:.3f}; check the labels and accuracy"

