"""What is done with marks after grading: lateness, several attempts, what is taken out."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import cli, on_gradescope
from autograder.builder.handout import assemble
from autograder.errors import ConfigurationError
from autograder.fingerprint import of_course
from autograder.grading_file import Contract, parse, refuse_unknown_tasks
from autograder.intake import Source
from autograder.intake.handed_in import HandedIn, Person
from autograder.policies import Attempt, Policies, counted, read_policies
from autograder.policies.attempts import remarks
from autograder.policies.decided import Decisions, decided
from autograder.policies.lateness import days_late, judge
from autograder.policies.patterns import compiled
from autograder.policies.rules import AttemptsRule, LateRule
from autograder.result import load, save
from autograder.stored import Results

DUE = datetime(2026, 10, 26, 22, tzinfo=UTC)
DATES = "dates: {due: 2026-10-26T22:00+00:00}\n"
TITLE = "title: Scaling numbers\n"


def with_policies(course: Any, text: str) -> Contract:
    """Add policies to a course's ``grading.yml``."""
    course.edit("grading.yml", TITLE, TITLE + text)
    contract: Contract = course.contract
    return contract


def complaint(course: Any, text: str) -> str:
    with pytest.raises(ConfigurationError) as raised:
        with_policies(course, text)
    return str(raised.value)


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))


def notes(out: Path) -> dict[str, str]:
    return {row["submission"]: row["notes"] for row in rows(out / "gradebook.csv")}


def page(out: Path, name: str) -> str:
    return (out / name / "feedback.html").read_text("utf-8")


@pytest.fixture(scope="module")
def graded(
    tmp_path_factory: pytest.TempPathFactory,
    built: Any,
    solution: dict[str, bytes],
    mistaken: Callable[..., dict[str, bytes]],
) -> Path:
    """Return the results of a class, graded without any policy: 11, 4 and 8 points."""
    root = tmp_path_factory.mktemp("class")
    handed_in = {
        "ada_1": solution,
        "ada_2": solution | mistaken("scale_adds_the_factor"),
        "bob_1": {"scale.py": solution["scale.py"]},
    }
    for name, files in handed_in.items():
        (root / "in" / name).mkdir(parents=True)
        for file, data in files.items():
            (root / "in" / name / file).write_bytes(data)
    arguments = ["grade", root / "in", "--out", root / "out", "--course", built.root, "--jobs", 1]
    with contextlib.redirect_stdout(io.StringIO()), pytest.raises(SystemExit) as ended:
        cli.main([str(argument) for argument in arguments])
    assert not ended.value.code
    return root / "out"


@pytest.fixture
def out(graded: Path, tmp_path: Path) -> Path:
    """Return a copy of the results of the class, to go on with."""
    return Path(shutil.copytree(graded, tmp_path / "out"))


def came(out: Path, name: str, said: HandedIn) -> None:
    """Change what an export says of a submission."""
    save(replace(load(out / name), handed_in=said), out / name)


def at(moment: str, **more: Any) -> HandedIn:
    return HandedIn("Gradescope", at=moment, **more)


