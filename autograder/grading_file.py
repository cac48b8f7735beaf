"""Reading ``grading.yml``, and saying by line and key what is wrong with it."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from .checker.contract import Assignment, Check, Limits, Question, Visibility
from .checker.signature import Signature, SignatureError
from .errors import ConfigurationError
from .grading_models import GradingFile, Level
from .labs.lab import load as load_lab
from .layout import LABS, Layout
from .policies import NO_POLICIES, Policies, wrong_names

REPORT = "report"
REPORT_FILES = ("report.md", "report.pdf")
_TAKEN = {
    *("submission", "total", "status", "notes", "due"),
    *("check", "checks", "checker", "data", "labs"),
}


@dataclass(frozen=True)
class LabPlan:
    """What ``grading.yml`` says of a lab; its tasks and their points are in its notebook.

    Attributes
    ----------
    name, title : str
    needs : tuple of str
        Questions whose functions the notebook calls.
    """

    name: str
    title: str
    needs: tuple[str, ...]

    @property
    def file(self) -> str:
        """The notebook's name."""
        return f"{self.name}.ipynb"


@dataclass(frozen=True)
class ReportPlan:
    """The written report, which people mark: its parts and their points."""

    title: str
    parts: dict[str, float]


@dataclass(frozen=True)
class Dates:
    """When an assignment opens and when it is due, each with its time zone; or not said."""

    opens: datetime | None = None
    due: datetime | None = None


@dataclass(frozen=True)
class Contract:
    """What ``grading.yml`` says.

    Attributes
    ----------
    assignment : Assignment
        Title, questions, limits: what the checker needs.
    isolation : str
        The level that submissions are graded at.
    visibility : dict of str to str
        For public and hidden checks, Gradescope's word for who may see them.
    preload : tuple of str
        Modules that workers have loaded before a submission comes.
    labs : tuple of LabPlan
        The notebooks, in order.
    lab_limits : Limits
        ``check_seconds`` is the time of a cell, ``question_seconds`` that of a notebook.
    lab_preload : tuple of str
        As ``preload``, for notebooks.
    report : ReportPlan, optional
    dates : Dates
    policies : Policies
        What is done with marks after grading; no mark in a record depends on it.
    """

    assignment: Assignment
    isolation: Level
    visibility: dict[str, str]
    preload: tuple[str, ...]
    labs: tuple[LabPlan, ...]
    lab_limits: Limits
    lab_preload: tuple[str, ...]
    report: ReportPlan | None
    dates: Dates = Dates()
    policies: Policies = NO_POLICIES

    @property
    def papers(self) -> tuple[str, ...]:
        """The files besides modules that students hand in."""
        report = (*REPORT_FILES,) if self.report else ()
        return (*(lab.file for lab in self.labs), *report)

    @property
    def names(self) -> frozenset[str]:
        """What a text for students can be for: the questions and labs that are there."""
        labs = [lab.name for lab in self.labs]
        any_lab = [LABS] if labs else []
        return frozenset([*self.assignment.names, *labs, *any_lab])


def read(layout: Layout) -> Contract:
    """Read a course's ``grading.yml`` and hold it against the check files.

    Raises
    ------
    ConfigurationError
        With the line, the key and what was expected, one error a line.
    """
    path = layout.contract
    contract = parse(path)
    problems = [*_check_problems(layout, contract.assignment), *_lab_problems(layout, contract)]
    if problems:
        raise ConfigurationError("\n".join(f"grading.yml: {problem}" for problem in problems))
    return contract


