"""nbgrader's table, an autograder for Gradescope, JUnit and JSON lines, by published formats."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from autograder.exports import nbgrader
from autograder.exports.people import counting
from autograder.intake import Person
from autograder.report import results_json
from autograder.result import load

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = sorted(path.parent.name for path in GOLDEN.glob("*/record.json"))
FORMATS = ["gradescope", "canvas", "moodle", "nbgrader", "junit", "jsonl"]


@pytest.fixture
def all_cases(store, record):
    return store(*(record(case, case) for case in CASES))


# All formats --------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_results_give_the_same_bytes(autograder, all_cases, tmp_path, form):
    for name in ("one", "other"):
        autograder("export", all_cases, "--format", form, "--to", tmp_path / name)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes() != b""


@pytest.mark.parametrize("form", FORMATS)
def test_neither_details_nor_what_hidden_checks_printed_are_in_an_export(
    autograder, all_cases, tmp_path, form
):
    autograder("export", all_cases, "--format", form, "--to", tmp_path / "out")

    data = (tmp_path / "out").read_bytes()
    if form == "gradescope":
        with zipfile.ZipFile(tmp_path / "out") as archive:
            data = b"".join(map(archive.read, archive.namelist()))
    records = b"".join((GOLDEN / case / "record.json").read_bytes() for case in CASES)
    for secret in (b"DETAIL-FOR-THE-INSTRUCTOR", b"31.4159"):
        assert secret in records and secret not in data


@pytest.mark.parametrize("form", ["canvas", "moodle", "nbgrader"])
def test_what_platforms_are_told_has_neither_checks_nor_what_they_found(
    autograder, all_cases, tmp_path, form
):
    autograder("export", all_cases, "--format", form, "--to", tmp_path / "out")

    text = (tmp_path / "out").read_text("utf-8")
    checks = {c.name for case in CASES for q in load(GOLDEN / case).questions for c in q.checks}
    for case in CASES:  # what a submission is called may hold a check's name
        text = text.replace(case, "")
    assert not [name for name in checks if name in text]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["junit", "--roster", "x.csv"], "only canvas and moodle have a table to fill in"),
        (["canvas", "--column", "x"], "it is a column of --roster"),
        (["nbgrader", "--out-of", "5"], "only canvas and moodle have a scale"),
        (["jsonl", "--finished-only"], "jsonl has all checks"),
        (["excel"], "'excel' is not one of"),
    ],
)
def test_options_that_do_not_fit_are_refused(autograder, all_cases, options, reason):
    status, _, told = autograder("export", all_cases, "--format", *options)

    assert status == 2 and reason in " ".join(told.replace("│", " ").split())


def test_a_folder_without_results_is_told(autograder, tmp_path):
    status, _, told = autograder("export", tmp_path, "--format", "jsonl")

    assert status == 2 and "there are no results here" in told
    assert not list(tmp_path.iterdir())


def test_a_damaged_record_leaves_the_export_before_it(autograder, store, record, tmp_path):
    results = store(record("full_marks", "ada"), record("full_marks", "bob"))
    autograder("export", results, "--format", "jsonl")
    before = (results / "exports/checks.jsonl").read_bytes()
    (results / "bob/record.json").write_bytes(b"{}")

    status, _, told = autograder("export", results, "--format", "jsonl")

    assert status == 2 and "bob/record.json: the record is damaged" in told
    assert [path.name for path in (results / "exports").iterdir()] == ["checks.jsonl"]
    assert (results / "exports/checks.jsonl").read_bytes() == before


@pytest.mark.parametrize("form", ["jsonl", "junit", "gradescope", "canvas"])
def test_memory_does_not_grow_with_the_records(autograder, store, record, tmp_path, form):
    long = record("wrong_value_public", "0", "Gradescope", Person("0", "0", "0@example.org"))
    printed = replace(long.questions[0].checks[0], printed="x" * 100, detail="y" * 400_000)
    question = replace(long.questions[0], checks=(printed, *long.questions[0].checks[1:]))
    for name in map(str, range(20)):
        who = Person(name, name, f"{name}@example.org")
        handed_in = replace(long.handed_in, people=(who,))
        results = store(replace(long, submission=name, questions=(question,), handed_in=handed_in))
    autograder("export", results, "--format", form)  # what is imported is held for good

    tracemalloc.start()
    autograder("export", results, "--format", form)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 4_000_000  # the records are twice that


# nbgrader -----------------------------------------------------------------------------------------


def test_the_table_has_nbgraders_columns(autograder, store, record, built):
    ada = Person("Lovelace, Ada", "S1", "ada@example.org")
    results = store(
        record("half_done", "x", "Gradescope", ada, at="2026-10-05T10:11:12+00:00"),
        record("full_marks", "Emmy Noether"),
    )

    status, _, told = autograder("export", results, "--format", "nbgrader", "--course", built.root)

    with (results / "exports/nbgrader.csv").open(newline="", encoding="utf-8") as file:
        emmy, first = csv.DictReader(file)
    assert (status, told) == (0, "")
    assert first == {
        "assignment": "Clustering with centres",
        "duedate": "",
        "timestamp": "2026-10-05T10:11:12+00:00",
        "student_id": "S1",
        "last_name": "Lovelace",
        "first_name": "Ada",
        "email": "ada@example.org",
        "raw_score": "4.5",
        "late_submission_penalty": "0",
        "score": "4.5",
        "max_score": "10",
    }
    assert list(first) == list(nbgrader.COLUMNS)
    assert (emmy["student_id"], emmy["last_name"]) == ("Emmy Noether", "Emmy Noether")


def test_what_is_taken_off_is_the_penalty_and_the_moment_due_is_told(record):
    tally = counting([record("half_done", "ada"), record("half_done", "bob")])
    late, raised = (replace(one, total=t) for one, t in zip(tally.counted, (3.5, 6), strict=True))

    data, _ = nbgrader.write_new(
        replace(tally, counted=(late, raised)), datetime(2026, 10, 5, 23, 59, tzinfo=UTC)
    )

    rows = list(csv.DictReader(data.decode().splitlines()))
    scores = [(r["raw_score"], r["late_submission_penalty"], r["score"]) for r in rows]
    assert scores == [("4.5", "1", "3.5"), ("6", "0", "6")]
    assert rows[0]["duedate"] == "2026-10-05T23:59:00+00:00"


def test_without_a_course_the_moment_due_is_empty_and_that_is_told(
    autograder, store, record, tmp_path
):
    results = store(record("half_done", "ada"))

    status, _, told = autograder("export", results, "--format", "nbgrader", "--course", tmp_path)

    assert status == 0 and "the column duedate is empty" in told


# Gradescope ---------------------------------------------------------------------------------------

TOP = {
    "score": (int, float),
    "execution_time": (int, float),
    "output": str,
    "output_format": str,
    "visibility": str,
    "stdout_visibility": str,
    "extra_data": dict,
    "tests": list,
    "leaderboard": list,
    "test_output_format": str,
    "test_name_format": str,
}
OF_TESTS = {
    "score": (int, float),
    "max_score": (int, float),
    "status": str,
    "name": str,
    "name_format": str,
    "number": str,
    "output": str,
    "output_format": str,
    "tags": list,
    "visibility": str,
    "extra_data": dict,
}
VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}
OUTPUT_FORMATS = {"text", "html", "simple_format", "md", "ansi"}


def is_published(plain: dict[str, Any], keys: dict[str, Any]) -> None:
    """Hold an object against the keys that Gradescope publishes, their types and their words."""
    for key, value in plain.items():
        assert isinstance(value, keys[key]), key
    assert {v for k, v in plain.items() if k.endswith("visibility")} <= VISIBILITIES
    assert {v for k, v in plain.items() if k.endswith("_format")} <= OUTPUT_FORMATS
    assert plain.get("status", "passed") in ("passed", "failed")


@pytest.mark.parametrize("case", CASES)
def test_results_json_has_published_keys_alone(case):
    plain = json.loads(results_json(load(GOLDEN / case)))

    is_published(plain, TOP)
    for test in plain["tests"]:
        is_published(test, OF_TESTS)


def hand_out(archive: Path, root: Path, metadata: dict[str, Any]) -> Any:
    """Run the exported autograder as Gradescope does, and return what it hands out."""
    root.mkdir()
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(root / "source")
    (root / "submission_metadata.json").write_text(json.dumps(metadata))
    ran = subprocess.run(
        [sys.executable, "-I", root / "source/run_autograder"],
        env={"AUTOGRADER_ROOT": str(root)},
        capture_output=True,
        text=True,
    )
    results = root / "results/results.json"
    assert (ran.returncode == 0) == results.exists()
    return json.loads(results.read_bytes()) if results.exists() else ran.stderr


@pytest.fixture
def archive(autograder, store, record):
    ada = Person("Ada", "S1", "ada@example.org")
    emmy = Person("Emmy", "S2", "Emmy@example.org")
    results = store(
        record("half_done", "submission_11", "Gradescope", ada),
        record("full_marks", "emmy", "Elsewhere", emmy),
        record("full_marks", "nameless"),
        record("failed_submission", "submission_12", "Gradescope"),
    )
    status, _, told = autograder("export", results, "--format", "gradescope")
    assert status == 1
    assert told.splitlines() == [
        "Without marks in it (2):",
        "  submission_12: could not be graded",
        "  nameless: neither a Gradescope submission's number nor an e-mail address is known",
    ]
    return results / "exports/gradescope.zip"


@pytest.mark.parametrize(
    ("metadata", "score"),
    [
        ({"id": 11, "users": [{"email": "ada@example.org"}]}, 4.5),
        ({"id": 99, "users": [{"email": "other@x"}, {"email": "emmy@example.org"}]}, 10),
    ],
    ids=["by the submission's number", "by e-mail address"],
)
def test_gradescope_is_handed_the_marks(archive, tmp_path, metadata, score):
    handed_out = hand_out(archive, tmp_path / "root", metadata)

    assert handed_out["score"] == score
    is_published(handed_out, TOP)


def test_a_submission_handed_in_again_gets_no_marks_of_the_one_before(archive, tmp_path):
    metadata = {"id": 13, "users": [{"email": "ada@example.org"}]}

    assert "no marks of this submission" in hand_out(archive, tmp_path / "root", metadata)


def test_the_archive_can_be_run_where_gradescope_unpacks_it(archive):
    with zipfile.ZipFile(archive) as packed:
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in packed.infolist()}

    assert (modes["setup.sh"], modes["run_autograder"]) == (0o755, 0o755)
    assert modes["results/submission_11/results.json"] == 0o644


# JUnit --------------------------------------------------------------------------------------------

CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase"},
    "properties": {"property"},
    "testcase": {"failure", "skipped", "system-out"},
}
ATTRIBUTES = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}),
    "testsuite": ({"name", "tests", "failures", "errors"}, {"skipped", "time"}),
    "property": ({"name", "value"}, set()),
    "testcase": ({"name"}, {"classname", "time"}),
    "failure": (set(), {"message", "type"}),
    "skipped": (set(), {"message", "type"}),
}


def suites(results: Path) -> list[ElementTree.Element]:
    """Return the suites of an export, after holding it against Jenkins's schema."""
    root = ElementTree.fromstring((results / "exports/junit.xml").read_bytes())
    assert root.tag == "testsuites"
    for element in root.iter():
        needed, allowed = ATTRIBUTES.get(element.tag, (set(), set()))
        assert needed <= set(element.attrib) <= needed | allowed, element.tag
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, set()), element.tag
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.attrib["tests"]) == len(cases)
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped"))
    return list(root)