# What grading.yml may say -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "late: {percent_per_day: 10}\n",
            "line 3, late: it is not said when the assignment is due",
        ),
        (DATES + "late: {}\n", "line 4, late.percent_per_day: field required"),
        (DATES + "late: {percent_per_day: 0}\n", "late.percent_per_day: input should be greater"),
        (DATES + "late: {percent_per_day: 101}\n", "less than or equal to 100, not 101"),
        (DATES + "late: {percent_per_day: 1, grace: 5}\n", "late.grace: extra inputs"),
        (DATES + "late: {percent_per_day: 1, none_after_days: 0}\n", "none_after_days"),
        ("attempts: {keep: first}\n", "line 3, attempts.keep: input should be 'best' or 'last'"),
        ("attempts: {pattern: x}\n", "attempts.keep: field required"),
        ("attempts: {keep: best, pattern: '(?P<student>'}\n", "is no regular expression"),
        ("attempts: {keep: best, pattern: '(.+)_1'}\n", "expected a group (?P<student>…)"),
        ("attempts: {keep: best, pattern: '(?P<student>.)(?P<n>.)'}\n", "and not n"),
        ("attempts: {keep: best, pattern: '(?P<student>(a+)+)'}\n", "which can take for ever"),
        ("afterwards: {drop: {scale/doubels: {reason: x}}}\n", "is scale/doubles meant?"),
        ("afterwards: {drop: {doubles: {reason: x}}}\n", "is scale/doubles meant?"),
        ("afterwards: {drop: {scal: {reason: x}}}\n", "there is no scal here; is scale"),
        ("afterwards: {drop: {zzz: {reason: x}}}\n", "there are scale, summed"),
        ("afterwards: {drop: {scale: {}}}\n", "afterwards.drop.scale.reason: field required"),
        ("afterwards: {drop: {scale: {reason: ''}}}\n", "at least 1 character"),
        ("afterwards: {rescale: {sumed: {points: 2, reason: x}}}\n", "is summed meant?"),
        ("afterwards: {rescale: {summed: {points: 0, reason: x}}}\n", "greater than 0"),
        (
            "afterwards: {drop: {scale: {reason: x}}, rescale: {scale: {points: 1, reason: y}}}\n",
            "afterwards.rescale.scale: all of it is dropped",
        ),
    ],
)
def test_a_wrong_policy_is_told_with_its_line_and_its_key(course, text, said):
    told = complaint(course, text)

    assert told.startswith("grading.yml, line ")
    assert said in told


def test_a_question_cannot_be_called_as_what_people_decide_about(course):
    text = course.path("grading.yml").read_text("utf-8").replace("  summed:\n", "  due:\n")
    course.write("grading.yml", text)

    with pytest.raises(ConfigurationError, match=r"questions\.due: a question cannot have this"):
        parse(course.path("grading.yml"))


def test_what_is_dropped_in_a_lab_is_held_against_what_the_build_has_made(
    real_layout, real_contract
):
    lab = real_contract.labs[0].name

    def with_drop(target: str) -> Contract:
        drop = {target: {"reason": "x"}}
        policies = type(real_contract.policies).model_validate({"afterwards": {"drop": drop}})
        return replace(real_contract, policies=policies)

    refuse_unknown_tasks(real_layout, with_drop(f"{lab}/five_components"))
    refuse_unknown_tasks(real_layout, with_drop("estep"))
    with pytest.raises(ConfigurationError, match=f"is {lab}/five_components.* meant"):
        refuse_unknown_tasks(real_layout, with_drop(f"{lab}/five_componnents"))


def test_no_policy_is_among_what_marks_depend_on(built_copy):
    before = of_course(built_copy.layout, built_copy.contract, "limits")
    text = "late: {percent_per_day: 5}\nattempts: {keep: last}\n"
    contract = with_policies(
        built_copy, f"{DATES}{text}afterwards: {{drop: {{summed: {{reason: x}}}}}}\n"
    )

    assert contract.policies.late is not None
    assert of_course(built_copy.layout, contract, "limits") == before


@pytest.mark.parametrize(
    "pattern",
    [
        *("(a+)+", "(a*)*", "(?:a|b)+", "((ab)+c)*", "(a{2,})+", "(?P<x>[^)]+)*", "(?:(?:a?b+))+"),
        *("(a+){5}", "(?=a+)+", r"(\(a+)+", "(.+_)+"),
    ],
)
def test_a_pattern_that_can_take_for_ever_is_refused(pattern):
    with pytest.raises(ValueError, match="for ever"):
        compiled(f"(?P<student>x){pattern}".replace("(?P<x>", "("))


@pytest.mark.parametrize(
    "pattern",
    [
        *("(?P<student>.+)_(?P<attempt>[0-9]+)", "(?P<student>[a-z]+)(?:_v(?P<attempt>[0-9]+))?"),
        *("(?P<student>[(+*|)]+)-x", r"(?P<student>\w+)\(\d+\)+", "(?:ab)+(?P<student>.{3,9})"),
        "(?P<student>(?:anna|ben)[0-9]*)",
    ],
)
def test_a_pattern_that_ends_soon_is_taken(pattern):
    assert compiled(pattern).groupindex["student"]


# Lateness -----------------------------------------------------------------------------------------