def parse(path: Path) -> Contract:
    """Read a ``grading.yml`` by itself."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read: {error}") from None
    try:
        root = yaml.compose(text, yaml.CSafeLoader)
        plain = yaml.load(text, yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path.name}: not YAML: {error}") from None
    if not isinstance(plain, dict):
        raise ConfigurationError(f"{path.name}: expected keys such as title and questions")
    repeated = list(_repeated_keys(root, ()))
    if repeated:
        raise ConfigurationError("\n".join(f"{path.name}, {problem}" for problem in repeated))
    try:
        file = GradingFile.model_validate(plain)
    except ValidationError as error:
        lines = [
            f"{path.name}, line {_line(root, e['loc'])}, {'.'.join(map(str, e['loc'])) or 'file'}: "
            f"{e['msg'][0].lower()}{e['msg'][1:]}{_came(e)}"
            for e in error.errors()
        ]
        raise ConfigurationError("\n".join(lines)) from None
    return _to_contract(file, path.name, root)


def _to_contract(file: GradingFile, name: str, root: Any) -> Contract:
    questions: list[Question] = []
    owners: dict[str, str] = {}
    for key, question in file.questions.items():
        where = f"{name}, line {_line(root, ('questions', key))}, questions.{key}"
        if key in _TAKEN or keyword.iskeyword(key):
            raise ConfigurationError(
                f"{where}: a question cannot have this name, which means something else to Python, "
                "in the handout or in the gradebook; choose another"
            )
        try:
            signatures = tuple(Signature.parse(text) for text in question.functions)
        except SignatureError as error:
            raise ConfigurationError(f"{where}.functions: {error}") from None
        for signature in signatures:
            if signature.function in owners:
                raise ConfigurationError(
                    f"{where}.functions: {signature.function} belongs to "
                    f"{owners[signature.function]} already"
                )
            owners[signature.function] = key
        unknown = [need for need in question.needs if need not in file.questions or need == key]
        if unknown:
            raise ConfigurationError(
                f"{where}.needs: {', '.join(unknown)} is not another question; "
                f"questions are {', '.join(file.questions)}. If it was left out, leave {key} out "
                "too, or take it in again"
            )
        visibilities: tuple[tuple[Visibility, dict[str, float]], ...] = (
            ("public", question.checks.public),
            ("hidden", question.checks.hidden),
        )
        checks = tuple(
            Check(check, points, visibility)
            for visibility, listed in visibilities
            for check, points in listed.items()
        )
        if not checks:
            raise ConfigurationError(f"{where}.checks: expected at least one check")
        questions.append(
            Question(
                key,
                question.title,
                question.needs,
                signatures,
                question.tolerance.rtol,
                question.tolerance.atol,
                checks,
                bonus=question.bonus,
            )
        )
    assignment = Assignment(
        file.title,
        tuple(questions),
        Limits(**file.limits.model_dump()),
        file.modules.unavailable,
    )
    labs = []
    for key, lab in file.labs.notebooks.items():
        where = f"{name}, line {_line(root, ('labs', 'notebooks', key))}, labs.notebooks.{key}"
        if key in _TAKEN or key in file.questions or key == REPORT:
            raise ConfigurationError(f"{where}: this name means something else already")
        unknown = [need for need in lab.needs if need not in file.questions]
        if unknown:
            raise ConfigurationError(
                f"{where}.needs: {', '.join(unknown)} is not a question; "
                f"questions are {', '.join(file.questions)}. If it was left out, leave the lab out "
                "too, or take it in again"
            )
        labs.append(LabPlan(key, lab.title, lab.needs))
    policies = _policies(file, name, root)
    return Contract(
        assignment,
        file.isolation,
        file.visibility.model_dump(),
        file.modules.preload,
        tuple(labs),
        replace(
            assignment.limits,
            check_seconds=file.labs.cell_seconds,
            question_seconds=file.labs.notebook_seconds,
        ),
        file.labs.preload,
        ReportPlan(file.report.title, file.report.parts) if file.report else None,
        Dates(file.dates.opens, file.dates.due),
        policies,
    )


def _policies(file: GradingFile, name: str, root: Any) -> Policies:
    if file.late is not None and file.dates.due is None:
        raise ConfigurationError(
            f"{name}, line {_line(root, ('late',))}, late: it is not said when the assignment is "
            "due; add dates: {due: 2026-10-26T23:59+02:00}, or remove late"
        )
    parts: dict[str, tuple[str, ...] | None] = {
        key: (*question.checks.public, *question.checks.hidden)
        for key, question in file.questions.items()
    }
    parts |= dict.fromkeys(file.labs.notebooks)  # what tasks they have, only the build knows
    if file.report is not None:
        parts[REPORT] = tuple(file.report.parts)
    problems = [
        f"{name}, line {_line(root, place)}, {'.'.join(place)}: {what}"
        for place, what in wrong_names(file.afterwards, parts)
    ]
    if problems:
        raise ConfigurationError("\n".join(problems))
    return Policies(
        due=file.dates.due, late=file.late, attempts=file.attempts, afterwards=file.afterwards
    )


def refuse_unknown_tasks(layout: Layout, contract: Contract) -> None:
    """Hold what is dropped in labs against what the build has made of them.

    Raises
    ------
    ConfigurationError
        When a task or a test is not there.
    ResultsError
        When a lab was not built.
    """
    afterwards = contract.policies.afterwards
    named = {target.partition("/")[0] for target in (*afterwards.drop, *afterwards.rescale)}
    parts: dict[str, tuple[str, ...] | None] = {}
    for lab in contract.labs:
        if lab.name in named:
            tasks = load_lab(layout.expected / LABS / f"{lab.name}.json").tasks
            parts[lab.name] = tuple(name for task in tasks for name in task.checks)
    problems = [
        f"grading.yml: {'.'.join(place)}: {what}"
        for place, what in wrong_names(afterwards, parts)
        if place[-1].partition("/")[0] in parts
    ]
    if problems:
        raise ConfigurationError("\n".join(problems))


def _check_problems(layout: Layout, assignment: Assignment) -> Iterator[str]:
    """Say which checks are named and do not exist, or exist and are left out."""
    folders = {"public": layout.public_checks, "hidden": layout.hidden_checks}
    for question in assignment.questions:
        for visibility, folder in folders.items():
            path = folder / f"test_{question.name}.py"
            place = path.relative_to(layout.root).as_posix()
            listed = {c.name for c in question.checks if c.visibility == visibility}
            written = check_names(path) if path.exists() else set()
            for name in sorted(listed - written):
                yield (
                    f"questions.{question.name}.checks.{visibility}.{name}: there is no "
                    f"test_{name} in {place}; write it or remove the line"
                )
            for name in sorted(written - listed):
                yield (
                    f"questions.{question.name}.checks.{visibility}: {place} has test_{name}, "
                    "which is not listed; give it points or remove it"
                )


def _lab_problems(layout: Layout, contract: Contract) -> Iterator[str]:
    """Say which notebooks are named and do not exist."""
    for lab in contract.labs:
        path = layout.labs / f"{lab.name}.md"
        if not path.exists():
            place = path.relative_to(layout.root).as_posix()
            yield f"labs.notebooks.{lab.name}: there is no {place}; write it or remove the lines"


def check_names(path: Path) -> set[str]:
    """Return the names of the checks in a file, without running it.

    Raises
    ------
    ConfigurationError
        When the file is not Python.
    """
    try:
        tree = ast.parse(path.read_bytes(), path.name)
    except SyntaxError as error:
        raise ConfigurationError(f"{path}, line {error.lineno}: {error.msg}") from None
    return {
        node.name.removeprefix("test_")
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def _repeated_keys(node: Any, path: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        where = ".".join((*path, str(key.value)))
        if key.value in seen:
            yield f"line {key.start_mark.line + 1}, {where}: this key is there twice"
        seen.add(key.value)
        yield from _repeated_keys(value, (*path, str(key.value)))


def _line(node: Any, location: tuple[int | str, ...]) -> int:
    """Return the line of the deepest part of a location that is in the file."""
    line = node.start_mark.line + 1
    for step in location:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(step):
                    line, node = key.start_mark.line + 1, value
                    break
            else:
                return int(line)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            if step >= len(node.value):
                return int(line)
            node = node.value[step]
            line = node.start_mark.line + 1
    return int(line)


def _came(error: Any) -> str:
    value = error.get("input")
    if error["type"] == "extra_forbidden":
        return "; remove this key or correct its spelling"
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return f", not {value!r}"
    return ""
