"""Running a question's checks with pytest, and turning what pytest saw into results."""

from __future__ import annotations

import contextlib
import inspect
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import pytest

from .calls import Caller, CallError
from .compare import MismatchError, match
from .contract import Assignment, Check, Question
from .diagnose import diagnose
from .explain import explain
from .outcome import CheckResult, Diagnosis, Picture
from .pictures import Gallery
from .proxies import Arguments, Logged, Reference, Submission
from .recordings import NotRecordedError, Recordings
from .signature import BadAnswerError

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

_GRADERS_FAULT = "The grader could not run this check; that is not the fault of your code."
_NOT_WHAT_WAS_ASKED = "The answer has not the property that was asked for."


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


@dataclass
class Run:
    """One run of a question's checks: what goes in, and what pytest's hooks gather.

    Attributes
    ----------
    assignment, question :
        What is checked.
    checks : tuple of Check
        The checks that count.
    caller : Caller
        Answers ``submission.…`` calls.
    recordings : Recordings
        Answers ``reference.…`` calls.
    recorder : callable, optional
        When building: told of each reference call, by check and key, before it is looked up.
    gallery : Gallery, optional
        Draws the pictures that checks attach; without it, none are drawn.
    tell : callable, optional
        Told of each check as soon as it is done.
    """

    assignment: Assignment
    question: Question
    checks: tuple[Check, ...]
    caller: Caller
    recordings: Recordings
    recorder: Callable[[str, str, Arguments], None] | None = None
    gallery: Gallery | None = None
    tell: Callable[[CheckResult], None] | None = None
    results: dict[str, CheckResult] = field(default_factory=dict)
    log: list[Logged] = field(default_factory=list)
    _pictures: list[Picture] = field(default_factory=list)
    _not_drawn: str = ""
    _stopped: bool = False
    _began: float = 0.0

    def execute(self, files: Sequence[Path], modules: Sequence[Path]) -> list[CheckResult]:
        """Run the checks and return one result for each, in the order of ``checks``.

        Parameters
        ----------
        files : sequence of path
            The check files.
        modules : sequence of path
            Folders whose modules the checks import.
        """
        # Without this, pytest looks at whatever lies in the folders above the checks.
        above = [f"--confcutdir={path.parent}" for path in files[:1]]
        # Answers may be numbers that overflow as soon as checks compute with them; whoever looks
        # at the terminal need not know.
        with _importable(modules), np.errstate(all="ignore"):
            status = pytest.main([*_PYTEST_OPTIONS, *above, *map(str, files)], plugins=[self])
        if self._stopped:
            raise KeyboardInterrupt
        results = []
        for check in self.checks:
            result = self.results.get(check.name)
            if result is None:
                result = CheckResult(
                    check.name,
                    check.visibility,
                    *(0.0, check.points, "not run", "grader"),
                    found=_GRADERS_FAULT,
                    detail=f"pytest did not run test_{check.name} (exit status {int(status)})",
                )
            results.append(result)
        return results

    def diagnoses(
        self, results: Sequence[CheckResult], canonical: dict[str, Callable[[Any], Any]]
    ) -> tuple[Diagnosis, ...]:
        """Return the known mistakes that explain what went wrong in this run."""
        return diagnose(self.question, results, self.log, self.recordings, canonical)

    @pytest.fixture
    def submission(self, request: pytest.FixtureRequest) -> Submission:
        """Return the submission: an object with the functions that students write."""
        caller = self.caller
        proxy = Submission(caller, self.assignment, self.question, self.recordings.calls)
        proxy.check = _name(request.node)
        proxy.log = self.log
        return proxy

    @pytest.fixture
    def reference(self, request: pytest.FixtureRequest) -> Reference:
        """Return the reference: the recorded answers of the solution's functions."""
        recorder = partial(self.recorder, _name(request.node)) if self.recorder else None
        return Reference(self.assignment, self.recordings, recorder)

    @pytest.fixture
    def match(self) -> Callable[..., None]:
        """``match(actual, expected, what)``: fail unless both are the same within tolerance."""

        def matched(
            actual: Any,
            expected: Any,
            what: str,
            *,
            rtol: float = self.question.rtol,
            atol: float = self.question.atol,
        ) -> None:
            match(actual, expected, what, rtol=rtol, atol=atol)

        return matched

    @pytest.fixture
    def attach(self) -> Callable[..., None]:
        """Return ``attach(figure, *arguments, alt=…)``, which adds a picture to the feedback.

        A function in place of the figure is called with the arguments, if a picture is wanted.
        """

        def attached(figure: Any, *arguments: Any, alt: str) -> None:
            if self.gallery is None:
                return
            try:
                png = self.gallery.draw(figure, arguments)
            except Exception as error:  # of any answer a picture is tried, and it costs no marks
                self._not_drawn = f"no picture: {_detail(error)}"
                return
            self._pictures.append(Picture(alt, png))

        return attached

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the checks that count."""
        wanted = {check.name for check in self.checks}
        items[:] = [item for item in items if _name(item) in wanted]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Start the clock of a check."""
        self._pictures = []
        self._not_drawn = ""
        self._began = time.monotonic()
        return (yield)

    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Give the check its time."""
        self.caller.begin_check()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        """Keep what came of the check, in place of pytest's own costly account of a failure."""
        error = call.excinfo.value if call.excinfo is not None else None
        if call.when == "call" or error is not None:
            self._keep(item, error, in_check=call.when == "call")
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
        self._stopped = self._stopped or excinfo.type is KeyboardInterrupt

    def _keep(self, item: pytest.Item, error: BaseException | None, *, in_check: bool) -> None:
        """Keep the result of a check; of one with several cases, the first that is bad."""
        name = _name(item)
        result = self._result(next(c for c in self.checks if c.name == name), item, error)
        if not in_check:
            result = replace(result, outcome="not run", reason="grader", found=_GRADERS_FAULT)
        before = self.results.get(name)
        if before is not None and before.outcome != "passed":
            result = before
        earlier = before.pictures if before is not None else ()
        seconds = time.monotonic() - self._began + (before.seconds if before is not None else 0.0)
        self.results[name] = replace(
            result, pictures=(*earlier, *self._pictures), seconds=round(seconds, 3)
        )
        if self.tell is not None:
            self.tell(self.results[name])

    def _result(self, check: Check, item: pytest.Item, error: BaseException | None) -> CheckResult:
        asked = " ".join((inspect.getdoc(getattr(item, "function", None)) or "").split())
        result = CheckResult(
            *(check.name, check.visibility, check.points, check.points, "passed"),
            asked=asked,
            detail=self._not_drawn,
        )
        if error is None:
            return result
        public = check.visibility == "public"
        printed = self.caller.output() if public else ""
        result = replace(
            result, points=0.0, outcome="failed", printed=printed, detail=_detail(error)
        )
        if isinstance(error, CallError):
            outcome, reason, found, place = explain(
                error, f"{self.question.name}.py", self.assignment.limits, check.visibility
            )
            return replace(result, outcome=outcome, reason=reason, found=found, place=place)
        if isinstance(error, NotRecordedError):
            return replace(result, outcome="not run", reason="grader", found=_GRADERS_FAULT)
        if isinstance(error, BadAnswerError):
            return replace(result, reason="form", found=f"{error}.")
        if isinstance(error, MismatchError):
            found = str(error) if public else error.guarded
            return replace(result, reason="wrong", found=f"{found}.")
        if isinstance(error, AssertionError):
            told = public or _raised_in(Path(item.path), error)
            found = str(error) if told else ""
            return replace(result, reason="wrong", found=found or _NOT_WHAT_WAS_ASKED)
        found = (
            f"The answers have the right form, but nothing could be computed from them "
            f"({type(error).__name__})."
        )
        return replace(result, reason="wrong", found=found)


def _name(item: Any) -> str:
    return str(getattr(item, "originalname", item.name)).removeprefix("test_")


def _raised_in(path: Path, error: BaseException) -> bool:
    """Say whether the error is the file's own; the build has seen that its messages are plain."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and Path(trace.tb_frame.f_code.co_filename) == path


def _detail(error: BaseException) -> str:
    if isinstance(error, CallError):
        return f"{error.type}: {error.message}" if error.type else error.reason
    return f"{type(error).__name__}: {error}"


@contextlib.contextmanager
def _importable(folders: Sequence[Path]) -> Iterator[None]:
    """Make modules of these folders importable, before what is installed by the same name.

    A folder that is on the path already keeps its place: the student's own, which stands last.
    """
    before = list(sys.path)
    sys.path[:0] = [str(folder) for folder in folders if str(folder) not in before]
    try:
        yield
    finally:
        sys.path[:] = before
