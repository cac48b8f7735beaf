"""Which learning platform an export comes from, and who it says handed in what.

Recognised by the names that the platform gives, never by what is inside a submission:

Gradescope
    A folder ``assignment_…_export`` with ``submission_metadata.yml`` and a folder
    ``submission_<number>`` for each submission; see ``gradescope``.
Canvas
    All files side by side, ``<name>[_LATE]_<user>_<file>_<original name>``, or
    ``[LATE_]anon_<id>_…`` when grading is anonymous, and ``…_text.html`` or ``…_link.html`` for
    what was typed in. From ``lib/content_zipper.rb`` in https://github.com/instructure/canvas-lms.
    A file whose name is taken in the student's files gets ``-1``, ``-2`` …, later a UUID
    (``make_unique_filename`` in ``app/models/attachment.rb`` there).
Moodle
    A folder ``<full name>_<id>_assignsubmission_file`` for each submission, in older versions
    with ``_`` at its end; or, when folders are not wanted, files side by side, each with this and
    ``_`` before its original name. ``onlinetext`` in place of ``file`` is what was typed in. A
    team may have no number. From ``mod/assign/classes/downloader.php`` in https://github.com/moodle/moodle.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ..errors import IntakeError
from . import gradescope
from .handed_in import NOTHING_SAID, HandedIn, Person
from .names import is_archive, same_file, shown, stem

_CANVAS = re.compile(
    r"(?:(?P<early>LATE_)?(?P<anonymous>anon_[A-Za-z0-9]+)"
    r"|(?P<name>.+?)(?P<late>_LATE)?_(?P<user>[1-9]\d{0,18}))"
    r"_(?:(?P<file>[1-9]\d{0,18})_(?P<original>.+)|(?P<typed>text|link)\.html)",
    re.DOTALL,
)
_CANVAS_SUFFIX = re.compile(r"-(?:\d{1,2}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=\.py$)")
_MOODLE = re.compile(
    r"(?P<name>.+?)(?:_(?P<id>\d{1,19}))?_assignsubmission_(?P<kind>[a-z0-9]+)(?:_(?P<original>.*))?",
    re.DOTALL,
)


@dataclass(frozen=True)
class Part:
    """One file of a submission that lies beside those of others.

    Attributes
    ----------
    place : str
        Its path in the export.
    name : str
        What it is called in the submission.
    """

    place: str
    name: str


@dataclass(frozen=True)
class Found:
    """One submission in an export.

    Attributes
    ----------
    name : str
        What it goes by.
    folder : str
        The folder that is the submission; empty when it is the parts.
    parts : tuple of Part
        The files that together are the submission.
    handed_in : HandedIn
        What the export says of it.
    """

    name: str
    folder: str = ""
    parts: tuple[Part, ...] = ()
    handed_in: HandedIn = NOTHING_SAID


def as_they_are(folders: Iterable[str], files: Iterable[str]) -> list[Found]:
    """Return a submission for each folder and each archive, by its own name."""
    archives = [Found(stem(name), "", (Part(name, name),)) for name in files if is_archive(name)]
    return [Found(name, name) for name in folders] + archives


def recognise(
    folders: Sequence[str], files: Sequence[str], read: Callable[[str], bytes]
) -> list[Found]:
    """Return the submissions of an export, or nothing when it is not one that is known.

    Parameters
    ----------
    folders, files : sequence of str
        The names of what lies in one folder.
    read : callable
        Returns the content of one of the files.
    """
    if gradescope.METADATA in files and folders:
        return _gradescope(folders, read)
    return _moodle(folders, files) or _canvas(folders, files)


def _gradescope(folders: Sequence[str], read: Callable[[str], bytes]) -> list[Found]:
    try:
        said = gradescope.parse(read(gradescope.METADATA))
    except (IntakeError, OSError):
        said = {}
    nothing = HandedIn(
        "Gradescope",
        remarks=(
            f"the export's {gradescope.METADATA} has nothing readable on it, so it is not known "
            "who handed it in",
        ),
    )
    gone = "the export names it but has no folder for it; export again"
    return [Found(name, name, handed_in=said.get(name, nothing)) for name in folders] + [
        Found(name, handed_in=handed_in.with_remark(gone))
        for name, handed_in in said.items()
        if name not in folders and gradescope.SUBMISSION.fullmatch(name)
    ]


@dataclass
class _Gathered:
    """What was found so far of one student."""

    folders: list[str] = field(default_factory=list)
    files: list[tuple[int, Part]] = field(default_factory=list)
    late: bool = False
    typed: bool = False

    def typed_in(self) -> tuple[str, ...]:
        """Return a remark on what was typed in, if anything was."""
        return ("a text or link was handed in; it is not read",) if self.typed else ()


def _canvas(folders: Sequence[str], files: Sequence[str]) -> list[Found]:
    matches = [match for match in map(_CANVAS.fullmatch, files) if match]
    numbers = [match["file"] for match in matches if match["file"]]
    if 2 * len(matches) < len(files) + len(folders) or len(set(numbers)) < len(numbers):
        return []  # Canvas gives each file a number of its own
    students: dict[tuple[str, str], _Gathered] = {}
    for match in matches:
        who = (match["anonymous"] or match["name"], match["user"] or "")
        student = students.setdefault(who, _Gathered())
        student.late = student.late or bool(match["late"] or match["early"])
        if match["typed"]:
            student.typed = True
        else:
            part = Part(match.string, _CANVAS_SUFFIX.sub("", match["original"]))
            student.files.append((int(match["file"]), part))
    if len(students) == 1 and sum(is_archive(match.string) for match in matches) > 1:
        return []  # archives of several students whose names have a date or the like
    found = []
    for (name, user), student in students.items():
        parts, remarks = _latest(student.files)
        handed_in = HandedIn(
            "Canvas",
            people=(Person(name, user),) if user else (),
            late=student.late,
            remarks=(*remarks, *student.typed_in()),
        )
        found.append(Found(f"{name}_{user}" if user else name, "", parts, handed_in))
    matched = {match.string for match in matches}
    return found + as_they_are(folders, (name for name in files if name not in matched))


def _latest(files: list[tuple[int, Part]]) -> tuple[tuple[Part, ...], list[str]]:
    """Return, of files that have one name without Canvas's suffix, the one uploaded last."""
    parts: dict[str, Part] = {}
    remarks = []
    for _, part in sorted(files, key=lambda item: item[0], reverse=True):
        if (last := parts.setdefault(same_file(part.name), part)) is not part:
            remarks.append(
                f"{shown(last.name)} was uploaded more than once; the last upload counts"
            )
    return tuple(parts.values()), list(dict.fromkeys(remarks))


def _moodle(folders: Sequence[str], files: Sequence[str]) -> list[Found]:
    students: dict[str, _Gathered] = {}
    people: dict[str, Person] = {}
    others: tuple[list[str], list[str]] = ([], [])
    for name, is_folder in [*((n, True) for n in folders), *((n, False) for n in files)]:
        match = _MOODLE.fullmatch(name)
        if not match:
            others[0 if is_folder else 1].append(name)
            continue
        who = f"{match['name']}_{match['id']}" if match["id"] else match["name"]
        people[who] = Person(match["name"], match["id"] or "")
        student = students.setdefault(who, _Gathered())
        if match["kind"] != "file":
            student.typed = True
        elif is_folder:
            student.folders.append(name)
        elif match["original"]:
            student.files.append((0, Part(name, match["original"])))
    found = []
    for who, student in students.items():
        handed_in = HandedIn("Moodle", people=(people[who],), remarks=student.typed_in())
        found += [Found(who, folder, handed_in=handed_in) for folder in student.folders]
        if student.files or not student.folders:
            parts = tuple(part for _, part in student.files)
            found.append(Found(who, "", parts, handed_in))
    return found + as_they_are(*others) if found else []
