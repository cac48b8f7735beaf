"""Which results count for whom: nobody gets marks by a guess, and nobody is left out silently."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.exports.people import COMMENT, counting
from autograder.intake import Person
from autograder.policies import attempt_of, counted
from autograder.policies.rules import AttemptsRule

ADA = Person("Ada Lovelace", "11", "ada@example.org")
EMMY = Person("Emmy Noether", "12", "emmy@example.org")


def test_a_result_counts_for_each_person_of_a_group(record):
    (counted,) = counting([record("full_marks", "team", "Gradescope", ADA, EMMY)]).counted

    assert counted.people == (ADA, EMMY)
    assert (counted.total, counted.max_points) == (10, 10)


def test_what_could_not_be_graded_is_no_mark_of_zero(record):
    tally = counting([record("failed_submission", "eve"), record("full_marks", "ada")])

    assert [one.submission for one in tally.counted] == ["ada"]
    assert [(one.who, one.why) for one in tally.left_out] == [("eve", "could not be graded")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Person("A", "11"), Person("B", "11")),
        (Person("A", "", "a@b.org"), Person("B", "9", "A@b.org")),
        (Person("A"), Person("A")),
    ],
    ids=["number", "email", "name"],
)
def test_of_two_results_of_one_person_neither_counts(record, one, other):
    results = [
        record("half_done", "first", "Canvas", one),
        record("full_marks", "second", "Canvas", other),
        record("full_marks", "another", "Canvas", Person("C", "13")),
    ]

    tally = counting(results)

    assert [one.submission for one in tally.counted] == ["another"]
    assert [(one.who, one.why) for one in tally.left_out] == [
        ("first", "counts for the same person as second"),
        ("second", "counts for the same person as first"),
    ]


def test_two_people_of_one_name_are_two_when_they_have_numbers(record):
    results = [
        record("half_done", "first", "Canvas", Person("Ada", "1")),
        record("half_done", "second", "Canvas", Person("Ada", "2")),
    ]

    assert len(counting(results).counted) == 2


def test_marks_that_may_still_change_are_told(record, waiting):
    results = [waiting(record("full_marks", "ada")), record("graders_fault", "bob")]

    tally = counting(results)

    assert len(tally.counted) == 2 and not tally.left_out
    assert tally.warnings[0].startswith("1 written answers of 1 submissions wait for marks")
    assert tally.warnings[1].startswith("some checks of 1 submissions could not be run")


def test_marks_that_may_still_change_are_left_out_when_asked(record, waiting):
    results = [
        waiting(record("full_marks", "ada")),
        record("graders_fault", "bob"),
        record("full_marks", "eve"),
    ]

    tally = counting(results, finished_only=True)

    assert [one.submission for one in tally.counted] == ["eve"]
    assert [one.who for one in tally.left_out] == ["ada", "bob"]
    assert not tally.warnings


def test_points_can_be_put_on_another_scale(record):
    (counted,) = counting([record("half_done", "ada")]).counted
    nothing = replace(counted, max_points=0.0)

    assert (counted.points(), counted.points(100), counted.points(4)) == (4.5, 45, 1.8)
    assert nothing.points(100) == 4.5


def test_a_comment_has_the_points_of_each_question(record):
    (counted,) = counting([record("full_marks", "ada")]).counted

    assert counted.comment().startswith(f"{COMMENT} distances 4.5 of 4.5, assign 3 of 3")


def test_with_a_rule_for_attempts_the_one_that_counts_is_exported_and_others_are_no_problem(record):
    results = [
        record("half_done", "first", "Canvas", ADA),
        record("full_marks", "second", "Canvas", ADA),
        record("half_done", "third", "Canvas", EMMY),
    ]
    grades = counted(map(attempt_of, results), AttemptsRule(keep="best"))

    tally = counting(results, grades)

    assert {one.submission: one.people for one in tally.counted} == {
        "second": (ADA,),
        "third": (EMMY,),
    }
    assert tally.left_out == ()


def test_of_a_group_only_those_have_its_marks_for_whom_it_counts(record):
    results = [
        record("half_done", "team", "Canvas", ADA, EMMY),
        record("full_marks", "alone", "Canvas", ADA),
    ]
    grades = counted(map(attempt_of, results), AttemptsRule(keep="best"))

    tally = counting(results, grades)

    assert {one.submission: one.people for one in tally.counted} == {
        "team": (EMMY,),
        "alone": (ADA,),
    }


def test_students_told_by_a_pattern_are_called_by_it(record):
    results = [record("half_done", "ada_1"), record("full_marks", "ada_2")]
    rule = AttemptsRule(keep="last", pattern=r"(?P<student>\w+)_(?P<attempt>\d+)")

    (one,) = counting(results, counted(map(attempt_of, results), rule)).counted

    assert (one.submission, one.people[0].name) == ("ada_2", "ada")


def test_a_student_whose_last_submission_is_not_known_is_told(record):
    results = [record("half_done", "first", "Canvas", ADA), record("half_done", "b", "Canvas", ADA)]

    tally = counting(results, counted(map(attempt_of, results), AttemptsRule(keep="last")))

    assert tally.counted == ()
    assert [one.who for one in tally.left_out] == ["11"]
    assert "not known which" in tally.left_out[0].why
