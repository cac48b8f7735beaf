"""Workers that run as another user, for machines on which namespaces are refused."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..checker.contract import Limits
from ..errors import INSTEAD, IsolationError
from .confine import OWN_PROC
from .filesystem import ENVIRONMENT, in_place
from .host import ConfinedHost, resource_limits
from .probe import READ_FILE, SEE_FOLDER, SEE_PROCESSES, WRITE_OUTSIDE
from .zygote import Plan

USERS = range(61000, 62000)
"""Each grader process takes one of these, so that its submissions are alone as that user."""

ADVICE = (
    "The level user needs root, as in most containers, and a kernel that filters system calls "
    "(seccomp). Where it has no file filter (Landlock), permissions must keep the answers from "
    "other users: `chmod -R go-rwx` what was read."
)


class UserHost(ConfinedHost):
    """Workers with a user of their own, filtered system calls and files, and limits.

    Other processes can be seen by them, and on a kernel without Landlock what all users of the
    machine may read.

    Parameters
    ----------
    limits : Limits
        What each worker may use. The scratch folder's limit holds for each file in it.
    readable : mapping of str to path, optional
        Names in the working folder, and copies of the folders that they lead to.
    hidden : sequence of path, optional
        Files and folders of installed libraries that are not to be read; needs Landlock.
    preload : sequence of str, optional
        Modules to load once, before the first worker.
    repository, secrets : path, sequence of path, optional
        The instructor's folder, and what in it the probe tries to read.

    Raises
    ------
    IsolationError
        When this process is not root's, or the probe could do what it must not.
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
        if os.geteuid() != 0:
            raise IsolationError(f"only root can give submissions another user. {ADVICE} {INSTEAD}")
        _refuse_private(in_place((), hidden).readable)
        uid = USERS[os.getpid() % len(USERS)]
        self._stage = tempfile.TemporaryDirectory(prefix="isolation-", ignore_cleanup_errors=True)
        stage = Path(self._stage.name)
        stage.chmod(0o711)
        machinery = stage / "machinery"
        package = Path(__file__).resolve().parents[1]
        for name in ("checker", "sandbox"):
            shutil.copytree(package / name, machinery / package.name / name)
        for name, folder in (readable or {}).items():
            shutil.copytree(folder, stage / "readable" / name)
        scratch = stage / "scratch"
        scratch.mkdir(0o700)
        os.chown(scratch, uid, uid)
        _open_to_others(machinery, stage / "readable")
        shown = [stage / "readable" / name for name in readable or {}]
        files = in_place([machinery, *shown], hidden)
        plan = Plan(
            uid=uid,
            namespaces=False,
            scratch=str(scratch),
            links={path.name: str(path) for path in shown},
            libraries=files.libraries,
            preload=preload,
            readable=(*files.readable, OWN_PROC),
            listable=files.listable,
            resources=resource_limits(limits),
            scratch_mib=limits.scratch_mib,
            output_bytes=limits.output_kib << 10,
        )
        try:
            super().__init__(
                "user",
                [files.python],
                str(machinery),
                plan,
                ENVIRONMENT,
                repository,
                secrets,
                f"{ADVICE} {INSTEAD}",
            )
        except BaseException:
            self._stage.cleanup()
            raise

    def holes(self, observed: Mapping[str, str]) -> dict[str, str]:
        """Return what the probe could do and must not be able to."""
        tolerated = {SEE_FOLDER}
        if not observed["file filter"].startswith("in force"):
            tolerated |= {READ_FILE, WRITE_OUTSIDE, SEE_PROCESSES}
        found = super().holes(observed)
        return {name: what for name, what in found.items() if name not in tolerated}

    def close(self) -> None:
        """End the zygote and every process below it, and remove what they left."""
        super().close()
        self._stage.cleanup()


def _refuse_private(paths: Sequence[str]) -> None:
    """Raise when an interpreter or a library lies where other users may not go."""
    for path in map(Path, paths):
        for folder in reversed(path.parents):
            if not folder.stat().st_mode & 0o001:
                raise IsolationError(
                    f"{path} lies in {folder}, which other users may not enter, so a submission "
                    "could not run there. Use a Python outside of it, such as the system's, or "
                    f"allow it: `chmod o+x {folder}`. {INSTEAD}"
                )


def _open_to_others(*folders: Path) -> None:
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            if path.exists():
                path.chmod(0o755 if path.is_dir() else 0o644)
