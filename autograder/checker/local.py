"""Checking on the student's own machine: public checks against the files of one folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from .calls import Caller
from .contract import Assignment, Question, from_json
from .host import Load, SubprocessHost
from .outcome import QuestionResult
from .pictures import Gallery
from .recordings import load, load_canonical

NOT_THE_STUDENTS = frozenset({"check.py"})
MAX_FILE_BYTES = 4 << 20


def read_assignment(folder: Path) -> Assignment:
    """Read what the handout in this folder asks for."""
    return from_json(folder / "checks" / "questions.json")


def read_submission(folder: Path) -> dict[str, bytes]:
    """Return the student's Python files, those in packages of their own included."""
    files = {}
    for path in sorted([*folder.glob("*.py"), *folder.glob("*/*.py")]):
        name = path.relative_to(folder).as_posix()
        own = name not in NOT_THE_STUDENTS and not name.startswith(("checks/", "checker/", "."))
        if own and path.is_file() and path.stat().st_size <= MAX_FILE_BYTES:
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
    callers = [Caller(host, _load(work, assignment), assignment.limits) for _ in questions]
    checks = folder / "checks"
    try:
        if callers:
            callers[0].start()  # the worker loads Python while this process loads pytest
        from .run import CheckFiles, Run

        files = CheckFiles((checks,), (checks, folder))
        canonical = load_canonical(checks)
        for i, (question, caller) in enumerate(zip(questions, callers, strict=True)):
            for coming in callers[i + 1 : i + 2]:
                coming.start()
            recordings = load(checks / "expected" / f"{question.name}.json")
            run = Run(assignment, question, question.checks, caller, recordings, gallery=gallery)
            results = run.execute(files.of(question), files.modules)
            caller.close()
            yield QuestionResult(
                question.name,
                question.title,
                tuple(results),
                run.diagnoses(results, canonical),
                bonus=question.bonus,
            )
    finally:
        for caller in callers:
            caller.close()
        host.close()


def _load(folder: Path, assignment: Assignment) -> Load:
    return Load(read_submission(folder), assignment.functions, unavailable=assignment.unavailable)
