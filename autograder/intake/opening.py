"""Opening a folder or an archive by what it is, whatever it is called."""

from __future__ import annotations

import atexit
from pathlib import Path
from typing import BinaryIO

from ..errors import IntakeError
from .containers import Budget, Container, for_an_export
from .folders import Folder, open_ordinary
from .names import shown
from .tars import Tar
from .zips import Zip

FORMATS = ".zip, .tar, .tar.gz, .tar.bz2 or .tar.xz"

_FOREIGN = {
    b"Rar!\x1a\x07": "a RAR archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
}
_COMPRESSED = {b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz"}
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TAR = slice(257, 262)


def open_container(path: Path, budget: Budget) -> Container:
    """Open a folder or an archive on disk.

    Raises
    ------
    IntakeError
        When it cannot be read.
    OSError
        When it is not there or must not be read.
    """
    if path.is_dir():
        return Folder(path)
    return open_archive(open_ordinary(path.resolve()), path.name, budget)


def open_export(path: Path) -> Container:
    """Open the folder or archive that holds all submissions.

    A zip archive stays open until another is opened, since each of its submissions would else
    have to read its whole list of members again.

    Raises
    ------
    IntakeError, OSError
        As :func:`open_container`.
    """
    global _kept
    if path.is_dir():
        return Folder(path)
    status = path.stat()
    version = (str(path.resolve()), status.st_ino, status.st_size, status.st_mtime_ns)
    if _kept is not None and _kept.version == version:
        return _kept
    container = open_container(path, for_an_export())
    if not isinstance(container, Zip):  # which says how much may be unpacked in one go
        return container
    _close_kept()
    _kept = _Kept(container, version)
    return _kept


@atexit.register
def _close_kept() -> None:
    if _kept is not None:
        _kept.archive.close()


class _Kept:
    """A zip archive that is not closed by those who use it."""

    def __init__(self, archive: Zip, version: tuple[str | int, ...]) -> None:
        self.archive = archive
        self.version = version
        self.entries = archive.entries
        self.contents = archive.contents

    def close(self) -> None:
        """Leave it open."""


_kept: _Kept | None = None


def open_archive(file: BinaryIO, name: str, budget: Budget) -> Container:
    """Open an archive, which then closes the file.

    Raises
    ------
    IntakeError
        When it cannot be read; the file is closed.
    """
    name = shown(name)
    try:
        head = file.read(512)
        for magic, what in _FOREIGN.items():
            if head.startswith(magic):
                raise IntakeError(f"{name} is {what}, which is not read here; ask for {FORMATS}")
        for magic, compression in _COMPRESSED.items():
            if head.startswith(magic):
                return Tar(file, name, budget, compression)
        if not head.startswith(_ZIP) and (head[_TAR] == b"ustar" or name.lower().endswith(".tar")):
            return Tar(file, name, budget)
        if not head.startswith(_ZIP) and not name.lower().endswith(".zip"):
            raise IntakeError(f"{name} is no archive that can be read; ask for {FORMATS}")
        return Zip(file, name, budget)
    except BaseException:
        file.close()
        raise
