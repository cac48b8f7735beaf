"""Begins a frame and ends before the rest of it."""

import os


def estep(X, weights, means, covariances):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"AGF1\xff\x00\x00\x00" + b'{"kind":"returned",')
        except OSError:
            pass
    os._exit(0)
