"""Grading one submission: points, follow-through, and what the marks depend on."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.checker.host import SubprocessHost, SubprocessWorker
from autograder.checker.isolation import Isolation
from autograder.errors import ResultsError
from autograder.fingerprint import of_course, of_submission
from autograder.grade import Grader, not_graded
from autograder.intake import Source, Submission
from autograder.report.wording import follow_through
from autograder.result import SubmissionResult, load, save

SUMMED_ALONE = b"def summed(x, factor=2.0):\n    return sum(factor * float(v) for v in x) + 0.0\n"


@pytest.fixture(scope="module")
def grader(built: Any) -> Iterator[Grader]:
    grader = Grader(built.layout, built.contract, "limits")
    yield grader
    grader.close()


@pytest.fixture
def grade(grader: Grader) -> Callable[..., SubmissionResult]:
    """Return a function that grades the files of a submission."""

    def graded(files: dict[str, bytes], *notes: str, by: Grader = grader) -> SubmissionResult:
        return by.grade(Submission("ada", files, notes))

    return graded


@pytest.fixture
def with_own_grader() -> Iterator[Callable[[Any], Grader]]:
    """Return a function that makes a grader for a course that a test has changed."""
    graders: list[Grader] = []

    def made(course: Any) -> Grader:
        graders.append(Grader(course.layout, course.contract, "limits"))
        return graders[-1]

    yield made
    for grader in graders:
        grader.close()


def points(result: SubmissionResult) -> dict[str, float]:
    return {question.name: question.points for question in result.questions}


# Points -------------------------------------------------------------------------------------------


def test_the_solution_gets_full_marks(grade, solution):
    result = grade(solution)

    assert points(result) == {"scale": 8, "summed": 3}
    assert (result.points, result.max_points) == (11, 11)
    assert (result.submission, result.assignment) == ("ada", "Scaling numbers")
    assert (result.status, result.notes, result.isolation.level) == ("graded", (), "limits")
    assert result.visibility == {"public": "visible", "hidden": "after_published"}


def test_untouched_stubs_get_nothing_and_are_not_started(grade, built):
    stubs = {name: built.path(f"student/{name}").read_bytes() for name in ("scale.py", "summed.py")}

    result = grade(stubs)

    assert points(result) == {"scale": 0, "summed": 0}
    assert [question.not_started for question in result.questions] == [True, True]
    assert result.status == "graded"


def test_a_submission_without_files_gets_nothing(grade):
    result = grade({}, "it has none of the files asked for")

    assert (result.points, result.status) == (0, "graded")
    assert result.notes == ("it has none of the files asked for",)
    assert {check.reason for question in result.questions for check in question.checks} == {
        "missing"
    }


def test_a_known_mistake_loses_marks_is_named_and_loses_none_elsewhere(grade, mistaken):
    result = grade(mistaken("scale_always_doubles") | {"summed.py": SUMMED_ALONE})
    scale, summed = result.questions

    assert points(result) == {"scale": 2, "summed": 3}
    assert [diagnosis.name for diagnosis in scale.diagnoses] == ["scale_always_doubles"]
    assert (summed.diagnoses, summed.helped_by) == ((), ())


def test_pictures_are_drawn_for_the_feedback(grade, solution):
    scale, _ = grade(solution).questions

    assert [picture.alt for picture in scale.checks[0].pictures] == ["A line of slope two."]


def test_grading_twice_gives_the_same(grade, mistaken):
    files = mistaken("scale_adds_the_factor")

    first, second = (without_times(grade(files)) for _ in range(2))

    assert first == second


def without_times(result: SubmissionResult) -> str:
    return re.sub(r"seconds=[0-9.]+", "", repr(result))


# Follow-through -----------------------------------------------------------------------------------


def test_a_bug_is_charged_once_where_it_is(grade, mistaken, solution):
    result = grade(solution | mistaken("scale_adds_the_factor"))
    scale, summed = result.questions

    assert points(result) == {"scale": 1, "summed": 3}
    assert (scale.helped_by, summed.helped_by) == ((), ("scale",))
    assert all(check.outcome == "passed" for check in summed.checks)


def test_a_second_bug_is_named_although_the_first_one_hides_it(grade, mistaken):
    mean = (
        b"import numpy as np\nfrom scale import scale\n"
        b"def summed(x, factor=2.0):\n    return float(np.mean(scale(x, factor)))\n"
    )

    scale, summed = grade(mistaken("scale_always_doubles") | {"summed.py": mean}).questions

    assert [diagnosis.name for diagnosis in scale.diagnoses] == ["scale_always_doubles"]
    assert [diagnosis.name for diagnosis in summed.diagnoses] == ["summed_takes_the_mean"]
    assert summed.helped_by == ("scale",)


def test_a_bug_that_agrees_with_the_first_is_named_although_the_own_parts_count(grade):
    scale = (
        b"def scale(x, factor=2.0):\n"
        b"    return [number * (4 if factor == 2 else factor) for number in x]\n"
    )
    mean = (
        b"import numpy as np\nfrom scale import scale\n"
        b"def summed(x, factor=2.0):\n    return float(np.mean(scale(x, factor)))\n"
    )

    _, summed = grade({"scale.py": scale, "summed.py": mean}).questions

    assert (summed.points, summed.helped_by) == (1, ())  # mean of 4 and 8: as much as is due
    assert [diagnosis.name for diagnosis in summed.diagnoses] == ["summed_takes_the_mean"]


def test_a_question_that_uses_a_missing_one_is_graded_with_the_right_one(grade, solution):
    result = grade({"summed.py": solution["summed.py"]})

    assert points(result) == {"scale": 0, "summed": 3}
    assert result.questions[1].helped_by == ("scale",)


def test_a_question_that_uses_an_unwritten_one_is_graded_with_the_right_one(grade, solution, built):
    stub = built.path("student/scale.py").read_bytes()

    result = grade({"scale.py": stub, "summed.py": solution["summed.py"]})

    assert points(result) == {"scale": 0, "summed": 3}
    assert result.questions[0].not_started and not result.questions[1].not_started


def test_parts_that_are_right_and_slow_cost_no_marks_where_they_are_used(
    built_copy, with_own_grader
):
    built_copy.edit("grading.yml", "check_seconds: 10", "check_seconds: 1.2")
    slow = (
        b"import time\n"
        b"def scale(x, factor=2.0):\n    time.sleep(0.5)\n    return [v * factor for v in x]\n"
    )
    one_by_one = (
        b"from scale import scale\n"
        b"def summed(x, factor=2.0):\n    return sum(scale([v], factor)[0] for v in x) + 0.0\n"
    )

    files = {"scale.py": slow, "summed.py": one_by_one}
    scale, summed = with_own_grader(built_copy).grade(Submission("ada", files, ())).questions

    assert (scale.points, summed.points) == (8, 3)
    assert (summed.helped_by, summed.helped_for) == (("scale",), "time")
    assert follow_through(summed) == (
        "This question was marked with a correct version of scale, since yours took too much time "
        "or memory here, though right."
    )


def test_a_question_that_ends_in_an_endless_loop_of_another_is_graded_with_the_right_one(
    built_copy, grade, solution, with_own_grader
):
    built_copy.edit("grading.yml", "question_seconds: 60", "question_seconds: 1")
    loop = b"def scale(x, factor=2.0):\n    while True: pass\n"

    result = grade(solution | {"scale.py": loop}, by=with_own_grader(built_copy))

    assert points(result) == {"scale": 0, "summed": 3}
    assert {check.reason for check in result.questions[0].checks} == {"time", "no_time_left"}


def test_a_bug_of_its_own_is_charged_whatever_the_parts(grade, mistaken, solution):
    result = grade(solution | mistaken("summed_takes_the_mean"))
    summed = result.questions[1]

    assert points(result) == {"scale": 8, "summed": 0}
    assert [diagnosis.name for diagnosis in summed.diagnoses] == ["summed_takes_the_mean"]
    assert summed.helped_by == ()


def test_two_bugs_in_two_questions_are_charged_each_at_its_own(grade, mistaken):
    result = grade(mistaken("scale_adds_the_factor") | mistaken("summed_takes_the_mean"))

    assert points(result) == {"scale": 1, "summed": 0}


def test_a_question_that_stands_on_its_own_needs_no_help(grade, mistaken):
    result = grade(mistaken("scale_adds_the_factor") | {"summed.py": SUMMED_ALONE})

    assert points(result) == {"scale": 1, "summed": 3}
    assert result.questions[1].helped_by == ()


def test_the_better_of_both_counts_where_only_the_students_own_parts_fit(grade):
    own = b"def scale(x, factor, shift): return [factor * v + shift for v in x]\n"
    summed = b"import scale\ndef summed(x, k=2.0): return sum(scale.scale(x, k, 0.0)) + 0.0\n"

    result = grade({"scale.py": own, "summed.py": summed})

    assert points(result) == {"scale": 0, "summed": 3}
    assert result.questions[1].helped_by == ()


def test_right_parts_are_tried_only_where_a_needed_question_lost_marks(grade, solution):
    cheat = (
        b"def summed(x, factor=2.0):\n    import scale\n    return scale.__doc__.index('grader')\n"
    )

    result = grade(solution | {"summed.py": cheat})

    assert points(result) == {"scale": 8, "summed": 0}


def test_what_the_right_part_refuses_is_told_as_an_exception_in_the_students_line(grade):
    wrong = b"from scale import scale\n\n\ndef summed(x, factor=2.0):\n    return scale(None, [])\n"

    result = grade({"summed.py": wrong})

    assert points(result)["summed"] == 0


# Keeping apart ------------------------------------------------------------------------------------


def test_given_code_is_the_courses_own_whatever_was_handed_in(grade, solution):
    uses_it = b"from halves import HALF\n" + solution["summed.py"].replace(b"))", b")) * HALF * 2")

    result = grade(solution | {"summed.py": uses_it, "halves.py": b"HALF = 7\n"})

    assert points(result) == {"scale": 8, "summed": 3}


def test_data_of_the_handout_can_be_read(grade, solution):
    reads = b"NUMBERS = open('data/numbers.csv').read()\n" + solution["scale.py"]

    assert grade(solution | {"scale.py": reads}).points == 11


def test_nothing_is_left_for_the_next_submission(grade, solution):
    leaves = b"open('mark.txt', 'w').write('x')\n" + solution["scale.py"]
    looks = b"import os\nassert not os.path.exists('mark.txt')\n" + solution["scale.py"]

    assert grade(solution | {"scale.py": leaves}).points == 11
    assert grade(solution | {"scale.py": looks}).points == 11


def test_a_submission_that_ends_its_process_does_not_disturb_the_next(grade, solution):
    assert grade({"scale.py": b"import os\nos._exit(0)\n"}).points == 0
    assert grade(solution).points == 11


def test_a_submission_that_ends_the_correct_versions_process_takes_no_time_of_the_next(
    built_copy, grade, solution, with_own_grader, monkeypatch
):
    built_copy.edit("grading.yml", "check_seconds: 10", "check_seconds: 1")
    grader = with_own_grader(built_copy)
    start = SubprocessHost.start

    def slow_start(host: SubprocessHost) -> SubprocessWorker:
        time.sleep(1.5)
        return start(host)

    monkeypatch.setattr(SubprocessHost, "start", slow_start)

    result = grade({"summed.py": solution["summed.py"]}, by=grader)

    assert points(result) == {"scale": 0, "summed": 3}


# The grader's own faults --------------------------------------------------------------------------


def test_an_answer_that_was_not_recorded_makes_the_result_partial(
    built_copy, grade, solution, with_own_grader
):
    plain = json.loads(built_copy.path("data/expected/summed.json").read_text())
    built_copy.write("data/expected/summed.json", json.dumps(plain | {"calls": {}}))

    result = grade(solution, by=with_own_grader(built_copy))

    assert result.status == "partial"
    assert [check.reason for check in result.questions[1].checks] == ["", "", "grader"]


@pytest.mark.parametrize("content", [None, "{"])
def test_recordings_that_are_missing_or_damaged_are_told_before_anything_is_graded(
    built_copy, with_own_grader, content
):
    built_copy.path("data/expected/summed.json").unlink()
    if content is not None:
        built_copy.write("data/expected/summed.json", content)

    with pytest.raises(ResultsError, match=r"data/expected: summed\.json is .*autograder build"):
        with_own_grader(built_copy)


def test_a_submission_that_could_not_be_graded_has_every_check_and_no_points(built):
    source = Source("ada", Path())
    result = not_graded(source, built.contract, Isolation("limits"), "the archive is broken")

    assert (result.status, result.notes) == ("failed", ("the archive is broken",))
    assert (result.points, result.max_points) == (0, 11)
    assert {c.outcome for q in result.questions for c in q.checks} == {"not run"}


# The record ---------------------------------------------------------------------------------------


def test_a_record_is_read_as_it_was_written(grade, mistaken, tmp_path):
    result = grade(mistaken("scale_always_doubles"), "größe: 文")

    save(result, tmp_path)

    assert load(tmp_path) == result


def test_a_missing_record_is_told(tmp_path):
    with pytest.raises(ResultsError, match="no record here; grade this submission"):
        load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"submission": 3}', b"[" * 100_000])
def test_a_damaged_record_is_told(tmp_path, content):
    (tmp_path / "record.json").write_bytes(content)

    with pytest.raises(ResultsError, match=r"damaged .*delete its folder and grade again"):
        load(tmp_path)


# What marks depend on -----------------------------------------------------------------------------


def test_the_fingerprint_is_the_same_for_the_same_files_in_any_order(grade, solution):
    backwards = dict(reversed(solution.items()))

    assert grade(solution).fingerprint == grade(backwards).fingerprint


def test_an_empty_file_is_not_taken_for_the_content_of_another():
    one = Submission("ada", {"a.py": b"b.py"}, ())
    other = Submission("ada", {"a.py": b"", "b.py": b""}, ())

    assert of_submission(one) != of_submission(other)


@pytest.mark.parametrize(
    "changed",
    [
        Submission("ada", {"scale.py": b"x = 2"}, ()),
        Submission("ada", {"scale.py": b"x = 1", "h.py": b""}, ()),
        Submission("ada", {"summed.py": b"x = 1"}, ()),
        Submission("ada", {"scale.p": b"yx = 1"}, ()),
        Submission("ada", {"scale.py": b"x = 1"}, ("a note",)),
        Submission("ada", {"scale.py": b"x = 1", "\udcff.py": b""}, ("\udcff",)),
    ],
)
def test_another_submission_has_another_fingerprint(changed):
    before = of_submission(Submission("ada", {"scale.py": b"x = 1"}, ()))

    assert of_submission(changed) != before


@pytest.mark.parametrize(
    "name",
    [
        "tests/public/test_scale.py",
        "tests/public/some_numbers.py",
        "tests/hidden/test_summed.py",
        "data/expected/scale.json",
        "data/numbers.csv",
        "assignment/given/halves.py",
        "solution/scale.py",
        "grading.yml",
    ],
)
def test_whatever_marks_depend_on_changes_the_fingerprint(built_copy, name):
    before = of_course(built_copy.layout, built_copy.contract, "limits")
    text = built_copy.path(name).read_text("utf-8")
    changed = text.replace("by_hand: 1", "by_hand: 2") if name == "grading.yml" else text + "\n"
    built_copy.write(name, changed)

    assert of_course(built_copy.layout, built_copy.contract, "limits") != before


def test_what_marks_do_not_depend_on_does_not_change_the_fingerprint(built_copy):
    before = of_course(built_copy.layout, built_copy.contract, "limits")
    built_copy.write("assignment/report.md", "# Another\n")
    built_copy.path("tests/public/__pycache__").mkdir(exist_ok=True)
    built_copy.path("tests/public/__pycache__/x.pyc").write_bytes(b"")

    assert of_course(built_copy.layout, built_copy.contract, "limits") == before
    assert of_course(built_copy.layout, built_copy.contract, "sandbox") != before
