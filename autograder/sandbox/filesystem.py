"""What the sandbox's file system holds: an interpreter, its libraries, the handout, little else."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from ..checker.host import ONE_THREAD
from ..errors import IsolationError
from .confine import PROC, SCRATCH

MACHINERY = "/grader"
LIBRARIES = "/libraries"
DEVICES = ("null", "zero", "full", "random", "urandom")
ENVIRONMENT = {
    **ONE_THREAD,
    "HOME": SCRATCH,
    "TMPDIR": SCRATCH,
    "MPLCONFIGDIR": f"{SCRATCH}/matplotlib",
    "JOBLIB_MULTIPROCESSING": "0",  # or it warns, on import, that it finds no shared memory
    "LANG": "C.UTF-8",
}


@dataclass(frozen=True)
class Mount:
    """A file or folder of this machine, and where it is to be read inside."""

    source: Path
    inside: str


@dataclass(frozen=True)
class FileSystem:
    """The sandbox's files, as they are seen inside.

    Attributes
    ----------
    python : str
        The interpreter.
    mounts : tuple of Mount
        All that can be read.
    masks : tuple of (str, bool)
        Paths inside that are to look empty, and whether each is a folder.
    libraries : tuple of str
        The folders inside that modules are imported from.
    """

    python: str
    mounts: tuple[Mount, ...]
    masks: tuple[tuple[str, bool], ...]
    libraries: tuple[str, ...]


def assemble(readable: Mapping[str, Path], hidden: Sequence[Path]) -> FileSystem:
    """Find what the running interpreter needs, and say where it goes.

    The interpreter stays where it is, since paths are built into it. So do libraries that lie
    within it; those of a virtual environment go to a place of their own, so that nothing of the
    folders around them is to be seen.

    Parameters
    ----------
    readable : mapping of str to path
        Absolute paths inside, and the folders of this machine that they show.
    hidden : sequence of path
        Files and folders that are to look empty; those that would not show anyway are ignored.

    Raises
    ------
    IsolationError
        When the interpreter's shared libraries cannot be found.
    """
    python = _python()
    parts = _interpreter(python)
    interpreter = [Mount(path, str(path)) for path in parts]
    libraries = [
        Mount(path, str(path) if path.is_relative_to(sys.base_prefix) else f"{LIBRARIES}/{i}")
        for i, path in enumerate(_libraries())
    ]
    package = Path(__file__).resolve().parents[1]
    others = [
        Mount(package / name, f"{MACHINERY}/{package.name}/{name}")
        for name in ("checker", "sandbox")
    ]
    others += [Mount(path.resolve(), inside) for inside, path in readable.items()]
    in_use = {mount.inside for mount in libraries}
    masks = {str(p): True for p in _foreign_libraries(parts) if str(p) not in in_use}
    for path in hidden:
        masks |= _masks(path.resolve(), [*interpreter, *libraries, *others])
    return FileSystem(
        python=str(python),
        mounts=tuple(_outermost([*interpreter, *libraries]) + others),
        masks=tuple((p, f) for p, f in masks.items() if not _is_below(p, set(masks) - {p})),
        libraries=tuple(mount.inside for mount in libraries),
    )


@dataclass(frozen=True)
class InPlace:
    """What may be used of this machine's own files, where there is no file system beside it.

    Attributes
    ----------
    python : str
        The interpreter.
    libraries : tuple of str
        The folders that modules are imported from.
    readable : tuple of str
        Files and folders that may be read.
    listable : tuple of str
        Folders of which the names may be read, as some of what is in them must not be.
    """

    python: str
    libraries: tuple[str, ...]
    readable: tuple[str, ...]
    listable: tuple[str, ...]


def in_place(folders: Sequence[Path], hidden: Sequence[Path]) -> InPlace:
    """Find what the running interpreter needs, to be used where it is.

    Parameters
    ----------
    folders : sequence of path
        What else may be read.
    hidden : sequence of path
        Files and folders of installed libraries that must not be read.

    Raises
    ------
    IsolationError
        When the interpreter's shared libraries cannot be found.
    """
    python = _python()
    interpreter = _interpreter(python)
    libraries = [path.resolve() for path in _libraries()]
    masked = {path.resolve() for path in (*_foreign_libraries(interpreter), *hidden)}
    masked -= set(libraries)
    shown = dict.fromkeys(path.resolve() for path in (*interpreter, *libraries, *folders))
    listable: list[str] = []
    readable = [str(path) for root in shown for path in _without(root, masked, listable)]
    return InPlace(str(python), tuple(map(str, libraries)), tuple(readable), tuple(listable))


def _without(path: Path, masked: Collection[Path], listable: list[str]) -> Iterator[Path]:
    """Yield what lies below a path beside the masked; note the folders that are taken apart."""
    if path.resolve() in masked:
        return
    if not any(mask.is_relative_to(path.resolve()) for mask in masked):
        yield path
        return
    listable.append(str(path))
    for entry in sorted(path.iterdir()):
        yield from _without(entry, masked, listable)


def _masks(path: Path, mounts: Sequence[Mount]) -> dict[str, bool]:
    """Return where a path shows inside, and whether it is a folder; nothing if it is not there."""
    return {
        str(Path(mount.inside, path.relative_to(mount.source.resolve()))): path.is_dir()
        for mount in mounts
        if path.exists() and path.is_relative_to(mount.source.resolve())
    }


def _is_below(path: str, others: Iterable[str]) -> bool:
    return any(Path(path).is_relative_to(other) for other in others)


def _python() -> Path:
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


def _interpreter(python: Path) -> list[Path]:
    """Return the files and folders that the interpreter itself consists of."""
    found = [python, Path(os.__file__).parent]
    extension = find_spec("_ctypes")
    if extension is not None and extension.has_location:
        found.append(Path(str(extension.origin)).parent)
    # ldd prints lines like "libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x7f…)". Their folders
    # are taken whole: extension modules need more of the libraries there.
    try:
        printed = subprocess.run(["ldd", python], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise IsolationError(
            f"the shared libraries of {python} could not be found: {error}. The sandbox needs "
            "the command ldd (on Debian and Ubuntu: apt-get install libc-bin)."
        ) from error
    named = [Path(word) for word in printed.stdout.split() if word.startswith("/")]
    found += [path.parent for path in named] + [path.resolve().parent for path in named]
    return list(dict.fromkeys(found))


def _libraries() -> list[Path]:
    """Return the folders that third-party modules are imported from."""
    numpy = Path(str(np.__file__)).parents[1]
    paths = (numpy, Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("platlib")))
    return [path for path in dict.fromkeys(paths) if path.is_dir()]


def _foreign_libraries(interpreter: Sequence[Path]) -> Iterator[Path]:
    """Yield the folders of installed modules that come along with the interpreter's folders."""
    for path in interpreter:
        for kind in ("site-packages", "dist-packages"):
            yield from path.glob(kind)
            yield from path.glob(f"python*/{kind}")


