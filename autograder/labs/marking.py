"""Marking one notebook: run it cell by cell, and hold its values against the tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..checker.calls import CallError, printable
from ..checker.contract import Limits
from ..checker.explain import explain
from ..checker.outcome import CheckResult, Passage, Picture, QuestionResult
from .judging import Test, judge, read_tests
from .lab import Lab, Task
from .matching import Placed, checked_in, place
from .notebook import Cell
from .session import Session
from .writing import by_hand, nothing_to_mark

MAX_PICTURES = 24
MAX_PRINTED = 4_000

OpenSession = Callable[[Sequence[str]], Session]
"""Starts a session for the sources of code cells."""


@dataclass
class _Notes:
    """What is known of a task while the notebook runs."""

    started: bool = False
    trouble: str = ""
    place: str = ""
    pictures: list[Picture] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)


class LabMarker:
    """Marks notebooks of one lab, with its tests loaded once.

    Parameters
    ----------
    lab : Lab
    limits : Limits
        ``check_seconds`` is the time of a cell, ``question_seconds`` that of the notebook.
    """

    def __init__(self, lab: Lab, limits: Limits) -> None:
        self.lab = lab
        self._limits = limits
        self._tests: dict[str, tuple[tuple[Test, ...], bool]] = {
            task.name: read_tests(task.tests, task.name) for task in lab.tasks if task.tests
        }

    def mark(
        self,
        cells: Sequence[Cell],
        open_session: OpenSession,
        *,
        also_untouched: bool = False,
    ) -> QuestionResult:
        """Run a notebook and return what came of its tasks.

        Parameters
        ----------
        cells : sequence of Cell
        open_session : callable
        also_untouched : bool
            Run the tests also where nothing was written.
        """
        placed = place(cells, self.lab.cells)
        notes = {task.name: _Notes() for task in self.lab.tasks} | {"": _Notes()}
        for one in placed:
            notes[one.task].started |= one.changed
        if not also_untouched and not any(one.changed for one in placed):
            return unmarked(self.lab, "not_started", "Not started.")
        judged = self._run(placed, notes, open_session)
        checks: list[CheckResult] = []
        for task in self.lab.tasks:
            pictures = tuple(notes[task.name].pictures[:MAX_PICTURES])
            if task.written:
                found = [_written(task, notes[task.name])]
            else:
                found = judged.get(task.name, [])
            checks += [replace(check, pictures=pictures) for check in found[:1]] + found[1:]
        return QuestionResult(self.lab.name, self.lab.title, tuple(checks), kind="lab")

    def _run(
        self, placed: Sequence[Placed], notes: Mapping[str, _Notes], open_session: OpenSession
    ) -> dict[str, list[CheckResult]]:
        """Run the cells; test each task after the last cell that checks it, or at the end."""
        full = [one for one in placed if one.cell.source.strip()]
        code = [one for one in full if one.cell.kind == "code"]
        last = {task: one for one in code for task in checked_in(one.cell.source)}
        judged: dict[str, list[CheckResult]] = {}
        session = open_session([one.cell.source for one in code])
        try:
            names = iter(session.names)
            for one in full:
                note = notes[one.task]
                if one.cell.kind == "markdown":
                    if one.changed:
                        note.passages.append(Passage("markdown", one.cell.source))
                    continue
                self._run_cell(session, next(names), one, note)
                for task in checked_in(one.cell.source):
                    if last[task] is one and task in self._tests:
                        judged[task] = self._judge(session, task, notes[task])
            for task in self._tests.keys() - judged.keys():
                judged[task] = self._judge(session, task, notes[task])
        finally:
            session.close()
        return judged

    def _run_cell(self, session: Session, name: str, one: Placed, note: _Notes) -> None:
        try:
            printed = session.run(name)
        except CallError as error:
            printed = session.printed()
            _, reason, found, where = explain(error, name, self._limits, "public")
            if not note.trouble and reason != "not_started":
                note.trouble = f"In {name}: {found}"
                note.place = where
        if one.changed:
            note.passages.append(Passage("code", one.cell.source))
            if printed.strip():
                note.passages.append(Passage("printed", printable(printed, MAX_PRINTED)))
        note.pictures += session.figures()

    def _judge(self, session: Session, task_name: str, note: _Notes) -> list[CheckResult]:
        tests, all_or_nothing = self._tests[task_name]
        task = next(task for task in self.lab.tasks if task.name == task_name)
        results = []
        for test in tests:
            values: Mapping[str, object] | CallError
            try:
                values = session.values(test.names, self._limits.check_seconds)
            except CallError as error:
                values = error
            result = judge(task, test, values, self._limits, note.trouble, note.started)
            if result.outcome != "passed" and note.place and not result.place:
                result = replace(result, place=note.place)
            results.append(result)
        if all_or_nothing and any(result.outcome != "passed" for result in results):
            return [replace(result, points=0.0) for result in results]
        return results


def unmarked(lab: Lab, reason: str, found: str) -> QuestionResult:
    """Return the result of a lab of which nothing was run, and why."""
    checks = []
    for task in lab.tasks:
        for case in task.cases:
            checks.append(
                CheckResult(
                    f"{task.name}.{case.name}",
                    case.visibility,
                    *(0.0, case.points, "not run", reason),
                    found=found,
                )
            )
        if task.written:
            checks.append(nothing_to_mark(task.name, task.title, task.points, reason, found))
    return QuestionResult(lab.name, lab.title, tuple(checks), kind="lab")


def _written(task: Task, note: _Notes) -> CheckResult:
    if note.started:
        return by_hand(task.name, task.title, task.points, tuple(note.passages))
    return nothing_to_mark(task.name, task.title, task.points, "not_started", "Not answered.")
