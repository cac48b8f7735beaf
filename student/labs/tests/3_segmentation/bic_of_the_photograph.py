from otter.test_files import test_case

OK_FORMAT = False

name = "bic_of_the_photograph"
points = None

@test_case(points=0.5, hidden=False)
def test_best_k(logliks, bics, best_k):
    """There are five log-likelihoods, which rise with K, five values of BIC, and best_k has the lowest."""
    import numpy as np
    L, values = (np.asarray(logliks, dtype=float), np.asarray(bics, dtype=float))
    assert L.shape == (5,) and values.shape == (5,), f'logliks and bics have shapes {L.shape} and {values.shape}; due are five numbers each'
    assert (np.diff(L) > 0).all(), 'L must rise from each K to the next; are the starts and the data the right ones, and is L the last of the trace?'
    lowest = 2 + int(values.argmin())
    assert best_k == lowest, f'best_k is {best_k}, but K = {lowest} has the lowest BIC'

