"""What a submission could do here: tried at the start, in the confinement of a submission."""

from __future__ import annotations

import contextlib
import os
import resource
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..checker.isolation import POSSIBLE, REFUSED
from . import kernel
from .confine import CLONE_NEWUSER, PROC

READ_FILE = "read a file of the grader"
WRITE_OUTSIDE = "write outside its scratch folder"
SEE_PROCESSES = "see other processes"
SEE_FOLDER = "see the instructor's folder"


@dataclass(frozen=True)
class Targets:
    """What the probe goes for.

    Attributes
    ----------
    canary : str
        A file of the grader's that anyone on this machine may read.
    private : sequence of str
        Files and folders of the instructor's, which should not even be seen.
    secrets : sequence of str
        Those among them that must not be read.
    port : int
        Where the grader listens on the loopback interface.
    pid : int
        The grader's process.
    read_only : sequence of str
        Folders that can be seen inside but must not be written to.
    """

    canary: str
    private: Sequence[str]
    secrets: Sequence[str]
    port: int
    pid: int
    read_only: Sequence[str]


@contextlib.contextmanager
def planted(
    repository: Path | None, secrets: Sequence[Path], shown: Sequence[str]
) -> Iterator[Targets]:
    """Set out a file and a listener for the probe to find, on the grader's side.

    Parameters
    ----------
    repository : path, optional
        The instructor's folder.
    secrets : sequence of path
        What must not be read, such as answers.
    shown : sequence of str
        What can be read inside; an interpreter may lie in the instructor's folder.
    """
    entries = [] if repository is None else sorted(repository.resolve().iterdir())
    private = [str(p) for p in entries if not any(Path(s).is_relative_to(p) for s in shown)]
    with tempfile.NamedTemporaryFile("w", prefix="canary-") as canary, socket.socket() as listener:
        os.chmod(canary.name, 0o644)
        canary.write("a secret of the grader's")
        canary.flush()
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        hidden = [str(path.resolve()) for path in secrets]
        yield Targets(canary.name, private, hidden, port, os.getpid(), shown)


def attempt(targets: Targets) -> dict[str, str]:
    """Try what must not succeed; return for each thing whether it was refused."""
    tries: dict[str, Callable[[], str]] = {
        READ_FILE: lambda: _read(targets.canary),
        WRITE_OUTSIDE: lambda: _write(targets.read_only),
        "reach the network": lambda: _connect(targets.port),
        SEE_PROCESSES: _see_processes,
        "signal other processes": lambda: _signal(targets.pid),
        "raise its own limits": _raise_limits,
        "make namespaces of its own": _make_namespaces,
        "run another program": _run_program,
        "start a process": _start_process,
    }
    if targets.private:
        tries[SEE_FOLDER] = lambda: _find(targets.private)
    if targets.secrets:
        tries["read the answers"] = lambda: _read_any(targets.secrets)
    return {name: _tried(action) for name, action in tries.items()}


def _tried(action: Callable[[], str]) -> str:
    try:
        return f"{POSSIBLE}: {action()}"
    except (OSError, ValueError):
        return REFUSED


def _read(path: str) -> str:
    with open(path, "rb") as file:
        return f"read {len(file.read())} bytes"


def _find(paths: Sequence[str]) -> str:
    found = [path for path in paths if os.path.lexists(path)]
    if not found:
        raise FileNotFoundError
    return f"found {len(found)} of {len(paths)} entries"


def _read_any(paths: Sequence[str]) -> str:
    read = []
    for path in paths:
        files = [path] if os.path.isfile(path) else _files_below(path)
        for file in files:
            with contextlib.suppress(OSError), open(file, "rb") as stream:
                stream.read(1)
                read.append(path)
                break
    if not read:
        raise PermissionError
    return "read in " + ", ".join(read)


def _files_below(folder: str) -> Iterator[str]:
    for above, _, names in os.walk(folder):
        yield from (os.path.join(above, name) for name in names)


def _write(folders: Sequence[str]) -> str:
    written = []
    for folder in ("/", "/tmp", "/dev", "/dev/shm", "/proc", PROC, *folders):
        with contextlib.suppress(OSError), open(f"{folder}/written-by-probe", "w"):
            written.append(folder)
    if not written:
        raise PermissionError
    return "wrote to " + ", ".join(written)


def _connect(port: int) -> str:
    with socket.socket() as client:
        try:
            client.connect(("127.0.0.1", port))
        except OSError:
            return "opened a socket"
        return "connected to the grader"


def _see_processes() -> str:
    seen = set()
    for folder in ("/proc", PROC):
        with contextlib.suppress(OSError):
            seen |= {name for name in os.listdir(folder) if name.isdigit()}
    if not seen:
        raise FileNotFoundError
    return f"saw {len(seen)}"


def _signal(grader: int) -> str:
    reached = []
    for name, pid in {"its parent": os.getppid(), "the grader": grader}.items():
        with contextlib.suppress(OSError):
            os.kill(pid, 0)
            reached.append(name)
    if not reached:
        raise PermissionError
    return "reached " + " and ".join(reached)


def _raise_limits() -> str:
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return "lifted the limit on memory"


def _make_namespaces() -> str:
    kernel.unshare(CLONE_NEWUSER)
    return "made a user namespace"


def _run_program() -> str:
    with contextlib.suppress(FileNotFoundError):
        os.execv("/no/such/program", ["program"])
    return "would have run a program that is there"


def _start_process() -> str:
    if os.fork() == 0:
        os._exit(0)
    return "forked"
