from otter.test_files import test_case

OK_FORMAT = False

name = "accuracy"
points = None

@test_case(points=1, hidden=False)
def test_accuracy_of_renamed_labels(accuracy):
    """Labels with other names are all right; one wrong pixel of eight costs an eighth."""
    import numpy as np
    truth = np.array([[0, 0, 1, 1], [2, 2, 2, 1]])
    labels = np.array([[2, 2, 0, 0], [1, 1, 1, 0]])
    share = accuracy(labels, truth)
    assert np.isclose(share, 1), f'the same segments under other names have accuracy {share}, due is 1'
    labels[0, 0] = 1
    share = accuracy(labels, truth)
    assert np.isclose(share, 7 / 8), f'with one wrong pixel of eight the accuracy is {share}, due is 0.875'

