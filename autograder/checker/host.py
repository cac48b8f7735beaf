"""Workers as the grader sees them, and the host that starts them as plain processes."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np

from . import frames
from .contract import Limits
from .isolation import Isolation
from .threads import ONE_THREAD
from .transport import Transport, connect


@dataclass(frozen=True)
class Load:
    """What a worker is given before its first call.

    Attributes
    ----------
    files : dict of str to bytes
        Relative file names, with ``/`` between folders, and their contents.
    functions : dict of str to str
        Each function that may be called, and the module it lives in.
    answered : frozenset of str
        Functions that the grader answers in place of the submission's own.
    unavailable : tuple of str
        Modules that cannot be imported.
    """

    files: dict[str, bytes]
    functions: dict[str, str]
    answered: frozenset[str] = frozenset()
    unavailable: tuple[str, ...] = ()

    def holds(self, module: str) -> bool:
        """Say whether there is a file or a folder of a module's name."""
        return any(name == f"{module}.py" or name.startswith(f"{module}/") for name in self.files)

    def frame(self) -> bytes:
        """Return the frame that hands all of this to a worker."""
        names = "\0".join(self.files).encode("utf-8", "surrogatepass")
        return frames.encode(
            "load",
            # As bytes, since the names of two hundred files can be too long for a header.
            names=np.frombuffer(names, dtype=np.uint8),
            sizes=[len(data) for data in self.files.values()],
            content=np.frombuffer(b"".join(self.files.values()), dtype=np.uint8),
            functions=self.functions,
            answered=sorted(self.answered),
            unavailable=list(self.unavailable),
        )


class Worker(Protocol):
    """A process that holds one submission's code."""

    transport: Transport

    def end(self, grace: float) -> int | None:
        """Stop the process and return its exit status, negative for a signal.

        ``None`` when it was still running after ``grace`` seconds and had to be stopped.
        """

    def output(self) -> str:
        """Return what was printed since the last time this was asked."""


class Host(Protocol):
    """Where workers come from."""

    isolation: Isolation

    def start(self) -> Worker:
        """Start a worker that is ready for a ``load`` frame."""

    def close(self) -> None:
        """Stop everything that the host has started."""


MAX_OUTPUT_SHOWN = 20_000


class OutputReader:
    """Reads, in bounded pieces, a file that an untrusted process appends to.

    Parameters
    ----------
    file : binary file
        Opened for reading, on a file position of its own.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self._seen = 0

    def read(self) -> str:
        """Return the text appended since the last call, at most 20 kB of it."""
        size = os.fstat(self.file.fileno()).st_size
        added = max(size - self._seen, 0)
        self.file.seek(self._seen)
        text = self.file.read(min(added, MAX_OUTPUT_SHOWN)).decode("utf-8", "replace")
        self._seen += added
        return text + ("\n… (cut here)" if added > MAX_OUTPUT_SHOWN else "")


class SubprocessWorker:
    """A worker that is an ordinary child process, with resource limits where the system has them.

    Parameters
    ----------
    limits : Limits
        Memory, output and file limits of the child.
    folder : path
        The child's working folder.
    """

    def __init__(self, limits: Limits, folder: Path) -> None:
        descriptor, self._output_path = tempfile.mkstemp(prefix="check-output-")
        self._reader = OutputReader(open(self._output_path, "rb"))  # noqa: SIM115 -- closed in end()
        package = __package__ or ""
        root = str(Path(__file__).resolve().parents[package.count(".") + 1])
        start = (
            f"import sys; sys.path.append({root!r}); from {package}.worker import main; "
            "sys.path.pop(); main()"
        )
        try:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-X", "utf8", "-c", start),
                    str(limits.output_kib << 10),
                    *resource_limits(limits),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=descriptor,
                cwd=folder,
                env={**os.environ, **ONE_THREAD},
                start_new_session=sys.platform != "win32",
            )
        finally:
            os.close(descriptor)
        assert self._process.stdin is not None and self._process.stdout is not None
        self.transport = connect(
            os.dup(self._process.stdin.fileno()), os.dup(self._process.stdout.fileno())
        )
        self._process.stdin.close()
        self._process.stdout.close()

    def output(self) -> str:
        """Return what was printed since the last time this was asked."""
        return self._reader.read()

    def kill(self) -> None:
        """Stop the process at once, from any thread; its owner finds it closed, and ends it."""
        self._process.kill()

    def end(self, grace: float) -> int | None:
        """Stop the process and its whole session; see :class:`Worker`."""
        status: int | None = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = self._process.wait(grace)
        if sys.platform == "win32":
            self._process.kill()
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self.transport.close()
        if not self._reader.file.closed:
            self._reader.file.close()
            os.unlink(self._output_path)
        return status


def resource_limits(limits: Limits) -> list[str]:
    """Return the worker's ``name=value`` arguments for what this system can limit."""
    if sys.platform == "win32":
        return []
    found = [f"NOFILE={limits.files}", "CORE=0", f"CPU={math.ceil(limits.question_seconds) + 5}"]
    if sys.platform == "linux":  # macOS does not honour a limit on address space
        found.append(f"AS={limits.memory_mib << 20}")
    return found


class SubprocessHost:
    """Starts workers as plain child processes: the student's laptop, and ``limits``.

    Parameters
    ----------
    limits : Limits
        What each worker may use.
    folder : path
        The workers' working folder.
    """

    isolation = Isolation("limits")

    def __init__(self, limits: Limits, folder: Path) -> None:
        self._limits = limits
        self._folder = folder

    def start(self) -> SubprocessWorker:
        """Start a worker; the time it takes to load Python is spent in the background."""
        return SubprocessWorker(self._limits, self._folder)

    def close(self) -> None:
        """Do nothing: workers are ended by those who started them."""