rules = st.builds(
    LateRule,
    grace_minutes=st.floats(0, 10080),
    percent_per_day=st.floats(0.01, 100),
    at_most_percent=st.floats(0.01, 100),
    none_after_days=st.none() | st.integers(1, 366),
)
spans = st.timedeltas(timedelta(days=-400), timedelta(days=400))


@settings(max_examples=300, deadline=None, database=None)
@given(rules, spans, spans)
def test_what_lateness_costs_is_bounded_and_never_less_for_who_is_later(rule, one, other):
    def taken(late: timedelta) -> float:
        return rule.percent(days_late(late, rule.grace_minutes))

    earlier, later = sorted((one, other))

    assert 0 <= taken(earlier) <= taken(later) <= 100
    if later <= timedelta(minutes=rule.grace_minutes):
        assert taken(later) == 0
    elif rule.none_after_days is None:
        assert taken(later) <= rule.at_most_percent


@pytest.mark.parametrize(
    ("late", "days"),
    [
        (timedelta(seconds=-1), 0),
        (timedelta(0), 0),
        (timedelta(minutes=30), 0),
        (timedelta(minutes=30, seconds=1), 1),
        (timedelta(days=1, minutes=30), 1),
        (timedelta(days=1, minutes=30, microseconds=1), 2),
        (timedelta(days=7), 7),
    ],
)
def test_a_day_begins_where_the_grace_ends(late, days):
    assert days_late(late, 30) == days


def test_the_most_and_the_end_of_all_points_are_kept():
    rule = LateRule(percent_per_day=20, at_most_percent=50, none_after_days=4)

    assert [rule.percent(days) for days in (0, 1, 2, 3, 4, 5)] == [0, 20, 40, 50, 50, 100]


RULE = LateRule(grace_minutes=10, percent_per_day=10)


@pytest.mark.parametrize(
    ("said", "days", "why"),
    [
        (HandedIn(), 0, ""),
        (at("2026-10-26T21:59:59+00:00"), 0, ""),
        (at("2026-10-26T23:05:00+01:00"), 0, ""),
        (at("2026-10-26T22:10:01+00:00"), 1, ""),
        (at("2026-10-28T00:00:00+02:00", late=True), 1, ""),
        (at("2026-10-26T22:05:00+00:00", late=True), 0, ""),
        (at("2026-10-26T20:00:00+00:00", late=True), 0, "it is late, says"),
        (at("2026-10-28T20:00:00+00:00", late=False), 0, "it is not late, says"),
        (HandedIn("Canvas", late=True), 0, "it is late, says the Canvas export, and not by how"),
        (HandedIn("Canvas", late=False), 0, ""),
        (at("2026-10-26T10:00:00"), 0, ""),
        (at("2026-10-26T10:10:01"), 0, "in a time zone that is not known"),
        (at("2026-11-30T10:00:00"), 0, "in a time zone that is not known"),
        (at("0001-01-01T00:00:00"), 0, ""),
        (at("9999-12-31T23:59:59"), 0, "in a time zone that is not known"),
        (at("yesterday", late=True), 0, "and not by how much"),
    ],
)
def test_lateness_is_told_by_the_exports_words_and_left_to_people_where_these_do_not_do(
    said, days, why
):
    lateness = judge(said, DUE, RULE)

    assert lateness.days == days
    assert why in lateness.unclear and bool(why) == bool(lateness.unclear)


