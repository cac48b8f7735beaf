"""Prints without end, and does not let itself be stopped by an exception."""


def estep(X, weights, means, covariances):
    while True:
        print("x" * 1000)
