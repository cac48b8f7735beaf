import os
import sys


def verify(condition, what):
    """Like assert() in C: say what is wrong and stop, before anything worse happens."""
    if not condition:
        print("assertion failed:", what, file=sys.stderr, flush=True)
        os.abort()
