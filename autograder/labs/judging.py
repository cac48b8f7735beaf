"""Otter's exception-based tests, evaluated on the trusted side against values fetched as data."""

from __future__ import annotations

import contextlib
import inspect
import signal
import sys
import types
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..checker.calls import CallError, printable
from ..checker.contract import Limits
from ..checker.explain import explain
from ..checker.outcome import CheckResult, Outcome
from .lab import Case, Task
from .session import Absent

TEST_SECONDS = 20
"""Of processor time, for one test on this side, where values of any size and kind are looked at.

How busy the machine is, and how long a function of the submission takes, does not count.
"""

TEST_MEMORY_BYTES = 2 << 30
MAX_FOUND = 1_500


@dataclass(frozen=True)
class Test:
    """A test of a task, ready to be called.

    Attributes
    ----------
    case : Case
    asked : str
        The function's docstring: what is asked for.
    names : tuple of str
        The variables of the notebook that it looks at.
    function : callable
    """

    case: Case
    asked: str
    names: tuple[str, ...]
    function: Callable[..., None]


class TestTookTooLongError(Exception):
    """A test that did not end on values that nobody foresaw."""


def read_tests(source: str, name: str) -> tuple[tuple[Test, ...], bool]:
    """Return the tests of a file that Otter has made, and whether they count all or nothing.

    Raises
    ------
    ValueError
        When it is not such a file.
    """
    with warnings.catch_warnings():  # its own, of what it imports
        warnings.simplefilter("ignore")
        from otter.test_files import ExceptionTestFile  # takes a second

    file = ExceptionTestFile.from_string(source, f"{name}.py")
    tests = []
    for case in file.test_cases:
        function = case.body.test_func
        tests.append(
            Test(
                Case(
                    function.__name__.removeprefix("test_"),
                    float(case.points),
                    "hidden" if case.hidden else "public",
                ),
                " ".join((inspect.getdoc(function) or "").split()),
                tuple(inspect.signature(function).parameters),
                function,
            )
        )
    return tuple(tests), bool(file.all_or_nothing)


def judge(
    task: Task,
    test: Test,
    values: Mapping[str, Any] | CallError,
    limits: Limits,
    trouble: str,
    started: bool,
) -> CheckResult:
    """Return what a test says of a notebook's values.

    Parameters
    ----------
    task : Task
    test : Test
    values : mapping of str to object, or CallError
        What the notebook has under the test's names; or why nothing of it is known.
    limits : Limits
    trouble : str
        A sentence on what went wrong in the task's own cells, if something did.
    started : bool
        Whether anything was written for this task.
    """
    case = test.case
    result = CheckResult(
        *(f"{task.name}.{case.name}", case.visibility, case.points, case.points, "passed"),
        asked=test.asked,
    )
    error = values if isinstance(values, CallError) else _outcome(test, values)
    if error is None:
        return result
    outcome: Outcome = "failed"
    reason, place = "wrong", ""
    public = case.visibility == "public"
    names = ", ".join(f"`{name}`" for name in test.names)
    if not started:
        outcome, reason, found = "not run", "not_started", "Not started."
    elif isinstance(error, NoValueError):
        outcome, reason = error.outcome, error.reason
        found = " ".join(filter(None, (str(error), trouble)))
    elif isinstance(error, CallError):
        outcome, reason, found, place = explain(error, task.name, limits, case.visibility)
    elif isinstance(error, AssertionError) and (public or _own_words(test, error)):
        found = printable(str(error), MAX_FOUND) or "The answer has not the property asked for."
    elif isinstance(error, TestTookTooLongError | MemoryError):
        reason = "form"
        found = f"{names}: far more numbers than are asked for; they could not be looked at."
    else:
        reason = "form"
        found = (
            f"Nothing could be computed from {names} ({type(error).__name__}). {trouble}".strip()
        )
    return replace(result, points=0.0, outcome=outcome, reason=reason, found=found, place=place)


class NoValueError(Exception):
    """A variable that a test looks at is not there, or is no data."""

    def __init__(
        self, message: str, outcome: Outcome = "not run", reason: str = "no_value"
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.reason = reason


def _outcome(test: Test, values: Mapping[str, Any]) -> BaseException | None:
    """Call the test; return what it raised."""
    arguments = []
    for name in test.names:
        value = values[name]
        if isinstance(value, Absent):
            return _no_value(name, value.why)
        arguments.append(value)
    try:
        with _bounded(), warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            test.function(*arguments)
    except Exception as error:  # whatever a test raises: it has not passed
        return error
    return None


def _no_value(name: str, why: str) -> NoValueError:
    if why == "unset":
        return NoValueError(f"`{name}` is still `...`.")
    if why == "missing":
        return NoValueError(f"There is no `{name}`.")
    what = why.removeprefix("unusable: ")
    return NoValueError(
        f"`{name}` is {printable(what)}; numbers, text, arrays, or lists of these are due.",
        "failed",
        "form",
    )


def _own_words(test: Test, error: AssertionError) -> bool:
    """Say whether the message is the test's own; the build has seen that these are plain text."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_code is test.function.__code__


@contextlib.contextmanager
def _bounded() -> Iterator[None]:
    """Limit time and memory of this process for a while, where the system can."""
    if sys.platform == "win32":
        yield
        return
    import resource

    def too_long(signal_number: int, frame: types.FrameType | None) -> None:
        raise TestTookTooLongError

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    before = signal.signal(signal.SIGPROF, too_long)
    try:
        if sys.platform == "linux":
            with open("/proc/self/statm", encoding="ascii") as file:
                in_use = int(file.read().split()[0]) * resource.getpagesize()
            wanted = in_use + TEST_MEMORY_BYTES
            if soft == resource.RLIM_INFINITY or wanted < soft:
                resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
        signal.setitimer(signal.ITIMER_PROF, TEST_SECONDS)
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
