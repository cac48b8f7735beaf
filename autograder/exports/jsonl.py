"""JSON lines: one object for each check of each submission, for instructors' own programs.

Hidden checks are in it, by name and outcome. The keys, which stay as they are:

``assignment``, ``submission``
    Title, and what the submission goes by.
``status``
    Of the submission: ``graded``, ``partial`` or ``failed``.
``question``, ``kind``, ``bonus``
    The question's name; ``module``, ``lab`` or ``report``; whether its points come on top.
``check``, ``visibility``
    The check's name; ``public`` or ``hidden``.
``points``, ``max_points``
    Given and to be had, before what is added to or taken off the total.
``outcome``, ``reason``
    ``passed``, ``failed`` or ``not run``, and a word that says why; empty when it passed.
``diagnoses``
    Names of the known mistakes that explain what is wrong with the question: none, one, or two.
``helped_by``
    Questions that were replaced by right versions when this one was marked.
``seconds``
    Time spent in the check.

One line is one object, in UTF-8, as https://jsonlines.org has it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import BinaryIO

from ..report.wording import clean, number
from ..result import SubmissionResult
from .written import Written


def write(results: Iterable[SubmissionResult], file: BinaryIO) -> Written:
    """Write all checks of all results, holding one result at a time."""
    lines = submissions = 0
    for result in results:
        submissions += 1
        for question in result.questions:
            for check in question.checks:
                plain = {
                    "assignment": clean(result.assignment),
                    "submission": clean(result.submission),
                    "status": result.status,
                    "question": question.name,
                    "kind": question.kind,
                    "bonus": question.bonus,
                    "check": check.name,
                    "visibility": check.visibility,
                    "points": number(check.points),
                    "max_points": number(check.max_points),
                    "outcome": check.outcome,
                    "reason": check.reason,
                    "diagnoses": [mistake.name for mistake in question.diagnoses],
                    "helped_by": list(question.helped_by),
                    "seconds": number(check.seconds),
                }
                file.write(json.dumps(plain).encode() + b"\n")
                lines += 1
    return Written(f"{lines} checks of {submissions} submissions")
