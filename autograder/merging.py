"""Joining the results of parts; ``merged.json`` says which ones are in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from .errors import ResultsError
from .marks import Marks, read_marks, write_marks
from .policies import Policies, read_policies
from .policies.audit import take_over
from .policies.decided import decided, read_decisions
from .report import render_all
from .result import RECORD, load, write_whole, writing
from .shards import MERGED, Part, read_part
from .stored import take_policies


@dataclass(frozen=True)
class Merged:
    """What has been joined.

    Attributes
    ----------
    parts : tuple of int
        Their numbers.
    of : int
        How many parts there are.
    list : str
        As the parts have it.
    submissions : tuple of str
    """

    parts: tuple[int, ...]
    of: int
    list: str
    submissions: tuple[str, ...]

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers of the parts that have not been joined yet."""
        return tuple(number for number in range(1, self.of + 1) if number not in self.parts)


_MERGED = TypeAdapter(Merged)


@dataclass(frozen=True)
class Joined:
    """What came of joining.

    Attributes
    ----------
    merged : Merged
        All that has been joined in the folder, now and before.
    sentences : tuple of str
        What is missing, and where.
    """

    merged: Merged
    sentences: tuple[str, ...]


def merge(folders: Sequence[Path], out: Path) -> Joined:
    """Join the results of parts in one folder, as if they had been graded in one run.

    What is there already and unchanged is left as it is, and so is what people have decided since.

    Parameters
    ----------
    folders : sequence of path
        A part's that is not there, or not finished, is told of.
    out : path
        May hold other parts of the same run.

    Raises
    ------
    ResultsError
        When the parts do not belong together, or differ in what they say of a submission. Nothing
        is written then.
    """
    parts: dict[Path, Part] = {}
    sentences: list[str] = []
    for folder in folders:
        if folder.resolve() == out.resolve():
            raise ResultsError(f"{out} is one of the parts; name another folder for all of them")
        if folder.exists():
            parts[folder] = read_part(folder)
        else:
            sentences.append(f"{folder} is not there")
    if not parts:
        raise ResultsError("none of these folders is there; grade the parts first")
    _refuse_strangers(parts)
    policies = _policies_of(list(parts))
    unfinished: set[int] = set()
    chosen: dict[str, Path] = {}
    for folder, part in parts.items():
        if missing := _choose(folder, part, chosen):
            unfinished.add(part.shard.number)
            sentences.append(
                f"{folder} (part {part.shard}) is not finished: {missing} of "
                f"{len(part.submissions)} submissions have no result"
            )
    before = _read_merged(out)
    first = next(iter(parts.values()))
    merged = Merged((), first.shard.of, first.list, ())
    if before is not None and (before.of, before.list) == (merged.of, merged.list):
        merged = before
    finished = {part.shard.number for part in parts.values()} - unfinished
    merged = replace(
        merged,
        parts=tuple(sorted(finished | set(merged.parts))),
        submissions=tuple(sorted({*merged.submissions, *chosen})),
    )
    with writing(out):
        take_policies(policies, out)
        _take_decisions(chosen, out)
        _write(chosen, out)
        write_whole(out / MERGED, _MERGED.dump_json(merged, indent=1))
    return Joined(merged, tuple(sentences))


def _read_merged(out: Path) -> Merged | None:
    try:
        return _MERGED.validate_json((out / MERGED).read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return None


def _refuse_strangers(parts: dict[Path, Part]) -> None:
    first, part = next(iter(parts.items()))
    for folder, other in parts.items():
        if other.list != part.list:
            raise ResultsError(
                f"{first} and {folder} are parts of different lists of submissions "
                f"({part.of_all} and {other.of_all}); grade all parts of the same"
            )
        if other.shard.of != part.shard.of:
            raise ResultsError(
                f"{first} is one of {part.shard.of} parts and {folder} one of {other.shard.of}; "
                "grade as many as before"
            )


def _choose(folder: Path, part: Part, chosen: dict[str, Path]) -> int:
    """Add where the results of a part's submissions are; return how many have none."""
    missing = 0
    for name in part.submissions:
        place = folder / name
        if not (place / RECORD).exists():
            missing += 1
        elif not _same_marks(chosen.setdefault(name, place), place):
            raise ResultsError(
                f"{chosen[name]} and {place} have different marks for the same submission; "
                "leave one of them out"
            )
    return missing


def _same_marks(one: Path, other: Path) -> bool:
    return one == other or _marks_in(one) == _marks_in(other)


def _marks_in(folder: Path) -> list[tuple[str, str, float, str]]:
    result = decided(load(folder), read_decisions(folder.parent))
    return [
        (question.name, check.name, check.points, check.outcome)
        for question in result.questions
        for check in question.checks
    ]


def _policies_of(folders: Sequence[Path]) -> Policies:
    """Return the policies that all parts were graded with."""
    policies = read_policies(folders[0])
    for folder in folders:
        if read_policies(folder) != policies:
            raise ResultsError(
                f"{folders[0]} and {folder} were graded with different policies in grading.yml; "
                "run `autograder grade --shard` for both again, which keeps what is unchanged"
            )
    return policies


def _take_decisions(chosen: dict[str, Path], out: Path) -> None:
    """Take over what people have decided about the parts; of marks, those given here stay."""
    known = read_marks(out)
    marks: Marks = dict(known)
    for folder in sorted({place.parent for place in chosen.values()}):
        own = {name for name, place in chosen.items() if place.parent == folder}
        for name, given in read_marks(folder).items():
            if name in own:
                marks[name] = given | known.get(name, {})
        take_over(folder, out, own)
    if marks != known:
        write_marks(marks, out)


def _write(chosen: dict[str, Path], out: Path) -> None:
    """Copy what is new or has changed; pages of what people have decided about are made anew."""
    decisions = read_decisions(out)
    for name, place in chosen.items():
        target = out / name
        data = (place / RECORD).read_bytes()
        same = _is(target / RECORD, data)
        if not same:
            for path in sorted(place.iterdir()):
                if path.is_file() and not path.is_symlink() and path.name != RECORD:
                    write_whole(target / path.name, path.read_bytes())
        if name in decisions.marks or name in decisions.overrides:
            render_all(decided(load(place), decisions), target)
        if not same:  # the record comes last: where there is one, all is there
            write_whole(target / RECORD, data)


def _is(path: Path, data: bytes) -> bool:
    return path.exists() and path.read_bytes() == data