def test_each_question_of_each_submission_is_a_suite(autograder, all_cases):
    status, said, _ = autograder("export", all_cases, "--format", "junit")

    names = [suite.attrib["name"] for suite in suites(all_cases)]
    expected = [f"{case}.{q.name}" for case in CASES for q in load(GOLDEN / case).questions]
    assert names == expected
    assert status == 0 and "it is for instructors, not for students" in said


def test_what_was_not_started_is_skipped_and_what_failed_says_why(autograder, store, record):
    results = store(
        record("not_started", "none"), record("time_out", "slow"), record("full_marks", "all")
    )

    autograder("export", results, "--format", "junit")

    told = {
        (suite.attrib["name"], case.attrib["name"]): (end.tag, end.attrib["type"])
        for suite in suites(results)
        for case in suite.findall("testcase")
        for end in case
        if end.tag != "system-out"
    }
    assert told["none.assign", "nearest_wins"] == ("skipped", "not_started")
    assert ("failure", "time") in told.values()
    assert {name.partition(".")[0] for name, _ in told} == {"none", "slow"}


def test_points_diagnoses_and_help_are_properties_of_a_suite(autograder, store, record):
    results = store(record("one_diagnosis", "one"), record("follow_through", "two"))

    autograder("export", results, "--format", "junit")

    properties = [(p.get("name"), p.get("value")) for s in suites(results) for p in s[0]]
    names = {name for name, _ in properties}
    assert {"points", "max_points", "diagnosis", "helped_by", "submission"} <= names


