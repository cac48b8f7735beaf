"""Marks for Gradescope: an autograder that runs nothing, and hands each submission its marks.

Gradescope takes in no table of marks for a programming assignment; marks come from an autograder.
This one holds the ``results.json`` of each submission, with all that people have decided since,
and its ``run_autograder`` picks the one whose number is that of the submission, or, where marks
come from no Gradescope export, whose person has the same e-mail address. A submission that it does
not know, such as one handed in again, gets no marks from it. Formats:
https://gradescope-autograders.readthedocs.io/en/latest/specs/ and
https://gradescope-autograders.readthedocs.io/en/latest/submission_metadata/.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from ..report import RESULTS, results_json
from ..result import SubmissionResult
from .people import Counted, LeftOut, Tally
from .written import Written

_EPOCH = (1980, 1, 1, 0, 0, 0)
_SUBMISSION = re.compile(r"submission_(\d+)")
_HERE = Path(__file__).parent


def write(results: Iterable[SubmissionResult], tally: Tally, file: BinaryIO) -> Written:
    """Write the autograder's zip archive, holding one result at a time."""
    counted = {one.submission: one for one in tally.counted}
    left_out = list(tally.left_out)
    index: dict[str, dict[str, str]] = {"submissions": {}, "emails": {}}
    with zipfile.ZipFile(file, "w") as archive:
        _add(archive, "setup.sh", (_HERE / "gradescope_setup.txt").read_bytes(), 0o755)
        _add(archive, "run_autograder", (_HERE / "gradescope_run.txt").read_bytes(), 0o755)
        written = 0
        for result in results:
            one = counted.get(result.submission)
            if one is None:
                continue
            place = f"results/{result.submission}/{RESULTS}"
            if not _known(one, place, index):
                why = "neither a Gradescope submission's number nor an e-mail address is known"
                left_out.append(LeftOut(result.submission, why))
                continue
            _add(archive, place, results_json(result))
            written += 1
        _add(archive, "index.json", json.dumps(index, indent=1, sort_keys=True).encode() + b"\n")
    return Written(f"marks of {written} submissions", left_out, tally.warnings)


def _known(one: Counted, place: str, index: dict[str, dict[str, str]]) -> bool:
    """Note by what Gradescope knows a submission; return whether it knows it at all."""
    if match := _SUBMISSION.fullmatch(one.submission):
        index["submissions"][match[1]] = place
        return True
    emails = [person.email.casefold() for person in one.people if person.email]
    index["emails"] |= dict.fromkeys(emails, place)
    return bool(emails)


def _add(archive: zipfile.ZipFile, name: str, data: bytes, mode: int = 0o644) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.external_attr = (0o100000 | mode) << 16
    entry.create_system = 3
    archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
