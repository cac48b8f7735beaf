"""What is handed out: every file of it, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import autograder
from autograder.builder.handout import assemble, cut_stubs, read_solution
from autograder.checker.recordings import Recordings
from autograder.errors import ConfigurationError

CHECKER = Path(str(autograder.__file__)).with_name("checker")


def handout(course: Any) -> dict[str, bytes]:
    assignment = course.contract.assignment
    stubs = cut_stubs(read_solution(course.layout, assignment))
    recordings = {question.name: Recordings() for question in assignment.questions}
    return assemble(course.layout, course.contract, stubs, recordings)


def refusal(course: Any) -> str:
    with pytest.raises(ConfigurationError) as raised:
        handout(course)
    return str(raised.value)


def test_a_handout_has_stubs_given_code_checks_data_and_the_checker(course):
    files = handout(course)

    own = {name for name in files if not name.startswith("checker/")}
    assert own == {
        *("README.md", "handout.md", "report.md", "requirements.txt"),
        *("scale.py", "summed.py", "halves.py"),
        *("check.py", "checks/questions.json", "checks/manifest.json"),
        *("checks/test_scale.py", "checks/test_summed.py", "checks/some_numbers.py"),
        "checks/hints.json",
        *("checks/expected/scale.json", "checks/expected/summed.json"),
        *("data/README.md", "data/numbers.csv"),
    }


def test_the_checker_is_handed_out_as_the_grader_uses_it(course):
    files = handout(course)

    names = {path.name for path in CHECKER.iterdir() if path.suffix in (".py", ".ini")}
    assert {name for name in files if name.startswith("checker/")} == {
        f"checker/{n}" for n in names
    }
    for name in names:
        assert files[f"checker/{name}"] == (CHECKER / name).read_bytes()


def test_nothing_of_what_is_hidden_is_handed_out(course):
    everything = b"\n".join(handout(course).values())

    for secret in (b"secret_numbers", b"SECRET", b"large_numbers", b"_as_floating_point", b"5e299"):
        assert secret not in everything


def test_the_table_of_questions_is_put_where_its_mark_is(course):
    text = handout(course)["handout.md"].decode()

    assert text.splitlines()[2:7] == [
        "| question | what it is | uses | points | of which public |",
        "|---|---|---|--:|--:|",
        "| `scale.py` | Scaling | – | 8 | 4 |",
        "| `summed.py` | Sum of scaled numbers | `scale` | 3 | 1 |",
        "| | **together** | | **11** | |",
    ]
    assert text.startswith("# Scaling numbers\n") and text.endswith("`python check.py`.\n")


@pytest.mark.parametrize("text", ["no mark", "<!-- questions -->\n<!-- questions -->\n"])
def test_a_handout_without_one_place_for_the_table_is_refused(course, text):
    course.write("assignment/handout.md", text)

    assert "expected the line <!-- questions --> once" in refusal(course)


def test_requirements_get_the_versions_that_the_grader_has(course):
    assert handout(course)["requirements.txt"] == b"numpy==2.4.6\npytest==9.2.0\nrich==15.0.0\n"


def test_a_requirement_without_a_version_is_refused(course):
    course.write("assignment/requirements.txt", "numpy\nxarray\n")

    assert "xarray has no version in constraints.txt" in refusal(course)


@pytest.mark.parametrize(
    "name",
    [
        "assignment/handout.md",
        "assignment/student_readme.md",
        "assignment/report.md",
        "assignment/requirements.txt",
        "constraints.txt",
    ],
)
def test_a_missing_file_is_told_by_name(course, name):
    course.path(name).unlink()

    assert refusal(course) == f"{course.path(name)}: missing; the handout needs it"


@pytest.mark.parametrize("name", ["scale.py", "check.py"])
def test_given_code_that_bears_the_name_of_another_file_is_refused(course, name):
    course.write(f"assignment/given/{name}", "x = 1\n")

    assert f"{name} is in the handout already; rename one of them" in refusal(course)


def test_a_question_without_a_solution_is_refused(course):
    course.path("solution/summed.py").unlink()

    assert refusal(course) == "solution/summed.py is missing"


def test_a_solution_that_is_no_question_is_refused(course):
    course.write("solution/helper.py", "x = 1\n")

    assert refusal(course) == "solution/helper.py is no question of grading.yml"


def test_a_course_may_have_no_given_code_and_no_data(course):
    shutil.rmtree(course.path("assignment/given"))
    shutil.rmtree(course.path("data"))

    assert "halves.py" not in handout(course)


def test_generated_recordings_and_programs_that_made_data_stay_behind(course):
    course.path("data/expected").mkdir()
    for name in ("data/expected/scale.json", "data/make.py", "data/more/numbers.csv"):
        course.path(name).parent.mkdir(exist_ok=True)
        course.write(name, "1")

    files = handout(course)

    assert "data/more/numbers.csv" in files
    assert "data/make.py" not in files and "data/expected/scale.json" not in files