def test_whatever_was_printed_the_xml_can_be_read(autograder, store, record):
    result = record("wrong_value_public", "]]> & <x y='\"'> \x00\x1b[31m \ufffe \ud800")
    nasty = "".join(map(chr, [*range(0x20), 0x7F, 0xFFFE, 0xFFFF])) + "]]>&<a>" + "é"
    first, *others = result.questions[0].checks
    bad = replace(
        first, outcome="failed", reason="wrong", printed=nasty, found=nasty, asked=nasty, name=nasty
    )
    question = replace(result.questions[0], checks=(bad, *others))
    results = store(replace(result, submission="x", questions=(question,)))
    path = results / "exports/junit.xml"

    autograder("export", results, "--format", "junit")

    (suite,) = suites(results)
    assert "]]>&<a>é" in (suite.findtext("testcase/system-out") or "")
    assert b"\x1b" not in path.read_bytes() and b"\x00" not in path.read_bytes()


# JSON lines ---------------------------------------------------------------------------------------

KEYS = [
    *("assignment", "submission", "status", "question", "kind", "bonus", "check", "visibility"),
    *("points", "max_points", "outcome", "reason", "diagnoses", "helped_by", "seconds"),
]


def test_each_check_is_an_object_with_the_documented_keys(autograder, all_cases):
    autograder("export", all_cases, "--format", "jsonl")

    lines = (all_cases / "exports/checks.jsonl").read_bytes().splitlines()
    objects = [json.loads(line) for line in lines]
    results = [load(GOLDEN / case) for case in CASES]
    assert {tuple(one) for one in objects} == {tuple(KEYS)}
    assert [(one["check"], one["points"], one["outcome"]) for one in objects] == [
        (c.name, c.points, c.outcome) for r in results for q in r.questions for c in q.checks
    ]
    assert sum(one["points"] for one in objects) == sum(result.total for result in results)


def test_diagnoses_and_help_are_told_by_name(autograder, store, record):
    results = store(record("two_diagnoses", "ada"), record("follow_through", "bob"))

    autograder("export", results, "--format", "jsonl")

    lines = (results / "exports/checks.jsonl").read_text().splitlines()
    objects = [json.loads(line) for line in lines]
    assert {len(one["diagnoses"]) for one in objects if one["submission"] == "ada"} == {0, 2}
    assert ["distances", "assign"] in [one["helped_by"] for one in objects]
