"""The process that grades on a worker: submissions come in one pipe, records go out another."""

from __future__ import annotations

import os
import pickle
import threading
from dataclasses import dataclass
from queue import SimpleQueue
from typing import BinaryIO, cast

from ..desk import grade_one, not_written
from ..errors import AutograderError, ClusterError
from ..fingerprint import changes, of_course
from ..grade import Grader
from ..grading_file import Level, read
from ..intake import Source, Submission
from ..layout import Layout
from ..result import SubmissionResult, to_json
from .process import Reply, Start
from .versions import differences, versions


@dataclass(frozen=True)
class Work:
    """A submission to grade.

    Attributes
    ----------
    source : Source
        Where it was read, on the machine that has read it.
    submission : Submission
    before : SubmissionResult or None
        What came of it last time.
    """

    source: Source
    submission: Submission
    before: SubmissionResult | None


def main() -> None:
    """Grade what comes in, until there is no more."""
    requests, replies = _pipes()
    waiting: SimpleQueue[bytes | None] = SimpleQueue()
    busy = threading.Event()
    grader = _open(pickle.load(requests), replies)
    if grader is None:
        return
    try:
        threading.Thread(target=_receive, args=(requests, waiting, busy), daemon=True).start()
        while (work := waiting.get()) is not None:
            reply = _grade(grader, pickle.loads(work))
            busy.clear()
            _send(replies, reply)
    finally:
        grader.close()


def _open(start: Start, replies: BinaryIO) -> Grader | None:
    level = cast(Level, start.level)
    layout = Layout(start.root)
    try:
        if different := differences(start.needed, versions()):
            raise ClusterError(f"{'; '.join(different)}. Install the same there as here.")
        contract = read(layout)
        if changed := changes(start.fingerprint, of_course(layout, contract, level)):
            raise ClusterError(f"the course did not arrive as it was: {', '.join(changed)}.")
        grader = Grader(layout, contract, level)
    except AutograderError as error:
        _send(replies, Reply(error=error))
        return None
    _send(replies, Reply())
    return grader


def _grade(grader: Grader, work: Work) -> Reply:
    try:
        result = grade_one(grader, work.source, work.submission, work.before)
    except AutograderError as error:
        return Reply(error=error)
    try:
        return Reply(to_json(result))
    except Exception as error:  # as where a result is stored: this one cannot be, others can
        return Reply(to_json(not_written(grader, work.source, error)))


def _receive(requests: BinaryIO, waiting: SimpleQueue[bytes | None], busy: threading.Event) -> None:
    """Take requests in; when no more can come, nobody waits for what is being graded."""
    while True:
        try:
            work = pickle.load(requests)
        except (EOFError, OSError, pickle.UnpicklingError):
            if busy.is_set():
                os._exit(1)
            waiting.put(None)
            return
        busy.set()
        waiting.put(work)


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return both pipes; checks that read or print have the null device and the log instead."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return requests, replies


def _send(replies: BinaryIO, reply: Reply) -> None:
    pickle.dump(reply, replies)
    replies.flush()
