"""Prints without end, catches every exception, and writes past Python's own streams."""

import os
import signal

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def estep(X, weights, means, covariances):
    while True:
        try:
            print("x" * 1000)
        except BaseException:
            pass
        try:
            os.write(1, bytes(1 << 20))
        except OSError:
            pass
