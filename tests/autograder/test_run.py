"""What becomes of a question's checks: passed, failed or not run, and what is said of each."""

from __future__ import annotations

import base64
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.checker.calls import Caller
from autograder.checker.contract import Check, Limits
from autograder.checker.host import Load, SubprocessHost
from autograder.checker.outcome import CheckResult
from autograder.checker.pictures import Gallery
from autograder.checker.recordings import Recordings, load
from autograder.checker.run import Run
from autograder.checker.suite import CheckFiles, run_checks

PUBLIC = ("doubles", "other_factors", "argument_unchanged")
HIDDEN = ("large_numbers", "secret_numbers")
SECRETS = ("11", "22", "33", "44", "88", "132", "1e300", "5e299", "1e+300", "5e+299")


@pytest.fixture(autouse=True)
def _own_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each run load the modules that its checks import, as a process of its own would."""
    monkeypatch.delitem(sys.modules, "some_numbers", raising=False)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    limits = Limits(check_seconds=60.0, question_seconds=6000.0)
    host = SubprocessHost(limits, tmp_path_factory.mktemp("worker"))
    caller = Caller(host, Load({}, {}), limits)
    yield caller
    caller.close()


@pytest.fixture
def prepare(
    built: Any, shared: Caller, caller: Callable[..., Caller]
) -> Callable[..., tuple[Run, list[Path], Any]]:
    """Return a function that prepares a run of one question's checks against a submission.

    Unless limits are given, the worker is one that is there already.
    """

    def prepared(
        files: dict[str, bytes] | str,
        *,
        question: str = "scale",
        course: Any = built,
        recordings: Recordings | None = None,
        checks: tuple[Check, ...] | None = None,
        draw: bool = False,
        **limits: Any,
    ) -> tuple[Run, list[Path], Any]:
        assignment, layout = course.contract.assignment, course.layout
        if isinstance(files, str):
            files = {f"{question}.py": files.encode()}
        if recordings is None:
            recordings = load(built.layout.expected / f"{question}.json")
        asked = assignment.question(question)
        answers = shared
        if limits:
            answers = caller(files=files, functions=assignment.functions, **limits)
        else:
            shared.reload(Load(files, assignment.functions))
        folders = (layout.public_checks, layout.hidden_checks)
        found = CheckFiles(folders, (*folders, layout.given))
        run = Run(
            assignment,
            asked,
            checks or asked.checks,
            answers,
            recordings,
            gallery=Gallery() if draw else None,
        )
        return run, found.of(asked), found.modules

    return prepared


@pytest.fixture
def check(prepare: Any) -> Callable[..., dict[str, CheckResult]]:
    """Return a function that runs a question's checks and gives the results by name."""

    def checked(files: Any, **others: Any) -> dict[str, CheckResult]:
        run, paths, modules = prepare(files, **others)
        return {result.name: result for result in run_checks(run, paths, modules)}

    return checked


def outcomes(results: dict[str, CheckResult]) -> dict[str, tuple[str, str]]:
    return {name: (result.outcome, result.reason) for name, result in results.items()}


def all_of(names: tuple[str, ...], outcome: str, reason: str) -> dict[str, tuple[str, str]]:
    return dict.fromkeys(names, (outcome, reason))


# Outcomes -----------------------------------------------------------------------------------------


def test_the_solution_passes_with_full_points_in_the_order_of_the_contract(check, solution):
    results = check(solution)

    assert list(results) == [*PUBLIC, *HIDDEN]
    assert outcomes(results) == all_of(PUBLIC + HIDDEN, "passed", "")
    assert [result.points for result in results.values()] == [1, 2, 1, 1, 3]
    assert [result.max_points for result in results.values()] == [1, 2, 1, 1, 3]


def test_what_was_asked_is_the_checks_docstring_whatever_came_of_it(check, solution):
    asked = "Unless said otherwise, every number is doubled."

    assert check(solution)["doubles"].asked == asked
    assert check("def scale(x, factor=2.0): return 0")["doubles"].asked == asked
    assert check("")["doubles"].asked == asked


def test_numbers_that_overflow_in_a_check_are_a_wrong_answer_and_no_warning(prepare, tmp_path):
    check = "def test_doubles(submission):\n    assert (2 * submission.scale([1.0])).max() < 1\n"
    (tmp_path / "test_scale.py").write_text(check)
    run, _, modules = prepare("def scale(x, factor=2.0): return [1.7e308]")

    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        results = {r.name: r for r in run_checks(run, [tmp_path / "test_scale.py"], modules)}

    assert (results["doubles"].outcome, results["doubles"].reason) == ("failed", "wrong")
    assert seen == []