def _outermost(mounts: Sequence[Mount]) -> list[Mount]:
    """Leave out what another mount shows at the same place."""
    in_place = {mount.inside for mount in mounts if mount.inside == str(mount.source)}
    return [
        mount
        for mount in dict.fromkeys(mounts)
        if mount.inside not in in_place or not _is_below(mount.inside, in_place - {mount.inside})
    ]


def bubblewrap(program: str, files: FileSystem, root: bool) -> list[str]:
    """Return the command line, up to the interpreter's own arguments.

    Parameters
    ----------
    program : str
        Where bubblewrap is.
    files : FileSystem
        What to show.
    root : bool
        Whether the grader runs as root. Root in a user namespace of its own could still write
        the kernel's settings; so there is none, and the zygote stops being root.
    """
    words = [program, "--unshare-cgroup-try", "--die-with-parent", "--new-session"]
    if root:
        words += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
        words += ["--cap-drop", "ALL"]
        for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"):
            words += ["--cap-add", capability]
    else:
        words += ["--unshare-all"]
    words += ["--hostname", "sandbox", "--clearenv"]
    for name, value in ENVIRONMENT.items():
        words += ["--setenv", name, value]
    shown: list[str] = []
    for mount in files.mounts:
        words += _parents(mount.inside, shown)
        words += ["--ro-bind", str(mount.source), mount.inside]
        shown.append(mount.inside)
    for path, folder in files.masks:
        empty = ["--perms", "0555", "--tmpfs", path, "--remount-ro", path]
        words += empty if folder else ["--ro-bind", os.devnull, path]
    words += ["--proc", PROC, "--tmpfs", "/dev"]
    for name in DEVICES:
        words += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    words += ["--remount-ro", "/dev", "--perms", "1777", "--tmpfs", SCRATCH, "--remount-ro", "/"]
    return [*words, "--chdir", "/", "--", files.python]


def _parents(inside: str, shown: Sequence[str]) -> Iterator[str]:
    """Make the folders above a mount; those that bubblewrap makes are closed to others."""
    for parent in reversed(Path(inside).parents[:-1]):
        if not _is_below(str(parent), shown):
            yield from ("--perms", "0755", "--dir", str(parent))
