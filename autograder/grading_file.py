"""Reading ``grading.yml``, and saying by line and key what is wrong with it."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from .checker.contract import Assignment, Check, Limits, Question, Visibility
from .checker.signature import Signature, SignatureError
from .errors import ConfigurationError
from .layout import LABS, Layout

Level = Literal["sandbox", "user", "limits"]
GradescopeVisibility = Literal["visible", "hidden", "after_due_date", "after_published"]
_Points = Annotated[float, Field(gt=0, le=1000)]
_Identifier = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$")]
_DEFAULTS = Limits()
REPORT = "report"
REPORT_FILES = ("report.md", "report.pdf")
_TAKEN = {"submission", "total", "status", "notes", "check", "checks", "checker", "data", "labs"}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _with_time_zone(value: Any) -> Any:
    """Let through what is a moment and nothing else: no day, no number, no time without zone."""
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError("expected date, time and time zone, such as 2026-10-26T23:59+02:00")
    return moment


def _none_is_empty(value: Any) -> Any:
    return {} if value is None else value


_Moment = Annotated[AwareDatetime, BeforeValidator(_with_time_zone)]


class _Dates(_Strict):
    opens: _Moment | None = None
    due: _Moment | None = None

    @model_validator(mode="after")
    def _in_order(self) -> _Dates:
        if self.opens and self.due and self.due <= self.opens:
            raise ValueError("due must be later than opens")
        return self


class _Visibility(_Strict):
    public: GradescopeVisibility = "visible"
    hidden: GradescopeVisibility = "after_published"


class _Limits(_Strict):
    check_seconds: float = Field(_DEFAULTS.check_seconds, gt=0, le=3600)
    question_seconds: float = Field(_DEFAULTS.question_seconds, gt=0, le=36000)
    memory_mib: int = Field(_DEFAULTS.memory_mib, ge=1024, description="below 1024 NumPy hangs")
    output_kib: int = Field(_DEFAULTS.output_kib, ge=1, le=1 << 20)
    files: int = Field(_DEFAULTS.files, ge=16)
    processes: int = Field(_DEFAULTS.processes, ge=1)
    scratch_mib: int = Field(_DEFAULTS.scratch_mib, ge=1)


class _Modules(_Strict):
    preload: tuple[str, ...] = ("numpy",)
    unavailable: tuple[str, ...] = ()


class _Tolerance(_Strict):
    rtol: float = Field(1e-6, ge=0, lt=1)
    atol: float = Field(1e-9, ge=0)


class _Checks(_Strict):
    public: dict[_Identifier, _Points] = {}
    hidden: dict[_Identifier, _Points] = {}

    @model_validator(mode="after")
    def _once(self) -> _Checks:
        twice = self.public.keys() & self.hidden.keys()
        if twice:
            raise ValueError(f"listed as public and as hidden: {', '.join(sorted(twice))}")
        return self


class _Question(_Strict):
    title: str = Field(min_length=1)
    bonus: bool = False
    needs: tuple[str, ...] = ()
    functions: tuple[str, ...] = Field(min_length=1)
    tolerance: _Tolerance = _Tolerance()
    checks: _Checks


_LabName = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]


class _Lab(_Strict):
    title: str = Field(min_length=1)
    needs: tuple[str, ...] = ()


class _Labs(_Strict):
    cell_seconds: float = Field(20.0, gt=0, le=3600)
    notebook_seconds: float = Field(120.0, gt=0, le=36000)
    preload: tuple[str, ...] = ("numpy",)
    # A course whose last lab was deleted has the key, and nothing in it.
    notebooks: Annotated[dict[_LabName, _Lab], BeforeValidator(_none_is_empty)] = {}


class _Report(_Strict):
    title: str = Field(min_length=1)
    parts: dict[_Identifier, _Points] = Field(min_length=1)


class _GradingFile(_Strict):
    title: str = Field(min_length=1)
    dates: _Dates = _Dates()
    isolation: Level = "sandbox"
    visibility: _Visibility = _Visibility()
    limits: _Limits = _Limits()
    modules: _Modules = _Modules()
    questions: dict[_Identifier, _Question] = Field(min_length=1)
    labs: _Labs = _Labs()
    report: _Report | None = None

    @model_validator(mode="after")
    def _not_all_bonus(self) -> _GradingFile:
        if all(question.bonus for question in self.questions.values()):
            raise ValueError("every question is a bonus; at least one must count")
        return self


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
        file = _GradingFile.model_validate(plain)
    except ValidationError as error:
        lines = [
            f"{path.name}, line {_line(root, e['loc'])}, {'.'.join(map(str, e['loc'])) or 'file'}: "
            f"{e['msg'][0].lower()}{e['msg'][1:]}{_came(e)}"
            for e in error.errors()
        ]
        raise ConfigurationError("\n".join(lines)) from None
    return _to_contract(file, path.name, root)


def _to_contract(file: _GradingFile, name: str, root: Any) -> Contract:
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
    )


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