def test_a_late_rule_needs_report_alone_and_its_removal_too(autograder, built_copy, out):
    came(out, "ada_1", at("2026-10-28T08:00:00+00:00"))
    came(out, "bob_1", at("2026-10-26T22:00:00+00:00"))
    record = (out / "ada_1" / "record.json").read_bytes()
    before = page(out, "ada_1")
    rule = f"{DATES}late: {{percent_per_day: 10, at_most_percent: 30}}\n"
    with_policies(built_copy, rule)

    status, said, _ = autograder("report", out, "--course", built_copy.root)

    assert status == 0
    assert "When 1 submission came is not known" in said  # ada_2's
    book = {row["submission"]: row for row in rows(out / "gradebook.csv")}
    assert {name: row["total"] for name, row in book.items()} == {
        "ada_1": "8.8",
        "ada_2": "4",
        "bob_1": "8",
    }
    assert (book["ada_1"]["scale"], book["ada_1"]["summed"]) == ("8", "3")
    reason = "handed in 2 days late, counting each day that has begun; 20 % of the points are taken"
    assert f"late (-2.2 points): {reason}" in book["ada_1"]["notes"]
    assert "<strong>8.8</strong> of 11 points" in page(out, "ada_1")
    assert "<strong>−2.2 points</strong>" in page(out, "ada_1") and reason in page(out, "ada_1")
    told = json.loads((out / "ada_1" / "results.json").read_text("utf-8"))
    assert told["score"] == 8.8 and f"Late: {reason}" in told["output"]
    assert (out / "ada_1" / "record.json").read_bytes() == record

    built_copy.edit("grading.yml", rule, "")
    autograder("report", out, "--course", built_copy.root)

    assert page(out, "ada_1") == before
    assert rows(out / "gradebook.csv")[0]["total"] == "11"


def test_what_is_only_known_to_be_late_costs_nothing_until_a_person_decides(
    autograder, built_copy, out
):
    came(out, "ada_1", HandedIn("Canvas", late=True))
    with_policies(built_copy, f"{DATES}late: {{percent_per_day: 10}}\n")

    autograder("report", out, "--course", built_copy.root)

    assert rows(out / "gradebook.csv")[0]["total"] == "11"
    why = "it is late, says the Canvas export, and not by how much; nothing is taken off"
    assert why in notes(out)["ada_1"] and why in page(out, "ada_1")


def test_the_handout_tells_the_late_rule(built_copy):
    built_copy.write("assignment/student_readme.md", "# To do\n\n<!-- dates -->\n")
    contract = with_policies(
        built_copy, f"{DATES}late: {{percent_per_day: 10, at_most_percent: 50}}\n"
    )

    handout = assemble(built_copy.layout, contract, {}, {})["handout.md"].decode()

    assert "| **late** | 10 % of the points for each day that has begun, at most 50 % |" in handout


# Where policies come from -------------------------------------------------------------------------


def test_outside_of_the_course_the_policies_of_the_last_time_hold(
    autograder, built_copy, out, tmp_path, monkeypatch
):
    with_policies(built_copy, "afterwards: {drop: {summed: {reason: Too hard.}}}\n")
    autograder("report", out, "--course", built_copy.root)
    first = page(out, "ada_1"), (out / "gradebook.csv").read_bytes()
    for name in ("ada_1/feedback.html", "gradebook.csv"):
        (out / name).unlink()
    monkeypatch.chdir(tmp_path)

    status, said, _ = autograder("report", out)

    assert status == 0 and "another" not in said
    assert (page(out, "ada_1"), (out / "gradebook.csv").read_bytes()) == first


def test_inside_of_the_course_its_policies_are_taken_and_stored(
    autograder, built_copy, out, monkeypatch
):
    with_policies(built_copy, "afterwards: {drop: {summed: {reason: Too hard.}}}\n")
    monkeypatch.chdir(built_copy.path("tests"))

    autograder("report", out)

    assert rows(out / "gradebook.csv")[0]["total"] == "8"
    assert read_policies(out).afterwards.drop.keys() == {"summed"}


def test_inside_of_another_course_its_policies_are_not_taken(
    autograder, built_copy, out, monkeypatch
):
    with_policies(built_copy, "afterwards: {drop: {summed: {reason: Too hard.}}}\n")
    built_copy.edit("grading.yml", TITLE, "title: Something else\n")
    monkeypatch.chdir(built_copy.root)

    _, said, _ = autograder("report", out)

    assert "The course here is another one (Something else)" in said
    assert rows(out / "gradebook.csv")[0]["total"] == "11"


def test_a_course_that_is_named_and_not_there_is_told(autograder, out, tmp_path):
    status, _, told = autograder("report", out, "--course", tmp_path)

    assert status == 2 and "no grading.yml" in told


def test_damaged_policies_are_told_and_mended_by_the_course(autograder, built, out, monkeypatch):
    monkeypatch.chdir(out)
    (out / "policies.json").write_text("{}}")

    status, _, told = autograder("report", out)

    assert status == 2 and "policies.json: damaged" in told
    assert autograder("report", out, "--course", built.root)[0] == 0
    assert autograder("report", out)[0] == 0


