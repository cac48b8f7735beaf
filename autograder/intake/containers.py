"""What folders and archives have in common: files that are listed first and read when chosen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol

from ..errors import IntakeError
from . import limits
from .names import reason
from .remarks import Remarks

NO_ORDINARY_FILE = "is no ordinary file and was left out"
POINTS_OUT = "points out of the archive and was left out"
TOP = PurePosixPath()


class Readable(Protocol):
    """The part of a binary file that reading needs."""

    def read(self, size: int, /) -> bytes:
        """Return at most as many bytes; fewer only at the end, or as many as are there now."""
        ...


@dataclass
class Budget:
    """How much work an archive may cause.

    Attributes
    ----------
    unpacked : int
        Bytes that may still be unpacked.
    members : int
        Members that a tar archive may have; it has no list of them.
    index : int
        Bytes of a zip archive's list of members, which is read as a whole.
    """

    unpacked: int
    members: int
    index: int

    def spend(self, size: int) -> None:
        """Count unpacked bytes.

        Raises
        ------
        IntakeError
            When it is more than may be.
        """
        self.unpacked -= size
        if self.unpacked < 0:
            raise IntakeError(
                "its archives unpack to more than is read here; ask for the Python files alone"
            )


def for_a_submission() -> Budget:
    """Return what one submission's archives may cause."""
    return Budget(limits.MAX_UNPACKED_BYTES, limits.MAX_MEMBERS, limits.MAX_INDEX_BYTES)


def for_an_export() -> Budget:
    """Return what the archive that holds all submissions may cause."""
    return Budget(limits.EXPORT_UNPACKED_BYTES, limits.EXPORT_MEMBERS, limits.EXPORT_INDEX_BYTES)


@dataclass(frozen=True)
class Entry:
    """An ordinary file in a folder or an archive.

    Attributes
    ----------
    path : PurePosixPath
        Below the place that was listed.
    size : int
        As the folder or archive says; what is read may be of another size.
    position : int or str
        Where its container finds it.
    """

    path: PurePosixPath
    size: int
    position: int | str


class Content:
    """What a file holds; whatever goes wrong in reading it is an IntakeError."""

    def __init__(self, name: str, open_it: Callable[[], Readable]) -> None:
        self._name = name
        self._open = open_it
        self._file: Readable | None = None

    def read(self, size: int) -> bytes:
        """Return at most as many bytes, fewer at the end only."""
        pieces: list[bytes] = []
        try:
            if self._file is None:
                self._file = self._open()
            while size > 0 and (piece := self._file.read(min(size, 1 << 16))):
                pieces.append(piece)
                size -= len(piece)
        except IntakeError:
            raise
        except Exception as error:  # the libraries do not say what damaged bytes may raise
            raise IntakeError(
                f"{self._name} cannot be read: {reason(error)}; ask for it again"
            ) from None
        return b"".join(pieces)


class Container(Protocol):
    """A folder or an archive. Nothing in it is run, extracted or followed."""

    def entries(
        self,
        remarks: Remarks,
        below: PurePosixPath = TOP,
        only: Collection[str] | None = None,
    ) -> Iterator[Entry]:
        """List the ordinary files, reading none of them.

        Parameters
        ----------
        remarks : Remarks
            Is told what is left out.
        below : PurePosixPath
            The folder to list.
        only : collection of str, optional
            The files to list, by their path below that folder.

        Raises
        ------
        IntakeError
            When the archive is damaged or means no good.
        """
        ...

    def contents(self, chosen: Collection[Entry]) -> Iterator[tuple[Entry, Content]]:
        """Yield the content of files that were listed; each can be read until the next comes."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...
