"""Prints and raises text of a megabyte on one line, and of a hundred thousand lines."""


def estep(X, weights, means, covariances):
    print("long " * 100_000)
    print("\n" * 100_000)
    raise ValueError("`" * 1_000_000 + "\x1b[" * 100_000)
