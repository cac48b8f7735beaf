"""What a process does to itself, once and for good, before it touches a submission's code."""

from __future__ import annotations

import os
import resource
import signal
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import kernel, landlock, seccomp

SCRATCH = "/scratch"
PROC = "/zygote-proc"  # not where libraries look for it, since children have none
OWN_PROC = "/proc/self"
SCRATCH_FILES = 4096

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
OWN_NAMESPACES = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_PRIVATE_BELOW = 0x40000 | 0x4000
INERT = MS_NOSUID | MS_NODEV | MS_NOEXEC


def stop_being_root(uid: int) -> None:
    """Become an ordinary user without any capability, who can never be another one.

    Parameters
    ----------
    uid : int
        User and group to become.

    Raises
    ------
    OSError
        When root may not, as in a container that knows no other user.
    """
    kernel.no_new_privileges()
    try:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        kernel.drop_bounding_set()
        os.setresuid(uid, uid, uid)
    except OSError as error:
        raise OSError(error.errno, f"root may not become user {uid} here: {error}") from error
    kernel.drop_capabilities()
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)  # it was lost with the user


def enter_namespaces(scratch_mib: int, links: Mapping[str, str]) -> None:
    """Leave the company of other processes, with an empty scratch folder as working folder.

    Takes a user namespace, which lets an ordinary user mount things for itself, and with it
    mount, process, IPC and host name namespaces, then gives up the rights that it had in them.
    Processes that are started from now on see only each other; with the first of them all end.

    Parameters
    ----------
    scratch_mib : int
        What the scratch folder may hold, in MiB of memory.
    links : mapping of str to str
        Names in the scratch folder, and the paths that they stand for.
    """
    uid, gid = os.getuid(), os.getgid()
    # What proc shows of a process belongs to root unless the process may be dumped.
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    kernel.unshare(OWN_NAMESPACES)
    _write(f"{PROC}/self/setgroups", "deny")
    _write(f"{PROC}/self/uid_map", f"{uid} {uid} 1")
    _write(f"{PROC}/self/gid_map", f"{gid} {gid} 1")
    _volunteer(f"{PROC}/self")
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    kernel.mount("", "/", MS_PRIVATE_BELOW)
    kernel.mount("tmpfs", PROC, INERT | MS_RDONLY, "mode=0555,nr_inodes=1")
    options = f"mode=0700,size={scratch_mib}m,nr_inodes={SCRATCH_FILES}"
    kernel.mount("tmpfs", SCRATCH, INERT, options)
    _work_in(SCRATCH, links)
    kernel.drop_bounding_set()
    kernel.drop_capabilities()


def enter_scratch(folder: str, links: Mapping[str, str]) -> str:
    """Take an empty folder of one's own as working folder, and return it.

    Parameters
    ----------
    folder : str
        Where to make it.
    links : mapping of str to str
        Names in it, and the paths that they stand for.
    """
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)  # as above
    _volunteer(OWN_PROC)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    scratch = tempfile.mkdtemp(dir=folder)
    _work_in(scratch, links)
    os.environ |= dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR"), scratch)
    return scratch


def _volunteer(process: str) -> None:
    """Be the first to go when memory runs out."""
    _write(f"{process}/oom_score_adj", "1000")


def _work_in(folder: str, links: Mapping[str, str]) -> None:
    os.chdir(folder)
    for name, path in links.items():
        Path(name).symlink_to(path)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def give_up_rights(
    resources: Mapping[str, Sequence[int]],
    readable: Sequence[str],
    listable: Sequence[str],
    scratch: str,
) -> dict[str, str]:
    """Leave this process nothing but to compute, and to use what it has open.

    Parameters
    ----------
    resources : mapping of str to (int, int)
        Soft and hard limit for the names that follow ``RLIMIT_``.
    readable, listable : sequence of str
        Files and folders that it may read, and folders whose names alone it may read.
    scratch : str
        The folder in which it may also write.

    Returns
    -------
    dict of str to str
        Which of the kernel's two filters are in force.
    """
    # Where libraries find a process's own entry in proc, they insist on reading it.
    kernel.prctl(kernel.PR_SET_DUMPABLE, int(OWN_PROC in readable))
    for name, (soft, hard) in resources.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (soft, hard))
    return {
        "file filter": landlock.restrict(readable, listable, (scratch,), devices="/dev"),
        "system call filter": seccomp.install(),
    }
