"""Gradebooks for Canvas, against the rules by which its importer reads them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from autograder.intake import Person

TITLE = "Clustering with centres"
HEADER = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Essay (7)", f"{TITLE} (8)"]
HEADER += ["Current Score"]
STUDENTS = [
    ["    Points Possible", "", "", "", "", "5.00", "10.00", "(read only)"],
    ["Lovelace, Ada", "101", "S1", "ada@example.org", "One, and Two", "4.00", "", "80.00"],
    ["Noether, Emmy", "102", "S2", "emmy@example.org", "One", "=5", "1.00", ""],
    ["Erdős, Pál", "103", "S3", "pal@example.org", "One", "", "EX", ""],
    ["Student, Test", "104", "", "e1ab", "One", "", "", ""],
]


def written(rows: list[list[str]], **form: str) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator=form.pop("newline", "\n"), **form).writerows(rows)
    return text.getvalue()


def rows_of(path: Path, delimiter: str = ",") -> list[list[str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file, delimiter=delimiter))


@pytest.fixture
def roster(tmp_path):
    """Return a function that writes a gradebook as Canvas exports it."""

    def gradebook(rows=STUDENTS, header=HEADER) -> Path:
        path = tmp_path / "gradebook.csv"
        path.write_text(written([header, *rows]), "utf-8")
        return path

    return gradebook


def canvas_reads(rows: list[list[str]]) -> tuple[list[str], list[str]]:
    """Return the assignments and students that Canvas's importer takes from a file."""
    header, *rest = rows
    assert len(header) > 3 and "Student" in header[0] and "ID" in header[1]
    students = 3
    if header[2] == "SIS Login ID":
        students += 1
    elif header[2] == "SIS User ID" and header[3] == "SIS Login ID":
        students += 2
    assert header[students - 1] == "Section"
    possible = [row for row in rest if "Points Possible" in row[0]]
    assert len(possible) == 1
    return header[students:], [row[0] for row in rest if row not in possible]


# A new gradebook ----------------------------------------------------------------------------------


def test_a_new_gradebook_is_one_that_canvas_reads(autograder, store, record):
    results = store(
        record("half_done", "x", "Canvas", Person("adalovelace", "101")),
        record("full_marks", "submission_5", "Gradescope", Person("Emmy", "S2", "e@example.org")),
        record("full_marks", "Pál Erdős"),
    )

    status, said, _ = autograder("export", results, "--format", "canvas")

    rows = rows_of(results / "exports" / "canvas.csv")
    assert status == 0 and "3 students" in said
    assert canvas_reads(rows) == ([TITLE], ["Pál Erdős", "Emmy", "adalovelace"])
    assert rows[1:] == [
        ["    Points Possible", "", "", "", "", "10"],
        ["Pál Erdős", "", "Pál Erdős", "", "", "10"],
        ["Emmy", "", "S2", "e@example.org", "", "10"],
        ["adalovelace", "101", "", "", "", "4.5"],
    ]


def test_no_name_is_a_formula_in_a_new_gradebook(autograder, store, record):
    results = store(record("half_done", "x", "Gradescope", Person("=cmd()", "+1", "@b")))

    autograder("export", results, "--format", "canvas")

    assert rows_of(results / "exports" / "canvas.csv")[2][:4] == ["'=cmd()", "", "'+1", "'@b"]


# A gradebook to fill in ---------------------------------------------------------------------------


def test_only_the_assignments_column_of_those_who_handed_in_is_changed(
    autograder, store, record, roster
):
    results = store(
        record("half_done", "x", "Canvas", Person("adalovelace", "101")),
        record("full_marks", "submission_5", "Gradescope", Person("Emmy", "S2")),
    )

    status, said, _ = autograder("export", results, "--format", "canvas", "--roster", roster())

    expected = [list(row) for row in [HEADER, *STUDENTS]]
    expected[2][6] = "4.5"
    expected[3][6] = "10"
    assert rows_of(results / "exports" / "canvas.csv") == expected
    assert status == 0 and f"2 of 4 students in the column '{TITLE} (8)'" in said


@pytest.mark.parametrize(
    ("newline", "delimiter", "encoding"),
    [("\r\n", ",", "utf-8-sig"), ("\n", ";", "utf-8"), ("\n", "\t", "utf-8-sig")],
)
def test_a_gradebook_keeps_its_form(
    autograder, store, record, tmp_path, newline, delimiter, encoding
):
    path, to = tmp_path / "in.csv", tmp_path / "out.csv"
    rows = [HEADER, *STUDENTS]
    path.write_bytes(written(rows, newline=newline, delimiter=delimiter).encode(encoding))
    results = store(record("half_done", "x", "Canvas", Person("adalovelace", "101")))

    autograder("export", results, "--format", "canvas", "--roster", path, "--to", to)

    rows[2] = [*rows[2][:6], "4.5", *rows[2][7:]]
    assert to.read_bytes() == written(rows, newline=newline, delimiter=delimiter).encode(encoding)