def test_grading_again_with_other_policies_renews_also_the_pages_that_are_kept(
    autograder, built_copy, graded, out
):
    with_policies(built_copy, "afterwards: {drop: {summed: {reason: Too hard.}}}\n")
    submissions = graded.parent / "in"

    _, said, _ = autograder(
        *("grade", submissions, "--out", out, "--course", built_copy.root, "--jobs", 1)
    )

    assert "3 of 3 are graded already" in said
    assert "Too hard." in page(out, "ada_1")
    assert rows(out / "gradebook.csv")[0]["total"] == "8"


def test_a_page_that_is_written_by_grading_has_the_policies_in_it(
    autograder, built_copy, hand_in, solution, tmp_path
):
    with_policies(built_copy, "afterwards: {drop: {summed/by_hand: {reason: Not said.}}}\n")
    out = tmp_path / "out"

    autograder(
        *("grade", hand_in(eve=solution), "--out", out),
        *("--course", built_copy.root, "--jobs", 1),
    )

    assert "This check was taken out of the marking afterwards: Not said." in page(out, "eve")
    assert "taken out" not in (out / "eve" / "record.json").read_text("utf-8")
    assert "adjustments" not in (out / "eve" / "record.json").read_text("utf-8")


# Afterwards ---------------------------------------------------------------------------------------


def test_what_is_dropped_gives_points_to_nobody_and_is_in_no_maximum(autograder, built_copy, out):
    text = "afterwards: {drop: {scale/secret_numbers: {reason: '=1+1 <b>not said</b>'}}}\n"
    with_policies(built_copy, text)

    autograder("report", out, "--course", built_copy.root)

    assert [row["total"] for row in rows(out / "gradebook.csv")] == ["8", "4", "5"]
    assert "<strong>8</strong> of 8 points" in page(out, "ada_1")
    assert "&lt;b&gt;not said&lt;/b&gt;" in page(out, "ada_1")
    tests = json.loads((out / "ada_2" / "results.json").read_text("utf-8"))["tests"]
    (dropped,) = [test for test in tests if test["name"].endswith("Secret numbers")][:1]
    assert (dropped["score"], dropped["max_score"]) == (0, 0) and "status" not in dropped
    assert "taken out of the marking afterwards: =1+1" in dropped["output"]


def test_a_question_that_is_rescaled_keeps_its_shares(autograder, built_copy, out):
    with_policies(
        built_copy, "afterwards: {rescale: {scale: {points: 2, reason: Less time than planned.}}}\n"
    )

    autograder("report", out, "--course", built_copy.root)

    assert [row["scale"] for row in rows(out / "gradebook.csv")] == ["2", "0.25", "2"]
    assert "from 8 to 2: Less time than planned." in page(out, "ada_2")
    assert "<strong>5</strong> of 5 points" in page(out, "ada_1")


def test_dropping_comes_before_rescaling(autograder, built_copy, out):
    drop = "drop: {scale/doubles: {reason: x}}"
    rescale = "rescale: {scale: {points: 14, reason: y}}"
    with_policies(built_copy, f"afterwards: {{{drop}, {rescale}}}\n")

    autograder("report", out, "--course", built_copy.root)

    assert [row["scale"] for row in rows(out / "gradebook.csv")] == ["14", "2", "14"]


def test_on_gradescope_lateness_is_left_to_gradescope_and_the_rest_is_done(
    built_copy, solution, tmp_path, monkeypatch
):
    late = at("2026-10-28T08:00:00+00:00")
    monkeypatch.setattr(on_gradescope, "Source", partial(Source, handed_in=late))
    with_policies(
        built_copy,
        f"{DATES}late: {{percent_per_day: 10}}\n"
        "afterwards: {drop: {summed: {reason: Too hard.}}}\n",
    )
    (tmp_path / "submission").mkdir()
    for name, data in solution.items():
        (tmp_path / "submission" / name).write_bytes(data)

    result = on_gradescope.grade_in_place(built_copy.layout, tmp_path)

    told = json.loads((tmp_path / "results" / "results.json").read_text("utf-8"))
    assert told["score"] == result.total == 8
    assert "Too hard." in told["output"]


