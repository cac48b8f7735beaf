"""Closes and replaces the standard streams, by things that raise when they are used."""

import sys

import numpy as np


class Raising:
    def __getattr__(self, name):
        raise RuntimeError(name)


sys.stdout.close()
sys.stderr.detach()
sys.stdout = Raising()
sys.stderr = sys.stdin = None


def estep(X, weights, means, covariances):
    return np.zeros((len(X), len(weights)))
