"""Proving that a lab marks as it should: model answers have everything, empty ones nothing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from ..checker.host import Load, SubprocessHost
from ..errors import BuildError
from ..grading_file import Contract
from ..labs.marking import LabMarker
from ..labs.notebook import read_cells
from ..labs.session import Session
from ..layout import Layout
from ..parts import find_parts
from .labs import BuiltLab


def prove_lab(layout: Layout, contract: Contract, built: BuiltLab) -> None:
    """Run a lab's notebook with its answers, and as it is handed out.

    Raises
    ------
    BuildError
        When a test of the first does not pass, or one of the second does.
    """
    marker = LabMarker(built.lab, contract.lab_limits)
    questions = contract.assignment.names
    solution = {f"{name}.py": (layout.solution / f"{name}.py").read_bytes() for name in questions}
    files = solution | find_parts(layout, questions).given
    load = Load(files, contract.assignment.functions)
    with tempfile.TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True) as folder:
        os.symlink(layout.data.resolve(), Path(folder, "data"))
        host = SubprocessHost(contract.lab_limits, Path(folder))

        def session(cells: Sequence[str]) -> Session:
            return Session(host, load, cells, contract.lab_limits, _nobody_answers)

        place = layout.labs.relative_to(layout.root).as_posix() + f"/{built.lab.name}.md"
        answered = marker.mark(read_cells(built.reference, place), session)
        for check in answered.checks:
            if check.outcome != "passed" and check.reason != "by_hand":
                raise BuildError(
                    f"{place}: the model answer does not pass {check.name}: {check.found} "
                    f"{check.place}".rstrip()
                )
        empty = marker.mark(read_cells(built.handed_out, place), session, also_untouched=True)
        for check in empty.checks:
            if check.points:
                raise BuildError(
                    f"{place}: the notebook as it is handed out passes {check.name}; a test must "
                    "fail where nothing was filled in"
                )


def _nobody_answers(*_: Any) -> NoReturn:
    raise AssertionError
