"""A run in parts, each in a folder of its own, which says in ``shard.json`` which part it is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from .errors import ConfigurationError, ResultsError
from .intake import Source
from .result import RECORD, write_whole, writing

SHARD, MERGED = "shard.json", "merged.json"


@dataclass(frozen=True)
class Shard:
    """The ``number``-th of ``of`` parts, counted from 1."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Read ``2/4``.

        Raises
        ------
        ConfigurationError
            When there is no such part.
        """
        match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
        shard = cls(*map(int, match.groups())) if match else cls(0, 0)
        if not 1 <= shard.number <= shard.of:
            raise ConfigurationError(f"{text!r} is no part; the second of four is 2/4")
        return shard

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


@dataclass(frozen=True)
class Part:
    """What a folder of results says of the part that it holds.

    Attributes
    ----------
    shard : Shard
    submissions : tuple of str
        The part's own.
    of_all : int
        How many submissions there are in all parts together.
    list : str
        A hash of all their names; the same in all parts.
    """

    shard: Shard
    submissions: tuple[str, ...]
    of_all: int
    list: str


_PART = TypeAdapter(Part)


def take_all(sources: Sequence[Source], out: Path) -> Sequence[Source]:
    """Return all submissions; a folder that held a part or joined parts is then an ordinary one."""
    with writing(out):
        for name in (SHARD, MERGED):
            (out / name).unlink(missing_ok=True)
    return sources


def take_part(shard: Shard, sources: Sequence[Source], out: Path) -> Sequence[Source]:
    """Return a part's submissions, every ``of``-th by name, and note in its folder which it is.

    Raises
    ------
    ConfigurationError
        When there are fewer submissions than parts.
    ResultsError
        When the folder holds another part.
    """
    if len(sources) < shard.of:
        raise ConfigurationError(
            f"{len(sources)} submissions cannot be graded in {shard.of} parts; use fewer"
        )
    names = sorted(source.name for source in sources)
    own = set(names[shard.number - 1 :: shard.of])
    if (out / SHARD).exists() and (there := read_part(out)).shard != shard:
        raise ResultsError(
            f"{out} holds the results of part {there.shard}; name another folder for {shard}"
        )
    if not (out / SHARD).exists() and any(out.glob(f"*/{RECORD}")):
        raise ResultsError(
            f"{out} holds results that belong to no part; name another folder for {shard}"
        )
    note = Part(shard, tuple(sorted(own)), len(names), _hash(names))
    with writing(out):
        write_whole(out / SHARD, _PART.dump_json(note, indent=1))
    return [source for source in sources if source.name in own]


def read_part(folder: Path) -> Part:
    """Return what a folder says of the part that it holds.

    Raises
    ------
    ResultsError
        When it says nothing.
    """
    path = folder / SHARD
    try:
        return _PART.validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise ResultsError(
            f"{folder} holds no part of a run; name folders that `autograder grade --shard` wrote"
        ) from None
    except ValidationError:
        raise ResultsError(f"{path}: damaged; delete {folder} and grade this part again") from None


def _hash(names: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(names).encode("utf-8", "surrogatepass")).hexdigest()