@pytest.mark.parametrize(
    ("export", "person"),
    [
        ("Canvas", Person("?", "101")),
        ("Gradescope", Person("?", "s1")),
        ("Gradescope", Person("?", "ada@example.org")),
        ("Gradescope", Person("?", "", "ADA@example.org")),
        ("Gradescope", Person("?", "unknown", "ada@example.org")),
        ("Moodle", Person("Ada  LOVELACE", "102")),
        ("Gradescope", Person("Lovelace, Ada", "unknown", "unknown")),
    ],
)
def test_a_person_is_found_by_number_else_address_else_name(
    autograder, store, record, roster, export, person
):
    results = store(record("half_done", "x", export, person))

    status, _, _ = autograder("export", results, "--format", "canvas", "--roster", roster())

    assert status == 0
    assert [row[6] for row in rows_of(results / "exports/canvas.csv")[2:]] == [
        "4.5",
        "1.00",
        "EX",
        "",
    ]


@pytest.mark.parametrize("name", ["101", "S1", "ada@example.org", "ada lovelace", "Lovelace, Ada"])
def test_without_an_export_the_submissions_name_is_looked_for(
    autograder, store, record, roster, name
):
    results = store(record("half_done", name))

    status, _, _ = autograder("export", results, "--format", "canvas", "--roster", roster())

    assert status == 0
    assert rows_of(results / "exports/canvas.csv")[2][6] == "4.5"


def test_who_fits_no_row_or_several_is_listed_and_nothing_is_guessed(
    autograder, store, record, roster
):
    twins = [*STUDENTS, ["Lovelace, Ada", "105", "S5", "other@example.org", "Two", "", "", ""]]
    results = store(
        record("half_done", "a", "Gradescope", Person("Ada Lovelace", "unknown")),
        record("half_done", "b", "Gradescope", Person("Nobody\x1b[31m", "S9")),
        record("half_done", "c", "Gradescope", Person("Emmy", "S2", "pal@example.org")),
        record("half_done", "d", "Canvas", Person("S1", "S1")),
        record("failed_submission", "e"),
    )

    status, _, told = autograder("export", results, "--format", "canvas", "--roster", roster(twins))

    assert status == 1
    assert told.splitlines() == [
        "Without marks in it (5):",
        "  e: could not be graded",
        "  Ada Lovelace (a): 2 rows fit",
        "  Nobody (b): no row fits",
        "  Emmy (c): the number and the e-mail address are in rows of different people",
        "  S1 (d): no row fits",
    ]
    assert rows_of(results / "exports/canvas.csv") == [HEADER, *twins]


def test_two_submissions_for_one_row_leave_it_as_it_is(autograder, store, record, roster):
    results = store(record("half_done", "101"), record("full_marks", "ada@example.org"))

    status, _, told = autograder("export", results, "--format", "canvas", "--roster", roster())

    assert status == 1
    assert "101: has the same row as ada@example.org" in told
    assert rows_of(results / "exports/canvas.csv")[2][6] == ""


def test_who_is_excused_stays_excused_and_is_told(autograder, store, record, roster):
    results = store(record("half_done", "103"))

    status, _, told = autograder("export", results, "--format", "canvas", "--roster", roster())

    assert status == 1
    assert "Erdős, Pál (103): is excused there" in told
    assert rows_of(results / "exports/canvas.csv")[4][6] == "EX"


def test_another_column_can_be_named_with_or_without_its_number(autograder, store, record, roster):
    results = store(record("half_done", "101"))
    for name in ("Essay", "Essay (7)"):
        asked = ("--roster", roster(), "--column", name)
        status, _, told = autograder("export", results, "--format", "canvas", *asked)

        assert status == 0
        assert rows_of(results / "exports/canvas.csv")[2][5] == "4.5"
        assert "Canvas has 5.00 points for this assignment, these marks are out of 10" in told


def test_marks_are_scaled_when_asked(autograder, store, record, roster):
    results = store(record("half_done", "101"))
    asked = ("--roster", roster(), "--column", "Essay", "--out-of", "5")

    status, _, told = autograder("export", results, "--format", "canvas", *asked)

    assert (status, told) == (0, "")
    assert rows_of(results / "exports/canvas.csv")[2][5] == "2.25"


@pytest.mark.parametrize(
    ("header", "column", "reason"),
    [
        (
            HEADER,
            "Exam",
            "no column is named 'Exam'; name the assignment's by another --column. "
            f"There are: 'Essay (7)', '{TITLE} (8)'",
        ),
        ([*HEADER[:5], f"{TITLE} (7)", f"{TITLE} (8)"], None, "several columns are named"),
        (HEADER, "Current Score", "is read-only in Canvas"),
        (["Identifier", "Full name", "Grade"], None, "is no gradebook of Canvas"),
    ],
)
def test_a_gradebook_without_the_one_column_is_refused_and_nothing_is_written(
    autograder, store, record, roster, header, column, reason
):
    results = store(record("half_done", "101"))
    asked = ["--roster", roster(header=header), *(["--column", column] if column else [])]

    status, _, told = autograder("export", results, "--format", "canvas", *asked)

    assert status == 2 and reason in told
    assert not (results / "exports").exists()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Student,ID\n\xff,1\n", "is no text in UTF-8"),
        (b'Student,ID,"Section\nx', "is no CSV file"),
        (b"", "has no columns"),
        (None, "cannot be read"),
    ],
)
def test_a_roster_that_is_no_table_is_told(autograder, store, record, tmp_path, data, reason):
    results = store(record("half_done", "101"))
    if data is not None:
        (tmp_path / "roster.csv").write_bytes(data)
    asked = ("--format", "canvas", "--roster", tmp_path / "roster.csv")

    status, _, told = autograder("export", results, *asked)

    assert status == 2 and reason in told
