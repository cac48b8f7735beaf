from otter.test_files import test_case

OK_FORMAT = False

name = "spherical_traces"
points = None

@test_case(points=0.5, hidden=False)
def test_both_spherical_traces_climb(trace_new, trace_old):
    """Both traces begin alike, rise and never fall."""
    import numpy as np
    for name, trace in (('trace_new', trace_new), ('trace_old', trace_old)):
        trace = np.asarray(trace, dtype=float)
        assert trace.shape == (61,), f'{name} has the shape {trace.shape}, not (61,)'
        assert np.isfinite(trace).all(), f'{name} has NaN or infinity'
        rises = np.diff(trace)
        assert rises.min() > -1e-06, f'{name} falls by {-rises.min()} at iteration {np.argmin(rises) + 1}'
        assert trace[-1] > trace[0] + 1, f'{name} does not rise: are the parameters updated in the loop?'
    assert abs(trace_new[0] - trace_old[0]) < 1e-06, 'the two traces do not have the same start'

