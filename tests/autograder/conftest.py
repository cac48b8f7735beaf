"""Two courses to put the machinery to work on: the smallest that has everything, and the real one.

``course/`` has nothing to do with the real one. Tests change copies of it.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from autograder import cli
from autograder.batch import grade_all
from autograder.builder.gate import build, write
from autograder.checker.calls import Answerer, Caller
from autograder.checker.contract import Limits
from autograder.checker.host import Load, SubprocessHost
from autograder.desk import plan
from autograder.grading_file import Contract, read
from autograder.intake import find_submissions
from autograder.isolation import strongest
from autograder.layout import Layout
from autograder.result import SubmissionResult, load

collect_ignore = ["course", "hostile"]
HOSTILE_SUMMARY = pytest.StashKey[dict[str, str]]()

SMALLEST = Path(__file__).with_name("course")
MISTAKES = SMALLEST / "tests" / "misconceptions"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--hostile-level",
        action="append",
        help="grade the hostile submissions at this level of isolation; may be given repeatedly",
    )
    parser.addoption("--screenshots", help="the folder for pictures of pages in a browser")


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say in one line what came of the hostile submissions."""
    for level, counted in config.stash.get(HOSTILE_SUMMARY, {}).items():
        where = "" if level == "sandbox" else f" (level {level})"
        terminalreporter.write_line(f"hostile suite{where}: {counted}")


@pytest.fixture(scope="session")
def hostile_summary(pytestconfig: pytest.Config) -> dict[str, str]:
    """Return what is said of the hostile submissions at the end, by level of isolation."""
    return pytestconfig.stash.setdefault(HOSTILE_SUMMARY, {})


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


@pytest.fixture(scope="session")
def real_layout() -> Layout:
    """Return the folders of the real course."""
    return Layout.find(Path(__file__).parent)


@pytest.fixture(scope="session")
def real_contract(real_layout: Layout) -> Contract:
    return read(real_layout)


@pytest.fixture(scope="session")
def grade_real(
    real_layout: Layout, real_contract: Contract
) -> Callable[[Path, Path], dict[str, SubmissionResult]]:
    """Return a function that grades a folder into another, and gives the results by name.

    The submissions are graded as students' work is: in the sandbox, if this machine has one.
    """
    level, _ = strongest(real_layout)
    names = real_contract.assignment.names

    def graded(folder: Path, out: Path) -> dict[str, SubmissionResult]:
        tasks = plan(find_submissions(folder, names, real_contract.papers), out)
        jobs = os.cpu_count() or 1
        grade_all(tasks, real_layout, real_contract, level, jobs, lambda _: None)
        return {task.source.name: load(task.folder) for task in tasks}

    return graded


@pytest.fixture(scope="session")
def grade_files(
    grade_real: Callable[[Path, Path], dict[str, SubmissionResult]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[Mapping[str, Mapping[str, bytes]]], dict[str, SubmissionResult]]:
    """Return a function that grades modules for the real course, given as files by name."""

    def graded(submissions: Mapping[str, Mapping[str, bytes]]) -> dict[str, SubmissionResult]:
        folder = tmp_path_factory.mktemp("real")
        for submission, files in submissions.items():
            (folder / "in" / submission).mkdir(parents=True)
            for name, data in files.items():
                (folder / "in" / submission / name).write_bytes(data)
        results = grade_real(folder / "in", folder / "out")
        return {name: modules_of(result) for name, result in results.items()}

    return graded


def modules_of(result: SubmissionResult) -> SubmissionResult:
    """Return the result without labs and report, which these submissions do not have."""
    modules = tuple(q for q in result.questions if q.kind == "module")
    return replace(result, questions=modules)
