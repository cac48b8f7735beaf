"""The grades: one row for each student, for the submission that counts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from ..policies.attempts import Grade
from .gradebook import inert
from .wording import number

COLUMNS = ("student", "submission", "total", "of", "late", "attempts")


def grades_csv(grades: Iterable[Grade]) -> str:
    """Return RFC 4180 text, safe to open in a spreadsheet.

    Columns: ``student``; ``submission``, the one that counts; its ``total`` and the points that
    were to be had, ``of``; the points that its being ``late`` has cost, which are off the total
    already; and how many ``attempts`` there are. Where it is not known which counts, there is
    nothing between the student and the attempts.
    """
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for grade in grades:
        counts = grade.counts
        told: list[str | int | float] = [""] * 4
        if counts is not None:
            points = (counts.total, counts.max_points, counts.late)
            told = [inert(counts.submission), *map(number, points)]
        rows.writerow([inert(grade.student), *told, len(grade.attempts)])
    return text.getvalue()