def test_an_untouched_stub_is_not_started_and_never_a_traceback(check, built):
    results = check((built.root / "student" / "scale.py").read_text())

    assert outcomes(results) == all_of(PUBLIC + HIDDEN, "not run", "not_started")
    for result in results.values():
        assert result.points == 0
        assert result.found == "Not started: scale.py still raises NotImplementedError."
        assert result.place == ""


def test_a_question_waits_for_the_stub_of_another(check, built, solution):
    stub = (built.root / "student" / "scale.py").read_bytes()

    results = check(solution | {"scale.py": stub}, question="summed")

    assert {result.reason for result in results.values()} == {"waits"}
    assert results["by_hand"].found == "scale.py, which this question uses, is not written yet."


def test_a_missing_file_is_said_to_be_missing(check):
    results = check({"other.py": b""})

    assert outcomes(results) == all_of(PUBLIC + HIDDEN, "not run", "missing")
    assert results["doubles"].found == "There is no file scale.py in the submission."


def test_checks_that_have_nothing_wrong_pass_beside_those_that_fail(check, mistaken):
    results = check(mistaken("scale_always_doubles"))

    assert [name for name, result in results.items() if result.outcome == "passed"] == [
        "doubles",
        "argument_unchanged",
    ]


def test_only_the_checks_that_count_are_run(check, solution):
    results = check(solution, checks=(Check("large_numbers", 7.0, "hidden"),))

    assert list(results) == ["large_numbers"]
    assert results["large_numbers"].points == 7.0


# What is said -------------------------------------------------------------------------------------


def test_a_wrong_value_in_a_public_check_is_told_with_what_is_due(check, mistaken):
    result = check(mistaken("scale_adds_the_factor"))["doubles"]

    assert (result.outcome, result.reason) == ("failed", "wrong")
    assert result.found == "4 of 4 values differ; the worst is y[3] = 2.25; due is 0.5."


def test_a_wrong_value_in_a_hidden_check_is_told_without_what_is_due(check, mistaken):
    results = check(mistaken("scale_adds_the_factor"))

    assert results["secret_numbers"].found == "3 of 3 values differ; the worst is y[1]."
    assert results["large_numbers"].found == "2 of 2 values differ; the worst is y[0]."


def test_a_wrong_form_comes_before_wrong_values(check):
    result = check("def scale(x, factor=2.0): return [[0.0]]")["doubles"]

    assert (result.outcome, result.reason) == ("failed", "form")
    assert result.found == "y has shape (1, 1); due is y, numbers of shape (N) = (4,)."


def test_an_exception_in_a_public_check_is_told_with_its_message_and_line(check):
    result = check("def scale(x, factor=2.0):\n    raise ValueError(f'got {len(x)}')\n")["doubles"]

    assert (result.outcome, result.reason) == ("failed", "exception")
    assert result.found == "An exception was raised: ValueError: got 4."
    assert result.place == "scale.py, line 2: raise ValueError(f'got {len(x)}')"


TELL_ALL = "str(list(x)) + str(factor)"


@pytest.mark.parametrize(
    "body",
    [
        f"raise ValueError({TELL_ALL})",
        f"raise type({TELL_ALL}, (Exception,), {{}})",
        f"return type({TELL_ALL}, (), {{}})()",
        f"print({TELL_ALL}); return 0",
        f"return {TELL_ALL}",
        f"exec(compile('1/0', {TELL_ALL}, 'exec'))",
        f"import sys; sys.exit({TELL_ALL})",
        f"raise MemoryError({TELL_ALL})",
        f"raise NotImplementedError({TELL_ALL})",
        f"raise SyntaxError({TELL_ALL}, ('scale.py', 1, 1, {TELL_ALL}))",
        "return list(x) * 2",
        "return list(x)",
    ],
)
def test_nothing_that_a_submission_says_in_a_hidden_check_reaches_the_student(check, body):
    results = check(f"def scale(x, factor=2.0): {body}")

    for name in HIDDEN:
        said = results[name]
        assert said.outcome != "passed"
        shown = " ".join((said.found, said.place, said.printed)).replace("(N) = (2,)", "")
        assert [secret for secret in SECRETS if secret in shown] == []


