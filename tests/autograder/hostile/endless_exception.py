"""Raises an exception whose text takes for ever to write."""


class Endless(Exception):
    def __str__(self):
        while True:
            pass


def estep(X, weights, means, covariances):
    raise Endless
