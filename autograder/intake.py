"""Finding submissions in a folder or an archive, and reading one without running any of it."""

from __future__ import annotations

import os
import posixpath
import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from .errors import IntakeError

MAX_FILES = 200
MAX_FILE_BYTES = 1 << 20
MAX_TOTAL_BYTES = 8 << 20
_SKIPPED = re.compile(r"\.|__MACOSX$|__pycache__$|(venv|env|node_modules|site-packages)$")
_Reader = Callable[[], bytes]
_CHECKERS_OWN = ("checker", "checks", "data")


@dataclass(frozen=True)
class Source:
    """Where one submission is.

    Attributes
    ----------
    name : str
        What the submission goes by; safe as a folder's name.
    path : path
        A folder or a zip archive.
    inside : str
        A folder inside the archive; empty for all of it.
    """

    name: str
    path: Path
    inside: str = ""


@dataclass(frozen=True)
class Submission:
    """What was handed in, as far as it could be read.

    Attributes
    ----------
    name : str
    files : dict of str to bytes
        The Python files, by path below the folder that holds the questions.
    notes : tuple of str
        What a person should know of it.
    """

    name: str
    files: dict[str, bytes]
    notes: tuple[str, ...]


def find_submissions(path: Path, questions: Sequence[str]) -> list[Source]:
    """Return the submissions in a folder or zip archive, sorted by name.

    A folder holds one folder or one zip archive for each student; an archive holds one folder
    for each. What holds a question's file itself is one submission.

    Raises
    ------
    IntakeError
        When there is nothing there, or what is there cannot be read.
    """
    modules = {f"{question}.py" for question in questions}
    if path.is_dir():
        if any((path / module).is_file() for module in modules):
            return _named([(path.resolve().name, path, "")])
        entries = [
            (entry.stem if entry.is_file() else entry.name, entry, "")
            for entry in path.iterdir()
            if not _SKIPPED.match(entry.name)
            and not entry.is_symlink()
            and (entry.is_dir() or entry.suffix.lower() == ".zip")
        ]
    elif path.is_file() and path.suffix.lower() == ".zip":
        names = [name for name in map(_path, _members(path)) if not _outside(name)]
        around = _around(names, modules)
        names = [name.relative_to(around) for name in names if name.is_relative_to(around)]
        folders = {name.parts[0] for name in names if len(name.parts) > 1}
        if any(name.name in modules and len(name.parts) == 1 for name in names):
            folders = set()
        if not folders or (len(folders) == 1 and _holds_questions(names, modules)):
            return _named([(path.stem, path, "")])
        entries = [
            (folder, path, str(around / folder)) for folder in folders if not _SKIPPED.match(folder)
        ]
    else:
        what = "is neither a folder nor a zip archive" if path.exists() else "does not exist"
        raise IntakeError(f"{path} {what}; name the folder that holds one folder per student")
    if not entries:
        raise IntakeError(
            f"{path}: there are no submissions here; expected one folder or one zip archive "
            "for each student"
        )
    return _named(entries)


def _holds_questions(names: Iterable[PurePosixPath], modules: set[str]) -> bool:
    return any(name.name in modules and len(name.parts) == 2 for name in names)


def _around(names: Sequence[PurePosixPath], modules: set[str]) -> PurePosixPath:
    """Return the folder in an archive that holds the folders of all students, mostly its top."""
    kept = [name for name in names if not any(_SKIPPED.match(part) for part in name.parts)]
    holders = {str(name.parent) for name in kept if name.name in modules}
    if len(holders) < 2:
        return PurePosixPath()
    around = PurePosixPath(posixpath.commonpath(holders))
    beside = [n for n in kept if not (n.is_relative_to(around) or around.is_relative_to(n.parent))]
    return PurePosixPath() if beside else around


def _named(entries: Iterable[tuple[str, Path, str]]) -> list[Source]:
    sources: list[Source] = []
    taken = {"gradebook.csv", "index.html"}  # these stand beside the submissions' results
    for raw, path, inside in sorted(entries, key=lambda entry: (entry[0], str(entry[1]))):
        name = base = _safe_name(raw)
        number = 2
        while name.casefold() in taken:
            name = f"{base} ({number})"
            number += 1
        taken.add(name.casefold())
        sources.append(Source(name, path, inside))
    return sources


def _safe_name(raw: str) -> str:
    """Return a name that is one harmless path component and one line of text."""
    text = unicodedata.normalize("NFC", raw)
    kept = "".join(c if unicodedata.category(c)[0] not in "CZ" or c == " " else "_" for c in text)
    kept = re.sub(r'[/\\:*?"<>|]', "_", kept).strip(" .")
    short = kept.encode("utf-8", "replace")[:120].decode("utf-8", "ignore")
    return short.strip(" .") or "unnamed"