def test_of_an_exception_in_a_hidden_check_the_line_is_told_but_not_its_text(check):
    result = check("def scale(x, factor=2.0):\n    return {}[factor]\n")["secret_numbers"]

    assert result.found == "An exception was raised."
    assert result.place == "scale.py, line 2"


def test_a_message_that_the_author_wrote_for_a_hidden_check_is_shown(check):
    result = check("def scale(x, factor=2.0): return [0.0] * len(x)")["secret_numbers"]

    assert result.found == "no number is zero here"


def test_what_was_printed_is_shown_with_the_public_check_that_failed(check):
    results = check("def scale(x, factor=2.0):\n    print('factor', factor)\n    return 2 * x\n")

    assert results["other_factors"].printed == "factor -1.0\n"
    assert results["doubles"].printed == ""
    assert results["secret_numbers"].printed == ""


def test_what_went_wrong_in_full_is_kept_for_the_instructor(check, mistaken):
    result = check(mistaken("scale_adds_the_factor"))["secret_numbers"]

    assert "due is" in result.detail


# Checks with several cases ------------------------------------------------------------------------


def test_a_check_with_several_cases_counts_once(check, solution):
    result = check(solution)["other_factors"]

    assert (result.points, result.max_points) == (2, 2)


@pytest.mark.parametrize(
    ("right", "found"),
    [
        ("factor > 0", "y[2] = 9; due is -4"),
        ("factor != 0.5", "y[2] = 9; due is 2"),
        ("factor < 3", "y[2] = 9; due is 12"),
    ],
)
def test_one_bad_case_fails_the_check_and_is_the_one_that_is_told(check, right, found):
    source = f"""
def scale(x, factor=2.0):
    y = [factor * number for number in x]
    return y if {right} else [*y[:2], 9, *y[3:]]
"""

    result = check(source)["other_factors"]

    assert (result.outcome, result.points) == ("failed", 0)
    assert found in result.found


# The grader's own faults --------------------------------------------------------------------------


def test_checks_whose_file_cannot_be_loaded_are_the_graders_fault(course, check, solution):
    course.edit("tests/public/test_scale.py", "import pytest\n", "import pytest\nimport nothing\n")

    results = check(solution, course=course)

    assert outcomes(results) == all_of(PUBLIC + HIDDEN, "not run", "grader")
    assert "not the fault of your code" in results["doubles"].found
    assert results["doubles"].points == 0


def test_a_check_that_does_not_exist_is_the_graders_fault(check, solution):
    results = check(solution, checks=(Check("no_such_check", 1.0, "public"),))

    assert outcomes(results) == {"no_such_check": ("not run", "grader")}
    assert "test_no_such_check" in results["no_such_check"].detail


def test_a_check_that_cannot_be_set_up_is_the_graders_fault(course, check, solution):
    course.edit("tests/public/test_scale.py", "match, attach)", "match, no_such_fixture)")

    results = check(solution, course=course)

    assert outcomes(results)["doubles"] == ("not run", "grader")
    assert outcomes(results)["other_factors"] == ("passed", "")


def test_an_answer_that_was_not_recorded_is_the_graders_fault(check, solution):
    results = check(solution, recordings=Recordings())

    assert outcomes(results)["doubles"] == ("not run", "grader")
    assert "autograder build" in results["doubles"].detail
    assert outcomes(results)["large_numbers"] == ("passed", "")


def test_a_check_that_trips_over_an_answer_says_that_nothing_could_be_computed(course, check):
    course.edit("tests/public/test_scale.py", "attach(Drawing", "[][len(y)]\n    attach(Drawing")

    result = check("def scale(x, factor=2.0): return x", course=course)["doubles"]

    assert (result.outcome, result.reason) == ("failed", "wrong")
    assert "nothing could be computed from them (IndexError)" in result.found


def test_a_check_that_calls_a_function_nobody_writes_does_not_pass(course, check, solution):
    course.edit("tests/public/test_scale.py", "y = submission.scale(", "y = submission.skale(")

    assert check(solution, course=course)["doubles"].outcome != "passed"


def test_a_public_check_without_a_message_says_something(course, check):
    course.edit("tests/public/test_scale.py", "attach(Drawing", "assert y is x\n    attach(Drawing")
    course.edit("tests/public/test_scale.py", "y = submission", "x = 0\n    y = submission")

    result = check("def scale(x, factor=2.0): return x", course=course)["doubles"]

    assert result.found != ""


