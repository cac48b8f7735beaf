"""Where the time of grading a submission goes, measured around the parts of one grader."""

from __future__ import annotations

import contextlib
import importlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from autograder import desk
from autograder.checker.calls import Caller
from autograder.checker.pictures import Gallery
from autograder.checker.suite import Suite
from autograder.checker.threads import use_one_thread
from autograder.desk import Task, grade_task
from autograder.grade import Grader
from autograder.grading_file import read
from autograder.intake import Source
from autograder.layout import Layout, read_python_files

TURNS = 12


@dataclass(frozen=True)
class Part:
    """What a submission's time is spent on, in seconds."""

    what: str
    seconds: float


class _Clock:
    """Adds up the time that calls of functions take, without what other clocks count in them."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._within: list[float] = []

    def around(self, what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            self._within.append(0.0)
            try:
                return function(*args, **kwargs)
            finally:
                took = time.perf_counter() - began
                self.spent[what] = self.spent.get(what, 0.0) + took - self._within.pop()
                if self._within:
                    self._within[-1] += took

        return timed


def break_down(layout: Layout, level: str) -> list[Part]:
    """Grade the solution again and again in this process, and return the parts of its time.

    The student code's own time, the floor of all graders, is that of the same calls made in a
    plain process.
    """
    use_one_thread()
    contract = read(layout)
    clock = _Clock()
    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
    parts = {
        (Caller, "make_ready"): STARTING,
        (Caller, "exchange"): CALLING,
        (Caller, "_end"): ENDING,
        (Gallery, "draw"): DRAWING,
        (Suite, "run_checks"): CHECKING,
        (desk, "store"): WRITING,
        (desk, "read_submission"): READING,
    }
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name, data in read_python_files(layout.solution).items():
            if name.removesuffix(".py") in contract.assignment.bonus_questions:
                continue
            (folder / "in").mkdir(exist_ok=True)
            (folder / "in" / name).write_bytes(data)
        grader = stack.enter_context(contextlib.closing(Grader(layout, contract, level)))
        task = Task(Source("solution", folder / "in"), folder / "out")
        grade_task(grader, task)
        with _noted(calls):
            grade_task(grader, task, fresh=True)
        for (owner, name), what in parts.items():
            timed = clock.around(what, getattr(owner, name))
            stack.enter_context(mock.patch.object(owner, name, timed))
        began = time.perf_counter()
        for _ in range(TURNS):
            grade_task(grader, task, fresh=True)
        total = (time.perf_counter() - began) / TURNS
    spent = {what: seconds / TURNS for what, seconds in clock.spent.items()}
    floor = min(spent[CALLING], _own_time(layout, contract.assignment.functions, calls))
    spent[CALLING] -= floor
    spent[OTHER] = total - sum(spent.values()) - floor
    order = (READING, STARTING, CALLING, CHECKING, DRAWING, ENDING, WRITING, OTHER)
    found = [Part(what, spent.get(what, 0.0)) for what in order]
    return [Part(FLOOR, floor), *found]


FLOOR = "the student's code itself (the floor)"
READING = "finding and reading the files"
STARTING = "forking into a fresh sandbox, loading the module"
CALLING = "taking calls across and back"
CHECKING = "pytest and the checks"
DRAWING = "pictures that were drawn before"
ENDING = "ending the sandbox"
WRITING = "record, feedback page, results.json, to disk"
OTHER = "the rest"


@contextlib.contextmanager
def _noted(calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]]) -> Iterator[None]:
    call = Caller.call

    def noted(self: Caller, function: str, args: Any, kwargs: Any) -> Any:
        calls.append((function, args, kwargs))
        return call(self, function, args, kwargs)

    with mock.patch.object(Caller, "call", noted):
        yield


def _own_time(
    layout: Layout,
    functions: dict[str, str],
    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]],
) -> float:
    """Return the seconds that the solution takes for these calls, each as often as it was made."""
    folders = [str(layout.solution), str(layout.given)]
    sys.path[:0] = folders
    try:
        loaded = {name: importlib.import_module(module) for name, module in functions.items()}
    finally:
        for folder in folders:
            sys.path.remove(folder)
    began = time.perf_counter()
    for function, args, kwargs in calls:
        with contextlib.suppress(Exception):  # some checks ask for an exception
            getattr(loaded[function], function)(*args, **kwargs)
    return time.perf_counter() - began
