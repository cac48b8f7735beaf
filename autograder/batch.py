"""Grading many submissions over several processes, losing nothing on the way."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import get_context, parent_process
from multiprocessing.util import Finalize
from pathlib import Path

from .checker.isolation import Isolation
from .checker.threads import use_one_thread
from .errors import AutograderError, IntakeError, ResultsError
from .fingerprint import changes
from .grade import Grader, not_graded, read_labs
from .grading_file import Contract, Level, read
from .intake import Source, read_submission
from .layout import Layout
from .policies.decided import decided, read_decisions
from .report import render_all
from .result import RECORD, Status, SubmissionResult, load, save, write_whole, writing

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


def grade_all(
    tasks: Sequence[Task],
    layout: Layout,
    contract: Contract,
    level: Level,
    jobs: int,
    done: Callable[[Done], None],
    *,
    fresh: bool = False,
) -> None:
    """Grade submissions in parallel; each result is stored as soon as it is there.

    Parameters
    ----------
    tasks : sequence of Task
    layout : Layout
    contract : Contract
    level : str
        How submissions are isolated.
    jobs : int
        Number of processes.
    done : callable
        Told what came of each.
    fresh : bool
        Grade also what is stored and unchanged.

    Raises
    ------
    AutograderError
        When grading cannot go on: no isolation, a full disk. What was graded stays.
    """
    use_one_thread()
    waiting = list(tasks)
    alone = 0  # how many more are graded in a process of their own, to find the one that ends it
    while waiting:
        batch = waiting[:1] if alone else waiting
        finished: set[Task] = set()
        try:
            for task, came in _graded(batch, layout, level, 1 if alone else jobs, fresh=fresh):
                finished.add(task)
                done(came)
        except BrokenProcessPool:
            if alone:
                result = not_graded(
                    batch[0].source,
                    contract,
                    Isolation(level),
                    "the grader's process was ended while it graded this; look at it by hand",
                    read_labs(layout, contract),
                )
                _store(result, batch[0].folder)
                finished.add(batch[0])
                done(_in_short(result))
            else:
                alone = jobs + 2  # the pool had these in hand, and one more
        alone = max(alone - 1, 0)
        waiting = [task for task in waiting if task not in finished]


def _graded(
    tasks: Sequence[Task], layout: Layout, level: Level, jobs: int, *, fresh: bool
) -> Iterator[tuple[Task, Done]]:
    executor = ProcessPoolExecutor(
        min(jobs, len(tasks)), get_context("spawn"), _start_process, (layout.root, level, fresh)
    )
    futures: dict[Future[Done], Task] = {}
    try:
        futures = {executor.submit(_grade_task, task): task for task in tasks}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        executor.shutdown(cancel_futures=True)


_root: Path
_level: Level
_fresh: bool
_grader: Grader | None = None


def _start_process(root: Path, level: Level, fresh: bool) -> None:
    """Prepare a process of the pool; the grader itself is made with its first task."""
    global _root, _level, _fresh
    _root, _level, _fresh = root, level, fresh
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the run, between submissions
    threading.Thread(target=_end_with_parent, daemon=True).start()
    Finalize(None, _close, exitpriority=10)


def _end_with_parent() -> None:
    """Leave no process behind when the parent is killed, with whom no pool ends by itself."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _close() -> None:
    if _grader is not None:
        _grader.close()


def _grade_task(task: Task) -> Done:
    global _grader
    if _grader is None:
        layout = Layout(_root)
        _grader = Grader(layout, read(layout), _level)
    return grade_task(_grader, task, fresh=_fresh)


def grade_task(grader: Grader, task: Task, *, fresh: bool = False) -> Done:
    """Grade one submission, or find that it need not be, and store what came of it.

    Raises
    ------
    AutograderError
        When no other could be graded either.
    """
    before = None if fresh else _last_result(task.folder)
    result = _grade(grader, task, before)
    if before is not None and result is before:
        return replace(_in_short(result), kept=True)
    try:
        _store(result, task.folder)
    except AutograderError:
        raise
    except Exception as error:  # this result cannot be written, and others can
        reason = f"its results cannot be written ({type(error).__name__}); look at it by hand"
        result = grader.not_graded(task.source, reason)
        _store(result, task.folder)
    if before is None:
        return _in_short(result)
    changed = changes(before.fingerprint, result.fingerprint)
    return replace(_in_short(result), changed=changed)


def _last_result(folder: Path) -> SubmissionResult | None:
    if not (folder / RECORD).exists():
        return None
    try:
        return load(folder)
    except (ResultsError, OSError):  # graded anew, which says what is wrong
        return None


def _in_short(result: SubmissionResult) -> Done:
    return Done(
        result.submission,
        result.status,
        result.points,
        result.max_points,
        result.bonus_points,
        result.seconds,
    )


def _grade(grader: Grader, task: Task, before: SubmissionResult | None) -> SubmissionResult:
    """Return what comes of a submission; the result there was, if it would be the same."""
    source, contract = task.source, grader.contract
    try:
        submission = read_submission(
            source,
            contract.assignment.names,
            contract.assignment.bonus_questions,
            contract.papers,
        )
        whole = before is not None and before.status == "graded"
        if before is not None and whole and before.fingerprint == grader.fingerprint_of(submission):
            return before
        for name in FOR_PEOPLE & submission.papers.keys():
            with writing(task.folder):
                write_whole(task.folder / name, submission.papers[name])
        return grader.grade(submission, before)
    except (IntakeError, OSError) as error:
        reason = str(error)
    except AutograderError:  # it concerns them all, and a person can mend it
        raise
    except Exception as error:  # nobody knows yet what this is; the others are graded
        reason = f"the grader failed ({type(error).__name__}: {error}); look at it by hand"
    said = "; ".join((*source.handed_in.sentences(source.name), reason))
    said = said.encode("utf-8", "replace").decode()  # a file's name need not be text
    return grader.not_graded(source, said)


def _store(result: SubmissionResult, folder: Path) -> None:
    """Write a result's pages, then its record: where there is a record, all is there."""
    with writing(folder):
        render_all(decided(result, read_decisions(folder.parent)), folder)
        save(result, folder)
