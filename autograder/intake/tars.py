"""A tar archive, plain or compressed, read from its start to its end and never kept whole."""

from __future__ import annotations

import contextlib
import tarfile
import zlib
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from ..errors import IntakeError
from .containers import NO_ORDINARY_FILE, POINTS_OUT, TOP, Budget, Content, Entry, Readable
from .limits import MAX_HEADER_BYTES, MAX_XZ_MEMORY
from .names import is_skipped, member_path, reason, shown
from .remarks import Remarks

_PIECE = 1 << 16


class Tar:
    """A container that is a tar archive.

    It has no index, so it is unpacked twice: to list its files, and to read the chosen ones.

    Parameters
    ----------
    file : binary file
        Can be read from any place; is closed with the archive.
    name : str
        What the archive is called in messages.
    budget : Budget
        How much may be unpacked.
    compression : str
        ``gz``, ``bz2``, ``xz`` or empty.
    """

    def __init__(self, file: BinaryIO, name: str, budget: Budget, compression: str = "") -> None:
        self._file = file
        self._name = name
        self._budget = budget
        self._compression = compression

    def entries(
        self, remarks: Remarks, below: PurePosixPath = TOP, only: Collection[str] | None = None
    ) -> Iterator[Entry]:
        """List the files in the order of the archive."""
        for position, (member, _) in enumerate(self._members(self._budget)):
            if position >= self._budget.members:
                raise IntakeError(
                    f"{self._name} has more members than are read here; "
                    "ask for the Python files alone"
                )
            path = member_path(member.name)
            if path is None:
                if below == TOP and only is None:
                    remarks.leave_out(member.name, POINTS_OUT)
                continue
            if not path.name or member.isdir() or not path.is_relative_to(below):
                continue
            path = path.relative_to(below)
            if any(map(is_skipped, path.parts)):
                continue
            if only is not None and str(path) not in only:
                continue
            if not member.isreg() or member.issparse():
                remarks.leave_out(path, NO_ORDINARY_FILE)
                continue
            yield Entry(path, member.size, position)

    def contents(self, chosen: Collection[Entry]) -> Iterator[tuple[Entry, Content]]:
        """Yield the content of each file, in the order of the archive."""
        wanted = {entry.position: entry for entry in chosen}
        again = Budget(1 << 62, self._budget.members, 0)  # it was counted when it was listed
        for position, (member, stream) in enumerate(self._members(again)):
            if position in wanted:
                entry = wanted.pop(position)
                yield entry, Content(shown(entry.path), partial(_Member, stream, member))
            if not wanted:
                return

    def close(self) -> None:
        """Close the archive's file."""
        self._file.close()

    def _members(self, budget: Budget) -> Iterator[tuple[tarfile.TarInfo, _Forward]]:
        with self._told():
            stream = _Forward(self._unpacked(), budget)
            tar = tarfile.TarFile(
                fileobj=cast(BinaryIO, stream),
                mode="r",
                encoding="utf-8",
                errors="surrogateescape",
            )
        while True:
            with self._told():
                stream.allow(MAX_HEADER_BYTES)
                member = tar.next()
                cast(Any, tar).members.clear()  # tarfile would keep them all
            if member is None:
                break
            yield member, stream
        if stream.last.strip(b"\0"):  # tarfile takes what is no header for the end
            raise IntakeError(f"{self._name} is damaged or cut short; ask for it again")

    def _unpacked(self) -> Readable:
        self._file.seek(0)
        if not self._compression:
            return self._file
        return _Unpacked(self._file, _unpacker(self._compression))

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except IntakeError:
            raise
        except Exception as error:  # the libraries do not say what damaged bytes may raise
            raise IntakeError(
                f"{self._name} is not a tar archive that can be read: {reason(error)}; "
                "ask for it again"
            ) from None


class _Forward:
    """A stream as tarfile wants it, that only goes forward.

    Headers are read by tarfile as large as they say they are, so they have a limit here.
    """

    def __init__(self, file: Readable, budget: Budget) -> None:
        self._file = file
        self._budget = budget
        self._position = 0
        self._allowed = MAX_HEADER_BYTES
        self.last = b""

    def allow(self, size: int) -> None:
        """Let as many bytes be read from here on."""
        self._allowed = size

    def read(self, size: int) -> bytes:
        if size > self._allowed:
            raise IntakeError("a header in the archive is too large; ask for an ordinary archive")
        self._allowed -= size
        pieces = []
        while size > 0 and (piece := self._next(size)):
            pieces.append(piece)
            size -= len(piece)
        self.last = b"".join(pieces)
        return self.last

    def seek(self, position: int) -> int:
        while self._position < position and self._next(position - self._position):
            pass
        return self._position

    def tell(self) -> int:
        return self._position

    def _next(self, size: int) -> bytes:
        piece = self._file.read(min(size, _PIECE))
        self._position += len(piece)
        self._budget.spend(len(piece))
        return piece


class _Member:
    """A member's content, right behind its header."""

    def __init__(self, stream: _Forward, member: tarfile.TarInfo) -> None:
        self._stream = stream
        self._left = member.size
        stream.seek(member.offset_data)

    def read(self, size: int) -> bytes:
        size = min(size, self._left)
        self._stream.allow(size)
        data = self._stream.read(size)
        if len(data) < size:
            raise EOFError("the archive is cut short")
        self._left -= size
        return data


class _Unpacked:
    """What a compressed file holds; never more is unpacked than was asked for."""

    def __init__(self, file: BinaryIO, make: Callable[[], Any]) -> None:
        self._file = file
        self._make = make
        self._unpacker = make()

    def read(self, size: int) -> bytes:
        while True:
            packed, ended = b"", False
            if self._unpacker.eof:  # a compressed file may be several, one behind the other
                packed = (self._unpacker.unused_data or self._file.read(_PIECE)).lstrip(b"\0")
                if not packed:
                    return b""
                self._unpacker = self._make()
            elif self._unpacker.needs_input:
                packed = self._file.read(_PIECE)
                ended = not packed
            data: bytes = self._unpacker.decompress(packed, size)
            if data:
                return data
            if ended and not self._unpacker.eof:
                raise EOFError("it is cut short")


class _Gunzip:
    """zlib with the interface that bz2 and lzma share."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)  # 31: with gzip's header and check

    def decompress(self, data: bytes, size: int) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, size)

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data


def _unpacker(compression: str) -> Callable[[], Any]:
    """Return what makes an unpacker; not every Python has all of them."""
    if compression == "gz":
        return _Gunzip
    if compression == "bz2":
        import bz2

        return bz2.BZ2Decompressor
    import lzma

    return partial(lzma.LZMADecompressor, memlimit=MAX_XZ_MEMORY)
