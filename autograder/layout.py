"""Where everything of a course is: the folders of DESIGN's house, seen from its root."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .errors import ConfigurationError

LABS = "labs"
"""In ``data/expected`` and in the handout, the folder of what concerns notebooks."""


@dataclass(frozen=True)
class Layout:
    """The folders of one course.

    Attributes
    ----------
    root : path
        The folder that holds ``grading.yml``.
    """

    root: Path

    @classmethod
    def find(cls, start: Path) -> Layout:
        """Return the layout of the course that a folder is in.

        Raises
        ------
        ConfigurationError
            When neither the folder nor any above it holds ``grading.yml``.
        """
        folder = start.resolve()
        for candidate in (folder, *folder.parents):
            if (candidate / "grading.yml").is_file():
                return cls(candidate)
        raise ConfigurationError(
            f"{folder}: there is no grading.yml here or in any folder above; "
            "run the command inside the course's folder, or name it with --course"
        )

    @property
    def contract(self) -> Path:
        """``grading.yml``."""
        return self.root / "grading.yml"

    @property
    def assignment(self) -> Path:
        """What students are given, hand-written."""
        return self.root / "assignment"

    @property
    def given(self) -> Path:
        """Code that students use and do not write."""
        return self.assignment / "given"

    @property
    def labs(self) -> Path:
        """Masters of the notebooks, in Otter Assign's format as Jupytext Markdown."""
        return self.assignment / "labs"

    @property
    def solution(self) -> Path:
        """The reference, with marked regions."""
        return self.root / "solution"

    @property
    def student(self) -> Path:
        """The generated handout."""
        return self.root / "student"

    @property
    def data(self) -> Path:
        """Data sets with their sources."""
        return self.root / "data"

    @property
    def expected(self) -> Path:
        """The generated recordings."""
        return self.data / "expected"

    @property
    def public_checks(self) -> Path:
        """Checks that students have too."""
        return self.root / "tests" / "public"

    @property
    def hidden_checks(self) -> Path:
        """Checks that only the grader has."""
        return self.root / "tests" / "hidden"

    @property
    def check_folders(self) -> tuple[Path, ...]:
        """All folders of checks."""
        return self.public_checks, self.hidden_checks

    @property
    def check_modules(self) -> tuple[Path, ...]:
        """The folders whose modules checks import."""
        return *self.check_folders, self.given

    @property
    def misconceptions(self) -> Path:
        """Known-wrong implementations."""
        return self.root / "tests" / "misconceptions"

    @property
    def alternatives(self) -> Path:
        """Implementations that are right in another way than the solution."""
        return self.root / "tests" / "alternatives"

    @property
    def secrets(self) -> tuple[Path, ...]:
        """What holds answers, as far as it is there: no submission may read it."""
        history = self.root / ".git"
        answers = (self.solution, self.hidden_checks, self.misconceptions, self.expected)
        places = (*answers, self.labs, history)
        return tuple(path for path in places if path.exists())

    @property
    def samples(self) -> Path:
        """The bundled sample submissions."""
        return self.root / "tests" / "samples"

    @property
    def dist(self) -> Path:
        """The archives that are handed out; not committed."""
        return self.root / "dist"


def read_files(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder by path, without what Python has made of them."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.relative_to(folder).parts
    }


def read_python_files(folder: Path) -> dict[str, bytes]:
    """Return the Python files of a folder by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.py"))}