@pytest.mark.parametrize(
    "line",
    [
        "np.testing.assert_allclose(y, 4 * SECRET)",
        "assert_close(y, 4 * SECRET)",
        "assert not [f'{y[0] / 4}' for y in [SECRET]]",
    ],
)
def test_a_hidden_check_that_compares_in_another_way_gives_nothing_away(course, check, line):
    course.edit(
        "tests/hidden/test_scale.py", 'assert (y != 0).all(), "no number is zero here"', line
    )
    course.edit(
        "tests/hidden/test_scale.py",
        "import numpy as np\n",
        "import numpy as np\nfrom close import assert_close\n",
    )
    course.write("tests/hidden/close.py", "def assert_close(a, b):\n    assert False, f'{a} {b}'\n")

    result = check("def scale(x, factor=2.0): return x", course=course)["secret_numbers"]

    assert (result.outcome, result.reason) == ("failed", "wrong")
    assert [secret for secret in SECRETS if secret in result.found] == []
    assert result.found != ""


# Time ---------------------------------------------------------------------------------------------

LOOP = "def scale(x, factor=2.0):\n    while factor == {factor}: pass\n    return x * factor\n"


def test_a_check_that_takes_too_long_is_stopped_and_the_others_are_run(check):
    results = check(LOOP.format(factor=4.0), check_seconds=1.5)

    assert outcomes(results)["secret_numbers"] == ("not run", "time")
    assert outcomes(results)["doubles"] == ("passed", "")


def test_checks_for_which_a_question_has_no_time_left_are_not_run(check):
    results = check(LOOP.format(factor=2.0), question_seconds=0.4)

    assert outcomes(results)["doubles"] == ("not run", "time")
    assert outcomes(results)["secret_numbers"] == ("not run", "no_time_left")
    assert "used up" in results["secret_numbers"].found


def test_stopping_by_the_keyboard_stops_the_run(course, prepare, solution):
    course.edit(
        "tests/public/test_scale.py",
        "y = submission",
        "raise KeyboardInterrupt\n    y = submission",
    )
    run, paths, modules = prepare(solution, course=course)

    with pytest.raises(KeyboardInterrupt):
        run_checks(run, paths, modules)


# Pictures -----------------------------------------------------------------------------------------


def test_pictures_are_drawn_only_where_they_are_wanted(check, solution):
    assert check(solution)["doubles"].pictures == ()

    (picture,) = check(solution, draw=True)["doubles"].pictures

    assert picture.alt == "A line of slope two."
    assert base64.b64decode(picture.png) == b"a drawing"


def test_a_check_that_failed_has_its_picture_too(check, mistaken):
    results = check(mistaken("scale_adds_the_factor"), draw=True)

    assert len(results["doubles"].pictures) == 1
    assert results["other_factors"].pictures == ()


def test_a_picture_that_cannot_be_drawn_costs_no_marks(course, check, solution):
    course.edit(
        "tests/public/some_numbers.py", 'file.write(b"a drawing")', "raise ValueError(file)"
    )

    result = check(solution, course=course, draw=True)["doubles"]

    assert (result.outcome, result.points, result.pictures) == ("passed", 1, ())
    assert "ValueError" in result.detail


# Known mistakes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mistake",
    [
        *("scale_adds_the_factor", "scale_always_doubles", "scale_loses_the_sign"),
        "scale_overwrites_x",
    ],
)
def test_a_known_mistake_is_named_from_the_answers(prepare, mistaken, mistake):
    run, paths, modules = prepare(mistaken(mistake))

    found = run.diagnoses(run_checks(run, paths, modules), {})

    assert [diagnosis.name for diagnosis in found] == [mistake]


def test_a_mistake_that_nobody_knows_is_not_named(prepare):
    run, paths, modules = prepare("def scale(x, factor=2.0): return [7.0] * len(x)")

    assert run.diagnoses(run_checks(run, paths, modules), {}) == ()


# Leaving no trace ---------------------------------------------------------------------------------


def test_a_run_leaves_the_import_path_as_it_was(check, solution):
    before = list(sys.path)

    check(solution)

    assert sys.path == before


def test_a_run_prints_nothing(check, mistaken, capfd):
    check(mistaken("scale_adds_the_factor"))

    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "")


def test_a_run_writes_nothing_beside_the_checks(course, check, solution):
    before = course.files()

    check(solution, course=course)

    assert course.files() == before
