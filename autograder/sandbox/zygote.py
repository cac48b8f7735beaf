"""The first process in the sandbox: it holds the libraries and no secret, and forks children.

Loading NumPy and SciPy takes a second, and forking a process that has done so a few milliseconds.
Each piece of work is done by a family of its own::

    zygote ── leaver (enters new namespaces, forks, ends)
                └─ keeper (process 1 in there) ── child (gives up its rights, runs the code)

The keeper ends when the child does or when the grader hangs up, and the kernel ends with it
whatever else may be running in there. All that the zygote ever does is fork.

Where the machine refuses namespaces, families do without: the child's other confinement keeps
it from starting processes and from reaching others, and the keeper ends the child itself.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import itertools
import json
import os
import select
import shutil
import signal
import site
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from . import confine, probe

READY = b"ready"
ENDED = b"ended "
FAILED = b"failed "
MAX_MESSAGE = 64 * 1024
ALWAYS_LOADED = ("numpy", "numpy.random", f"{__package__.rpartition('.')[0]}.checker.worker")


@dataclass(frozen=True)
class Plan:
    """What the zygote is told at its start.

    Attributes
    ----------
    uid : int
        Which user to become when started as root.
    namespaces : bool
        Whether each family enters namespaces of its own.
    scratch : str
        Where families without namespaces have their working folders.
    links : mapping of str to str
        Names in a working folder, and the paths that they stand for.
    libraries : sequence of str
        Folders to import from.
    preload : sequence of str
        Modules to import before the first fork.
    readable, listable : sequence of str
        What children may read, and the folders in which they may only see names.
    resources : mapping of str to (int, int)
        Soft and hard limits of a child, by the name that follows ``RLIMIT_``.
    scratch_mib : int
        Size of a child's scratch folder in MiB.
    output_bytes : int
        What a child may print in one call.
    """

    uid: int
    namespaces: bool
    scratch: str
    links: Mapping[str, str]
    libraries: Sequence[str]
    preload: Sequence[str]
    readable: Sequence[str]
    listable: Sequence[str]
    resources: Mapping[str, Sequence[int]]
    scratch_mib: int
    output_bytes: int


def main() -> None:
    """Become an ordinary user, load the libraries, then fork a child for each message.

    ``argv`` holds the plan as JSON and the number of the control socket. A message is ``null``
    or the probe's targets, as JSON, with four descriptors: requests, replies, output, lifeline.
    """
    plan = Plan(**json.loads(sys.argv[1]))
    control = socket.socket(fileno=int(sys.argv[2]))
    sys.argv[:] = [""]
    if os.getuid() == 0:
        confine.stop_being_root(plan.uid)
    _load_libraries(plan)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are forgotten when they end
    gc.collect()
    gc.freeze()
    control.send(READY)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MAX_MESSAGE, 4)
        if not message:
            return
        lifeline = socket.socket(fileno=descriptors.pop())
        try:
            if os.fork() == 0:
                control.close()
                _start_family(plan, json.loads(message), descriptors, lifeline)
        except OSError as error:  # no memory or no process left: that child's loss only
            _say_failed(lifeline, error)
        lifeline.close()
        for descriptor in descriptors:
            os.close(descriptor)


def _load_libraries(plan: Plan) -> None:
    machinery = sys.path[-1]
    sys.path += plan.libraries
    for name in (*ALWAYS_LOADED, *plan.preload):
        importlib.import_module(name)
    sys.path.remove(machinery)
    site.setquit()  # exit() and quit() are there, as in any interpreter


def _start_family(
    plan: Plan, targets: dict[str, Any] | None, descriptors: list[int], lifeline: socket.socket
) -> NoReturn:
    try:
        zygote = os.pidfd_open(os.getppid())
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        scratch = confine.SCRATCH
        if plan.namespaces:
            confine.enter_namespaces(plan.scratch_mib, plan.links)
            if os.fork() != 0:
                os._exit(0)
        else:
            scratch = confine.enter_scratch(plan.scratch, plan.links)
        child = os.fork()
        if child == 0:
            _become_child(plan, targets, descriptors, lifeline, scratch)
        for descriptor in descriptors:
            os.close(descriptor)
        _keep(child, lifeline, zygote, plan.namespaces)
        if not plan.namespaces:
            shutil.rmtree(scratch, ignore_errors=True)  # what resists goes with the sandbox
        os._exit(0)
    except BaseException as error:
        _say_failed(lifeline, error)
    finally:
        os._exit(1)


def _say_failed(lifeline: socket.socket, error: BaseException) -> None:
    with contextlib.suppress(OSError):  # the grader may have hung up
        lifeline.send(FAILED + f"{type(error).__name__}: {error}".encode()[:MAX_MESSAGE])


def _keep(child: int, lifeline: socket.socket, zygote: int, namespaces: bool) -> None:
    """Wait for the child's end, the zygote's or the grader's sign; end all that is left, tell."""
    poller = select.poll()
    handle = os.pidfd_open(child)
    poller.register(handle, select.POLLIN)
    poller.register(lifeline, select.POLLIN)
    poller.register(zygote, select.POLLIN)
    message = b""
    if handle in (ready for ready, _ in poller.poll()):
        _, status = os.waitpid(child, 0)
        message = ENDED + str(os.waitstatus_to_exitcode(status)).encode()
    with contextlib.suppress(ProcessLookupError):
        # Everyone in this namespace but process 1, which is this; or the child, which is alone.
        os.kill(-1 if namespaces else child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    if message:
        lifeline.send(message)


def _become_child(
    plan: Plan,
    targets: dict[str, Any] | None,
    descriptors: list[int],
    lifeline: socket.socket,
    scratch: str,
) -> NoReturn:
    import numpy as np  # the libraries are not there yet when this module is loaded

    from ..checker import frames, worker

    requests, replies, output = descriptors
    os.dup2(output, 1)
    os.dup2(output, 2)
    _close_all_but(0, 1, 2, requests, replies, lifeline.fileno())
    np.random.seed()  # or all children would draw the same numbers
    in_force = confine.give_up_rights(plan.resources, plan.readable, plan.listable, scratch)
    if targets is not None:
        observed = probe.attempt(probe.Targets(**targets))
        os.write(replies, frames.encode("observed", **in_force, **observed))
        os._exit(0)
    lifeline.close()
    worker.run(requests, replies, plan.output_bytes)


def _close_all_but(*kept: int) -> None:
    for low, high in itertools.pairwise([*sorted(kept), os.sysconf("SC_OPEN_MAX")]):
        os.closerange(low + 1, high)
