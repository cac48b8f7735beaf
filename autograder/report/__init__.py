"""What people get to see of a graded submission: all of it is rendered from its record."""

from __future__ import annotations

from pathlib import Path

from ..result import SubmissionResult, write_whole
from .class_page import ClassPage
from .gradebook import Gradebook, gradebook_csv
from .grades import grades_csv
from .gradescope import results_json
from .page import feedback_html

RESULTS = "results.json"
FEEDBACK = "feedback.html"
GRADEBOOK = "gradebook.csv"
CLASS_PAGE = "index.html"
GRADES = "grades.csv"


def render_all(result: SubmissionResult, folder: Path) -> None:
    """Write ``results.json`` and ``feedback.html`` beside a submission's record."""
    write_whole(folder / RESULTS, results_json(result))
    write_whole(folder / FEEDBACK, feedback_html(result).encode())


__all__ = [
    "CLASS_PAGE",
    "FEEDBACK",
    "GRADEBOOK",
    "GRADES",
    "RESULTS",
    "ClassPage",
    "Gradebook",
    "feedback_html",
    "gradebook_csv",
    "grades_csv",
    "render_all",
    "results_json",
]
