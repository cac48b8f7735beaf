"""Reads from address 0."""

import ctypes


def estep(X, weights, means, covariances):
    return ctypes.string_at(0)
