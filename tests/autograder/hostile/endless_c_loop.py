"""Computes for years in C code that looks at no signal, with all signals blocked."""

import signal

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))


def estep(X, weights, means, covariances):
    return 3 ** (3**30) % 7
