"""Checks that are collected once and run again and again: as if each run were the first."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograder.checker.calls import Caller
from autograder.checker.host import Load, SubprocessHost
from autograder.checker.outcome import CheckResult
from autograder.checker.recordings import Recordings, load
from autograder.checker.run import Run
from autograder.checker.suite import CheckFiles, Suite

RIGHT = "def scale(x, factor=2.0): return [factor * v for v in x]"
WRONG = "def scale(x, factor=2.0): return [7.0 for v in x]"


@pytest.fixture
def suite() -> Iterator[Callable[..., Suite]]:
    """Return a function that gives the suite of a course, in which a file may be changed first."""
    with contextlib.ExitStack() as stack:

        def opened(course: Any, changed: str = "", text: str = "") -> Suite:
            questions = course.contract.assignment.questions
            if changed:
                course.write(changed, text)
            made = Suite(
                CheckFiles(course.layout.check_folders, course.layout.check_modules), questions
            )
            stack.callback(made.close)
            return made

        yield opened


@pytest.fixture
def marks(tmp_path: Any) -> Iterator[Callable[..., dict[str, float]]]:
    """Return a function that runs a suite's checks of a question, and gives the points of each."""
    with contextlib.ExitStack() as stack:

        def run(suite: Suite, course: Any, source: str, question: str = "scale") -> Any:
            return {r.name: r.points for r in results(suite, course, source, question)}

        def results(suite: Suite, course: Any, source: str, question: str) -> list[CheckResult]:
            assignment = course.contract.assignment
            files = {f"{question}.py": source.encode()}
            host = SubprocessHost(assignment.limits, tmp_path)
            caller = Caller(host, Load(files, assignment.functions), assignment.limits)
            stack.callback(caller.close)
            asked = assignment.question(question)
            recordings = load(course.layout.expected / f"{question}.json")
            return suite.run_checks(Run(assignment, asked, asked.checks, caller, recordings))

        yield run


def test_each_run_is_marked_by_its_own_answers(suite, marks, built):
    checks = suite(built)
    full = {
        "doubles": 1,
        "other_factors": 2,
        "argument_unchanged": 1,
        "large_numbers": 1,
        "secret_numbers": 3,
    }

    assert marks(checks, built, RIGHT) == full
    assert marks(checks, built, WRONG) == full | dict.fromkeys(full, 0) | {"argument_unchanged": 1}
    assert marks(checks, built, RIGHT) == full


def test_questions_are_run_in_any_order(suite, marks, built):
    checks = suite(built)
    summed = "def summed(x, factor=2.0): return float(sum(factor * v for v in x))"

    second = marks(checks, built, summed, "summed")
    first = marks(checks, built, RIGHT)

    assert sum(second.values()) == 3
    assert sum(first.values()) == 8


def test_a_module_is_loaded_once_and_its_fixtures_are_made_for_each_run(
    suite, marks, built_copy, built
):
    checks = built_copy.path("tests/public/test_scale.py").read_text()
    before, after = checks.split("def test_argument_unchanged(submission):")
    built_copy.write(
        "tests/public/test_scale.py",
        f"{before}loaded = []\nloaded.append(1)\nmade = []\n\n\n"
        "@pytest.fixture(scope='session')\ndef fresh():\n    made.append(1)\n    return []\n\n\n"
        f"def test_argument_unchanged(submission, fresh):{after}"
        "    assert fresh == []\n"
        "    fresh.append(1)\n"
        "    assert len(loaded) == 1 and len(made) == runs.pop()\n\n\n"
        "runs = [3, 2, 1]\n",
    )
    checks = suite(built_copy)

    assert [marks(checks, built, RIGHT)["argument_unchanged"] for _ in range(3)] == [1, 1, 1]


def test_a_file_that_cannot_be_loaded_costs_its_own_question_alone(suite, marks, built_copy, built):
    checks = suite(built_copy, "tests/hidden/test_summed.py", "import no_such_module\n")
    question = built.contract.assignment.question("summed")
    unasked: Any = None
    run = Run(built.contract.assignment, question, question.checks, unasked, Recordings({}))

    assert {result.reason for result in checks.run_checks(run)} == {"grader"}
    assert sum(marks(checks, built, RIGHT).values()) == 8


def test_an_error_of_the_graders_own_reaches_the_one_who_asked(suite, built):
    checks = suite(built)
    question = built.contract.assignment.question("scale")
    broken: Any = None
    run = Run(built.contract.assignment, question, question.checks, broken, Recordings({}))
    run.begin_check = lambda: 1 / 0  # type: ignore[method-assign, assignment, return-value]

    with pytest.raises(ZeroDivisionError):
        checks.run_checks(run)


def test_a_closed_suite_leaves_no_thread_and_no_path(built):
    threads, path = threading.active_count(), list(sys.path)
    checks = Suite(
        CheckFiles(built.layout.check_folders, built.layout.check_modules),
        built.contract.assignment.questions,
    )

    checks.close()

    assert (threading.active_count(), sys.path) == (threads, path)
