"""CSV files for Moodle: its offline grading worksheet filled in, or a table for *Grade import*.

The worksheet is what an assignment gives by *Download grading worksheet*; the import looks for
``Identifier``, ``Grade`` and ``Last modified (grade)``, leaves out, without a word, rows whose
grade is above the maximum, and takes feedback by the column's name
(``mod/assign/feedback/offline/importgradeslib.php`` and ``importgradesform.php`` in
https://github.com/moodle/moodle, columns in ``mod/assign/gradingtable.php``). The number in
``Identifier`` is the one in the names of downloaded submissions.

*Grade import* finds people by e-mail address (letter case matters) or ID number, as is chosen
there: https://docs.moodle.org/en/Grade_import.
"""

from __future__ import annotations

import csv
import io
import re

from ..errors import ExportError
from ..report.gradebook import inert
from ..report.wording import number
from .people import COMMENT, LeftOut, Tally
from .roster import Finder, Keys, Roster, assign
from .written import Written

COLUMNS = ("Full name", "ID number", "Email address")
_NEEDED = ("Identifier", "Grade", "Last modified (grade)")
_COMMENTS = "Feedback comments"
_MAXIMUM = ("Maximum grade", "Maximum Grade")
_OURS = re.compile(rf"(?:<[^>]*>|\s)*{re.escape(COMMENT)}")


def write_new(tally: Tally, out_of: float | None) -> tuple[bytes, Written]:
    """Return a table for *Grade import*.

    People whose e-mail address and ID number are both unknown cannot be found there, and are left
    out; the numbers in Moodle's own downloads are no ID numbers.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([*COLUMNS, tally.assignment])
    left_out = list(tally.left_out)
    rows = 0
    for one in tally.counted:
        for person in one.people:
            ident = person.number if one.export in ("Gradescope", "") else ""
            if not ident and not person.email:
                why = "neither e-mail address nor ID number is known; fill in the worksheet"
                left_out.append(LeftOut(f"{person.name} ({one.submission})", f"{why} (--roster)"))
                continue
            cells = map(inert, (person.name, ident, person.email))
            table.writerow([*cells, one.points(out_of)])
            rows += 1
    return text.getvalue().encode(), Written(f"{rows} students", left_out, tally.warnings)


def fill(
    roster: Roster, tally: Tally, column: str | None, out_of: float | None
) -> tuple[bytes, Written]:
    """Fill grades and feedback comments of an offline grading worksheet; all else stays.

    A comment stays if somebody else has written it.

    Raises
    ------
    ExportError
        When it is no such worksheet.
    """
    missing = [name for name in _NEEDED if roster.column(name) is None]
    grade = roster.column(column or "Grade")
    if missing or grade is None:
        needed = ", ".join(missing) if missing else repr(column)
        raise ExportError(
            f"{roster.path} is no offline grading worksheet of Moodle: {needed} is not among its "
            "columns; download it again, in English, and do not rename its columns"
        )
    comments = roster.column(_COMMENTS)
    maximum = next(iter(roster.columns(_MAXIMUM)), None)
    changeable = roster.column("Grade can be changed")
    filled, unknown = assign(tally.counted, Finder(roster, range(len(roster.rows)), _keys(roster)))
    left_out = [*tally.left_out, *unknown]
    done = 0
    others: set[str] = set()
    for row, one in filled.items():
        points = one.points(out_of)
        most = _float(roster.cell(row, maximum))
        who = f"{roster.cell(row, _first_name(roster))} ({one.submission})"
        if roster.cell(row, changeable).strip() == "No":
            left_out.append(LeftOut(who, "the grade cannot be changed there"))
            continue
        if most is not None and points > most:
            why = f"{points} is above Moodle's maximum of {number(most)}, and would be passed over"
            left_out.append(LeftOut(who, why))
            continue
        if most is not None and abs(most - (out_of or one.max_points)) > 0.005:
            others.add(f"{number(most)}")
        roster.fill(row, grade, _written_as(points, roster.cell(row, maximum)))
        there = roster.cell(row, comments)
        if comments is not None and (not there.strip() or _OURS.match(there)):
            roster.fill(row, comments, one.comment())
        done += 1
    warnings = list(tally.warnings)
    if others:
        most_there = ", ".join(sorted(others))
        warnings.append(
            f"Moodle's maximum is {most_there}, these marks are out of "
            f"{number(out_of or tally.max_points)}; --out-of {most_there} writes them on that scale"
        )
    return roster.csv(), Written(f"{done} of {len(roster.rows)} students", left_out, warnings)


def _keys(roster: Roster) -> Keys:
    own = roster.columns(["Identifier"])
    anothers = roster.columns(["ID number", "Username"])
    return Keys(
        {"Moodle": own, "Gradescope": anothers, "": anothers},
        roster.columns(["Email address"]),
        [roster.columns(["Full name"])],
        roster.columns(["Group"]),
        own,
    )


def _first_name(roster: Roster) -> int:
    return roster.columns(["Full name", "Identifier"])[0]


def _float(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _written_as(points: float, maximum: str) -> str:
    """Return points with the decimal sign that the worksheet has."""
    return str(points).replace(".", ",") if "," in maximum else str(points)
