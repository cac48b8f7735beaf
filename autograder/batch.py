"""Grading many submissions over several processes, losing nothing on the way."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.util import Finalize
from pathlib import Path

from .checker.isolation import Isolation
from .checker.threads import use_one_thread
from .errors import AutograderError, IntakeError, ResultsError
from .grade import Grader, fingerprint_of, fingerprint_of_course, not_graded, read_labs
from .grading_file import Contract, Level, read
from .intake import Source, read_submission
from .layout import Layout
from .marks import read_marks, with_marks
from .report import render_all
from .result import RECORD, SubmissionResult, load, save, write_whole, writing

FOR_PEOPLE = frozenset({"report.pdf"})
"""What no program can show as part of a page; it is kept beside the feedback."""


@dataclass(frozen=True)
class Task:
    """One submission to grade, and where its results belong."""

    source: Source
    folder: Path


def plan(sources: Sequence[Source], out: Path) -> list[Task]:
    """Return a task for each submission."""
    return [Task(source, out / source.name) for source in sources]


def already_graded(
    tasks: Sequence[Task], layout: Layout, contract: Contract, level: Level
) -> list[Task]:
    """Return the tasks whose stored result is what grading them now would give."""
    course = fingerprint_of_course(layout, contract, level)
    assignment = contract.assignment
    questions = [question.name for question in assignment.questions]
    kept = []
    for task in tasks:
        if not (task.folder / RECORD).exists():
            continue
        try:
            before = load(task.folder)
            submission = read_submission(
                task.source, questions, assignment.bonus_questions, contract.papers
            )
            now = fingerprint_of(submission, course)
        except (ResultsError, IntakeError, OSError):  # graded anew, which says what is wrong
            continue
        if before.status == "graded" and before.fingerprint == now:
            kept.append(task)
    return kept


def grade_all(
    tasks: Sequence[Task],
    layout: Layout,
    contract: Contract,
    level: Level,
    jobs: int,
    done: Callable[[SubmissionResult], None],
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
        Told of each result.

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
            for task, result in _graded(batch, layout, level, 1 if alone else jobs):
                finished.add(task)
                done(result)
        except BrokenProcessPool:
            if alone:
                result = not_graded(
                    batch[0].source.name,
                    contract,
                    Isolation(level),
                    "the grader's process was ended while it graded this; look at it by hand",
                    read_labs(layout, contract),
                )
                _store(result, batch[0].folder)
                finished.add(batch[0])
                done(result)
            else:
                alone = jobs + 2  # the pool had these in hand, and one more
        alone = max(alone - 1, 0)
        waiting = [task for task in waiting if task not in finished]


def _graded(
    tasks: Sequence[Task], layout: Layout, level: Level, jobs: int
) -> Iterator[tuple[Task, SubmissionResult]]:
    executor = ProcessPoolExecutor(
        min(jobs, len(tasks)), get_context("spawn"), _start_process, (layout.root, level)
    )
    futures: dict[Future[None], Task] = {}
    try:
        futures = {executor.submit(_grade_task, task): task for task in tasks}
        pending = set(futures)
        while pending:
            ready, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in ready:
                future.result()
                yield futures[future], load(futures[future].folder)
    finally:
        executor.shutdown(cancel_futures=True)


_root: Path
_level: Level
_grader: Grader | None = None


def _start_process(root: Path, level: Level) -> None:
    """Prepare a process of the pool; the grader itself is made with its first task."""
    global _root, _level
    _root, _level = root, level
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


def _grade_task(task: Task) -> None:
    global _grader
    if _grader is None:
        layout = Layout(_root)
        _grader = Grader(layout, read(layout), _level)
    result = _grade(_grader, task)
    try:
        _store(result, task.folder)
    except AutograderError:
        raise
    except Exception as error:  # this result cannot be written, and others can
        reason = f"its results cannot be written ({type(error).__name__}); look at it by hand"
        _store(_grader.not_graded(task.source.name, reason), task.folder)


def _grade(grader: Grader, task: Task) -> SubmissionResult:
    assignment = grader.contract.assignment
    questions = [question.name for question in assignment.questions]
    try:
        papers = grader.contract.papers
        submission = read_submission(task.source, questions, assignment.bonus_questions, papers)
        for name in FOR_PEOPLE & submission.papers.keys():
            with writing(task.folder):
                write_whole(task.folder / name, submission.papers[name])
        return grader.grade(submission)
    except (IntakeError, OSError) as error:
        reason = str(error)
    except AutograderError:  # it concerns them all, and a person can mend it
        raise
    except Exception as error:  # nobody knows yet what this is; the others are graded
        reason = f"the grader failed ({type(error).__name__}: {error}); look at it by hand"
    name = task.source.name
    said = "; ".join((*task.source.handed_in.sentences(name), reason))
    said = said.encode("utf-8", "replace").decode()  # a file's name need not be text
    return grader.not_graded(name, said)


def _store(result: SubmissionResult, folder: Path) -> None:
    """Write a result's pages, then its record: where there is a record, all is there."""
    with writing(folder):
        render_all(with_marks(result, read_marks(folder.parent)), folder)
        save(result, folder)
