"""Grading many submissions over several processes, losing nothing on the way."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from multiprocessing.util import Finalize
from pathlib import Path

from .checker.threads import use_one_thread
from .desk import Done, Task, ended, grade_task, store
from .grade import Grader
from .grading_file import Contract, Level, read
from .layout import Layout


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
                (task,) = batch
                done(store(ended(task.source, layout, contract, level), task.folder))
                finished.add(task)
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
