"""Workers that are kept apart from the grader by the kernel, in a sandbox by bubblewrap."""

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
from functools import partial
from pathlib import Path

from ..checker import frames
from ..checker.contract import Limits
from ..checker.isolation import POSSIBLE, Isolation
from ..checker.transport import ClosedError, LateError
from ..errors import INSTEAD, IsolationError
from .confine import SCRATCH
from .filesystem import MACHINERY, assemble, bubblewrap
from .probe import planted
from .worker import STOP_SECONDS, SandboxWorker
from .zygote import READY, Plan

START_SECONDS = 60.0
NOBODY = 65534

NAMESPACES = (
    "The sandbox needs bubblewrap 0.5 or later and unprivileged user namespaces. These may be off "
    "(`sysctl kernel.unprivileged_userns_clone=1`, `sysctl user.max_user_namespaces=10000`); "
    "on Ubuntu 23.10 and later AppArmor restricts them "
    "(`sysctl kernel.apparmor_restrict_unprivileged_userns=0`, or a profile for bwrap with the "
    "rule `userns,`); inside a container they are refused unless it was started with more rights."
)


class _Zygote:
    """The running sandbox: the process that forks workers, and what keeps it apart."""

    def __init__(
        self,
        command: Sequence[str],
        machinery: str,
        plan: Plan,
        environment: Mapping[str, str],
        advice: str,
    ) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        start = (
            f"import sys; sys.path.append({machinery!r}); "
            f"from {__package__}.zygote import main; main()"
        )
        words = [*command, "-I", "-S", "-B", "-X", "utf8", "-c", start]
        words += [json.dumps(dataclasses.asdict(plan)), str(theirs.fileno())]
        with theirs, os.fdopen(os.memfd_create("said"), "w+b") as said:
            self.process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                pass_fds=[theirs.fileno()],
                cwd="/",
                env=environment,
            )
            theirs.close()
            self.control.settimeout(START_SECONDS)
            try:
                ready = self.control.recv(len(READY)) == READY
            except OSError:
                ready = False
            if not ready:
                self.close()
                said.seek(0)
                last = said.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
                missing = last.startswith(("ImportError", "ModuleNotFoundError"))
                raise IsolationError(
                    f"the sandbox did not start: {last}" + ("" if missing else f". {advice}")
                )

    def close(self) -> None:
        """End the sandbox and every process in it."""
        self.control.close()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class ConfinedHost:
    """Starts workers that hold one submission's code and can reach nothing else.

    A host belongs to one thread, which has to live as long as the host is used: the zygote ends
    with the thread that started it.

    Parameters
    ----------
    level : str
        What the way of confinement is called.
    command : sequence of str
        Starts a Python interpreter in its confinement.
    machinery : str
        The folder in there that holds this package.
    plan : Plan
        What the zygote is to do.
    environment : mapping of str to str
        The environment of the command.
    repository : path, optional
        The instructor's folder, which the probe tries to find.
    secrets : sequence of path
        What the probe tries to read.
    advice : str
        What a person can do when this does not work here.

    Attributes
    ----------
    isolation : Isolation
        What a probe in a worker's place could and could not do.

    Raises
    ------
    IsolationError
        When it cannot be set up, or the probe could do what it must not.
    """

    def __init__(
        self,
        level: str,
        command: Sequence[str],
        machinery: str,
        plan: Plan,
        environment: Mapping[str, str],
        repository: Path | None,
        secrets: Sequence[Path],
        advice: str,
    ) -> None:
        self._start_zygote = partial(_Zygote, command, machinery, plan, environment, advice)
        self._zygote = self._start_zygote()
        try:
            observed = self._observe(repository, secrets, plan.readable)
            holes = [f"{name} ({what})" for name, what in self.holes(observed).items()]
            if holes:
                raise IsolationError(f"code in it can {'; '.join(holes)}")
        except BaseException as error:
            self.close()
            if isinstance(error, IsolationError):
                raise IsolationError(
                    f"isolation at level {level} does not hold on this machine: {error}. Nothing "
                    f"of a submission was run. {advice}"
                ) from error
            raise
        self.isolation = Isolation(level, observed)

    def holes(self, observed: Mapping[str, str]) -> dict[str, str]:
        """Return what the probe could do and must not be able to."""
        return {name: what for name, what in observed.items() if what.startswith(POSSIBLE)}

    def start(self) -> SandboxWorker:
        """Start a worker; a zygote that has died is replaced first.

        Raises
        ------
        IsolationError
            When it cannot be replaced.
        """
        if self._zygote.process.poll() is None:
            with contextlib.suppress(ConnectionError):  # it is about to end
                return SandboxWorker(self._zygote.control)
        self._zygote.close()
        self._zygote = self._start_zygote()
        return SandboxWorker(self._zygote.control)

    def close(self) -> None:
        """End the zygote and every process below it."""
        self._zygote.close()

    def _observe(
        self, repository: Path | None, secrets: Sequence[Path], shown: Sequence[str]
    ) -> dict[str, str]:
        with planted(repository, secrets, shown) as targets:
            worker = SandboxWorker(self._zygote.control, targets)
            deadline = time.monotonic() + START_SECONDS
            try:
                _, told = frames.read(lambda size: worker.transport.receive(size, deadline))
            except (ClosedError, LateError, frames.FrameError):
                status = worker.end(STOP_SECONDS)  # says so itself when it was not confined
                raise IsolationError(f"the probe ended with status {status}") from None
            worker.end(STOP_SECONDS)
        return {name: str(value) for name, value in told.items()}


class SandboxHost(ConfinedHost):
    """Workers in a bubblewrap sandbox of this host's own: no network, no files, no neighbours.

    Parameters
    ----------
    limits : Limits
        What each worker may use.
    readable : mapping of str to path, optional
        Absolute paths inside, and the folders that are to be seen there. In the working folder,
        their last part leads to them.
    hidden : sequence of path, optional
        Files and folders of installed libraries that are to look empty.
    preload : sequence of str, optional
        Modules to load once, before the first worker.
    repository, secrets : path, sequence of path, optional
        The instructor's folder, and what in it the probe tries to read.

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
        secrets: Sequence[Path] = (),
    ) -> None:
        program = shutil.which("bwrap")
        if program is None:
            raise IsolationError(
                "bubblewrap is not installed, and without it submissions are not kept apart "
                f"from the grader. On Debian and Ubuntu: `apt-get install bubblewrap`. {INSTEAD}"
            )
        files = assemble(readable or {}, hidden)
        plan = Plan(
            uid=NOBODY,
            namespaces=True,
            scratch=SCRATCH,
            links={Path(inside).name: inside for inside in readable or {}},
            libraries=files.libraries,
            preload=preload,
            readable=[mount.inside for mount in files.mounts],
            listable=(),
            resources=resource_limits(limits),
            scratch_mib=limits.scratch_mib,
            output_bytes=limits.output_kib << 10,
        )
        super().__init__(
            "sandbox",
            bubblewrap(program, files, root=os.geteuid() == 0),
            MACHINERY,
            plan,
            dict(os.environ),
            repository,
            secrets,
            f"{NAMESPACES} {INSTEAD}",
        )


def resource_limits(limits: Limits) -> dict[str, tuple[int, int]]:
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
