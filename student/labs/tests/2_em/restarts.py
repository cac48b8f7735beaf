from otter.test_files import test_case

OK_FORMAT = False

name = "restarts"
points = None

@test_case(points=0.5, hidden=False)
def test_finals_are_complete(finals):
    """`finals` has 3 x 20 finite log-likelihoods for each kind of start."""
    import numpy as np
    for name in ('random', 'kmeans'):
        assert name in finals, f'finals has no entry {name!r}'
        table = np.asarray(finals[name], dtype=float)
        assert table.shape == (3, 20), f'finals[{name!r}] has the shape {table.shape}, not (3, 20)'
        missing = np.argwhere(~np.isfinite(table))
        assert len(missing) == 0, f'finals[{name!r}] has {len(missing)} values that are not finite'
        assert np.median(table[2]) > np.median(table[0]), f'in finals[{name!r}], K = 5 mostly ends lower than K = 3: are the rows in order?'

@test_case(points=1, hidden=False)
def test_reached_counts_your_finals(finals, reached):
    """`reached` counts, for K = 3, the runs within 0.5 of the best of all 40."""
    import numpy as np
    rows = {name: np.asarray(finals[name], dtype=float)[0] for name in ('random', 'kmeans')}
    top = max((row.max() for row in rows.values()))
    assert np.isfinite(top), 'finals is not complete'
    for name, row in rows.items():
        assert name in reached, f'reached has no entry {name!r}'
        due = np.sum(row > top - 0.5)
        assert reached[name] == due, f'reached[{name!r}] is {reached[name]}, but {due} of your 20 runs are within 0.5 of {top:.2f}'

