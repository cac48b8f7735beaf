"""A warm process that checks questions in the background and can be told to begin anew."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .ahead import Ahead, StoppableHost
from .calls import Caller
from .contract import Assignment, Question
from .host import SubprocessHost
from .local import check_question, load_of, read_submission
from .outcome import CheckResult, QuestionResult
from .recordings import NotRecordedError


@dataclass(frozen=True)
class Event:
    """What has happened while watching.

    Attributes
    ----------
    kind : str
        ``key``: ``text`` was pressed. ``saved``: ``names`` were. ``begun``: ``text`` is being
        checked. ``bad``: a check of it did not pass, and others are still running. ``done``: it
        was checked. ``broken``: it cannot be, and ``text`` says why. ``idle``: all is checked.
    run : int
        Which run it belongs to, so that what comes late from one that was stopped is known.
    """

    kind: Literal["key", "saved", "begun", "bad", "done", "broken", "idle"]
    text: str = ""
    names: tuple[str, ...] = ()
    result: QuestionResult | None = None
    run: int = 0


Events = queue.Queue[Event]


class Session:
    """Checks questions in a thread, each run in a worker that was started ahead of it.

    Parameters
    ----------
    folder : path
    assignment : Assignment
    events : queue of Event
        Where it is told what comes of it.
    """

    def __init__(self, folder: Path, assignment: Assignment, events: Events) -> None:
        self._folder = folder
        self._assignment = assignment
        self._events = events
        self._ahead = Ahead(
            SubprocessHost(assignment.limits, folder), assignment, lambda: read_submission(folder)
        )
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._host: StoppableHost | None = None
        self._lock = threading.Lock()
        self.run = 0

    def begin(self, names: Sequence[str]) -> None:
        """Stop what runs, and check these questions one after the other."""
        self.stop()
        self.run += 1
        self._stopping = threading.Event()
        arguments = tuple(names), self.run, self._stopping
        self._thread = threading.Thread(target=self._check_all, args=arguments, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop what runs, and wait until it has."""
        thread = self._thread
        if thread is None:
            return
        with self._lock:
            self._stopping.set()
            if self._host is not None:
                self._host.stop()
        thread.join()
        self._thread = None

    def close(self) -> None:
        """Stop everything; no process is left behind."""
        self.stop()
        self._ahead.close()

    def _check_all(self, names: Sequence[str], run: int, stopping: threading.Event) -> None:
        try:
            for i, name in enumerate(names):
                if stopping.is_set():
                    return
                self._events.put(Event("begun", name, run=run))
                # What was asked for first has the machine to itself; for the others the next worker
                # is started meanwhile.
                more = 0 < i < len(names) - 1
                result = self._check(self._assignment.question(name), run, stopping, more=more)
                if result is None:
                    return
                self._events.put(Event("done", name, result=result, run=run))
                self._ahead.prepare()
            self._events.put(Event("idle", run=run))
        except (NotRecordedError, OSError) as error:
            self._events.put(Event("broken", str(error), run=run))

    def _check(
        self, question: Question, run: int, stopping: threading.Event, *, more: bool
    ) -> QuestionResult | None:
        """Check one question; return nothing when that was stopped."""
        host = StoppableHost(self._ahead)
        with self._lock:
            if stopping.is_set():
                return None
            self._host = host
        load = load_of(self._folder, self._assignment)
        caller = Caller(host, load, self._assignment.limits)
        seen: list[CheckResult] = []

        def tell(check: CheckResult) -> None:
            seen.append(check)
            if check.outcome != "passed" and sum(c.outcome != "passed" for c in seen) == 1:
                so_far = QuestionResult(
                    question.name, question.title, tuple(seen), bonus=question.bonus
                )
                self._events.put(Event("bad", question.name, result=so_far, run=run))

        try:
            caller.start()
            if more:
                self._ahead.prepare()
            result = check_question(self._folder, self._assignment, question, caller, tell=tell)
        except KeyboardInterrupt:
            return None
        finally:
            caller.close()
            with self._lock:
                self._host = None
        return None if stopping.is_set() else result
