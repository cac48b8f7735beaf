"""Checking on the student's own machine: public checks against the files of one folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .calls import Caller
from .contract import Assignment, Question, from_json
from .host import Load, SubprocessHost
from .outcome import CheckResult, QuestionResult
from .recordings import load, load_canonical

if TYPE_CHECKING:
    from .pictures import Gallery

NOT_THE_STUDENTS = frozenset({"check.py"})
MAX_FILE_BYTES = 4 << 20


def read_assignment(folder: Path) -> Assignment:
    """Read what the handout in this folder asks for."""
    return from_json(folder / "checks" / "questions.json")


def own_paths(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the student's Python files by name, those in packages of their own included."""
    for path in sorted([*folder.glob("*.py"), *folder.glob("*/*.py")]):
        name = path.relative_to(folder).as_posix()
        if name not in NOT_THE_STUDENTS and not name.startswith(("checks/", "checker/", ".")):
            yield name, path


def read_submission(folder: Path) -> dict[str, bytes]:
    """Return the contents of the student's Python files."""
    files = {}
    for name, path in own_paths(folder):
        if path.is_file() and path.stat().st_size <= MAX_FILE_BYTES:
            files[name] = path.read_bytes()
    return files


def check_questions(
    folder: Path,
    assignment: Assignment,
    questions: Sequence[Question],
    *,
    work: Path | None = None,
    gallery: Gallery | None = None,
) -> Iterator[QuestionResult]:
    """Run the public checks of the questions, and yield what came of each as it is done.

    Parameters
    ----------
    folder : path
        The handed-out folder, which the checks are in.
    assignment : Assignment
    questions : sequence of Question
    work : path, optional
        The folder of the student's files; the handed-out folder by default.
    gallery : Gallery, optional
        Draws the pictures that checks attach; without it, none are drawn.
    """
    work = folder if work is None else work
    host = SubprocessHost(assignment.limits, work)
    files = load_of(work, assignment)
    callers = [Caller(host, files, assignment.limits) for _ in questions]
    try:
        for i, (question, caller) in enumerate(zip(questions, callers, strict=True)):
            for coming in callers[i : i + 2]:
                coming.start()  # the worker loads Python while this process loads pytest
            yield check_question(folder, assignment, question, caller, gallery=gallery)
            caller.close()
    finally:
        for caller in callers:
            caller.close()
        host.close()


def check_question(
    folder: Path,
    assignment: Assignment,
    question: Question,
    caller: Caller,
    *,
    gallery: Gallery | None = None,
    tell: Callable[[CheckResult], None] | None = None,
) -> QuestionResult:
    """Run the public checks of one question; ``tell`` hears of each check that is done."""
    from .run import Run
    from .suite import CheckFiles, run_checks

    checks = folder / "checks"
    files = CheckFiles((checks,), (checks, folder))
    recordings = load(checks / "expected" / f"{question.name}.json")
    run = Run(assignment, question, question.checks, caller, recordings, gallery=gallery, tell=tell)
    results = run_checks(run, files.of(question), files.modules)
    diagnoses = run.diagnoses(results, load_canonical(checks))
    return QuestionResult(
        question.name, question.title, tuple(results), diagnoses, bonus=question.bonus
    )


def load_of(folder: Path, assignment: Assignment) -> Load:
    """Return what a worker is given: the student's files as they are now."""
    return Load(read_submission(folder), assignment.functions, unavailable=assignment.unavailable)
