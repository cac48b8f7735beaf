"""What may be wrong with a student's folder: parts that are missing, files that were renamed."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterable
from pathlib import Path

from .contract import Assignment

UNPACK = "Unpack the handout again, whole, and copy your own files into it."
_MOST_TOLD = 3


def missing_parts(folder: Path, assignment: Assignment) -> str:
    """Say which files of the checks are missing, or nothing when all are there."""
    needed = [
        name
        for question in assignment.questions
        if question.checks
        for name in (f"checks/test_{question.name}.py", f"checks/expected/{question.name}.json")
    ]
    missing = [name for name in needed if not (folder / name).is_file()]
    if not missing:
        return ""
    told = ", ".join(missing[:_MOST_TOLD])
    if len(missing) > _MOST_TOLD:
        told += f" and {len(missing) - _MOST_TOLD} more"
    return (
        f"{folder} was unpacked in part, or files were removed: {told} "
        f"{'is' if len(missing) == 1 else 'are'} missing. Students: unpack the handout again, "
        "whole, and copy your own files into it."
    )


def looks_like(name: str, question: str) -> bool:
    """Say whether a file's name looks like that of a question's file, but is another.

    ``estep (1).py``, ``Estep.py``, ``estep.py.txt`` and ``Copy of estep.py`` all look like
    ``estep.py``.
    """
    if name == f"{question}.py" or not re.search(r"\.(py|txt)$", name, re.IGNORECASE):
        return False
    words = re.split(r"[\W_]+", name.casefold())
    wanted = re.split(r"[\W_]+", question.casefold())
    span = len(wanted)
    for start in range(len(words) - span + 1):
        found = words[start : start + span]
        if found[:-1] == wanted[:-1] and re.fullmatch(re.escape(wanted[-1]) + r"\d*", found[-1]):
            rest = [word for word in (*words[:start], *words[start + span :]) if word]
            return all(word.isdigit() or word in _OF_COPIES for word in rest)
    return False


_OF_COPIES = frozenset(
    [
        *("py", "txt", "copy", "copie", "kopie", "copia", "of", "von", "de", "backup", "bak"),
        *("old", "new", "final", "fixed", "version", "v1", "v2", "v3"),
    ]
)
"""Words that people and programs put beside the name of a file when they copy it."""


def renamed(folder: Path, question: str, *, there: bool) -> str:
    """Ask whether a file under another name is the question's, or say nothing.

    Parameters
    ----------
    folder : path
    question : str
    there : bool
        Whether the file of the right name is there too, untouched.
    """
    try:
        names = sorted(path.name for path in folder.iterdir() if path.is_file())
    except OSError:
        return ""
    found = [name for name in names if looks_like(name, question)]
    if not found:
        return ""
    quoted = " or ".join(f'"{name}"' for name in found[:_MOST_TOLD])
    opening = f"Beside it there is {quoted}" if there else f"But there is {quoted}"
    return f"{opening}: is this your {question}.py? Then give it the name {question}.py exactly."


def missing_packages(folder: Path) -> list[str]:
    """Return the packages of ``requirements.txt`` that are not installed."""
    try:
        text = (folder / "requirements.txt").read_text("utf-8")
    except (OSError, ValueError):
        return []
    return [name for name in _required(text.splitlines()) if not _installed(name)]


def _required(lines: Iterable[str]) -> list[str]:
    found = (re.match(r"\s*([A-Za-z0-9][\w.-]*)", line) for line in lines)
    return [match.group(1) for match in found if match]


def _installed(name: str) -> bool:
    try:
        importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
