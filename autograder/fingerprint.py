"""Hashes of all that marks depend on, part by part, so that only what changed is graded again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from . import __version__
from .grading_file import REPORT, Contract
from .intake import Submission
from .layout import LABS, Layout

Fingerprint = dict[str, str]
"""A hash for each part; the parts' names are the words by which people are told of them."""

FILES = "its modules"
NOTES = "what is said of it"
_COURSE_WIDE = ("the grader", "limits", "given code", "data", "the solution", "shared checks")


def of_course(layout: Layout, contract: Contract, level: str) -> Fingerprint:
    """Return the parts that are the same for all submissions."""
    assignment = contract.assignment
    limits = (assignment.limits, assignment.unavailable, contract.preload)
    lab_limits = (contract.lab_limits, contract.lab_preload)
    of_question = {path for q in assignment.names for path in _checks_of(layout, q)}
    parts = {
        "the grader": _text(__version__, level, assignment.title, contract.visibility),
        "limits": _text(limits, lab_limits),
        "given code": _files(layout.given),
        "data": _files(layout.data, without={layout.expected}),
        "the solution": _files(layout.solution),
        "shared checks": _digest(
            _content(folder, path)
            for folder in layout.check_folders
            for path in sorted(folder.rglob("*"))
            if path not in of_question and not path.name.startswith("test_")
        ),
    }
    for question in assignment.questions:
        parts[_question(question.name)] = _digest(
            [repr(asdict(question)).encode()]
            + [_content(layout.root, path) for path in _checks_of(layout, question.name)]
        )
    for lab in contract.labs:
        path = layout.expected / LABS / f"{lab.name}.json"
        parts[_lab(lab.name)] = _digest([repr(lab).encode(), _content(layout.root, path)])
    if contract.report is not None:
        parts[_lab(REPORT)] = _text(contract.report)
    return parts


def of_submission(submission: Submission) -> Fingerprint:
    """Return the parts that are a submission's own."""
    papers = {
        _paper(name): hashlib.sha256(data).hexdigest() for name, data in submission.papers.items()
    }
    said = repr((submission.notes, submission.handed_in))
    return {
        FILES: _digest(
            name.encode("utf-8", "surrogatepass") + b"\0" + data
            for name, data in sorted(submission.files.items())
        ),
        **papers,
        NOTES: hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest(),
    }


def same_for_question(before: Fingerprint, now: Fingerprint, question: str) -> bool:
    """Say whether all that a question's marks depend on is the same, but for its needs."""
    return _same(before, now, (*_COURSE_WIDE, _question(question), FILES))


def same_for_lab(before: Fingerprint, now: Fingerprint, name: str, file: str) -> bool:
    """Say whether all that a lab's marks depend on is the same, but for its needs."""
    return _same(before, now, (*_COURSE_WIDE, _lab(name), FILES, _paper(file)))


def changes(before: Fingerprint, now: Fingerprint) -> tuple[str, ...]:
    """Return the parts that differ, in words; of a part that is new or gone too."""
    names = dict.fromkeys((*now, *before))
    return tuple(name for name in names if before.get(name) != now.get(name))


def _same(before: Fingerprint, now: Fingerprint, parts: Iterable[str]) -> bool:
    return bool(before) and all(before.get(part) == now.get(part) for part in parts)


def _question(name: str) -> str:
    return f"checks of {name}"


def _lab(name: str) -> str:
    return f"tests of {name}"


def _paper(file: str) -> str:
    return f"its {file}"


def _checks_of(layout: Layout, question: str) -> list[Path]:
    paths = [folder / f"test_{question}.py" for folder in layout.check_folders]
    return [path for path in (*paths, layout.expected / f"{question}.json") if path.is_file()]


def _files(folder: Path, without: Iterable[Path] = ()) -> str:
    left_out = tuple(without)
    return _digest(
        _content(folder, path)
        for path in sorted(folder.rglob("*"))
        if not any(path.is_relative_to(other) for other in left_out)
    )


def _content(folder: Path, path: Path) -> bytes:
    """Return a file's path and content; of a folder, or what Python has made of a file, nothing."""
    if not path.is_file() or "__pycache__" in path.parts:
        return b""
    return path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes()


def _text(*values: object) -> str:
    return _digest([repr(value).encode() for value in values])


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        if part:
            digest.update(f"{len(part)}:".encode())
            digest.update(part)
    return digest.hexdigest()
