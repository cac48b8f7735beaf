"""What this machine can do to keep submissions apart, found by trying."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from .checker.isolation import Isolation
from .errors import IsolationError
from .grading_file import Level
from .isolation import try_level
from .layout import Layout

_TRIALS = {
    "user namespaces": (
        "from autograder.sandbox import confine, kernel; kernel.unshare(confine.CLONE_NEWUSER)",
        "the kernel lets a process make namespaces of its own",
        "`sysctl user.max_user_namespaces=10000`; on Debian "
        "`sysctl kernel.unprivileged_userns_clone=1`; on Ubuntu 23.10 and later "
        "`sysctl kernel.apparmor_restrict_unprivileged_userns=0`; a container must be started "
        "with more rights",
    ),
    "system call filter": (
        "import os; from autograder.sandbox import seccomp; "
        "said = seccomp.install(); assert 'in force' in said, said\n"
        "try: os.fork()\nexcept PermissionError: pass\nelse: raise SystemExit('it does not hold')",
        "seccomp refuses what a program was told not to do",
        "a kernel with CONFIG_SECCOMP_FILTER, on x86_64 or aarch64",
    ),
    "file filter": (
        "import os; from autograder.sandbox import landlock; "
        "said = landlock.restrict(['/dev'], [], [], '/dev'); assert 'in force' in said, said\n"
        "try: os.listdir('/')\nexcept PermissionError: pass\n"
        "else: raise SystemExit('it does not hold')",
        "Landlock keeps a program to the folders that it was given",
        "Linux 5.13 or later with Landlock among `/sys/kernel/security/lsm`; not needed for the "
        "level sandbox, which has a second wall there",
    ),
}
"""What is tried, in a process of its own: the code, what it means, and what to do without it."""


@dataclass(frozen=True)
class Finding:
    """One thing that was tried.

    Attributes
    ----------
    name : str
    works : bool
    said : str
        What was found, and if it does not work, what to do.
    """

    name: str
    works: bool
    said: str


def examine_parts() -> Iterator[Finding]:
    """Try each part of what isolation is made of."""
    version = platform.python_version()
    yield Finding("Python", sys.version_info >= (3, 11), f"{version}, {sys.executable}")
    yield Finding("system", sys.platform == "linux", platform.platform())
    if sys.platform != "linux":
        return
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    yield Finding("processors", True, f"{cores}, with {memory:.1f} GiB of memory")
    yield _bubblewrap()
    for name, (code, meaning, advice) in _TRIALS.items():
        tried = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(__file__).parents[1],
        )
        if tried.returncode == 0:
            yield Finding(name, True, meaning)
        else:
            why = tried.stderr.strip().rpartition("\n")[2]
            yield Finding(name, False, f"{why}. Needed: {advice}")


def _bubblewrap() -> Finding:
    program = shutil.which("bwrap")
    if program is None:
        return Finding(
            "bubblewrap",
            False,
            "not installed. On Debian and Ubuntu: `apt-get install bubblewrap`; on Fedora: "
            "`dnf install bubblewrap`",
        )
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return Finding("bubblewrap", said.returncode == 0, f"{said.stdout.strip()}, {program}")


def examine_levels(layout: Layout) -> Iterator[tuple[Level, Isolation | IsolationError]]:
    """Try each level with a probe; yield what it observed, or why it does not hold."""
    for level in get_args(Level):
        try:
            yield level, try_level(layout, level)
        except IsolationError as error:
            yield level, error
