"""A bonus question: its points come on top, and who leaves it out loses nothing."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.builder.gate import build
from autograder.checker.contract import from_json
from autograder.errors import ConfigurationError
from autograder.grade import Grader
from autograder.intake import Source, read_submission
from autograder.report import feedback_html, gradebook_csv, results_json
from autograder.result import SubmissionResult, load, save

from .conftest import SMALLEST, Course

WRONG = {"summed.py": b"def summed(x, factor=2.0):\n    return -1.0 + sum(x)\n"}


def with_bonus(root: Path) -> Course:
    """Return a course of which the second question is a bonus: 8 points, and 3 on top."""
    course = Course(Path(shutil.copytree(SMALLEST, root)))
    course.edit("grading.yml", "    needs: [scale]\n", "    needs: [scale]\n    bonus: true\n")
    return course


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = with_bonus(tmp_path_factory.mktemp("bonus") / "scaling")
    course.build()
    return course


@pytest.fixture(scope="module")
def grade(course: Course) -> Iterator[Callable[..., SubmissionResult]]:
    """Return a function that reads and grades the files of a submission."""
    grader = Grader(course.layout, course.contract, "limits")
    assignment = course.contract.assignment
    names = [question.name for question in assignment.questions]

    def graded(folder: Path, files: dict[str, bytes]) -> SubmissionResult:
        for name, data in files.items():
            (folder / name).write_bytes(data)
        source = Source("ada", folder, "")
        return grader.grade(read_submission(source, names, assignment.bonus_questions))

    yield graded
    grader.close()


@pytest.fixture(scope="module")
def results(
    grade: Callable[..., SubmissionResult],
    course: Course,
    solution: dict[str, bytes],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, SubmissionResult]:
    """Return the results of submissions that differ in what they make of the bonus."""
    right = {"scale.py": solution["scale.py"]}
    stub = {"summed.py": course.path("student/summed.py").read_bytes()}
    submissions = {
        "right": solution,
        "wrong": right | WRONG,
        "untouched": right | stub,
        "left out": right,
        "nothing else": {"summed.py": solution["summed.py"]},
    }
    return {
        name: grade(tmp_path_factory.mktemp("in"), files) for name, files in submissions.items()
    }


# The contract -------------------------------------------------------------------------------------


def test_the_points_to_be_had_are_those_without_the_bonus(course):
    assignment = course.contract.assignment

    assert (assignment.points, assignment.bonus_points) == (8, 3)
    assert assignment.bonus_questions == ("summed",)
    assert [question.bonus for question in assignment.questions] == [False, True]


def test_without_a_word_of_it_no_question_is_a_bonus(built):
    assignment = built.contract.assignment

    assert (assignment.points, assignment.bonus_points, assignment.bonus_questions) == (11, 0, ())


def test_a_course_of_nothing_but_bonuses_is_refused(tmp_path):
    course = with_bonus(tmp_path / "scaling")
    course.edit("grading.yml", "    title: Scaling\n", "    title: Scaling\n    bonus: true\n")

    with pytest.raises(ConfigurationError, match="every question is a bonus"):
        _ = course.contract


def test_students_have_it_in_their_copy_of_the_contract(course):
    handed_out = from_json(course.path("student/checks/questions.json"))

    assert (handed_out.points, handed_out.bonus_points) == (8, 3)


def test_build_and_handout_tell_both(course):
    facts = build(course.layout, course.contract, lambda _: None).facts
    rows = course.path("student/handout.md").read_text("utf-8").splitlines()

    assert facts[0] == "the solution passes all 8 checks: 8 points and 3 bonus points"
    assert facts[1] == "the untouched stubs pass none: 0 of 8 points"
    assert "| `summed.py` | Sum of scaled numbers | `scale` | +3 | 1 |" in rows
    assert "| | **together** | | **8** +3 bonus | |" in rows


# Marks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "points", "bonus"),
    [
        ("right", 8, 3),
        ("wrong", 8, 0),
        ("untouched", 8, 0),
        ("left out", 8, 0),
        ("nothing else", 0, 3),
    ],
)
def test_bonus_points_come_on_top(results, name, points, bonus):
    result = results[name]

    assert (result.points, result.max_points) == (points, 8)
    assert (result.bonus_points, result.max_bonus_points) == (bonus, 3)
    assert result.total == points + bonus


def test_a_bonus_that_was_left_out_is_not_started_and_not_missed(results):
    assert [q.not_started for q in results["left out"].questions] == [False, True]
    assert results["left out"].notes == ()
    assert results["nothing else"].notes == ("missing: scale.py",)
    assert [q.not_started for q in results["nothing else"].questions] == [False, False]


def test_a_bonus_that_lies_elsewhere_is_pointed_out(tmp_path, solution):
    for name, place in (("scale.py", "hw"), ("x.py", "hw"), ("summed.py", "old")):
        (tmp_path / place).mkdir(exist_ok=True)
        (tmp_path / place / name).write_bytes(solution.get(name, b""))

    source = Source("ada", tmp_path, "")
    notes = read_submission(source, ["scale", "summed"], ["summed"]).notes

    assert not [note for note in notes if note.startswith("missing")]
    assert "summed.py is in old, apart from the others, and does not count" in notes


def test_an_empty_submission_is_still_noted(tmp_path):
    source = Source("ada", tmp_path, "")

    notes = read_submission(source, ["scale", "summed"], ["summed"]).notes

    assert notes == ("it has none of the files asked for",)


def test_the_record_keeps_it(results, tmp_path):
    save(results["right"], tmp_path)

    assert load(tmp_path) == results["right"]
    assert load(tmp_path).max_points == 8


# What people see ----------------------------------------------------------------------------------


def row(result: SubmissionResult) -> dict[str, str]:
    (only,) = csv.DictReader(io.StringIO(gradebook_csv([result])))
    return only


def test_the_gradebooks_total_has_it_and_a_note_says_so(results):
    right, left_out = row(results["right"]), row(results["left out"])

    assert (right["scale"], right["summed"], right["total"]) == ("8", "3", "11")
    assert "bonus points in the total: 3 of 3" in right["notes"]
    assert (left_out["summed"], left_out["total"]) == ("0", "8")
    for name in ("untouched", "left out", "wrong"):
        assert row(results[name])["notes"] == "isolation: limits"


def test_gradescopes_maximum_does_not_have_it_and_the_score_does(results):
    for name, result in results.items():
        plain = json.loads(results_json(result))
        tests = plain["tests"]
        bonus = [test for test in tests if test["extra_data"]["question"] == "summed"]

        assert plain["score"] == sum(test["score"] for test in tests) == result.total, name
        assert sum(test["max_score"] for test in tests) == 8
        assert {test["max_score"] for test in bonus} == {0}
        assert all(test["name"].startswith("summed (bonus) · ") for test in bonus)
    passed = {test["status"] for test in json.loads(results_json(results["right"]))["tests"]}
    assert passed == {"passed"}
    wrong = json.loads(results_json(results["wrong"]))["tests"]
    assert [t["status"] for t in wrong if t["max_score"] == 0] == ["failed"] * 3


def told(result: SubmissionResult) -> str:
    page = feedback_html(result)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page[page.index("<body>") :])).split())


def test_the_page_tells_bonus_points_apart(results):
    right, left_out = told(results["right"]), told(results["left out"])

    assert "8 of 8 points On top: 3 of 3 bonus points" in right
    assert "8 of 8 points On top: 0 of 3 bonus points" in left_out
    assert right.count("3 of 3 bonus points") == 3  # above, at a glance, and at the question
    assert "You have not started summed.py , which costs nothing." in left_out
    assert "width: 100%" in feedback_html(results["left out"])


def test_a_page_without_a_bonus_does_not_speak_of_it(built, solution, tmp_path):
    grader = Grader(built.layout, built.contract, "limits")
    for name, data in solution.items():
        (tmp_path / name).write_bytes(data)
    result = grader.grade(read_submission(Source("ada", tmp_path, ""), ["scale", "summed"]))
    grader.close()

    assert "bonus" not in told(result)
    assert "bonus" not in results_json(result).decode() + gradebook_csv([result])


def test_the_run_and_its_table_tell_it(course, autograder, hand_in, solution, tmp_path):
    submissions = hand_in(ada=solution, bob={"scale.py": solution["scale.py"]})

    _, said, _ = autograder(
        "grade", submissions, "--out", tmp_path / "out", "--course", course.root, "--jobs", 1
    )
    lines = [line.split() for line in said.splitlines()]

    assert re.search(r"^ada: 8 of 8 \(graded, .* s\), and 3 bonus$", said, re.MULTILINE)
    assert re.search(r"^bob: 8 of 8 \(graded, .* s\)$", said, re.MULTILINE)
    assert ["ada", "8", "3", "11", "graded"] in lines
    assert ["bob", "8", "not", "started", "8", "graded"] in lines
    assert ["to", "be", "had", "8", "+3", "8"] in lines


def check(folder: Path, *questions: str) -> tuple[int, str]:
    command = [sys.executable, str(folder / "check.py"), *questions]
    ended = subprocess.run(command, capture_output=True, timeout=120, check=False)
    return ended.returncode, " ".join(ended.stdout.decode("utf-8").split())


@pytest.fixture
def folder(course: Course, tmp_path: Path) -> Path:
    return Path(shutil.copytree(course.path("student"), tmp_path / "student"))


def test_the_students_console_counts_it_apart(folder: Path, solution: dict[str, Any]) -> None:
    for name, data in solution.items():
        (folder / name).write_bytes(data)

    status, said = check(folder)

    assert status == 0
    assert "summed Sum of scaled numbers (bonus) 1 of 1 passed" in said
    assert "Public checks: 4 of 4 points. Hidden checks at grading add up to 4." in said
    assert "On top, public checks: 1 of 1 bonus points." in said
    assert said.endswith("Hidden checks at grading add up to 2. All public checks passed.")


def test_all_is_well_without_the_bonus_unless_it_was_asked_for(
    folder: Path, solution: dict[str, Any]
) -> None:
    (folder / "scale.py").write_bytes(solution["scale.py"])

    assert check(folder)[0] == 0
    assert check(folder, "summed")[0] == 1
    (folder / "summed.py").write_bytes(WRONG["summed.py"])
    assert check(folder)[0] == 1
