"""The checks as pytest knows them: files that are collected once and run as often as wanted."""

from __future__ import annotations

import contextlib
import inspect
import queue
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import pytest

from .contract import Question
from .outcome import CheckResult
from .proxies import Reference, Submission
from .run import CheckEnd, Run

_PYTEST_OPTIONS = (
    *("-c", str(Path(__file__).with_name("pytest.ini"))),
    *("--import-mode", "importlib", "--noconftest", "--assert", "plain"),
    "--disable-plugin-autoload",
    *(
        option
        for name in (
            *("cacheprovider", "terminal", "capture", "faulthandler", "logging", "doctest"),
            *("junitxml", "pastebin", "setuponly", "setupplan", "stepwise", "recwarn", "warnings"),
            *("debugging", "legacypath", "tmpdir", "monkeypatch", "unittest", "subtests"),
            # These two collect garbage several times a run, which takes longer than the checks.
            *("unraisableexception", "threadexception"),
        )
        for option in ("-p", f"no:{name}")
    ),
)


@dataclass(frozen=True)
class CheckFiles:
    """Where the checks are.

    Attributes
    ----------
    folders : tuple of path
        Each holds ``test_<question>.py`` files.
    modules : tuple of path
        Folders whose modules the checks import.
    """

    folders: tuple[Path, ...]
    modules: tuple[Path, ...]

    def of(self, question: Question) -> list[Path]:
        """Return the question's check files."""
        paths = [folder / f"test_{question.name}.py" for folder in self.folders]
        return [path for path in paths if path.exists()]


def run_checks(run: Run, files: Sequence[Path], modules: Sequence[Path]) -> list[CheckResult]:
    """Run a question's checks once, and return one result for each in the order of its checks.

    Parameters
    ----------
    run : Run
    files : sequence of path
        The check files.
    modules : sequence of path
        Folders whose modules the checks import.
    """
    plugin = _Plugin(lambda items: plugin.go_through(run, () if plugin.broken else items))
    with _prepared(modules):
        status = plugin.main(files)
    if plugin.stopped:
        raise KeyboardInterrupt
    return run.in_order(f"pytest ended with status {status}")


class Suite:
    """All checks of an assignment, which pytest keeps ready in a thread of its own.

    Collecting the checks takes as long as running them. Whoever runs them again and again asks a
    suite: module-level names of check files live as long as it does, fixtures as long as one run.

    Parameters
    ----------
    files : CheckFiles
    questions : sequence of Question
    """

    def __init__(self, files: CheckFiles, questions: Sequence[Question]) -> None:
        self._modules = files.modules
        self._files = {path: q.name for q in questions for path in files.of(q)}
        self._runs: queue.SimpleQueue[Run | None] = queue.SimpleQueue()
        self._ends: queue.SimpleQueue[BaseException | int | None] = queue.SimpleQueue()
        self._status: int | None = None
        self._thread = threading.Thread(target=self._serve, name="checks", daemon=True)
        self._thread.start()

    def run_checks(self, run: Run) -> list[CheckResult]:
        """Run the checks of the run's question; return one result for each, in their order."""
        if self._status is None:
            self._runs.put(run)
            end = self._ends.get()
            if isinstance(end, BaseException):
                raise end
            self._status = end
        return run.in_order("pytest did not collect it, or ended with an error")

    def close(self) -> None:
        """End pytest."""
        self._runs.put(None)
        self._thread.join()

    def _serve(self) -> None:
        plugin = _Plugin(lambda items: self._answer_runs(plugin, items))
        try:
            with _prepared(self._modules):
                status = plugin.main(list(self._files))
        except BaseException as error:
            self._ends.put(error)
            status = pytest.ExitCode.INTERNAL_ERROR
        self._ends.put(int(status))

    def _answer_runs(self, plugin: _Plugin, items: Sequence[pytest.Item]) -> None:
        of_question: dict[str, list[pytest.Item]] = {}
        for item in items:
            of_question.setdefault(self._files[item.path], []).append(item)
        for path in plugin.broken & self._files.keys():
            of_question[self._files[path]] = []
        while (run := self._runs.get()) is not None:
            try:
                plugin.go_through(run, of_question.get(run.question.name, ()))
            except BaseException as error:
                self._ends.put(error)
            else:
                self._ends.put(None)


