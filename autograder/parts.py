"""What of a course's files belongs to the questions and labs that its ``grading.yml`` has.

A question or a lab that is taken out of ``grading.yml`` may stay in the course's folders: it is
passed over. Texts for students name the parts that are for some questions alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import ConfigurationError
from .layout import Layout, read_python_files

_WITH = re.compile(r"<!-- with (?P<names>\w+(?: or \w+)*|\w+(?:, \w+)*) -->")
_END = "<!-- end -->"
_LIKE_A_MARK = re.compile(r"<!--\s*(with\b|end\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Parts:
    """What is passed over since ``grading.yml`` does not have it, and what is given.

    Attributes
    ----------
    left_out : tuple of str
        Questions that have a solution and checks, and are not in ``grading.yml``.
    given : dict of str to bytes
        Code that students use, by file name.
    not_given : dict of str to str
        Of the given code, the files that need a question that is left out, and what they import.
    """

    left_out: tuple[str, ...]
    given: dict[str, bytes]
    not_given: dict[str, str]

    @property
    def files(self) -> frozenset[str]:
        """The names of all modules that students do not have."""
        return frozenset({f"{name}.py" for name in self.left_out} | self.not_given.keys())

    def sentences(self) -> Iterator[str]:
        """Say what is left out, and what with it."""
        if self.left_out:
            yield f"left out, as grading.yml does not have it: {', '.join(self.left_out)}"
        for name, needed in self.not_given.items():
            yield f"left out with it: {name}, which imports {needed}"


def find_parts(layout: Layout, questions: Iterable[str]) -> Parts:
    """Find what is passed over and what is given when a course has these questions.

    Raises
    ------
    ConfigurationError
        When given code is not Python.
    """
    there = set(questions)
    left_out = tuple(
        path.stem
        for path in sorted(layout.solution.glob("*.py"))
        if path.stem not in there
        and any((folder / f"test_{path.name}").exists() for folder in layout.check_folders)
    )
    given = read_python_files(layout.given)
    not_given: dict[str, str] = {}
    missing = set(left_out)
    while found := {
        name: min(needed)
        for name, source in given.items()
        if (needed := imported_modules(source, layout.given / name) & missing)
    }:
        not_given |= found
        missing |= {Path(name).stem for name in found}
        given = {name: source for name, source in given.items() if name not in found}
    return Parts(left_out, given, dict(sorted(not_given.items())))


def imported_modules(source: bytes, path: Path) -> set[str]:
    """Return the names of the modules that a file imports anywhere, without running it.

    Raises
    ------
    ConfigurationError
        When it is not Python.
    """
    try:
        tree = ast.parse(source, path.name)
    except SyntaxError as error:
        raise ConfigurationError(f"{path}, line {error.lineno}: {error.msg}") from None
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def check_files(folder: Path, questions: Iterable[str]) -> Iterator[Path]:
    """Yield the Python files of a folder of checks, without those of other questions."""
    own = {f"test_{name}.py" for name in questions}
    for path in sorted(folder.glob("*.py")):
        if path.name in own or not path.name.startswith("test_"):
            yield path


def chosen_lines(text: str, there: Iterable[str], place: str) -> list[tuple[int, str]]:
    """Return the lines of a text that are for the questions and labs that are there.

    What stands between the lines ``<!-- with estep, mstep -->`` and ``<!-- end -->`` is for those
    who have both, and with ``or`` in place of the comma for those who have one of them.

    Parameters
    ----------
    text : str
    there : iterable of str
        Names of questions and labs, and ``labs`` if there is any.
    place : str
        The text's place, for people.

    Returns
    -------
    list of (int, str)
        Numbers, counted from 1, and texts of the lines that stay.

    Raises
    ------
    ConfigurationError
        When a mark is misspelt, or one of the two is missing.
    """
    names = set(there)
    kept: list[tuple[int, str]] = []
    begun: int | None = None
    stays = True
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if found := _WITH.fullmatch(bare):
            if begun is not None:
                raise ConfigurationError(
                    f"{place}, line {number}: {bare} inside the part begun in line {begun}; "
                    "parts cannot be nested"
                )
            begun = number
            either = " or " in found["names"]
            asked = [name in names for name in re.split(" or |, ", found["names"])]
            stays = any(asked) if either else all(asked)
        elif bare == _END:
            if begun is None:
                raise ConfigurationError(f"{place}, line {number}: {_END} without a beginning")
            begun, stays = None, True
        elif _LIKE_A_MARK.match(bare):
            raise ConfigurationError(
                f"{place}, line {number}: {bare} is not a mark; write <!-- with a, b -->, "
                f"<!-- with a or b --> or {_END}"
            )
        elif stays:
            kept.append((number, line))
    if begun is not None:
        raise ConfigurationError(f"{place}, line {begun}: this part is never closed by {_END}")
    return kept


def chosen_text(text: str, there: Iterable[str], place: str) -> str:
    """Return the text made of the lines of :func:`chosen_lines`."""
    return "\n".join(line for _, line in chosen_lines(text, there, place))


def refuse_what_is_missing(sources: Mapping[str, str], left_out: Iterable[str]) -> None:
    """Refuse solutions that import a question that is left out.

    Raises
    ------
    ConfigurationError
        With the file and the question.
    """
    missing = set(left_out)
    for name, source in sources.items():
        needed = imported_modules(source.encode(), Path(name)) & missing
        if needed:
            raise ConfigurationError(
                f"{name} imports {', '.join(sorted(needed))}, which grading.yml leaves out; "
                f"leave {Path(name).stem} out too, or take in what it needs"
            )
