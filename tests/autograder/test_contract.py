"""``grading.yml``: what it may say, and what is said of it when it is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.checker.contract import Limits, from_json, to_json
from autograder.errors import ConfigurationError
from autograder.grading_file import parse, read
from autograder.layout import Layout

MINIMAL = """\
title: T
questions:
  q:
    title: Q
    functions: [f(x) -> y float]
    checks:
      public: {a: 1}
"""


@pytest.fixture
def problem(tmp_path: Path) -> Any:
    """Return a function that gives what is said of a ``grading.yml`` with one line changed."""

    def said(old: str = "", new: str = "", text: str = MINIMAL) -> str:
        assert old in text
        path = tmp_path / "grading.yml"
        path.write_text(text.replace(old, new, 1) if old else text, "utf-8")
        with pytest.raises(ConfigurationError) as raised:
            parse(path)
        return str(raised.value)

    return said


def test_the_contract_is_read_in_its_order(built):
    contract = built.contract
    scale, summed = contract.assignment.questions

    assert contract.assignment.title == "Scaling numbers"
    assert (scale.name, scale.title, scale.needs) == ("scale", "Scaling", ())
    assert (summed.name, summed.needs) == ("summed", ("scale",))
    assert [(c.name, c.points, c.visibility) for c in summed.checks] == [
        ("by_hand", 1, "public"),
        ("of_nothing", 0.5, "hidden"),
        ("secret_numbers", 1.5, "hidden"),
    ]
    assert (scale.points, summed.points, contract.assignment.points) == (8, 3, 11)
    assert contract.assignment.functions == {"scale": "scale", "summed": "summed"}
    assert contract.assignment.limits.output_kib == 64
    assert contract.assignment.unavailable == ("statistics",)
    assert (contract.isolation, contract.preload) == ("limits", ("numpy",))
    assert contract.visibility == {"public": "visible", "hidden": "after_published"}


def test_what_is_not_said_has_a_default(tmp_path):
    path = tmp_path / "grading.yml"
    path.write_text(MINIMAL)

    contract = parse(path)
    (question,) = contract.assignment.questions

    assert contract.isolation == "sandbox"
    assert contract.assignment.limits == Limits()
    assert (question.rtol, question.atol, question.needs) == (1e-6, 1e-9, ())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: T", "titel: T", "line 1, titel: extra inputs are not permitted; remove this key"),
        ("title: T", "titel: T", "title: field required"),
        ("title: T", "title: ''", "line 1, title: string should have at least 1 character"),
        ("title: T", "title: [T]", "line 1, title: input should be a valid string"),
        ("title: T", "title: T\nisolation: none", "line 2, isolation: input should be 'sandbox'"),
        ("title: T", "title: T\nisolation: none", ", not 'none'"),
        ("title: T", "title: T\nvisibility: {hidden: no}", "line 2, visibility.hidden"),
        ("title: T", "title: T\nlimits: {memory_mib: 100}", "line 2, limits.memory_mib"),
        (
            "title: T",
            "title: T\nlimits: {memory_mib: 100}",
            "greater than or equal to 1024, not 100",
        ),
        ("title: T", "title: T\nlimits:\n  check_seconds: 0", "line 3, limits.check_seconds"),
        ("title: T", "title: T\nlimits:\n  check_seconds: fast", "line 3, limits.check_seconds"),
        ("title: T", "title: T\nlimits: {speed: 1}", "line 2, limits.speed: extra inputs"),
        ("title: Q", "title: Q\n    tolerance: {rtol: 2}", "line 5, questions.q.tolerance.rtol"),
        ("title: Q", "title: Q\n    points: 3", "line 5, questions.q.points: extra inputs"),
        ("  q:", "  Q-1:", "line 3, questions.Q-1"),
        ("  q:", "  total:", "line 3, questions.total: a question cannot have this name"),
        ("  q:", "  check:", "line 3, questions.check: a question cannot have this name"),
        ("  q:", "  lambda:", "line 3, questions.lambda: a question cannot have this name"),
        ("{a: 1}", "{a: -1}", "line 7, questions.q.checks.public.a"),
        ("{a: 1}", "{a: -1}", "greater than 0, not -1"),
        ("{a: 1}", "{a: 0}", "greater than 0, not 0"),
        ("{a: 1}", "{a: .nan}", "line 7, questions.q.checks.public.a"),
        ("{a: 1}", "{a: 1001}", "less than or equal to 1000"),
        ("{a: 1}", "{a: two}", "input should be a valid number"),
        ("{a: 1}", "{a: two}", ", not 'two'"),
        ("{a: 1}", "{a: [1]}", "line 7, questions.q.checks.public.a"),
        ("{a: 1}", "{a b: 1}", "line 7, questions.q.checks.public.a b"),
        ("{a: 1}", "{a: 1}\n      hidden: {a: 1}", "listed as public and as hidden: a"),
        ("{a: 1}", "{a: 1}\n      secret: {b: 1}", "line 8, questions.q.checks.secret"),
        ("{a: 1}", "[a]", "line 7, questions.q.checks.public"),
        ("public: {a: 1}", "public: {}", "questions.q.checks: expected at least one check"),
        ("[f(x) -> y float]", "[]", "line 5, questions.q.functions"),
        ("[f(x) -> y float]", "f", "line 5, questions.q.functions"),
        ("[f(x) -> y float]", "[f(x)]", "questions.q.functions: 'f(x)' is not of the form"),
        ("f(x) -> y float", "'f(x[2+]) -> y float'", "'2+' is not a size"),
        ("y float]", "y float, f(z) -> y int]", "functions: f belongs to q already"),
        ("title: Q", "title: Q\n    needs: [r]", "questions.q.needs: r is not another question"),
        ("title: Q", "title: Q\n    needs: [r]", "questions are q"),
        ("title: Q", "title: Q\n    needs: [q]", "questions.q.needs: q is not another question"),
    ],
)
def test_an_error_is_told_with_its_line_its_key_and_what_is_expected(problem, old, new, said):
    told = problem(old, new)

    assert told.startswith("grading.yml, line ")
    assert said in told


def test_every_error_is_told_at_once(problem):
    told = problem("title: T", "titel: T\nisolation: none").splitlines()

    assert len(told) == 3
    assert all(line.startswith("grading.yml, line ") for line in told)


def test_a_function_of_two_questions_is_refused(problem):
    other = "  r:\n    title: R\n    functions: [f(x) -> y float]\n    checks: {public: {a: 1}}\n"

    told = problem(text=MINIMAL + other)

    assert "line 8, questions.r.functions: f belongs to q already" in told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: T", "title: T\ntitle: U", "line 2, title: this key is there twice"),
        ("{a: 1}", "{a: 1, a: 2}", "line 7, questions.q.checks.public.a: this key is there twice"),
        ("questions:", "questions: {}\nquestions:", "line 3, questions: this key is there twice"),
    ],
)
def test_a_key_that_is_there_twice_is_refused_although_yaml_takes_it(problem, old, new, said):
    assert said in problem(old, new)


@pytest.mark.parametrize(
    "text",
    ["", "title", "[]", "3", "{a: 1", "a: b: c", "\t- x", "a: &x *x", "? [1]\n: 2", "a: \x07"],
)
def test_a_file_that_is_no_mapping_is_refused(problem, text):
    assert problem(text=text or "\n").startswith("grading.yml")


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_named(tmp_path, content):
    path = tmp_path / "grading.yml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigurationError, match=r"grading\.yml: cannot be read"):
        parse(path)


# Against the check files --------------------------------------------------------------------------


def complaint(course: Any) -> str:
    before = course.files()
    with pytest.raises(ConfigurationError) as raised:
        read(course.layout)
    assert course.files() == before
    return str(raised.value)


def test_a_check_that_is_named_and_does_not_exist_is_told(course):
    course.edit("grading.yml", "{by_hand: 1}", "{by_hand: 1, by_foot: 2}")

    assert complaint(course) == (
        "grading.yml: questions.summed.checks.public.by_foot: there is no test_by_foot in "
        "tests/public/test_summed.py; write it or remove the line"
    )


def test_a_check_that_exists_and_is_left_out_is_told(course):
    course.edit("grading.yml", "of_nothing: 0.5, ", "")

    assert complaint(course) == (
        "grading.yml: questions.summed.checks.hidden: tests/hidden/test_summed.py has "
        "test_of_nothing, which is not listed; give it points or remove it"
    )


def test_a_public_check_that_is_listed_as_hidden_is_told(course):
    course.edit("grading.yml", "public: {by_hand: 1}", "public: {}")
    course.edit("grading.yml", "hidden: {of_nothing", "hidden: {by_hand: 1, of_nothing")

    said = complaint(course).splitlines()

    assert len(said) == 2
    assert "tests/public/test_summed.py has test_by_hand, which is not listed" in said[0]
    assert "there is no test_by_hand in tests/hidden/test_summed.py" in said[1]


def test_a_missing_file_of_checks_is_told(course):
    course.path("tests/public/test_summed.py").unlink()

    assert "there is no test_by_hand in tests/public/test_summed.py" in complaint(course)


def test_a_question_may_have_public_checks_alone(course):
    course.path("tests/hidden/test_summed.py").unlink()
    course.edit("grading.yml", "hidden: {of_nothing: 0.5, secret_numbers: 1.5}", "hidden: {}")

    assert len(read(course.layout).assignment.question("summed").checks) == 1


def test_checks_that_are_no_python_are_told_with_their_line(course):
    course.write("tests/public/test_summed.py", "import os\n\ndef test_by_hand(:\n")

    assert "test_summed.py, line 3: " in complaint(course)


# The contract as it is handed out -----------------------------------------------------------------


def test_students_get_the_contract_without_a_trace_of_hidden_checks(built):
    text = to_json(built.contract.assignment)

    assert "secret_numbers" not in text and "of_nothing" not in text
    assert "hidden" not in json.dumps(json.loads(text))


def test_what_is_handed_out_is_read_as_it_was_written(built, tmp_path):
    path = tmp_path / "questions.json"
    assignment = built.contract.assignment
    path.write_text(to_json(assignment), "utf-8")

    came = from_json(path)

    assert came == replace(assignment, questions=tuple(q.public for q in assignment.questions))
    assert came.points == assignment.points
    assert [question.unseen_points for question in came.questions] == [4, 2]


def test_what_is_handed_out_is_pleasant_to_diff(built):
    text = to_json(built.contract.assignment)

    assert text.endswith("}\n") and text.count("\n") > 40


# Finding the course -------------------------------------------------------------------------------


def test_a_course_is_found_from_any_folder_inside_it(course):
    assert Layout.find(course.path("tests/public")).root == course.root.resolve()


def test_where_there_is_no_course_the_person_is_told_what_to_do(tmp_path):
    with pytest.raises(ConfigurationError, match=r"no grading\.yml.*--course"):
        Layout.find(tmp_path)
