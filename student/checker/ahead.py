"""Workers that are started before they are needed, and a host that can be stopped at any time."""

from __future__ import annotations

import ast
import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from . import frames
from .contract import Assignment
from .host import Load, SubprocessHost, SubprocessWorker
from .isolation import Isolation
from .transport import ClosedError, LateError

_WARMING = "warming_up_"
_READY_SECONDS = 30.0


class Ahead:
    """Keeps one worker waiting, with the libraries loaded that the student's files import.

    Each worker is used for one run of one question's checks, as if it had just been started.

    Parameters
    ----------
    host : SubprocessHost
        Where workers come from.
    assignment : Assignment
        For the modules that students write, and what cannot be imported.
    files : callable
        Returns the student's files.
    """

    def __init__(
        self, host: SubprocessHost, assignment: Assignment, files: Callable[[], Mapping[str, bytes]]
    ) -> None:
        self._host = host
        self._unavailable = assignment.unavailable
        self._modules = tuple(dict.fromkeys(assignment.functions.values()))
        self._files = files
        self._spare: SubprocessWorker | None = None
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Start a worker unless one is waiting; it loads its libraries in the background."""
        with self._lock:
            if self._spare is not None:
                return
            names = libraries(self._files(), self._modules)
            source = "".join(
                f"try:\n    import {name}\nexcept BaseException:\n    pass\n" for name in names
            )
            source += "def warm():\n    pass\n"
            load = Load(
                {f"{_WARMING}.py": source.encode()},
                {"warm": _WARMING},
                unavailable=self._unavailable,
            )
            worker = self._host.start()
            call = frames.encode("call", function="warm", args=(), kwargs={})
            with contextlib.suppress(ClosedError, LateError):
                worker.transport.send(load.frame() + call, time.monotonic() + _READY_SECONDS)
            self._spare = worker

    def take(self) -> SubprocessWorker:
        """Return the waiting worker, or a new one when there is none to be had."""
        with self._lock:
            worker, self._spare = self._spare, None
        if worker is not None:
            deadline = time.monotonic() + _READY_SECONDS
            try:
                for _ in ("loaded", "returned"):
                    frames.read(lambda size: worker.transport.receive(size, deadline))
                worker.output()
                return worker
            except (ClosedError, LateError, frames.FrameError):
                worker.end(0.0)
        return self._host.start()

    def close(self) -> None:
        """Stop the waiting worker."""
        with self._lock:
            worker, self._spare = self._spare, None
        if worker is not None:
            worker.end(0.0)


class StoppableHost:
    """The host of one run: gives it workers until it is stopped."""

    isolation = Isolation("limits")

    def __init__(self, ahead: Ahead) -> None:
        self._ahead = ahead
        self._given: list[SubprocessWorker] = []
        self._stopped = False
        self._lock = threading.Lock()

    def start(self) -> SubprocessWorker:
        """Return a worker.

        Raises
        ------
        KeyboardInterrupt
            When the run was stopped; pytest then runs no other check.
        """
        if self._stopped:
            raise KeyboardInterrupt
        worker = self._ahead.take()
        with self._lock:
            self._given.append(worker)
            if self._stopped:
                worker.kill()
        return worker

    def stop(self) -> None:
        """Stop what runs, from another thread."""
        with self._lock:
            self._stopped = True
            for worker in self._given:
                worker.kill()

    def close(self) -> None:
        """Do nothing: workers are ended by those who started them."""


def libraries(files: Mapping[str, bytes], modules: Iterable[str]) -> list[str]:
    """Return what modules import, and what those of their imports do that are files themselves.

    Parameters
    ----------
    files : mapping of str to bytes
        Names and contents.
    modules : iterable of str
        Where to begin.
    """
    found: dict[str, None] = {}
    waiting, seen = list(modules), set()
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        for name in _imports(files.get(f"{module}.py", b"")):
            if f"{name}.py" in files:
                waiting.append(name)
            elif not any(other.startswith(f"{name.partition('.')[0]}/") for other in files):
                found[name] = None
    return [name for name in found if name != "__future__"]


def _imports(content: bytes) -> Iterator[str]:
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
