from otter.test_files import test_case

OK_FORMAT = False

name = "spike"
points = None

@test_case(points=0.5, hidden=False)
def test_number_of_ties(n_ties):
    """`n_ties` is the number of flowers whose petal length is exactly 1.4 cm."""
    import numpy as np
    from sklearn.datasets import load_iris
    assert isinstance(n_ties, (int, float, np.number)), f'n_ties is {n_ties!r}, not a number'
    assert n_ties == np.sum(load_iris().data[:, 2] == 1.4), f'{n_ties} is not the number of flowers'

@test_case(points=0.5, hidden=False)
def test_spike_rises_without_end(spike_logliks):
    """The log-likelihood rises each time from 1e-4 on, at last by the same amount each time."""
    import numpy as np
    L = np.asarray(spike_logliks, dtype=float)
    assert L.shape == (6,), f'spike_logliks has the shape {L.shape}, not (6,)'
    assert np.isfinite(L).all(), f'spike_logliks is not finite: {L.tolist()}'
    rises = np.diff(L)
    assert (rises[1:] > 1).all(), f'it does not rise each time from the second variance on: {L.tolist()}'
    assert abs(rises[-1] - rises[-2]) < 0.01, f'the last two rises are {rises[-2]} and {rises[-1]}; they should agree'

