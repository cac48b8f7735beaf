"""One submission's way: read, found unchanged or graded, and stored.

The steps are apart, so that another machine can do the one in the middle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

from .checker.isolation import Isolation
from .errors import AutograderError, IntakeError, ResultsError
from .fingerprint import Fingerprint, changes
from .grade import Grader, not_graded, read_labs
from .grading_file import Contract, Level
from .intake import Source, Submission, read_submission
from .layout import Layout
from .policies.decided import decided, read_decisions
from .report import render_all
from .result import RECORD, Status, SubmissionResult, load, save, write_whole, writing

_T = TypeVar("_T")

FOR_PEOPLE = frozenset({"report.pdf"})
"""What no program can show as part of a page; it is kept beside the feedback."""


@dataclass(frozen=True)
class Task:
    """One submission to grade, and where its results belong."""

    source: Source
    folder: Path


@dataclass(frozen=True)
class Done:
    """What came of a task, in short; the record in its folder has all of it.

    Attributes
    ----------
    submission : str
    status : str
    points, max_points, bonus_points : float
        Before anything that people have decided.
    seconds : float
    kept : bool
        Whether nothing had changed since it was graded, so that nothing was done.
    changed : tuple of str
        What had changed since, if it was graded before.
    """

    submission: str
    status: Status
    points: float
    max_points: float
    bonus_points: float
    seconds: float
    kept: bool = False
    changed: tuple[str, ...] = ()


def plan(sources: Sequence[Source], out: Path) -> list[Task]:
    """Return a task for each submission."""
    return [Task(source, out / source.name) for source in sources]


class Desk(Protocol):
    """What reading and storing need to know of the course; a grader knows it too."""

    @property
    def contract(self) -> Contract:
        """What ``grading.yml`` says."""
        ...

    def fingerprint_of(self, submission: Submission) -> Fingerprint:
        """Return hashes of all that a submission's marks depend on."""
        ...

    def not_graded(self, source: Source, reason: str) -> SubmissionResult:
        """Return the result of a submission of which nothing could be graded."""
        ...


def grade_task(grader: Grader, task: Task, *, fresh: bool = False) -> Done:
    """Grade one submission, or find that it need not be, and store what came of it.

    Raises
    ------
    AutograderError
        When no other could be graded either.
    """
    before = None if fresh else last_result(task)
    return finish(grader, task, before, _grade(grader, task, before))


def _grade(grader: Grader, task: Task, before: SubmissionResult | None) -> SubmissionResult:
    read = read_task(grader, task, before)
    if isinstance(read, SubmissionResult):
        return read
    return grade_one(grader, task.source, read, before)


def last_result(task: Task) -> SubmissionResult | None:
    """Return what came of a task last time, as far as it is stored and whole."""
    if not (task.folder / RECORD).exists():
        return None
    try:
        return load(task.folder)
    except (ResultsError, OSError):  # graded anew, which says what is wrong
        return None


def read_task(
    desk: Desk, task: Task, before: SubmissionResult | None
) -> Submission | SubmissionResult:
    """Read a submission, and keep beside its results what is for people.

    Returns
    -------
    Submission or SubmissionResult
        What is to be graded; or its result: the one there was, if it would be the same, and that
        of what cannot be read.

    Raises
    ------
    AutograderError
        When no other could be graded either.
    """

    def read() -> Submission | SubmissionResult:
        contract = desk.contract
        submission = read_submission(
            task.source,
            contract.assignment.names,
            contract.assignment.bonus_questions,
            contract.papers,
        )
        whole = before is not None and before.status == "graded"
        if before is not None and whole and before.fingerprint == desk.fingerprint_of(submission):
            return before
        for name in FOR_PEOPLE & submission.papers.keys():
            with writing(task.folder):
                write_whole(task.folder / name, submission.papers[name])
        return submission

    return _or_not_graded(desk, task.source, read)


def grade_one(
    grader: Grader, source: Source, submission: Submission, before: SubmissionResult | None
) -> SubmissionResult:
    """Grade a submission that has been read.

    Raises
    ------
    AutograderError
        When no other could be graded either.
    """
    return _or_not_graded(grader, source, lambda: grader.grade(submission, before))


def _or_not_graded(desk: Desk, source: Source, attempt: Callable[[], _T]) -> _T | SubmissionResult:
    """Return what an attempt gives, or a result that says why it failed."""
    try:
        return attempt()
    except (IntakeError, OSError) as error:
        reason = str(error)
    except AutograderError:  # it concerns them all, and a person can mend it
        raise
    except Exception as error:  # nobody knows yet what this is; the others are graded
        reason = f"the grader failed ({type(error).__name__}: {error}); look at it by hand"
    said = "; ".join((*source.handed_in.sentences(source.name), reason))
    said = said.encode("utf-8", "replace").decode()  # a file's name need not be text
    return desk.not_graded(source, said)


def finish(
    desk: Desk, task: Task, before: SubmissionResult | None, result: SubmissionResult
) -> Done:
    """Store what came of a submission, unless it is what there was.

    Raises
    ------
    ResultsError
        When nothing can be written there.
    """
    if before is not None and result is before:
        return replace(_in_short(result), kept=True)
    try:
        done = store(result, task.folder)
    except AutograderError:
        raise
    except Exception as error:  # this result cannot be written, and others can
        result = not_written(desk, task.source, error)
        done = store(result, task.folder)
    if before is None:
        return done
    return replace(done, changed=changes(before.fingerprint, result.fingerprint))


def not_written(desk: Desk, source: Source, error: Exception) -> SubmissionResult:
    """Return the result of a submission whose own result no file or page can be made of."""
    reason = f"its results cannot be written ({type(error).__name__}); look at it by hand"
    return desk.not_graded(source, reason)


def ended(source: Source, layout: Layout, contract: Contract, level: Level) -> SubmissionResult:
    """Return the result of a submission at which the grader's process ends again and again."""
    return not_graded(
        source,
        contract,
        Isolation(level),
        "the grader's process was ended while it graded this; look at it by hand",
        read_labs(layout, contract),
    )


def _in_short(result: SubmissionResult) -> Done:
    return Done(
        result.submission,
        result.status,
        result.points,
        result.max_points,
        result.bonus_points,
        result.seconds,
    )


def store(result: SubmissionResult, folder: Path) -> Done:
    """Write a result's pages, then its record: where there is a record, all is there."""
    with writing(folder):
        render_all(decided(result, read_decisions(folder.parent)), folder)
        save(result, folder)
    return _in_short(result)
