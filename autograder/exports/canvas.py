"""A CSV file for *Import* in Canvas's gradebook.

Which columns Canvas knows, how it finds students (``ID``, else ``SIS User ID``, else
``SIS Login ID``, else the name) and that a first cell with ``Points Possible`` is no student is in
``lib/gradebook_importer.rb``, what it exports in ``lib/gradebook_exporter.rb`` of
https://github.com/instructure/canvas-lms. A column is named ``Title (number)``; of a title that it
does not know, the import makes a new assignment. Points are shown to two decimals.
"""

from __future__ import annotations

import csv
import io
import re

from ..errors import ExportError
from ..intake import Person
from ..report.gradebook import inert
from ..report.wording import number, one_line
from .people import Counted, LeftOut, Tally
from .roster import Finder, Keys, Roster, assign
from .written import Written

COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POSSIBLE = "    Points Possible"
_ABOUT_PEOPLE = (*COLUMNS, "LastName", "FirstName", "Integration ID", "Root Account")
_POSTING = re.compile(r"\s*(Muted|Manual Posting.*)?\s*", re.IGNORECASE)
_KEPT = {"EX": "is excused there", "N/A": "is not assigned this there"}
_TITLE = re.compile(r"(?P<title>.*) \(\d+\)", re.DOTALL)


def write_new(tally: Tally, out_of: float | None) -> tuple[bytes, Written]:
    """Return a gradebook with these people and this assignment alone."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([*COLUMNS, tally.assignment])
    table.writerow([POSSIBLE, "", "", "", "", number(out_of or tally.max_points)])
    rows = 0
    for one in tally.counted:
        for person in one.people:
            cells = _identity(person, one)
            table.writerow([*map(inert, cells), "", one.points(out_of)])
            rows += 1
    return text.getvalue().encode(), Written(f"{rows} students", tally.left_out, tally.warnings)


def _identity(person: Person, counted: Counted) -> tuple[str, str, str, str]:
    """Return name and numbers, each where Canvas looks for one of its kind."""
    own = counted.export == "Canvas"
    anothers = person.number if counted.export in ("Gradescope", "") else ""
    return person.name, person.number if own else "", anothers, person.email


def fill(
    roster: Roster, tally: Tally, column: str | None, out_of: float | None
) -> tuple[bytes, Written]:
    """Fill the assignment's column of an exported gradebook; all else stays.

    Raises
    ------
    ExportError
        When it is no such gradebook, or has no such column.
    """
    place = _column(roster, column or tally.assignment, named=column is not None)
    possible, students = _rows(roster)
    if possible is not None and "read only" in roster.cell(possible, place):
        raise ExportError(
            f"{roster.path}: the column {roster.header[place]!r} is read-only in Canvas; name "
            "another by --column"
        )
    filled, unknown = assign(tally.counted, Finder(roster, students, _keys(roster)))
    left_out = [*tally.left_out, *unknown]
    done = 0
    for row, one in filled.items():
        there = roster.cell(row, place).strip().upper()
        if there in _KEPT:
            left_out.append(LeftOut(f"{roster.cell(row, 0)} ({one.submission})", _KEPT[there]))
            continue
        roster.fill(row, place, str(one.points(out_of)))
        done += 1
    said = f"{done} of {len(students)} students in the column {one_line(roster.header[place])!r}"
    warnings = [*tally.warnings, *_other_maximum(roster, possible, place, tally, out_of)]
    return roster.csv(), Written(said, left_out, warnings)


def _column(roster: Roster, wanted: str, *, named: bool) -> int:
    if not any("ID" in title for title in roster.header[1:3]) or "Section" not in roster.header:
        raise ExportError(
            f"{roster.path} is no gradebook of Canvas, whose columns are {', '.join(COLUMNS)} and "
            "one for each assignment; export it there again"
        )
    titles = [(i, t) for i, t in enumerate(roster.header) if t not in _ABOUT_PEOPLE]
    found = [i for i, title in titles if title == wanted] or [
        i
        for i, title in titles
        if (match := _TITLE.fullmatch(title)) and match["title"].strip() == wanted.strip()
    ]
    if len(found) == 1:
        return found[0]
    there = ", ".join(repr(one_line(title)) for _, title in titles if _TITLE.fullmatch(title))
    how = "--column" if not named else "another --column"
    raise ExportError(
        f"{roster.path}: {'several columns are' if found else 'no column is'} named {wanted!r}; "
        f"name the assignment's by {how}. There are: {there or 'none'}"
    )


def _rows(roster: Roster) -> tuple[int | None, list[int]]:
    """Return the row with the points possible, and those of students."""
    possible = None
    students = []
    for row, cells in enumerate(roster.rows):
        if cells and "Points Possible" in cells[0]:
            possible = row
        elif not all(map(_POSTING.fullmatch, cells)):
            students.append(row)
    return possible, students


def _keys(roster: Roster) -> Keys:
    own = roster.columns(["ID"])
    anothers = roster.columns(["SIS User ID", "SIS Login ID", "Integration ID"])
    parted = roster.columns(["FirstName", "LastName"])
    return Keys(
        {"Canvas": own, "Gradescope": anothers, "": [*own, *anothers]},
        roster.columns(["SIS Login ID", "Email"]),
        [parted if len(parted) == 2 else roster.columns(["Student"])],
    )


def _other_maximum(
    roster: Roster, possible: int | None, place: int, tally: Tally, out_of: float | None
) -> list[str]:
    """Warn when Canvas has another number of points to be had."""
    if possible is None:
        return []
    said = roster.cell(possible, place).replace(",", ".")
    own = out_of or tally.max_points
    try:
        same = abs(float(said) - own) < 0.005
    except ValueError:
        return []
    if same:
        return []
    return [
        f"Canvas has {said} points for this assignment, these marks are out of {number(own)}; "
        f"--out-of {said} writes them on that scale"
    ]
