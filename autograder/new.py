"""Starting a course of one's own: a copy of the assignment with what one has chosen of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from .errors import ConfigurationError
from .grading_file import Contract, parse
from .layout import Layout

NONE = "none"
"""In place of names: no lab."""

_FILES = ("constraints.txt", "LICENSE", ".gitattributes")
_MADE = {"README.md": "README.md.txt", "Makefile": "Makefile.txt", ".gitignore": "gitignore.txt"}
_TEMPLATES = Path(__file__).with_name("course")
_NOT_COPIED = ("__pycache__", "*.pyc", ".DS_Store")


@dataclass(frozen=True)
class Choice:
    """What a course has of an assignment.

    Attributes
    ----------
    questions, labs : tuple of str
        Names, in the assignment's order.
    notes : tuple of str
        What was taken in or left out without being asked for, in sentences.
    """

    questions: tuple[str, ...]
    labs: tuple[str, ...]
    notes: tuple[str, ...]


def choose(
    contract: Contract, questions: Sequence[str] | None, labs: Sequence[str] | None
) -> Choice:
    """Choose questions and labs, with those that they need.

    Parameters
    ----------
    contract : Contract
        Of the whole assignment.
    questions, labs : sequence of str, optional
        Names. Without questions, all are chosen; without labs, those that need no other questions.

    Raises
    ------
    ConfigurationError
        When a name is unknown, or there is no question.
    """
    needs = {question.name: question.needs for question in contract.assignment.questions}
    labs_need = {lab.name: lab.needs for lab in contract.labs}
    for what, asked, known in (("question", questions, needs), ("lab", labs, labs_need)):
        unknown = [name for name in asked or () if name not in known]
        if unknown:
            raise ConfigurationError(
                f"{', '.join(unknown)} is no {what} of this assignment; "
                f"choose from {', '.join(known) or 'none'}"
            )
    notes = []
    chosen: set[str] = set()
    waiting = [(name, "") for name in (needs if questions is None else questions)]
    waiting += [(need, lab) for lab in labs or () for need in labs_need[lab]]
    while waiting:
        name, why = waiting.pop(0)
        if name in chosen:
            continue
        chosen.add(name)
        if why:
            notes.append(f"{name} is taken in too: {why} needs it")
        waiting += [(need, name) for need in needs[name]]
    if not chosen:
        raise ConfigurationError(f"no question is chosen; choose from {', '.join(needs)}")
    if labs is None:
        for lab, needed in labs_need.items():
            if others := [need for need in needed if need not in chosen]:
                notes.append(f"the lab {lab} is left out: it needs {', '.join(others)}")
        labs = [lab for lab, needed in labs_need.items() if chosen.issuperset(needed)]
    return Choice(
        tuple(name for name in needs if name in chosen),
        tuple(name for name in labs_need if name in labs),
        tuple(notes),
    )


def make_course(
    layout: Layout,
    folder: Path,
    choice: Choice,
    title: str | None = None,
    opens: str | None = None,
    due: str | None = None,
) -> None:
    """Copy an assignment into a course's folder, with the choice in its ``grading.yml``.

    Parameters
    ----------
    layout : Layout
        Of the assignment.
    folder : path
        New or empty.
    choice : Choice
        What is not chosen is copied too, but for its lines in ``grading.yml``, which are made
        comments: so it can be taken in later.
    title, opens, due : str, optional
        In place of those in ``grading.yml``.

    Raises
    ------
    ConfigurationError
        When something is in the folder, or the course would not be right; nothing was written.
    """
    if folder.resolve().is_relative_to(layout.root):
        raise ConfigurationError(
            f"{folder} lies inside the assignment; name a folder elsewhere, such as "
            f"../{folder.name or 'course'}"
        )
    text = layout.contract.read_text("utf-8")
    text = _without(text, ("questions",), choice.questions)
    text = _without(text, ("labs", "notebooks"), choice.labs)
    if title is not None:
        text = _with_title(text, title)
    if opens is not None or due is not None:
        text = _with_dates(text, opens, due)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigurationError(
            f"{folder} is there already and not empty; name a new folder. Nothing was written"
        )
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        course = Layout(folder)
        course.contract.write_text(text, "utf-8", newline="\n")
        try:
            _hold_against(parse(course.contract), choice)
        except ConfigurationError:
            course.contract.unlink()
            if made:
                folder.rmdir()
            raise
        _copy(layout, course)
    except OSError as error:
        raise ConfigurationError(f"{folder}: cannot be written: {error}") from None


def _hold_against(contract: Contract, choice: Choice) -> None:
    """Raise when an edited ``grading.yml`` does not say what was chosen."""
    questions = contract.assignment.names
    labs = tuple(lab.name for lab in contract.labs)
    if (questions, labs) != (choice.questions, choice.labs):
        raise ConfigurationError(
            "grading.yml: what is not chosen could not be taken out; write each question and each "
            "lab on lines of its own"
        )


def _copy(layout: Layout, course: Layout) -> None:
    for name in _FILES:
        if (layout.root / name).exists():
            shutil.copyfile(layout.root / name, course.root / name)
    for name, template in _MADE.items():
        shutil.copyfile(_TEMPLATES / template, course.root / name)
    folders = (
        *(layout.assignment, layout.solution, layout.data, *layout.check_folders),
        *(layout.misconceptions, layout.alternatives, layout.samples),
    )

    def skipped(folder: str, names: Iterable[str]) -> set[str]:
        generated = {layout.expected.name} if Path(folder) == layout.data else set()
        return generated | shutil.ignore_patterns(*_NOT_COPIED)(folder, list(names))

    for place in folders:
        if place.exists():
            shutil.copytree(place, course.root / place.relative_to(layout.root), ignore=skipped)


# Editing grading.yml as text, so that its comments stay ------------------------------------------


def _without(text: str, path: tuple[str, ...], kept: Collection[str]) -> str:
    """Make comments of the entries of a mapping that are not kept."""
    lines = text.split("\n")
    for key, _ in _entries(text, path):
        line, indent = key.start_mark.line, key.start_mark.column
        if key.value in kept or lines[line][:indent].strip():
            continue
        last = line
        for number in range(line + 1, len(lines)):
            inside = lines[number]
            if inside.strip():
                if len(inside) - len(inside.lstrip()) <= indent:
                    break
                last = number
        for number in range(line, last + 1):
            if lines[number].strip():
                lines[number] = f"{' ' * indent}# {lines[number][indent:]}"
    return "\n".join(lines)


def _with_title(text: str, title: str) -> str:
    value = next(value for key, value in _entries(text, ()) if key.value == "title")
    return _replaced(text, value, json.dumps(title, ensure_ascii=False))


def _with_dates(text: str, opens: str | None, due: str | None) -> str:
    """Put dates in the place of those that are there or of an example, or below the title."""
    said = {name: when for name, when in (("opens", opens), ("due", due)) if when is not None}
    for name, when in said.items():
        try:
            datetime.fromisoformat(when)
        except ValueError:
            raise ConfigurationError(
                f"--{name} {when}: expected date, time and time zone, such as "
                "2026-10-26T23:59+02:00"
            ) from None
    entries = {key.value: value for key, value in _entries(text, ())}
    before = {key.value: value.value for key, value in _entries(text, ("dates",))}
    written = ", ".join(f"{name}: {when}" for name, when in {**before, **said}.items())
    if "dates" in entries:
        return _replaced(text, entries["dates"], f"{{{written}}}")
    lines = text.split("\n")
    after = entries["title"].end_mark.line + 1
    examples = [number for number, line in enumerate(lines) if line.startswith("# dates:")]
    place = slice(examples[0], examples[0] + 1) if examples else slice(after, after)
    lines[place] = [f"dates: {{{written}}}"]
    return "\n".join(lines)


def _replaced(text: str, node: Any, instead: str) -> str:
    """Return the text with a value's own text replaced."""
    end = node.end_mark.index
    while text[end - 1].isspace():  # a block ends where the next key begins
        end -= 1
    return text[: node.start_mark.index] + instead + text[end:]


def _entries(text: str, path: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    """Yield keys and values of the mapping at a place of a YAML text, with their marks."""
    node = yaml.compose(text, yaml.SafeLoader)
    for step in path:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        node = next((value for key, value in pairs if key.value == step), None)
    if isinstance(node, yaml.MappingNode):
        yield from node.value