def read_submission(source: Source, questions: Sequence[str]) -> Submission:
    """Read a submission's Python files.

    Raises
    ------
    IntakeError
        When nothing of it can be read.
    """
    notes: list[str] = []
    contents: dict[PurePosixPath, bytes] = {}
    others: list[PurePosixPath] = []
    total = 0
    walk = _walk_folder if source.path.is_dir() else _walk_zip
    for count, (name, size, data) in enumerate(walk(source, notes), start=1):
        if count > MAX_FILES:
            notes.append(f"it has more than {MAX_FILES} files; the rest was left out")
            break
        if name.suffix != ".py":
            others.append(name)
            continue
        if size > MAX_FILE_BYTES or total + size > MAX_TOTAL_BYTES:
            notes.append(f"{_shown(name)} is too large and was left out")
            continue
        contents[name] = data()
        total += size
    base = _base(contents, questions)
    if base.parts:
        notes.append(f"its files were found in the folder {_shown(base)}")
    files = {
        name.relative_to(base).as_posix(): data
        for name, data in sorted(contents.items())
        if name.is_relative_to(base) and name.relative_to(base).parts[0] not in _CHECKERS_OWN
    }
    files.pop("check.py", None)
    missing = [f"{question}.py" for question in questions if f"{question}.py" not in files]
    if missing and len(missing) == len(questions):
        notes.append("it has none of the files asked for")
    elif missing:
        notes.append(f"missing: {', '.join(missing)}")
    if missing and (notebooks := [n for n in others if n.suffix == ".ipynb"]):
        notes.append(
            f"it has a notebook ({_shown(notebooks[0])}); what is graded are the .py files"
        )
    return Submission(source.name, files, tuple(notes))


def _walk_folder(source: Source, notes: list[str]) -> Iterator[tuple[PurePosixPath, int, _Reader]]:
    for folder, folders, names in os.walk(source.path):
        folders[:] = sorted(name for name in folders if not _SKIPPED.match(name))
        for name in sorted(names):
            path = Path(folder, name)
            if _SKIPPED.match(name):
                continue
            inside = PurePosixPath(path.relative_to(source.path).as_posix())
            status = path.lstat()
            if not stat.S_ISREG(status.st_mode):
                notes.append(f"{_shown(inside)} is no ordinary file and was left out")
                continue
            yield inside, status.st_size, path.read_bytes


def _walk_zip(source: Source, notes: list[str]) -> Iterator[tuple[PurePosixPath, int, _Reader]]:
    seen: set[PurePosixPath] = set()
    members = sorted(_members(source.path), key=lambda info: info.filename)
    with zipfile.ZipFile(source.path) as archive:
        for info in members:
            name = _path(info)
            if source.inside:
                if not name.is_relative_to(source.inside):
                    continue
                name = name.relative_to(source.inside)
            mode = info.external_attr >> 16
            if _outside(name):
                notes.append(f"{_shown(name)} points out of the archive and was left out")
            elif any(_SKIPPED.match(part) for part in name.parts):
                continue
            elif mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
                notes.append(f"{_shown(name)} is no ordinary file and was left out")
            elif name in seen:
                notes.append(f"{_shown(name)} is in the archive twice; the first one counts")
            else:
                seen.add(name)
                yield name, info.file_size, partial(_inflate, archive, info)


def _inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Read at most as many bytes as the archive's index says and the limit allows."""
    try:
        with archive.open(info) as file:
            return file.read(min(info.file_size, MAX_FILE_BYTES))
    except Exception as error:  # zipfile does not say what damaged bytes may raise
        raise IntakeError(
            f"{info.filename!a} in the archive cannot be read: {error}; ask for it again"
        ) from None


def _members(path: Path) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            return [info for info in archive.infolist() if _path(info).name and not info.is_dir()]
    except Exception as error:  # zipfile does not say what damaged bytes may raise
        raise IntakeError(f"{path.name} is not a zip archive that can be read: {error}") from None


def _path(info: zipfile.ZipInfo) -> PurePosixPath:
    """Return a member's path; some programs on Windows write it with backslashes."""
    return PurePosixPath(info.filename.replace("\\", "/"))


def _outside(name: PurePosixPath) -> bool:
    return name.is_absolute() or ".." in name.parts


def _base(contents: dict[PurePosixPath, bytes], questions: Sequence[str]) -> PurePosixPath:
    """Return the folder with most of the questions' files; of several, the one nearest the top."""
    modules = {f"{question}.py" for question in questions}
    counts: dict[PurePosixPath, int] = {}
    for name in contents:
        if name.name in modules and name.parts[0] not in _CHECKERS_OWN:
            counts[name.parent] = counts.get(name.parent, 0) + 1
    if not counts:
        return PurePosixPath()
    return min(counts, key=lambda folder: (-counts[folder], len(folder.parts), str(folder)))


def _shown(name: PurePosixPath) -> str:
    """Return a path as one short line of printable text."""
    text = "".join(c if c.isprintable() else "�" for c in str(name))
    return text if len(text) <= 80 else f"{text[:77]}…"
