"""What the grader knows of a lab: its tasks, its tests, and the cells that were handed out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from ..checker.contract import Visibility
from ..errors import ResultsError

TaskKind = Literal["tested", "written"]


@dataclass(frozen=True)
class Case:
    """One test of a task: a function ``test_<name>`` in Otter's exception-based format."""

    name: str
    points: float
    visibility: Visibility


@dataclass(frozen=True)
class Task:
    """One question of a lab, as Otter calls it.

    Attributes
    ----------
    name, title : str
    points : float
    cases : tuple of Case
        Its tests; none for one that people mark.
    tests : str
        The source of the test file that Otter has made.
    answer : str
        The model answer in Markdown, of a written one.
    rubric : str
        What earns how many points, in Markdown.
    """

    name: str
    title: str
    points: float
    cases: tuple[Case, ...] = ()
    tests: str = ""
    answer: str = ""
    rubric: str = ""

    @property
    def checks(self) -> tuple[str, ...]:
        """The names of its checks: of its tests, or its own if people mark it."""
        return tuple(f"{self.name}.{case.name}" for case in self.cases) or (self.name,)

    @property
    def written(self) -> bool:
        """Whether people mark it; what has no points is for the student alone."""
        return not self.cases and self.points > 0


@dataclass(frozen=True)
class GivenCell:
    """A cell as it was handed out, and the task that it belongs to."""

    id: str
    kind: Literal["code", "markdown"]
    source: str
    task: str


@dataclass(frozen=True)
class Lab:
    """A lab as the build has made it.

    Attributes
    ----------
    name, title : str
    needs : tuple of str
        Questions whose functions the notebook calls.
    tasks : tuple of Task
    cells : tuple of GivenCell
        The notebook that students begin with.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    tasks: tuple[Task, ...]
    cells: tuple[GivenCell, ...]

    @property
    def file(self) -> str:
        """The notebook's name."""
        return f"{self.name}.ipynb"

    @property
    def points(self) -> float:
        """The sum of its tasks' points."""
        return sum(task.points for task in self.tasks)


_ADAPTER = TypeAdapter(Lab)


def dump(lab: Lab) -> bytes:
    """Return a lab as JSON text."""
    return _ADAPTER.dump_json(lab, indent=1) + b"\n"


def load(path: Path) -> Lab:
    """Read what :func:`dump` wrote.

    Raises
    ------
    ResultsError
        When the file is missing or damaged.
    """
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except FileNotFoundError:
        raise ResultsError(f"{path}: missing; run `autograder build`") from None
    except ValidationError:
        raise ResultsError(f"{path}: damaged; run `autograder build`") from None
