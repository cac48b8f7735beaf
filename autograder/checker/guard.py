"""Noticing changes to what was handed out, and putting it back before checks are run.

A list of SHA-256 hashes, made by the build, says what every given file was. Line ends do not
count, since Git changes them on some systems. Whoever may change the files may change the list
too; only a copy that comes from elsewhere is proof of anything.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

MANIFEST = "checks/manifest.json"
CLOSED_FOLDERS = ("checker", "checks")
"""Folders in which nothing may be added either."""

_LEFT_BEHIND = frozenset({".git", ".venv", "venv", "__pycache__", *CLOSED_FOLDERS})


@dataclass(frozen=True)
class Change:
    """A given file that is not as it was handed out."""

    file: str
    what: Literal["changed", "removed", "added"]

    @property
    def in_the_run(self) -> bool:
        """Whether checks depend on it; what tells a server to run them is only told."""
        return not self.file.startswith(".")


@dataclass(frozen=True)
class Standing:
    """What can be said of the files that a result was made with.

    Attributes
    ----------
    separate : bool
        Whether they were compared with, and restored from, a copy of the hand-out.
    changes : tuple of Change
        What the student has changed.
    doubt : str
        Why the result cannot be trusted; empty when nothing was found.
    """

    separate: bool
    changes: tuple[Change, ...] = ()
    doubt: str = ""

    @property
    def trusted(self) -> bool:
        """Whether everything that checks depend on was as handed out when they were run."""
        return not self.doubt


def digest(data: bytes) -> str:
    """Return the hash of a file's content; of text, whatever the line ends are."""
    if b"\0" not in data:
        data = data.replace(b"\r\n", b"\n")
    return hashlib.sha256(data).hexdigest()


def make_manifest(files: Mapping[str, bytes]) -> bytes:
    """Return the list of hashes of the given files."""
    plain = {"files": {name: digest(data) for name, data in sorted(files.items())}}
    return (json.dumps(plain, indent=1, ensure_ascii=False) + "\n").encode()


def examine(original: Path, work: Path) -> Standing:
    """Compare the given files in the student's folder with the hand-out.

    Parameters
    ----------
    original : path
        A folder with the hand-out's checks; the student's own where there is no other.
    work : path
        The student's folder.
    """
    separate = original.resolve() != work.resolve()
    listed = _read_manifest(original)
    if listed is None:
        return Standing(separate, (), f"The list of what was handed out ({MANIFEST}) is not there.")
    broken = [change for change in _compare(original, listed) if change.in_the_run]
    if not separate:
        doubt = (
            "Files that were given are not as they were handed out, and there is no copy of the "
            "hand-out to restore them from. Put back these files, or unpack the hand-out again and "
            "copy your own files into it."
        )
        return Standing(False, tuple(_compare(work, listed)), doubt if broken else "")
    changes = list(_compare(work, listed))
    if _content(work / MANIFEST) != _content(original / MANIFEST):
        there = (work / MANIFEST).exists()
        changes.append(Change(MANIFEST, "changed" if there else "removed"))
    doubt = (
        f"The copy of the hand-out to restore from is not whole ({broken[0].file} is "
        f"{broken[0].what}). Ask for the address of the hand-out."
        if broken
        else ""
    )
    return Standing(True, tuple(changes), doubt)


@contextlib.contextmanager
def restored(original: Path, work: Path, leave_out: Sequence[Path] = ()) -> Iterator[Path]:
    """Give a folder with the student's files, and every given file as it was handed out.

    Where there is no copy of the hand-out, that is the student's folder as it is. Links are left
    behind.

    Parameters
    ----------
    original, work : path
        As for :func:`examine`.
    leave_out : sequence of path
        Folders that are not the student's work.
    """
    if original.resolve() == work.resolve():
        yield work
        return
    unwanted = {path.resolve() for path in leave_out}

    def left_behind(folder: str, names: list[str]) -> set[str]:
        return {
            name
            for name in names
            if name in _LEFT_BEHIND
            or os.path.islink(os.path.join(folder, name))
            or Path(folder, name).resolve() in unwanted
        }

    with tempfile.TemporaryDirectory(prefix="check-", ignore_cleanup_errors=True) as temporary:
        place = Path(temporary) / "work"
        shutil.copytree(work, place, ignore=left_behind)
        for name in _read_manifest(original) or {}:
            source = original / name
            if Change(name, "changed").in_the_run and source.is_file():
                _put(place, name, source.read_bytes())
        yield place


def _put(folder: Path, name: str, data: bytes) -> None:
    """Write a file, whatever stands in its place or in that of its folders."""
    path = folder / name
    for above in reversed(path.relative_to(folder).parents):
        if (folder / above).is_file():
            (folder / above).unlink()
    if path.is_dir():
        shutil.rmtree(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def _read_manifest(folder: Path) -> dict[str, str] | None:
    try:
        listed = json.loads((folder / MANIFEST).read_bytes())["files"]
        names = [PurePosixPath(name) for name in listed]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(listed, dict) or any(n.is_absolute() or ".." in n.parts for n in names):
        return None
    return listed


def _compare(folder: Path, listed: Mapping[str, str]) -> Iterator[Change]:
    for name, expected in listed.items():
        content = _content(folder / name)
        if content is None:
            yield Change(name, "changed" if (folder / name).exists() else "removed")
        elif digest(content) != expected:
            yield Change(name, "changed")
    for closed in CLOSED_FOLDERS:
        for path in sorted((folder / closed).rglob("*")):
            name = path.relative_to(folder).as_posix()
            ours = name in listed or name == MANIFEST or "__pycache__" in path.parts
            if not ours and not path.is_dir():
                yield Change(name, "added")


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