# Attempts -----------------------------------------------------------------------------------------


def attempt(name: str, total: float = 5, at: str = "", *people: Person) -> Attempt:
    return Attempt(name, people, "Gradescope", at, total, 10, 0)


def chosen(rule: AttemptsRule | None, *attempts: Attempt) -> dict[str, str | None]:
    grades = counted(attempts, rule)
    return {g.student: g.counts.submission if g.counts else None for g in grades}


BEST, LAST = AttemptsRule(keep="best"), AttemptsRule(keep="last")
ADA, BOB = Person("Ada", "7"), Person("Bob", "", "Bob@x.org")


def by_name(keep: Any, pattern: str = "(?P<student>[a-z]+)_(?P<attempt>[0-9]+)") -> AttemptsRule:
    return AttemptsRule(keep=keep, pattern=pattern)


def test_the_best_counts_and_of_equals_the_earlier():
    early, late = "2026-10-01T10:00:00+00:00", "2026-10-01T09:30:00-01:00"

    assert chosen(BEST, attempt("a", 3, "", ADA), attempt("b", 4, "", ADA)) == {"7": "b"}
    assert chosen(BEST, attempt("a", 4, late, ADA), attempt("b", 4, early, ADA)) == {"7": "b"}
    assert chosen(by_name("best"), attempt("ada_10"), attempt("ada_9")) == {"ada": "ada_9"}


def test_the_last_counts_by_time_else_by_the_number_else_none():
    first, second = "2026-10-01T10:00:00+00:00", "2026-10-02T10:00:00+00:00"

    assert chosen(LAST, attempt("b", 9, first, ADA), attempt("a", 1, second, ADA)) == {"7": "a"}
    assert chosen(by_name("last"), attempt("ada_9", 9), attempt("ada_10", 1)) == {"ada": "ada_10"}
    assert chosen(LAST, attempt("a", 9, first, ADA), attempt("b", 1, "", ADA)) == {"7": None}
    assert chosen(LAST, attempt("a", 9, first, ADA), attempt("b", 1, first, ADA)) == {"7": None}
    naive = second.removesuffix("+00:00")
    assert chosen(LAST, attempt("a", 9, first, ADA), attempt("b", 1, naive, ADA)) == {"7": None}


def test_people_are_known_by_number_or_e_mail_and_never_by_a_name_alone():
    again = Person("Robert", "", "bob@X.org")
    nameless = Person("Kim")
    both = attempt("a", 3, "", ADA), attempt("b", 4, "", Person("A. L.", "7"))

    assert chosen(BEST, *both) == {"7": "b"}
    assert chosen(BEST, attempt("a", 3, "", BOB), attempt("b", 4, "", again)) == {"bob@x.org": "b"}
    assert chosen(BEST, attempt("a", 3, "", nameless), attempt("b", 4, "", nameless)) == {
        "a": "a",
        "b": "b",
    }


def test_what_several_have_handed_in_counts_for_each_by_itself():
    together, alone = attempt("x", 6, "", ADA, BOB), attempt("y", 8, "", ADA)

    assert chosen(BEST, together, alone) == {"7": "y", "bob@x.org": "x"}
    said = remarks(counted([together, alone], BEST), BEST)
    assert said == {"x": "does not count for 7: y is better"}


def test_without_a_rule_every_submission_counts():
    grades = counted([attempt("a", 3, "", ADA), attempt("b", 4, "", ADA)], None)

    assert [(g.student, g.counts and g.counts.submission) for g in grades] == [
        ("7", "a"),
        ("7", "b"),
    ]
    assert remarks(grades, None) == {}


def test_a_name_that_the_pattern_does_not_match_is_known_in_another_way():
    several = attempt("ada_1"), attempt("ada_2", 9), attempt("Eve"), attempt("x-1", 5, "", ADA)

    assert chosen(by_name("best"), *several) == {"7": "x-1", "Eve": "Eve", "ada": "ada_2"}


