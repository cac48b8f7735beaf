"""One thread for each process: many small sums are done side by side, by processes."""

from __future__ import annotations

import os

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""For the environment of a process, before its libraries are loaded."""


def use_one_thread() -> None:
    """Keep this process, and those that it starts, to one thread; its libraries come later."""
    os.environ.update(ONE_THREAD)
