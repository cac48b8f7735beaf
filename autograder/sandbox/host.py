"""Workers that are kept apart from the grader by bubblewrap and the kernel."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import math
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..checker import frames
from ..checker.contract import Limits
from ..checker.host import Isolation
from ..checker.transport import ClosedError, LateError
from ..errors import IsolationError
from .filesystem import MACHINERY, FileSystem, assemble, bubblewrap
from .probe import POSSIBLE, planted
from .worker import STOP_SECONDS, SandboxWorker
from .zygote import READY, Plan

START_SECONDS = 60.0
NOBODY = 65534

INSTEAD = (
    "With `--isolation limits` submissions run without a sandbox: they can then read whatever "
    "the grader can, so keep that for code that you trust, or for a throw-away machine."
)
NAMESPACES = (
    "The sandbox needs bubblewrap 0.5 or later and unprivileged user namespaces. These may be off "
    "(`sysctl kernel.unprivileged_userns_clone=1`, `sysctl user.max_user_namespaces=10000`); "
    "on Ubuntu 23.10 and later AppArmor restricts them "
    "(`sysctl kernel.apparmor_restrict_unprivileged_userns=0`, or a profile for bwrap with the "
    "rule `userns,`); inside a container they are refused unless it was started with more rights."
)


class _Zygote:
    """The running sandbox: bubblewrap, and in it the process that forks workers."""

    def __init__(self, program: str, files: FileSystem, plan: Plan) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        start = (
            f"import sys; sys.path.append({MACHINERY!r}); "
            f"from {__package__}.zygote import main; main()"
        )
        command = bubblewrap(program, files, root=os.geteuid() == 0)
        command += ["-I", "-S", "-B", "-X", "utf8", "-c", start]
        command += [json.dumps(dataclasses.asdict(plan)), str(theirs.fileno())]
        with theirs, os.fdopen(os.memfd_create("words"), "w+b") as words:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                pass_fds=[theirs.fileno()],
            )
            theirs.close()
            self.control.settimeout(START_SECONDS)
            try:
                ready = self.control.recv(len(READY)) == READY
            except OSError:
                ready = False
            if not ready:
                self.close()
                words.seek(0)
                said = words.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
                missing = said.startswith(("ImportError", "ModuleNotFoundError"))
                advice = "" if missing else f". {NAMESPACES} {INSTEAD}"
                raise IsolationError(f"the sandbox did not start: {said}{advice}")

    def close(self) -> None:
        """End the sandbox and every process in it."""
        self.control.close()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class SandboxHost:
    """Starts workers that hold one submission's code and can reach nothing else.

    A host belongs to one thread, which has to live as long as the host is used: the sandbox ends
    with the thread that started it.

    Parameters
    ----------
    limits : Limits
        What each worker may use.
    readable : mapping of str to path, optional
        Absolute paths inside, and the folders that are to be seen there.
    hidden : sequence of path, optional
        Files and folders of installed libraries that are to look empty.
    preload : sequence of str, optional
        Modules to load once, before the first worker.
    repository : path, optional
        The instructor's folder, which the probe tries to find.

    Attributes
    ----------
    isolation : Isolation
        What a probe in a worker's place could and could not do.

    Raises
    ------
    IsolationError
        When the sandbox cannot be set up, or the probe could do what it must not.
    """

    def __init__(
        self,
        limits: Limits,
        readable: Mapping[str, Path] | None = None,
        hidden: Sequence[Path] = (),
        preload: Sequence[str] = (),
        repository: Path | None = None,
    ) -> None:
        program = shutil.which("bwrap")
        if program is None:
            raise IsolationError(
                "bubblewrap is not installed, and without it submissions are not kept apart "
                f"from the grader. On Debian and Ubuntu: `apt-get install bubblewrap`. {INSTEAD}"
            )
        self._program = program
        self._files = assemble(readable or {}, hidden)
        self._plan = Plan(
            uid=NOBODY,
            libraries=self._files.libraries,
            preload=preload,
            readable=[mount.inside for mount in self._files.mounts],
            resources=_resources(limits),
            scratch_mib=limits.scratch_mib,
            output_bytes=limits.output_kib << 10,
        )
        self._zygote = _Zygote(self._program, self._files, self._plan)
        try:
            self.isolation = Isolation("sandbox", self._observe(repository))
        except BaseException as error:
            self.close()
            if isinstance(error, IsolationError):
                raise IsolationError(
                    f"the sandbox does not hold on this machine: {error}. Nothing of a submission "
                    f"was run. {NAMESPACES} {INSTEAD}"
                ) from error
            raise

    def start(self) -> SandboxWorker:
        """Start a worker; a sandbox that has died is replaced first.

        Raises
        ------
        IsolationError
            When it cannot be replaced.
        """
        if self._zygote.process.poll() is None:
            with contextlib.suppress(ConnectionError):  # it is about to end
                return SandboxWorker(self._zygote.control)
        self._zygote.close()
        self._zygote = _Zygote(self._program, self._files, self._plan)
        return SandboxWorker(self._zygote.control)

    def close(self) -> None:
        """End the sandbox and every process in it."""
        self._zygote.close()

    def _observe(self, repository: Path | None) -> dict[str, str]:
        with planted(repository, self._plan.readable) as targets:
            worker = SandboxWorker(self._zygote.control, targets)
            deadline = time.monotonic() + START_SECONDS
            try:
                _, told = frames.read(lambda size: worker.transport.receive(size, deadline))
            except (ClosedError, LateError, frames.FrameError):
                status = worker.end(STOP_SECONDS)  # says so itself when it was not confined
                raise IsolationError(f"the probe ended with status {status}") from None
            worker.end(STOP_SECONDS)
        observed = {name: str(value) for name, value in told.items()}
        holes = [f"{name} ({what})" for name, what in observed.items() if what.startswith(POSSIBLE)]
        if holes:
            raise IsolationError(f"code in it can {'; '.join(holes)}")
        return observed


def _resources(limits: Limits) -> dict[str, tuple[int, int]]:
    """Return soft and hard limits by the name that follows ``RLIMIT_``."""
    equal = {
        "AS": limits.memory_mib << 20,
        "NOFILE": limits.files,
        "CORE": 0,
        # More than the scratch folder holds, so that what fills it learns that it is full.
        "FSIZE": max(limits.scratch_mib + 1 << 20, 2 * limits.output_kib << 10),
    }
    version = os.uname().release.split(".")
    if (int(version[0]), int(version[1])) >= (5, 14):
        # Before, all processes of the same user counted, in whatever namespace.
        equal["NPROC"] = limits.processes
    # At the hard limit the kernel kills; a second before, SIGXCPU says why.
    cpu = math.ceil(limits.question_seconds) + 5
    return {"CPU": (cpu, cpu + 1), **{name: (value, value) for name, value in equal.items()}}
