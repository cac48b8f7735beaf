"""Listing all of a submission, archives in it included, before anything is chosen to be read."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from ..errors import IntakeError
from . import limits
from .containers import TOP, Budget, Container, Entry, for_a_submission
from .finding import Source
from .names import is_archive, is_skipped
from .opening import open_archive, open_container, open_export
from .remarks import Remarks

CHECKERS_OWN = frozenset({"checker", "checks", "data"})


@dataclass(frozen=True)
class Piece:
    """A file of a submission.

    Attributes
    ----------
    path : PurePosixPath
        In the submission; what is in an archive is below the archive's path.
    container : Container
    entry : Entry
        The file in its container.
    """

    path: PurePosixPath
    container: Container
    entry: Entry


class Listing:
    """All files of a submission.

    Archives in it are opened as long as a file that is asked for is missing outside of them.

    Parameters
    ----------
    source : Source
    modules : collection of str
        The names of the files that are asked for.
    papers : collection of str
        The names of notebooks and the like, which may lie in any folder.

    Attributes
    ----------
    pieces : list of Piece
    archives : list of PurePosixPath
        The archives that were opened.
    remarks : Remarks
        What was left out.
    unreadable : list of str
        Why archives could not be opened.

    Raises
    ------
    IntakeError
        When the submission itself cannot be listed.
    """

    def __init__(
        self, source: Source, modules: Collection[str], papers: Collection[str] = ()
    ) -> None:
        self.pieces: list[Piece] = []
        self.archives: list[PurePosixPath] = []
        self.remarks = Remarks()
        self.unreadable: list[str] = []
        self._source = source
        self._modules = modules
        self._papers = papers
        self._tried = 0
        self._stack = contextlib.ExitStack()
        try:
            self._list()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close all archives."""
        self._stack.close()

    def best_folder(self) -> PurePosixPath:
        """Return the folder with most of the files asked for; of several, the uppermost."""
        ranked = self._ranked()
        return min(ranked, key=lambda folder: (*ranked[folder], str(folder)), default=TOP)

    def just_as_good(self) -> list[PurePosixPath]:
        """Return the folders that have as many and lie as high as the best, but come after it."""
        ranked, best = self._ranked(), self.best_folder()
        return sorted(f for f, rank in ranked.items() if f != best and rank == ranked[best])

    def named(self, names: Collection[str]) -> Iterator[Piece]:
        """Yield the files of these names, but for those that every student was given."""
        for piece in self.pieces:
            if piece.path.name in names and piece.path.parts[0] not in CHECKERS_OWN:
                yield piece

    def _ranked(self) -> dict[PurePosixPath, tuple[int, int]]:
        counts: dict[PurePosixPath, int] = {}
        for piece in list(self.named(self._modules)) or self.named(self._papers):
            counts[piece.path.parent] = counts.get(piece.path.parent, 0) + 1
        return {folder: (-count, len(folder.parts)) for folder, count in counts.items()}

    def _list(self) -> None:
        """List the files, and those in archives as long as files that are asked for are missing."""
        budget = for_a_submission()
        whole = self._source.parts is None and not self._source.inside
        path = self._source.path
        container = open_container(path, budget) if whole else open_export(path)
        self._stack.callback(container.close)
        level = self._listed(self._outermost(container))
        for _ in range(limits.MAX_NESTING):
            archives = self._to_open(level)
            level = []
            for piece in archives:
                level += self._listed(self._in_archive(piece, budget))
        for piece in self._to_open(level):
            self.remarks.leave_out(piece.path, "lies too deep in archives and was not opened")

    def _listed(self, pieces: Iterator[Piece]) -> list[Piece]:
        """Take pieces as far as the limit allows."""
        room = limits.MAX_ENTRIES - len(self.pieces)
        listed = list(islice(pieces, room + 1))
        if len(listed) > room:
            self.remarks.say(
                f"it has more than {limits.MAX_ENTRIES} files of any kind; the rest was left out"
            )
        self.pieces += listed[:room]
        return listed[:room]

    def _outermost(self, container: Container) -> Iterator[Piece]:
        below = PurePosixPath(self._source.inside)
        if self._source.parts is None:
            for entry in container.entries(self.remarks, below):
                yield Piece(entry.path, container, entry)
            return
        named = {part.place: PurePosixPath(part.name) for part in self._source.parts}
        for entry in container.entries(self.remarks, below, named):
            if not is_skipped(named[str(entry.path)].name):
                yield Piece(named[str(entry.path)], container, entry)

    def _to_open(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Return the archives among them, if without these a file that is asked for is missing."""
        base = self.best_folder()
        there = {piece.path.name for piece in self.pieces if piece.path.parent == base}
        there |= {piece.path.name for piece in self.named(self._papers)}
        if there.issuperset({*self._modules, *self._papers}):
            return []
        return [
            piece
            for piece in pieces
            if is_archive(piece.path.name) and CHECKERS_OWN.isdisjoint(piece.path.parts)
        ]

    def _in_archive(self, piece: Piece, budget: Budget) -> Iterator[Piece]:
        self._tried += 1
        if self._tried > limits.MAX_ARCHIVES:
            self.remarks.leave_out(piece.path, "is one archive too many and was not opened")
            return
        try:
            container = self._opened(piece, budget)
            entries = list(islice(container.entries(self.remarks), limits.MAX_ENTRIES + 1))
        except IntakeError as error:
            if str(error) not in self.unreadable:
                self.unreadable.append(str(error))
            return
        self.archives.append(piece.path)
        for entry in entries:
            yield Piece(piece.path / entry.path, container, entry)

    def _opened(self, piece: Piece, budget: Budget) -> Container:
        """Open an archive that lies in a folder or in another archive."""
        copy = self._stack.enter_context(
            tempfile.SpooledTemporaryFile(max_size=limits.MAX_IN_MEMORY)  # noqa: SIM115
        )
        for _, content in piece.container.contents([piece.entry]):
            while data := content.read(1 << 20):
                budget.spend(len(data))
                copy.write(data)
        copy.seek(0)
        container = open_archive(cast(BinaryIO, copy), piece.path.name, budget)
        self._stack.callback(container.close)
        return container
