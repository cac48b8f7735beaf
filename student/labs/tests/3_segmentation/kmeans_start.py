from otter.test_files import test_case

OK_FORMAT = False

name = "kmeans_start"
points = None

@test_case(points=1, hidden=False)
def test_start_of_five_points(start_from_labels):
    """Five points in two groups give the right weights, means and covariances."""
    import numpy as np
    points = np.array([[0.0, 0.0], [10.0, 1.0], [2.0, 0.0], [10.0, 3.0], [13.0, 2.0]])
    weights, means, covariances = start_from_labels(points, np.array([1, 0, 1, 0, 0]))
    assert np.allclose(weights, [0.6, 0.4]), f'weights are {weights}, due are [0.6, 0.4]: the share of label 0 first'
    assert np.allclose(means, [[11, 2], [1, 0]]), f'means are {means}, due are [[11, 2], [1, 0]]'
    due = [[[2, 0], [0, 2 / 3]], [[1, 0], [0, 0]]]
    assert np.shape(covariances) == (2, 2, 2), f'covariances have shape {np.shape(covariances)}, due is (2, 2, 2)'
    assert np.allclose(covariances, due, atol=0.0001), f'covariances are {covariances}, due are {due}; the divisor is the number of points of the group'

@test_case(points=1, hidden=False)
def test_start_of_the_photograph(Z, start):
    """The start for the photograph comes from k-means with K = 4 on the standardised pixels."""
    import numpy as np
    weights, means, covariances = (np.asarray(part, dtype=float) for part in start)
    points = np.asarray(Z, dtype=float)
    assert points.shape == (15000, 3), 'Z is not right yet: do the question before'
    shapes = (weights.shape, means.shape, covariances.shape)
    assert shapes == ((4,), (4, 3), (4, 3, 3)), f'start has shapes {shapes}, due are (4,), (4, 3), (4, 3, 3)'
    nearest = ((points[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    for k in range(4):
        members = points[nearest == k]
        assert len(members) > 0, f'no pixel is nearest to mean {k}: are the labels those of KMeans on Z?'
        assert np.allclose(members.mean(axis=0), means[k], atol=0.05), f'mean {k} is not the centre of the pixels next to it: are the labels those of KMeans on Z?'
    spread = np.einsum('k,kij->ij', weights, covariances + means[:, :, None] * means[:, None, :])
    due = np.corrcoef(points.T)
    assert np.allclose(spread, due, atol=0.05), 'spread within the groups and between them do not add up to that of all pixels; check the weights and covariances'

