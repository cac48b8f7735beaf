from otter.test_files import test_case

OK_FORMAT = False

name = "em_loop"
points = None

@test_case(points=1, hidden=False)
def test_trace_begins_at_the_start_and_never_falls(em):
    """The trace begins with the log-likelihood of the start, rises and never falls."""
    import numpy as np
    from scipy.stats import multivariate_normal
    rng = np.random.default_rng(5)
    X = np.vstack([rng.normal(0, 1, (70, 2)), rng.normal([2.5, 1], [0.6, 1.4], (50, 2))])
    one = (np.array([1.0]), np.array([[1.0, 0.5]]), np.array([[[2.0, 0.3], [0.3, 1.0]]]))
    first = multivariate_normal(one[1][0], one[2][0]).logpdf(X).sum()
    trace = np.asarray(em(X, one, 5, 1e-07)[4], dtype=float)
    assert trace.ndim == 1 and len(trace) >= 2, f'trace has shape {trace.shape}; due is one number for the start and one per iteration'
    assert np.isclose(trace[0], first, rtol=0.0001), f'trace begins with {trace[0]:.3f}, but the start, a single Gaussian, has L = {first:.3f}'
    start = (np.array([0.5, 0.5]), np.array([[0.0, 2.0], [1.0, -1.0]]), np.array([np.eye(2), np.eye(2)]))
    trace = np.asarray(em(X, start, 30, 1e-07)[4], dtype=float)
    assert len(trace) > 2, f'with a tiny tol, EM did {len(trace) - 1} of 30 iterations'
    rises = np.diff(trace)
    assert rises.min() > -0.001, f'L falls by {-rises.min():.3g} in iteration {rises.argmin() + 1}; which parameters does each step get?'
    assert trace[-1] > trace[0] + 1, f'L rises from {trace[0]:.3f} to {trace[-1]:.3f} only; are the new parameters used in the next iteration?'

@test_case(points=1, hidden=False)
def test_no_more_than_max_iter(em):
    """There are never more than max_iter iterations, and as many if L goes on rising."""
    import numpy as np
    rng = np.random.default_rng(5)
    X = np.vstack([rng.normal(0, 1, (70, 2)), rng.normal([2.5, 1], [0.6, 1.4], (50, 2))])
    start = (np.array([0.5, 0.5]), np.array([[0.0, 2.0], [1.0, -1.0]]), np.array([np.eye(2), np.eye(2)]))
    for most in (1, 6):
        length = len(em(X, start, most, 1e-09)[4])
        assert length == most + 1, f'with max_iter = {most} and a tiny tol, trace has {length} numbers; due are {most + 1}'

@test_case(points=1, hidden=False)
def test_stops_early(em):
    """EM stops long before max_iter once L rises by less than tol per point."""
    import numpy as np
    rng = np.random.default_rng(8)
    X = np.vstack([rng.normal(-4, 1, (60, 2)), rng.normal(4, 1, (60, 2))])
    start = (np.array([0.5, 0.5]), np.array([[-1.0, 0.0], [1.0, 0.0]]), np.array([np.eye(2), np.eye(2)]))
    trace = np.asarray(em(X, start, 400, 1e-05)[4], dtype=float)
    assert 2 <= len(trace) < 100, f'two groups far apart took {len(trace) - 1} of 400 iterations; is L of the last iteration really compared with that before?'
    assert trace[-1] - trace[-2] < 1e-05 * 120, f'stopped while L still rose by {trace[-1] - trace[-2]:.3g} in an iteration; tol * N is 0.0012'

