"""The table that ``nbgrader export`` writes, with a row for each person who handed in.

Its columns are those of ``CsvExportPlugin`` in ``nbgrader/plugins/export.py`` of
https://github.com/jupyter/nbgrader. As there, ``score`` is ``raw_score`` less
``late_submission_penalty``; all that takes points off afterwards is counted as this penalty.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime

from ..report.gradebook import inert
from ..report.wording import number
from .people import Tally
from .written import Written

COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)


def write_new(tally: Tally, due: datetime | None) -> tuple[bytes, Written]:
    """Return the table.

    Parameters
    ----------
    tally : Tally
    due : datetime, optional
        When the assignment was due; without, the column is empty.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    rows = 0
    for one in tally.counted:
        raw = max(one.given, one.total)
        for person in one.people:
            last, first = _parted(person.name)
            ident = person.number or person.email or person.name
            table.writerow(
                [
                    *map(inert, (one.assignment, due.isoformat() if due else "", one.at)),
                    *map(inert, (ident, last, first, person.email)),
                    *map(number, (raw, raw - one.total, one.total, one.max_points)),
                ]
            )
            rows += 1
    return text.getvalue().encode(), Written(f"{rows} students", tally.left_out, tally.warnings)


def _parted(name: str) -> tuple[str, str]:
    """Return last and first name; of a name without a comma it is not known which is which."""
    last, comma, first = name.partition(",")
    return (last.strip(), first.strip()) if comma else (name, "")
