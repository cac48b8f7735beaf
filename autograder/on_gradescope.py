"""Grading one submission where Gradescope has put it, with what its container allows."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import IntakeError, IsolationError
from .grade import Grader
from .grading_file import Level, read
from .intake import Source, read_submission
from .isolation import strongest
from .layout import Layout
from .policies.decided import Decisions, decided
from .report import RESULTS, results_json
from .result import SubmissionResult, write_whole, writing

NAME = "submission"


def grade_in_place(layout: Layout, root: Path) -> SubmissionResult:
    """Grade ``ROOT/submission`` and write ``ROOT/results/results.json``.

    Containers seldom allow the sandbox; the strongest level that holds is taken, and none that
    would let a submission read the answers unless the course itself asks for it.

    Parameters
    ----------
    layout : Layout
        The course, unpacked from the archive that the build has made.
    root : path
        What Gradescope calls ``/autograder``.

    Raises
    ------
    IsolationError
        When submissions cannot be kept from the answers here; nothing was run.
    """
    contract = read(layout)
    if os.name == "posix" and os.geteuid() == 0:
        for path in layout.secrets:
            path.chmod(0o700)
    level = _level(layout, contract.isolation)
    questions = contract.assignment.names
    grader = Grader(layout, contract, level)
    try:
        source = Source(NAME, root / "submission")
        try:
            result = grader.grade(
                read_submission(
                    source, questions, contract.assignment.bonus_questions, contract.papers
                )
            )
        except IntakeError as error:
            result = grader.not_graded(source, str(error))
    finally:
        grader.close()
    # Gradescope has late rules of its own; ours on top of them would charge lateness twice.
    policies = contract.policies.without_lateness()
    result = decided(result, Decisions({}, policies, {}))
    with writing(root / "results"):
        write_whole(root / "results" / RESULTS, results_json(result))
    return result


def _level(layout: Layout, asked: Level) -> Level:
    if asked == "limits":
        return asked
    level, why = strongest(layout)
    if level == "limits":
        raise IsolationError(
            f"{why} Nothing was run. On Gradescope the grader has to be root, as it is by default."
        )
    return level
