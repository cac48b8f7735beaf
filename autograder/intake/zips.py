"""A zip archive that may be damaged, hostile or both."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath
from typing import IO, BinaryIO, cast

from ..errors import IntakeError
from .containers import NO_ORDINARY_FILE, POINTS_OUT, TOP, Budget, Content, Entry
from .names import is_skipped, member_path, reason, shown
from .remarks import Remarks

_LOCKED = 0x1
_UTF8 = 0x800
_LOCAL_HEADER_BYTES = 30


class Zip:
    """A container that is a zip archive.

    Parameters
    ----------
    file : binary file
        Can be read from any place; is closed with the archive.
    name : str
        What the archive is called in messages.
    budget : Budget
        How large its list of members may be.

    Raises
    ------
    IntakeError
        When it cannot be read, or is made to harm.
    """

    def __init__(self, file: BinaryIO, name: str, budget: Budget) -> None:
        self._file = file
        self._name = name
        try:
            self._archive = zipfile.ZipFile(cast(BinaryIO, _InPieces(file, name, budget.index)))
        except IntakeError:
            raise
        except Exception as error:  # zipfile does not say what damaged bytes may raise
            raise IntakeError(
                f"{name} is not a zip archive that can be read: {reason(error)}; ask for it again"
            ) from None
        self._infos = self._archive.infolist()
        if _overlap(self._infos):
            raise IntakeError(
                f"members of {name} overlap, as in archives that are made to unpack without end; "
                "it was not read"
            )

    def entries(
        self, remarks: Remarks, below: PurePosixPath = TOP, only: Collection[str] | None = None
    ) -> Iterator[Entry]:
        """List the files in the order of the archive's index."""
        for position, info in enumerate(self._infos):
            name = _name(info)
            if below.name not in name:
                continue  # quickly, since an export has the files of all students
            path = member_path(name)
            if path is None:
                if below == TOP and only is None:
                    remarks.leave_out(name, POINTS_OUT)
                continue
            if not path.name or info.is_dir() or not path.is_relative_to(below):
                continue
            path = path.relative_to(below)
            if any(map(is_skipped, path.parts)):
                continue
            if only is not None and str(path) not in only:
                continue
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind and not stat.S_ISREG(kind):
                remarks.leave_out(path, NO_ORDINARY_FILE)
                continue
            yield Entry(path, info.file_size, position)

    def contents(self, chosen: Collection[Entry]) -> Iterator[tuple[Entry, Content]]:
        """Yield the content of each file; nothing is unpacked but what is read of it."""
        for entry in chosen:
            info = self._infos[int(entry.position)]
            name = f"{shown(_name(info))} in {self._name}"
            opened: list[IO[bytes]] = []

            def open_it(
                info: zipfile.ZipInfo = info, name: str = name, opened: list[IO[bytes]] = opened
            ) -> IO[bytes]:
                if info.flag_bits & _LOCKED:
                    raise IntakeError(
                        f"{name} is locked with a password and cannot be read; "
                        "ask for it again without one"
                    )
                if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    # zipfile unpacks the others without a limit on what one step may give
                    raise IntakeError(
                        f"{name} is packed in an unusual way (method {info.compress_type}) and "
                        "cannot be read; ask for an ordinary zip archive"
                    )
                opened.append(self._archive.open(info))
                return opened[0]

            try:
                yield entry, Content(name, open_it)
            finally:
                for file in opened:
                    file.close()

    def close(self) -> None:
        """Close the archive and its file."""
        self._archive.close()
        self._file.close()


class _InPieces:
    """A file of which no more than a limit is read at once: zipfile reads an index whole."""

    def __init__(self, file: BinaryIO, name: str, most: int) -> None:
        self._file = file
        self._name = name
        self._most = most
        self._size = file.seek(0, io.SEEK_END)

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            size = self._size - self._file.tell()
        if size > self._most:
            raise IntakeError(
                f"{self._name} lists more files than are read here; ask for the Python files alone"
            )
        return self._file.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name, as far as it can be told.

    macOS writes UTF-8 without saying so; zipfile then takes it for the code page of MS-DOS.
    """
    if info.flag_bits & _UTF8 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _overlap(infos: list[zipfile.ZipInfo]) -> bool:
    """Say whether members share bytes, by which a small archive unpacks to any size.

    Newer versions of zipfile refuse such members one by one; those before 3.11.8 do not.
    See D. Fifield, "A better zip bomb", WOOT 2019.
    """
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            return True
        end = info.header_offset + _LOCAL_HEADER_BYTES + info.compress_size
    return False
