"""A folder on disk, read without following a link and without waiting for a pipe."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ..errors import IntakeError
from . import limits
from .containers import NO_ORDINARY_FILE, TOP, Content, Entry
from .names import is_skipped, shown
from .remarks import Remarks

_NO_WAITING = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_LINK_TAGS = (
    getattr(stat, "IO_REPARSE_TAG_SYMLINK", -1),
    getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1),
)


def open_ordinary(path: Path) -> BinaryIO:
    """Open a file to be read, if it is an ordinary one.

    Raises
    ------
    IntakeError
        When it is not, also when it became something else after it was listed.
    OSError
        When it cannot be opened.
    """
    file = open(path, "rb", opener=_opener)  # noqa: SIM115 -- the caller closes it
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise IntakeError(f"{path.name} is no ordinary file")
    return file


def _opener(name: str, flags: int) -> int:
    return os.open(name, flags | _NO_WAITING)


def is_link(status: os.stat_result) -> bool:
    """Say whether this is a link, or what Windows calls a junction."""
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) in _LINK_TAGS


def scan(folder: Path) -> list[tuple[str, os.stat_result]]:
    """Return what lies in a folder, by name, with what kind of thing it is; nothing is opened.

    Raises
    ------
    OSError
        When the folder cannot be read.
    """
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                found.append((entry.name, os.lstat(entry.path)))
            except FileNotFoundError:
                continue  # gone since it was listed
    return sorted(found, key=lambda item: item[0])


class Folder:
    """A container that is a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def entries(
        self, remarks: Remarks, below: PurePosixPath = TOP, only: Collection[str] | None = None
    ) -> Iterator[Entry]:
        """List the files, those of a folder before those of the folders in it."""
        if only is not None:
            for name in only:
                status = os.lstat(self._path / below / name)
                yield from _file(PurePosixPath(name), below, status, remarks)
            return
        waiting = [TOP]
        while waiting:
            folder = waiting.pop()
            try:
                found = scan(self._path / below / folder)
            except OSError as error:
                if folder == TOP:
                    raise
                remarks.leave_out(folder, f"cannot be read ({error.strerror}) and was left out")
                continue
            folders = []
            for name, status in found:
                path = folder / name
                if is_skipped(name):
                    continue
                if not stat.S_ISDIR(status.st_mode) or is_link(status):
                    yield from _file(path, below, status, remarks)
                elif len(path.parts) < limits.MAX_FOLDERS_DEEP:
                    folders.append(path)
                else:
                    remarks.leave_out(path, "lies too many folders deep and was left out")
            waiting.extend(reversed(folders))

    def contents(self, chosen: Collection[Entry]) -> Iterator[tuple[Entry, Content]]:
        """Yield the content of each file."""
        for entry in chosen:
            opened: list[BinaryIO] = []

            def open_it(entry: Entry = entry, opened: list[BinaryIO] = opened) -> BinaryIO:
                opened.append(open_ordinary(self._path / str(entry.position)))
                return opened[0]

            try:
                yield entry, Content(shown(entry.path), open_it)
            finally:
                for file in opened:
                    file.close()

    def close(self) -> None:
        """Do nothing; a folder is not kept open."""


def _file(
    path: PurePosixPath, below: PurePosixPath, status: os.stat_result, remarks: Remarks
) -> Iterator[Entry]:
    if stat.S_ISREG(status.st_mode) and not is_link(status):
        yield Entry(path, status.st_size, str(below / path))
    else:
        remarks.leave_out(path, NO_ORDINARY_FILE)