class _Plugin:
    """What pytest asks: for fixtures, what to run, and what became of it.

    Parameters
    ----------
    work : callable
        Given all checks that were collected; what it does is all that pytest does.

    Attributes
    ----------
    broken : set of path
        The files that could not be collected.
    stopped : bool
        Whether Ctrl+C was pressed.
    """

    def __init__(self, work: Callable[[Sequence[pytest.Item]], None]) -> None:
        self._work = work
        self._run: Run | None = None
        self.broken: set[Path] = set()
        self.stopped = False

    def main(self, files: Sequence[Path]) -> int:
        """Start pytest on these files, and return its exit status."""
        # Without this, pytest looks at whatever lies in the folders above the checks.
        above = [f"--confcutdir={path.parent}" for path in files[:1]]
        return int(pytest.main([*_PYTEST_OPTIONS, *above, *map(str, files)], plugins=[self]))

    @property
    def run(self) -> Run:
        """The run that is on."""
        assert self._run is not None
        return self._run

    def go_through(self, run: Run, items: Sequence[pytest.Item]) -> None:
        """Run those of the items that are checks of the run."""
        wanted = {check.name for check in run.checks}
        chosen = [item for item in items if _name(item) in wanted]
        self._run = run
        for item, following in pairwise([*chosen, None]):
            assert item is not None
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)

    @pytest.fixture
    def submission(self, request: pytest.FixtureRequest) -> Submission:
        """Return the submission: an object with the functions that students write."""
        return self.run.submission(_name(request.node))

    @pytest.fixture
    def reference(self, request: pytest.FixtureRequest) -> Reference:
        """Return the reference: the recorded answers of the solution's functions."""
        return self.run.reference(_name(request.node))

    @pytest.fixture
    def match(self) -> Callable[..., None]:
        """``match(actual, expected, what)``: fail unless both are the same within tolerance."""
        return self.run.match

    @pytest.fixture
    def attach(self) -> Callable[..., None]:
        """Return ``attach(figure, *arguments, alt=…)``, which adds a picture to the feedback.

        A function in place of the figure is called with the arguments, if a picture is wanted.
        """
        return self.run.attach

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Note what cannot be collected."""
        report = yield
        if report.failed:
            self.broken.add(collector.path)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Do what is to be done with the checks, in place of running them all once."""
        self._work(session.items)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Start the clock of a check."""
        self.run.begin_check()
        return (yield)

    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Give the check its time."""
        self.run.begin_call(item)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        """Keep what came of the check, in place of pytest's own costly account of a failure."""
        error = call.excinfo.value if call.excinfo is not None else None
        if call.when == "call" or error is not None:
            asked = " ".join((inspect.getdoc(getattr(item, "function", None)) or "").split())
            end = CheckEnd(_name(item), asked, Path(item.path), error)
            self.run.keep(end, in_check=call.when == "call")
        return pytest.TestReport(
            item.nodeid,
            item.location,
            {},
            "passed" if error is None else "failed",
            None if error is None else type(error).__name__,
            cast(Literal["setup", "call", "teardown"], call.when),
        )

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note that Ctrl+C was pressed, which pytest keeps to itself."""
        self.stopped = self.stopped or excinfo.type is KeyboardInterrupt


def _name(item: Any) -> str:
    return str(getattr(item, "originalname", item.name)).removeprefix("test_")


@contextlib.contextmanager
def _prepared(modules: Sequence[Path]) -> Iterator[None]:
    """Let checks import from these folders, and compute with whatever answers there are.

    The folders come before what is installed by the same name; one that is on the path already
    keeps its place: the student's own, which stands last. Answers may be numbers that overflow as
    soon as checks compute with them; whoever looks at the terminal need not know.
    """
    added = [str(folder) for folder in modules if str(folder) not in sys.path]
    sys.path[:0] = added
    try:
        with np.errstate(all="ignore"):
            yield
    finally:
        for folder in added:
            sys.path.remove(folder)