@pytest.mark.parametrize("keep", ["best", "last"])
def test_thousands_of_attempts_are_no_burden(keep):
    many = [attempt(f"s{i % 3000}_{i // 3000}", i % 7) for i in range(9000)]

    grades = counted(many, by_name(keep, "(?P<student>s[0-9]+)_(?P<attempt>[0-9]+)"))

    assert len(grades) == 3000 and all(len(g.attempts) == 3 for g in grades)


def test_grades_have_one_row_a_student_and_the_gradebook_one_a_submission(
    autograder, built_copy, out
):
    pattern = '"(?P<student>[a-z]+)_(?P<attempt>[0-9]+)"'
    rule = f"attempts: {{keep: last, pattern: {pattern}}}\n"
    with_policies(built_copy, rule)

    autograder("report", out, "--course", built_copy.root)

    header = "student,submission,total,of,late,attempts\n"
    assert (out / "grades.csv").read_text() == f"{header}ada,ada_2,4,11,0,2\nbob,bob_1,8,11,0,1\n"
    assert [(g.student, g.counts and g.counts.total) for g in Results(out).grades()] == [
        ("ada", 4),
        ("bob", 8),
    ]
    assert notes(out)["ada_1"].startswith("does not count: ada_2 is later; ")
    assert "does not count" not in notes(out)["ada_2"]

    built_copy.edit("grading.yml", "keep: last", "keep: best")
    autograder("report", out, "--course", built_copy.root)

    assert rows(out / "grades.csv")[0]["submission"] == "ada_1"
    assert notes(out)["ada_2"].startswith("does not count: ada_1 is better; ")

    built_copy.edit("grading.yml", rule.replace("last", "best"), "")
    autograder("report", out, "--course", built_copy.root)

    assert not (out / "grades.csv").exists()
    assert "does not count" not in "".join(notes(out).values())


def test_lateness_decides_which_is_the_best(autograder, built_copy, out):
    for name, when in (("ada_1", "2026-10-30T08:00:00+00:00"), ("ada_2", "2026-10-26T08:00+00:00")):
        came(out, name, at(when, people=(Person("Ada", "=7"),)))
    with_policies(built_copy, f"{DATES}late: {{percent_per_day: 20}}\nattempts: {{keep: best}}\n")

    autograder("report", out, "--course", built_copy.root)

    grades = {row["student"]: row for row in rows(out / "grades.csv")}
    assert grades["'=7"]["submission"] == "ada_2" and grades["'=7"]["total"] == "4"
    assert grades["bob_1"]["attempts"] == "1"


def test_where_the_last_is_not_known_there_is_no_total_and_all_say_so(autograder, built_copy, out):
    for name in ("ada_1", "ada_2"):
        came(out, name, HandedIn("Moodle", people=(ADA,)))
    with_policies(built_copy, "attempts: {keep: last}\n")

    _, said, _ = autograder("report", out, "--course", built_copy.root)

    assert "For 1 student it is not known which submission is the last" in said
    assert rows(out / "grades.csv")[0] == {
        "student": "7",
        "submission": "",
        "total": "",
        "of": "",
        "late": "",
        "attempts": "2",
    }
    assert "not known which of ada_1 and ada_2 is the last" in notes(out)["ada_1"]


def test_names_that_match_no_pattern_are_told(autograder, built_copy, out):
    with_policies(built_copy, 'attempts: {keep: best, pattern: "(?P<student>ada)_.*"}\n')

    _, said, _ = autograder("report", out, "--course", built_copy.root)

    assert "attempts.pattern does not match the names of 1 submission:" in said
    assert len(rows(out / "grades.csv")) == 2


def test_results_that_cannot_be_written_are_told(autograder, built_copy, out):
    with_policies(built_copy, "attempts: {keep: best}\n")
    (out / "grades.csv").mkdir()

    status, _, told = autograder("report", out, "--course", built_copy.root)

    assert status == 2 and "cannot be written" in told


def test_a_record_with_decisions_in_it_is_saved_without_them(out):
    came(out, "ada_1", at("2026-10-28T08:00:00+00:00"))
    before = load(out / "ada_1")
    late = decided(before, Decisions({}, Policies(due=DUE, late=RULE), {}))

    save(late, out / "ada_1")

    assert late.adjustments and late.total < before.total
    assert load(out / "ada_1") == before
