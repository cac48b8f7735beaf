"""Drawing the pictures that checks attach, each distinct one once, and none for ever."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import importlib
import io
import os
import select
import signal
import sys
import time
import warnings
from collections import OrderedDict
from collections.abc import Callable
from types import FunctionType
from typing import Any, NoReturn

import numpy as np

MOST_KEPT = 128
STEPS = 2.0**24
"""Numbers of an array are alike where they differ by less than this part of the largest.

Much less than can be seen: that a curve falls, however little, may be told in words and colours.
"""

PROCESSOR_SECONDS = 5
WALL_SECONDS = 60.0
MEMORY_BYTES = 1 << 30
"""What drawing one picture may take; one of numbers that nobody foresaw can take for ever."""


class Gallery:
    """Draws pictures and keeps those last drawn, since most right answers look the same.

    Parameters
    ----------
    apart : bool, optional
        Draw in a process with limits on time and memory; only Linux has what it takes.
    """

    def __init__(self, apart: bool = sys.platform == "linux") -> None:
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._drawn: Callable[[Any, tuple[Any, ...]], bytes] = _drawn_apart if apart else _drawn

    def draw(self, figure: Any, arguments: tuple[Any, ...]) -> str:
        """Return a figure as a PNG in base64.

        Parameters
        ----------
        figure : Matplotlib figure or callable
            A function is called with the arguments and returns the figure; the same function
            with arguments that look alike is not called again, unless it is a closure.
        arguments : tuple
            Arrays, numbers, text, and tuples of these.

        Raises
        ------
        PictureError
            When it could not be drawn within the limits.
        Exception
            Whatever the figure raises, where it is not drawn in a process of its own.
        """
        if not isinstance(figure, FunctionType) or figure.__closure__:
            return self._png(figure, arguments)  # it depends on more than its arguments
        # Drawn from the rounded numbers, so that it does not matter whose were the first.
        arguments = _rounded(arguments)
        key = f"{figure.__module__}.{figure.__qualname__}{_digest(arguments)}"
        if key not in self._kept:
            self._kept[key] = self._png(figure, arguments)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def _png(self, figure: Any, arguments: tuple[Any, ...]) -> str:
        return base64.b64encode(self._drawn(figure, arguments)).decode()


class PictureError(Exception):
    """A picture that could not be drawn, and why."""


def _rounded(value: Any) -> Any:
    """Return the same for values that look alike."""
    if isinstance(value, tuple | list):
        return tuple(_rounded(item) for item in value)
    array = np.asarray(value)
    if array.dtype.kind != "f" or not array.size:
        return value
    finite = np.where(np.isfinite(array), array, 0.0)
    exponent = int(np.frexp(np.abs(finite).max())[1])
    if abs(exponent) > 900:  # what is multiplied here would overflow
        return value
    scale = STEPS / 2.0**exponent
    rounded = np.where(np.isfinite(array), np.rint(finite * scale) / scale, array)
    return rounded if array.ndim else float(rounded)


def _digest(value: Any) -> str:
    """Return text that is the same for the same values alone."""
    if isinstance(value, tuple):
        return "(" + ",".join(map(_digest, value)) + ")"
    array = np.asarray(value)
    return f"{array.dtype}{array.shape}{hashlib.sha256(array.tobytes()).hexdigest()}"


def _drawn(figure: Any, arguments: tuple[Any, ...]) -> bytes:
    drawing = figure(*arguments) if callable(figure) else figure
    data = io.BytesIO()
    drawing.savefig(data, format="png", metadata={"Software": None})
    return data.getvalue()


def _drawn_apart(figure: Any, arguments: tuple[Any, ...]) -> bytes:
    """Draw in a child of this process, which is ended when it takes too much."""
    read, write = os.pipe()
    with warnings.catch_warnings():  # of threads: libraries' own, which the child does not use
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _draw_as_child(figure, arguments, write)
    os.close(write)
    try:
        told = _read_all(read, time.monotonic() + WALL_SECONDS)
    finally:
        os.close(read)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    loaded, _, rest = told.partition(b"\n")
    for name in loaded.decode().split():  # the next child then finds it loaded
        with contextlib.suppress(Exception):  # not every module can be imported by itself
            importlib.import_module(name)
    if not rest.startswith(b"drawn "):
        reason = rest.removeprefix(b"failed ").decode("utf-8", "replace")
        raise PictureError(reason or "it took too much time or memory")
    return rest.removeprefix(b"drawn ")


def _draw_as_child(figure: Any, arguments: tuple[Any, ...], write: int) -> NoReturn:
    import resource

    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            in_use = int(file.read().split()[0]) * resource.getpagesize()
        for limit, value in (("CPU", PROCESSOR_SECONDS), ("AS", in_use + MEMORY_BYTES)):
            resource.setrlimit(getattr(resource, f"RLIMIT_{limit}"), (value, value))
        before = set(sys.modules)
        try:
            told = b"drawn " + _drawn(figure, arguments)
        except Exception as error:
            told = f"failed {type(error).__name__}: {error}".encode("utf-8", "replace")
        loaded = " ".join(sorted(set(sys.modules) - before))
        with open(write, "wb") as pipe:
            pipe.write(loaded.encode() + b"\n" + told)
    finally:
        os._exit(0)


def _read_all(descriptor: int, deadline: float) -> bytes:
    """Return what comes until the other side closes, or nothing when that is too late."""
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    chunks: list[bytes] = []
    while poller.poll(max(deadline - time.monotonic(), 0.0) * 1000):
        chunk = os.read(descriptor, 1 << 16)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
    return b""
