"""Finding the submissions in a folder, an archive or a learning platform's export."""

from __future__ import annotations

import posixpath
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ..errors import IntakeError
from .containers import TOP, Container, Entry, for_an_export
from .exports import Found, Part, as_they_are, recognise
from .folders import is_link, open_ordinary, scan
from .handed_in import NOTHING_SAID, HandedIn
from .limits import MAX_METADATA_BYTES
from .names import is_archive, is_skipped, reason, safe_name, same_file, stem
from .opening import FORMATS, open_container
from .remarks import Remarks

_RESULTS = (
    *("gradebook.csv", "index.html", "marks.json", "marking", "marking-blind"),
    *("exports", "shard.json", "merged.json", "slurm"),
    *("policies.json", "audit.jsonl", "grades.csv"),
)
_ADVICE = "name the folder that holds one folder per student"
_DEEPEST_EXPORT = 2


@dataclass(frozen=True)
class Source:
    """Where one submission is.

    Attributes
    ----------
    name : str
        What the submission goes by; safe as a folder's name.
    path : path
        A folder or an archive.
    inside : str
        A folder inside the archive; empty for all of it.
    parts : tuple of Part, optional
        The files in the folder or archive that are the submission; without, all of them are.
    handed_in : HandedIn
        What the export says of it, if it comes from one.
    """

    name: str
    path: Path
    inside: str = ""
    parts: tuple[Part, ...] | None = None
    handed_in: HandedIn = NOTHING_SAID


def find_submissions(
    path: Path, questions: Sequence[str], papers: Sequence[str] = ()
) -> list[Source]:
    """Return the submissions in a folder or archive, sorted by name.

    A folder or archive holds one folder or one archive for each student, or is the export of a
    learning platform. What holds a question's file itself, or a notebook asked for, is one
    submission. No submission is read.

    Raises
    ------
    IntakeError
        When there is nothing there, or what is there cannot be read.
    """
    modules = {f"{question}.py" for question in questions} | set(papers)
    try:
        if path.is_dir():
            found = _in_folder(path, modules)
        elif path.is_file() and is_archive(path.name):
            found = _in_archive(path, modules)
        else:
            what = f"is no folder and no archive ({FORMATS})"
            raise IntakeError(f"{path} {what if path.exists() else 'does not exist'}; {_ADVICE}")
    except OSError as error:
        raise IntakeError(f"{path} cannot be read: {reason(error)}; {_ADVICE}") from None
    if not found:
        raise IntakeError(
            f"{path}: there are no submissions here; expected one folder or one archive for each "
            "student"
        )
    return _named(found)


def _in_folder(path: Path, modules: set[str]) -> list[Source]:
    folders, files = _level(path)
    if modules.intersection(files):
        return [Source(path.resolve().name, path)]
    place = path
    inner_folders, inner_files = folders, files
    for _ in range(_DEEPEST_EXPORT + 1):

        def read(name: str, place: Path = place) -> bytes:
            with open_ordinary(place / name) as file:
                return file.read(MAX_METADATA_BYTES)

        if exported := recognise(inner_folders, inner_files, read):
            return [_on_disk(place, one) for one in exported]
        if len(inner_folders) != 1 or any(map(is_archive, inner_files)):
            break
        place = place / inner_folders[0]
        inner_folders, inner_files = _level(place)
    return [_on_disk(path, one) for one in as_they_are(folders, files)]


def _level(folder: Path) -> tuple[list[str], list[str]]:
    """Return the names of the folders and of the files in a folder, without reading any."""
    folders, files = [], []
    for name, status in scan(folder):
        if is_skipped(name) or is_link(status):
            continue
        if stat.S_ISDIR(status.st_mode):
            folders.append(name)
        elif stat.S_ISREG(status.st_mode):
            files.append(name)
    return folders, files


def _on_disk(place: Path, found: Found) -> Source:
    only = found.folder
    if len(found.parts) == 1 and is_archive(found.parts[0].place):
        only = found.parts[0].place
    if only:
        return Source(found.name, place / only, handed_in=found.handed_in)
    return Source(found.name, place, "", found.parts, found.handed_in)


def _in_archive(path: Path, modules: set[str]) -> list[Source]:
    container = open_container(path, for_an_export())
    try:
        entries: dict[PurePosixPath, Entry] = {}
        for entry in container.entries(Remarks()):
            entries.setdefault(entry.path, entry)
        return _export_in_archive(path, container, entries) or _as_they_are_in_archive(
            path, modules, list(entries)
        )
    finally:
        container.close()


def _export_in_archive(
    path: Path, container: Container, entries: dict[PurePosixPath, Entry]
) -> list[Source]:
    level = TOP
    for _ in range(_DEEPEST_EXPORT + 1):
        folders, files = _split(entries, level)

        def read(name: str, level: PurePosixPath = level) -> bytes:
            contents = container.contents([entries[level / name]])
            return next(content.read(MAX_METADATA_BYTES) for _, content in contents)

        if found := recognise(folders, files, read):
            return [_in_there(path, level, one) for one in found]
        if len(folders) != 1 or any(map(is_archive, files)):
            break
        level = level / folders[0]
    return []


def _as_they_are_in_archive(
    path: Path, modules: set[str], paths: list[PurePosixPath]
) -> list[Source]:
    around = _around(paths, modules)
    folders, files = _split(paths, around)
    few = not folders and sum(map(is_archive, files)) < 2
    one = len(folders) == 1 and modules.intersection(_split(paths, around / folders[0])[1])
    if few or one or modules.intersection(files):
        return [Source(stem(path.name), path)]
    return [_in_there(path, around, one) for one in as_they_are(folders, files)]


def _split(paths: Iterable[PurePosixPath], level: PurePosixPath) -> tuple[list[str], list[str]]:
    """Return the names of the folders and of the files in a folder of an archive."""
    folders: dict[str, None] = {}
    files = []
    depth = len(level.parts)
    for path in paths:
        parts = path.parts
        if parts[:depth] != level.parts:
            continue
        if len(parts) > depth + 1:
            folders[parts[depth]] = None
        else:
            files.append(path.name)
    return list(folders), files


def _around(paths: Sequence[PurePosixPath], modules: set[str]) -> PurePosixPath:
    """Return the folder in an archive that holds those of all students, mostly its top."""
    units = {path.parent for path in paths if path.name in modules}
    units |= {path for path in paths if is_archive(path.name)}
    if len(units) < 2:
        return TOP
    around = PurePosixPath(posixpath.commonpath(map(str, units)))
    beside = (
        not path.is_relative_to(around)
        and (is_archive(path.name) or not around.is_relative_to(path.parent))
        for path in paths
    )
    return TOP if any(beside) else around


def _in_there(path: Path, level: PurePosixPath, found: Found) -> Source:
    if found.folder:
        return Source(found.name, path, str(level / found.folder), None, found.handed_in)
    inside = "" if level == TOP else str(level)
    return Source(found.name, path, inside, found.parts, found.handed_in)


def _named(sources: Iterable[Source]) -> list[Source]:
    """Give each submission a name of its own that a folder can have on any system."""
    named: list[Source] = []
    taken = set(_RESULTS)  # these stand beside the submissions' results
    for source in sorted(sources, key=lambda source: (source.name, str(source.path))):
        name = base = safe_name(source.name)
        number = 2
        while same_file(name) in taken:
            name = f"{base} ({number})"
            number += 1
        taken.add(same_file(name))
        named.append(replace(source, name=name))
    return named
