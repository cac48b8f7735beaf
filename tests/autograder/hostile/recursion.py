"""Calls itself with the limit on recursion taken away."""

import sys

sys.setrecursionlimit(10**9)


def estep(X, weights, means, covariances):
    return estep(X, weights, means, covariances)
