"""Moodle's offline grading worksheet filled in, and tables for its grade import."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from autograder.intake import Person

HEADER = ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade"]
HEADER += ["Grade can be changed", "Last modified (submission)", "Last modified (grade)"]
HEADER += ["Feedback comments"]
SUBMITTED = "Submitted for grading"
WHEN = "Monday, 5 October 2026, 10:11 AM"
ADA = ["Participant 301", "Ada Lovelace", "ada@example.org", SUBMITTED, "", "10.00", "Yes", WHEN]
EMMY = ["Participant 302", "Emmy Noether", "emmy@example.org", SUBMITTED, "2.00", "10.00", "Yes"]
ROWS = [[*ADA, "-", ""], [*EMMY, WHEN, WHEN, "<p>Well done!</p>"]]


@pytest.fixture
def worksheet(tmp_path):
    """Return a function that writes a worksheet as Moodle gives it."""

    def written(rows=ROWS, header=HEADER) -> Path:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([header, *rows])
        path = tmp_path / "worksheet.csv"
        path.write_text("\ufeff" + text.getvalue(), "utf-8")
        return path

    return written


def rows_of(results: Path) -> list[list[str]]:
    with (results / "exports/moodle.csv").open(newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file))


def test_grades_and_comments_are_filled_in_and_all_else_stays(autograder, store, record, worksheet):
    results = store(
        record("half_done", "Ada Lovelace_301", "Moodle", Person("Ada Lovelace", "301")),
        record("full_marks", "Emmy Noether_302", "Moodle", Person("Emmy Noether", "302")),
    )

    status, said, _ = autograder("export", results, "--format", "moodle", "--roster", worksheet())

    header, ada, emmy = rows_of(results)
    assert (status, header) == (0, HEADER) and "2 of 2 students" in said
    assert ada[:9] == [*ADA[:4], "4.5", *ROWS[0][5:9]]
    assert ada[9].startswith("Points by question: distances 4.5 of 4.5, assign")
    assert emmy == [*EMMY[:4], "10", *ROWS[1][5:9], "<p>Well done!</p>"]
    assert (results / "exports/moodle.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_comment_of_ours_is_written_again(autograder, store, record, worksheet):
    rows = [[*ROWS[0][:9], "<p>Points by question: distances 1 of 4.5.</p>"]]
    results = store(record("half_done", "x", "Moodle", Person("?", "301")))

    autograder("export", results, "--format", "moodle", "--roster", worksheet(rows))

    assert "distances 4.5 of 4.5" in rows_of(results)[1][9]


@pytest.mark.parametrize(
    ("export", "person"),
    [
        ("Moodle", Person("?", "301")),
        ("Gradescope", Person("?", "302", "ada@example.org")),
        ("Canvas", Person("ada lovelace", "302")),
    ],
)
def test_a_person_is_found_by_what_the_number_is_a_number_of(
    autograder, store, record, worksheet, export, person
):
    results = store(record("half_done", "x", export, person))

    status, _, _ = autograder("export", results, "--format", "moodle", "--roster", worksheet())

    assert (status, rows_of(results)[1][4], rows_of(results)[2][4]) == (0, "4.5", "2.00")


def test_a_team_without_a_number_has_its_marks_in_the_rows_of_its_group(
    autograder, store, record, worksheet
):
    header = [*HEADER[:4], "Group", *HEADER[4:]]
    rows = [[*row[:4], "Team A", *row[4:]] for row in ROWS]
    results = store(record("half_done", "Team A", "Moodle", Person("Team A")))

    asked = ("--format", "moodle", "--roster", worksheet(rows, header))
    status, _, _ = autograder("export", results, *asked)

    assert (status, [row[5] for row in rows_of(results)]) == (0, ["Grade", "4.5", "4.5"])


def test_what_moodle_would_pass_over_silently_is_told(autograder, store, record, worksheet):
    rows = [[*ADA[:5], "5.00", *ADA[6:], "-", ""], [*EMMY[:6], "No", WHEN, WHEN, ""]]
    results = store(
        record("full_marks", "a", "Moodle", Person("?", "301")),
        record("half_done", "b", "Moodle", Person("?", "302")),
        record("half_done", "c", "Moodle", Person("Nobody", "303")),
    )

    asked = ("--format", "moodle", "--roster", worksheet(rows))
    status, _, told = autograder("export", results, *asked)

    assert status == 1
    assert told.splitlines() == [
        "Without marks in it (3):",
        "  Nobody (c): no row fits",
        "  Ada Lovelace (a): 10 is above Moodle's maximum of 5, and would be passed over",
        "  Emmy Noether (b): the grade cannot be changed there",
    ]
    assert rows_of(results) == [HEADER, *rows]


def test_another_maximum_is_told_and_marks_are_scaled_when_asked(
    autograder, store, record, worksheet
):
    rows = [[*ADA[:5], "100,00", *ADA[6:], "-", ""]]
    results = store(record("wrong_value_public", "x", "Moodle", Person("?", "301")))
    asked = ("--format", "moodle", "--roster", worksheet(rows))

    _, _, told = autograder("export", results, *asked)
    unscaled = rows_of(results)[1][4]
    _, _, nothing = autograder("export", results, *asked, "--out-of", "100")

    assert "Moodle's maximum is 100, these marks are out of 10; --out-of 100 writes" in told
    assert (unscaled, rows_of(results)[1][4], nothing) == ("8", "80", "")


@pytest.mark.parametrize("missing", ["Identifier", "Grade", "Last modified (grade)"])
def test_a_worksheet_that_moodle_would_not_take_back_is_refused(
    autograder, store, record, worksheet, missing
):
    header = ["x" if name == missing else name for name in HEADER]
    results = store(record("half_done", "x", "Moodle", Person("?", "301")))

    asked = ("--format", "moodle", "--roster", worksheet(header=header))
    status, _, told = autograder("export", results, *asked)

    assert status == 2 and f"{missing} is not among its columns" in told
    assert not (results / "exports").exists()


def test_a_table_for_the_grade_import_has_those_whom_moodle_can_find(autograder, store, record):
    results = store(
        record("half_done", "a", "Gradescope", Person("=Ada", "S1", "Ada@example.org")),
        record("half_done", "b", "Moodle", Person("Emmy", "302")),
        record("full_marks", "S3"),
    )

    status, _, told = autograder("export", results, "--format", "moodle")

    assert status == 1
    assert "Emmy (b): neither e-mail address nor ID number is known; fill in the work" in told
    assert rows_of(results) == [
        ["Full name", "ID number", "Email address", "Clustering with centres"],
        ["S3", "S3", "", "10"],
        ["'=Ada", "S1", "Ada@example.org", "4.5"],
    ]
