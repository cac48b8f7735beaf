"""Moving bytes to and from a worker, never waiting past a deadline."""

from __future__ import annotations

import os
import queue
import select
import sys
import threading
import time
from typing import Protocol

_READ_AHEAD = 1 << 14
_MOST_AT_ONCE = 1 << 20


class ClosedError(EOFError):
    """The other side has closed the channel: the worker is gone."""


class LateError(TimeoutError):
    """The deadline has passed."""


class Transport(Protocol):
    """Two byte streams with deadlines, as :func:`time.monotonic` counts."""

    def send(self, data: bytes, deadline: float) -> None:
        """Write all of the data, or raise ClosedError or LateError."""

    def receive(self, size: int, deadline: float) -> bytes:
        """Read exactly ``size`` bytes, or raise ClosedError or LateError."""

    def close(self) -> None:
        """Close both streams; may be called twice."""


class PollingTransport:
    """A transport over two pipes, for systems where pipes can be polled.

    Parameters
    ----------
    write_fd, read_fd : int
        The descriptors; the transport owns them and sets them non-blocking.
    """

    def __init__(self, write_fd: int, read_fd: int) -> None:
        self._write_fd, self._read_fd = write_fd, read_fd
        os.set_blocking(write_fd, False)
        os.set_blocking(read_fd, False)
        self._writable = select.poll()
        self._writable.register(write_fd, select.POLLOUT)
        self._readable = select.poll()
        self._readable.register(read_fd, select.POLLIN)
        self._open = True
        self._ahead = b""

    def send(self, data: bytes, deadline: float) -> None:
        """Write all of the data, or raise ClosedError or LateError."""
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._write_fd, view) :]
            except BlockingIOError:
                _wait(self._writable, deadline)
            except OSError as error:
                raise ClosedError from error

    def receive(self, size: int, deadline: float) -> bytes:
        """Read exactly ``size`` bytes, or raise ClosedError or LateError."""
        chunks = [self._ahead]
        missing = size - len(self._ahead)
        while missing > 0:
            _wait(self._readable, deadline)
            # A little more than is asked for: most frames then take one reading.
            chunk = os.read(self._read_fd, max(_READ_AHEAD, min(missing, _MOST_AT_ONCE)))
            if not chunk:
                raise ClosedError
            chunks.append(chunk)
            missing -= len(chunk)
        data = b"".join(chunks)
        self._ahead = data[size:]
        return data[:size]

    def close(self) -> None:
        """Close both streams; may be called twice."""
        if self._open:
            self._open = False
            os.close(self._write_fd)
            os.close(self._read_fd)


def _wait(poller: select.poll, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0 or not poller.poll(left * 1000):
        raise LateError


class ThreadedTransport:
    """A transport over two pipes that works where pipes cannot be polled (Windows).

    A thread of its own for each direction does the waiting, so that the caller never does.

    Parameters
    ----------
    write_fd, read_fd : int
        The descriptors; the transport owns them.
    """

    def __init__(self, write_fd: int, read_fd: int) -> None:
        self._write_fd, self._read_fd = write_fd, read_fd
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._incoming: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._rest = b""
        threading.Thread(target=self._write, daemon=True).start()
        threading.Thread(target=self._read, daemon=True).start()

    def _write(self) -> None:
        try:
            while (data := self._outgoing.get()) is not None:
                view = memoryview(data)
                while view:
                    view = view[os.write(self._write_fd, view) :]
        except OSError:  # the worker is gone; the reading side reports it
            return
        finally:
            os.close(self._write_fd)

    def _read(self) -> None:
        try:
            while chunk := os.read(self._read_fd, 1 << 16):
                self._incoming.put(chunk)
        finally:
            os.close(self._read_fd)
            self._incoming.put(b"")

    def send(self, data: bytes, deadline: float) -> None:
        """Hand the data to the writing thread; what goes wrong shows when receiving."""
        self._outgoing.put(data)

    def receive(self, size: int, deadline: float) -> bytes:
        """Read exactly ``size`` bytes, or raise ClosedError or LateError."""
        while len(self._rest) < size:
            try:
                chunk = self._incoming.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise LateError from None
            if not chunk:
                self._incoming.put(b"")
                raise ClosedError
            self._rest += chunk
        data, self._rest = self._rest[:size], self._rest[size:]
        return data

    def close(self) -> None:
        """Let the writing thread close its stream; the reading one ends with the worker."""
        self._outgoing.put(None)


def connect(write_fd: int, read_fd: int) -> Transport:
    """Return the transport that suits this system."""
    if sys.platform == "win32":
        return ThreadedTransport(write_fd, read_fd)
    return PollingTransport(write_fd, read_fd)
