"""Two folders of results side by side."""

from __future__ import annotations

import csv
import io
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder import difference, stored
from autograder.checker.isolation import Isolation
from autograder.grade import not_graded
from autograder.intake import Source
from autograder.policies import Policies, write_policies
from autograder.policies.audit import Entry, append
from autograder.result import RECORD, SubmissionResult, save

ALL = {"scale": 8.0, "summed": 3.0}


@pytest.fixture
def results(built: Any, tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a folder of results: ``results("a", ada={"scale": 1})``.

    A question has its points at its first checks.
    """
    nothing = not_graded(Source("x", Path()), built.contract, Isolation("limits"), "for a test")

    def folder(folder_name: str, **marks: dict[str, float] | None) -> Path:
        place = tmp_path / folder_name
        place.mkdir()
        for name, points in marks.items():
            status = "failed" if points is None else "graded"
            questions = tuple(given(q, (points or {}).get(q.name, 0)) for q in nothing.questions)
            changed: SubmissionResult = replace(
                nothing, submission=name, status=status, questions=questions
            )
            save(changed, place / name)
        return place

    return folder


def given(question: Any, points: float) -> Any:
    checks = []
    for check in question.checks:
        share = min(points, check.max_points)
        points -= share
        passed = share == check.max_points
        outcome, reason = ("passed", "") if passed else ("failed", "wrong")
        checks.append(replace(check, points=share, outcome=outcome, reason=reason))
    return replace(question, checks=tuple(checks))


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))


def test_results_that_are_the_same_end_with_0(autograder, results):
    one, other = (results(name, ada=ALL, bob={"scale": 3}) for name in "ab")

    status, said, _ = autograder("diff", one, other)

    assert status == 0
    assert said == (
        "2 submissions in both: marks differ in 0 (total higher in 0, lower in 0, the same in 0).\n"
    )


def test_what_differs_is_told_check_by_check_and_ends_with_1(autograder, results):
    one = results("a", ada={"scale": 1, "summed": 3}, bob=ALL, cem={"scale": 1})
    other = results("b", ada={"scale": 3, "summed": 1}, bob={"scale": 8}, cem={"scale": 3})

    status, said, _ = autograder("diff", one, other)

    assert status == 1
    assert said.splitlines() == [
        "ada: scale/other_factors 0 → 2 (wrong → passed)",
        "ada: summed/of_nothing 0.5 → 0 (passed → wrong)",
        "ada: summed/secret_numbers 1.5 → 0 (passed → wrong)",
        "ada: total 4 → 4",
        "bob: summed/by_hand 1 → 0 (passed → wrong)",
        "bob: summed/of_nothing 0.5 → 0 (passed → wrong)",
        "bob: summed/secret_numbers 1.5 → 0 (passed → wrong)",
        "bob: total 11 → 8",
        "cem: scale/other_factors 0 → 2 (wrong → passed)",
        "cem: total 1 → 3",
        "3 submissions in both: marks differ in 3 (total higher in 1, lower in 1, the same in 1).",
        "By question: scale 2, summed 2.",
    ]


def test_who_is_only_in_one_is_told(autograder, results):
    one = results("a", ada=ALL, bob=ALL, zoe=ALL)
    other = results("b", aaron=ALL, bob=ALL, cem={"scale": 8})

    status, said, _ = autograder("diff", one, other)

    assert status == 1
    assert said.splitlines() == [
        "aaron: total not there → 11 of 11",
        "ada: total 11 of 11 → not there",
        "cem: total not there → 8 of 11",
        "zoe: total 11 of 11 → not there",
        "1 submission in both: marks differ in 0 (total higher in 0, lower in 0, the same in 0).",
        f"Only in {one}: 2 submissions.",
        f"Only in {other}: 2 submissions.",
    ]


def test_a_submission_that_can_be_graded_now_differs_also_with_no_points(autograder, results):
    status, said, _ = autograder("diff", results("a", ada=None), results("b", ada={}))

    assert status == 1
    assert said.splitlines()[-2] == "ada: total 0 → 0 (failed → graded)"


def test_what_people_have_decided_differs_unless_only_the_grading_is_asked_for(autograder, results):
    one, other = (results(name, ada=ALL, bob=ALL, cem=ALL) for name in "ab")
    drop = {"scale/doubles": {"reason": "x"}}
    write_policies(Policies.model_validate({"afterwards": {"drop": drop}}), one)
    entries = [
        Entry("2026-10-30T09:00:00+00:00", "t", "set", name, target, 1.0, 2.0, "x")
        for name, target in (("ada", "total"), ("bob", "summed"))
    ]
    append(entries, other)

    status, said, _ = autograder("diff", one, other)

    assert status == 1
    assert said.splitlines()[:7] == [
        "ada: scale/doubles 0 of 0 → 1 of 1 (dropped → passed)",
        "ada: total 10 of 10 → 2 of 11 (graded → override)",
        "bob: scale/doubles 0 of 0 → 1 of 1 (dropped → passed)",
        "bob: summed/set by hand 0 → -1",
        "bob: total 10 of 10 → 10 of 11",
        "cem: scale/doubles 0 of 0 → 1 of 1 (dropped → passed)",
        "cem: total 10 of 10 → 11 of 11",
    ]
    assert autograder("diff", one, other, "--as-graded")[0] == 0


def test_the_table_has_a_row_for_each_line_and_no_formula(autograder, results, tmp_path):
    one = results("a", **{"=1+1": {"scale": 1}, "only": ALL})
    other = results("b", **{"=1+1": {"scale": 3}})

    autograder("diff", one, other, "--csv", tmp_path / "new" / "diff.csv")

    change, total, gone = table(tmp_path / "new" / "diff.csv")
    assert change == {
        "submission": "'=1+1",
        "question": "scale",
        "check": "other_factors",
        "before": "0",
        "after": "2",
        "of_before": "2",
        "of_after": "2",
        "reason_before": "wrong",
        "reason_after": "",
    }
    assert (total["question"], total["check"], total["after"]) == ("total", "", "3")
    assert (gone["submission"], gone["before"], gone["after"]) == ("only", "11", "")


def test_what_cannot_be_compared_ends_with_2_and_leaves_no_table(autograder, results, tmp_path):
    one, other = (results(name, ada=ALL, bob=ALL) for name in "ab")
    (other / "bob" / RECORD).write_text("{}")

    status, _, complaint = autograder("diff", one, other, "--csv", tmp_path / "diff.csv")

    assert status == 2 and "damaged" in complaint
    assert not list(tmp_path.glob("*diff.csv*"))
    assert autograder("diff", one, tmp_path / "nowhere")[0] == 2


def test_a_table_that_cannot_be_written_is_told(autograder, results, tmp_path):
    one, other = (results(name, ada=ALL) for name in "ab")
    (tmp_path / "file").write_text("")

    status, _, complaint = autograder("diff", one, other, "--csv", tmp_path / "file" / "x.csv")

    assert status == 2 and "cannot be written" in complaint


def test_a_name_that_steers_a_terminal_is_shown_without_it(autograder, results):
    one, other = results("a", **{"a\x1b[2Jb": ALL}), results("b", cem=ALL)

    _, said, _ = autograder("diff", one, other)

    assert "\x1b" not in said and "ab: total 11 of 11 → not there" in said


def test_no_more_than_two_results_are_held_at_a_time(results, monkeypatch):
    held: list[weakref.ref[SubmissionResult]] = []
    most = 0
    decided = stored.decided

    def watched(*arguments: Any) -> SubmissionResult:
        nonlocal most
        result = decided(*arguments)
        held.append(weakref.ref(result))
        most = max(most, sum(ref() is not None for ref in held))
        return result

    monkeypatch.setattr(stored, "decided", watched)
    names = {f"s{number:03}": ALL for number in range(40)}
    one, other = results("a", **names), results("b", **names)

    assert list(difference.compare(one, other, difference.Summary())) == []
    assert 0 < most <= 4
