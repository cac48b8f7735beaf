"""A course that has nothing to do with the real one, and ways to put the machinery to work on it.

``course/`` is the smallest course that has everything. Tests change copies of it.
"""

from __future__ import annotations

import io
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder import cli
from autograder.builder.gate import build, write
from autograder.checker.calls import Answerer, Caller
from autograder.checker.contract import Limits
from autograder.checker.host import Load, SubprocessHost
from autograder.grading_file import Contract, read
from autograder.layout import Layout

collect_ignore = ["course"]

SMALLEST = Path(__file__).with_name("course")
MISTAKES = SMALLEST / "tests" / "misconceptions"


@dataclass(frozen=True)
class Course:
    """A copy of a course that a test may change."""

    root: Path

    @property
    def layout(self) -> Layout:
        return Layout(self.root)

    @property
    def contract(self) -> Contract:
        return read(self.layout)

    def path(self, name: str) -> Path:
        return self.root / name

    def write(self, name: str, text: str) -> None:
        self.path(name).write_text(text, "utf-8", newline="\n")

    def edit(self, name: str, old: str, new: str) -> None:
        text = self.path(name).read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def files(self) -> dict[str, bytes]:
        """Return every file by its path, to see what a command has changed."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }

    def build(self) -> None:
        write(build(self.layout, self.contract, lambda _: None), self.layout)


@pytest.fixture(scope="session", autouse=True)
def _plain_assertions() -> Iterator[None]:
    """Keep pytest from rewriting the assertions of checks, which are run inside of this run."""
    before = list(sys.meta_path)
    sys.meta_path[:] = [finder for finder in before if "Rewrit" not in type(finder).__name__]
    yield
    sys.meta_path[:] = before


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """Return a course as its author wrote it, not built."""
    return Course(Path(shutil.copytree(SMALLEST, tmp_path / "scaling")))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Return a built course, for tests that change nothing in it."""
    root = tmp_path_factory.mktemp("built") / "scaling"
    course = Course(Path(shutil.copytree(SMALLEST, root)))
    course.build()
    return course


@pytest.fixture
def built_copy(built: Course, tmp_path: Path) -> Course:
    """Return a built course to change."""
    return Course(Path(shutil.copytree(built.root, tmp_path / "scaling")))


@pytest.fixture(scope="session")
def solution() -> dict[str, bytes]:
    """Return a submission that is right."""
    return {path.name: path.read_bytes() for path in (SMALLEST / "solution").glob("*.py")}


@pytest.fixture(scope="session")
def mistaken() -> Callable[..., dict[str, bytes]]:
    """Return a function that puts known mistakes into one file: ``mistaken("scale_…")``."""

    def submission(*mistakes: str) -> dict[str, bytes]:
        question = mistakes[0].partition("_")[0]
        source = (MISTAKES / f"{question}.py").read_text("utf-8")
        chosen = "".join(f"{question} = {mistake}\n" for mistake in mistakes)
        return {f"{question}.py": f"{source}\n\n{chosen}".encode()}

    return submission


@pytest.fixture
def hand_in(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that puts submissions into a folder: ``hand_in(ada={"scale.py": …})``."""

    def submissions(**files: Mapping[str, bytes]) -> Path:
        folder = tmp_path / "submissions"
        for student, content in files.items():
            for name, data in content.items():
                path = folder / student / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        return folder

    return submissions


@pytest.fixture
def caller(tmp_path: Path) -> Iterator[Callable[..., Caller]]:
    """Return a function that gives a caller for a submission's files, all of it ended in time.

    ``caller(source)`` is a submission ``q.py`` with a function ``q``.
    """
    callers: list[Caller] = []

    def for_files(
        *sources: bytes | str,
        files: Mapping[str, bytes | str] = {},
        functions: Mapping[str, str] | None = None,
        answered: frozenset[str] = frozenset(),
        unavailable: tuple[str, ...] = (),
        answerer: Answerer | None = None,
        **limits: Any,
    ) -> Caller:
        named = {**dict.fromkeys(["q.py"] * len(sources), *sources), **files}
        handed_in = {
            name: data if isinstance(data, bytes) else data.encode() for name, data in named.items()
        }
        load = Load(handed_in, dict(functions or {"q": "q"}), answered, unavailable)
        allowed = Limits(**{"check_seconds": 60.0, "question_seconds": 600.0, **limits})
        made = Caller(SubprocessHost(allowed, tmp_path), load, allowed, answerer)
        made.begin_check()
        callers.append(made)
        return made

    yield for_files
    for made in callers:
        made.close()


@pytest.fixture
def autograder(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Return the command line as a function: exit status, standard output, standard error."""

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        status = ended.value.code
        assert status is None or isinstance(status, int)
        return status or 0, said.out, said.err

    return run


@pytest.fixture(scope="session")
def zipped() -> Callable[..., bytes]:
    """Return a function that gives the bytes of an archive: ``zipped({"scale.py": b"…"})``."""

    def archive(files: Mapping[str, bytes]) -> bytes:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return data.getvalue()

    return archive
