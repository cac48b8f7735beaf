"""Recurs through C code, where each level takes from the stack."""

import functools
import sys

sys.setrecursionlimit(10**9)


def estep(X, weights, means, covariances):
    return functools.reduce(lambda *_: estep(X, weights, means, covariances), [0, 1])
