"""``python check.py --watch``: a question is checked again whenever its file is saved."""

from __future__ import annotations

import contextlib
import queue
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from .contract import Assignment
from .hints import Hints
from .keys import NoTerminalError, keys
from .outcome import QuestionResult
from .saves import Saves
from .screen import Screen, draw
from .session import Event, Events, Session


def watch(
    folder: Path, assignment: Assignment, console: Console, first: str, *, polling: bool
) -> int:
    """Check what is saved and show what came of it, until it is ended by a key.

    Parameters
    ----------
    folder : path
        The handed-out folder.
    assignment : Assignment
    console : rich Console
    first : str
        The question to begin with.
    polling : bool
        Whether to rely on no events of the file system.

    Returns
    -------
    int
        0 when all is passed at the end, 1 when not, 2 when there is no terminal.
    """
    events: Events = queue.Queue()
    session = Session(folder, assignment, events)
    saves = Saves(folder, lambda names: events.put(Event("saved", names=names)), polling=polling)
    watcher = Watcher(folder, assignment, session, first)
    try:
        with _ended_by_signals(), keys(lambda key: events.put(Event("key", key))):
            from . import run  # noqa: F401 -- loads pytest, before the first run needs it

            try:
                saves.start()
                watcher.begin()
                while not watcher.ended:
                    draw(console, watcher.screen())
                    watcher.heed(_next(events))
                    with contextlib.suppress(queue.Empty):  # what came together is drawn once
                        while not watcher.ended:
                            watcher.heed(events.get_nowait())
            finally:
                with _not_interrupted():
                    session.close()
                    saves.stop()
                    console.print()
    except NoTerminalError:
        console.print(
            "--watch needs a terminal, to show its screen and to hear its keys. Here there is "
            "none: run python check.py without it."
        )
        return 2
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 130
    return 0 if watcher.all_passed else 1


class Watcher:
    """What is shown and checked, and what keys and saved files change in that.

    Parameters
    ----------
    folder, assignment :
        What is watched.
    session : Session
        Checks in the background.
    first : str
        The question to begin with.
    """

    def __init__(self, folder: Path, assignment: Assignment, session: Session, first: str) -> None:
        self._folder = folder
        self._assignment = assignment
        self._session = session
        self._hints = Hints(folder)
        self._names = assignment.names
        self._current = first
        self._follow = False
        self._results: dict[str, QuestionResult] = {}
        self._so_far: QuestionResult | None = None
        self._running = ""
        self._note = ""
        self._hint: tuple[str, ...] = ()
        self._listing = False
        self.ended = False

    @property
    def all_passed(self) -> bool:
        """Whether every question passed; a bonus question that is not started may be left out."""
        known = [self._results.get(name) for name in self._names]
        return all(r is not None and (r.complete or (r.bonus and r.not_started)) for r in known)

    def begin(self) -> None:
        """Check the first question, then all others."""
        self._follow = True
        self._begin([self._current, *self._names])

    def _begin(self, names: list[str]) -> None:
        """Check these questions, and then those that were never checked."""
        unknown = [name for name in self._names if name not in self._results]
        self._running = names[0]
        self._session.begin(list(dict.fromkeys([*names, *unknown])))

    def screen(self) -> Screen:
        """Return what is to be seen now."""
        result = self._results.get(self._current)
        if self._so_far is not None and self._so_far.name == self._current:
            result = self._so_far
        return Screen(
            self._folder,
            self._assignment,
            self._current,
            dict(self._results),
            result,
            running=self._running,
            note=self._note,
            hint=self._hint,
            listing=self._listing,
            all_passed=self.all_passed,
        )

    def heed(self, event: Event) -> None:
        """Do what an event asks for."""
        if event.kind == "key":
            self._press(event.text.lower())
        elif event.kind == "saved":
            self._saved(event.names)
        elif event.run == self._session.run:  # not of a run that was stopped meanwhile
            self._came(event)

    def _press(self, key: str) -> None:
        if key == "q":
            self.ended = True
        elif key == "n":
            self._show(self._next())
            self._begin([self._current])
        elif key == "h":
            self._hint = tuple(self._hints.next(self._current))
            self._listing = False
        elif key == "l":
            self._listing = not self._listing
            self._hint = ()
        elif key == "a":
            self._show(self._names[0])
            self.begin()

    def _next(self) -> str:
        """Return the question after the current one, of those not passed if there are any."""
        at = self._names.index(self._current)
        others = [*self._names[at + 1 :], *self._names[:at]]
        open_ones = [n for n in others if n not in self._results or not self._results[n].complete]
        return next(iter(open_ones or others), self._current)

    def _saved(self, names: tuple[str, ...]) -> None:
        saved = [name.removesuffix(".py") for name in names]
        questions = [name for name in saved if name in self._names]
        self._note = f"{', '.join(names)} saved {time.strftime('%H:%M:%S')}"
        self._show(self._current if self._current in questions or not questions else questions[0])
        users = [n for n in self._names if self._uses(n, questions) and n != self._current]
        rest = [n for n in questions if n != self._current]
        self._begin([self._current, *rest, *users])

    def _uses(self, name: str, questions: list[str]) -> bool:
        """Say whether a question uses one of others, and was checked and started before."""
        known = self._results.get(name)
        started = known is not None and not known.not_started
        return started and bool(set(self._assignment.question(name).needs) & set(questions))

    def _show(self, name: str) -> None:
        if name != self._current:
            self._hint = ()
        self._current = name
        self._follow = self._listing = False
        self._so_far = None

    def _came(self, event: Event) -> None:
        if event.kind == "begun":
            self._running = event.text
        elif event.kind == "bad":
            self._so_far = event.result
        elif event.kind == "done" and event.result is not None:
            self._results[event.text] = event.result
            self._so_far = None
            # At the start, the first question that is not passed is the one to look at.
            if self._follow and self._results[self._current].complete:
                self._current = self._next()
            elif self._follow:
                self._follow = False
        elif event.kind in ("idle", "broken"):
            self._running = ""
            self._follow = False
            self._note = event.text or self._note


def _next(events: Events) -> Event:
    """Wait for an event; in short steps, since on Windows Ctrl+C does not end a long one."""
    while True:
        with contextlib.suppress(queue.Empty):
            return events.get(timeout=0.5)


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a closed window or a polite request to end do what Ctrl+C does."""
    if sys.platform == "win32":
        yield
        return

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _not_interrupted() -> Iterator[None]:
    """Let no second Ctrl+C keep processes from being ended."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
