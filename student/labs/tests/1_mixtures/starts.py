from otter.test_files import test_case

OK_FORMAT = False

name = "starts"
points = None

@test_case(points=0.5, hidden=False)
def test_starts_give_five_scores_each(start_scores, start_iterations):
    """Five scores for each set and start, and how many iterations they took on average."""
    import numpy as np
    for name in ('blobs', 'blobs_unequal_spread', 'moons', 'circles', 'blobs_anisotropic', 'blobs_unequal_sizes'):
        for start in ('kmeans', 'random'):
            assert name in start_scores and start in start_scores[name], f'there is no start_scores[{name!r}][{start!r}]'
            values = np.asarray(start_scores[name][start], dtype=float)
            assert values.shape == (5,) and np.isfinite(values).all(), f'start_scores[{name!r}][{start!r}] has shape {values.shape}: five numbers are asked for'
            assert (values < 0).all() and (values > -10).all(), f'start_scores[{name!r}][{start!r}] is not made of mean log-likelihoods'
            assert float(start_iterations[name][start]) >= 1, f'start_iterations[{name!r}][{start!r}] is not a number of iterations'
    assert float(start_iterations['blobs']['random']) > 2 * float(start_iterations['blobs']['kmeans']), 'on the blobs the two starts take about as long: was init_params given, and tol?'

