from otter.test_files import test_case

OK_FORMAT = False

name = "traces"
points = None

@test_case(points=0.5, hidden=False)
def test_smallest_rise(smallest_rise):
    """smallest_rise(trace) is the smallest difference of neighbours, negative after a fall."""
    import numpy as np
    for trace, due in (([-9.0, -4.0, -3.0, -2.5], 0.5), ([-9.0, -4.0, -6.0, -1.0], -2.0)):
        got = smallest_rise(np.array(trace))
        assert isinstance(got, (int, float, np.number, np.ndarray)), f'it returned {got!r}, not a number'
        assert np.ndim(got) == 0, f'it returned the shape {np.shape(got)}, not one number'
        assert abs(got - due) < 1e-12, f'for {trace} it is {got}, but {due} is due'

@test_case(points=1, hidden=False)
def test_traces_never_fall(traces):
    """`traces` has the log-likelihood of every iteration for K = 3, 4 and 5, and never falls."""
    import numpy as np
    for name in ('3', '4', '5'):
        assert name in traces, f'traces has no entry {name!r}'
        trace = np.asarray(traces[name], dtype=float)
        assert trace.ndim == 1 and len(trace) > 5, f'traces[{name!r}] is not a long list of numbers'
        assert np.isfinite(trace).all(), f'traces[{name!r}] has NaN or infinity'
        rises = np.diff(trace)
        assert rises.min() > -0.0001, f'traces[{name!r}] falls by {-rises.min()} at iteration {np.argmin(rises) + 1}. EM never does that: check estep, mstep and loglik one by one.'
        assert trace[-1] > trace[0] + 1, f'traces[{name!r}] hardly rises'

