"""Noticing which of the student's files were saved: by the system's events, and by looking."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .local import own_paths

LOOK_SECONDS = 0.2
"""Files are looked at so often in any case: network drives and some virtual ones give no events,
or not those of changes made elsewhere."""

POLLING = "CHECK_POLL"
"""The environment variable that says not to rely on events at all."""

Stamps = dict[str, tuple[int, int, int]]


def stamps(folder: Path) -> Stamps:
    """Return for each of the student's files what changes when it is saved."""
    found = {}
    for name, path in own_paths(folder):
        try:
            status = path.stat()
        except OSError:  # between two steps of an editor's saving
            continue
        found[name] = status.st_mtime_ns, status.st_size, status.st_ino
    return found


def changes(before: Stamps, after: Stamps) -> tuple[str, ...]:
    """Return the names of files that are new, gone or changed."""
    return tuple(
        name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)
    )


class Saves(threading.Thread):
    """Tells of saved files.

    Parameters
    ----------
    folder : path
    tell : callable
        Told the names of the files.
    polling : bool
        Look at the files only, and use no events.
    """

    def __init__(
        self, folder: Path, tell: Callable[[tuple[str, ...]], None], *, polling: bool = False
    ) -> None:
        super().__init__(name="saves", daemon=True)
        self._folder = folder
        self._tell = tell
        self._polling = polling or bool(os.environ.get(POLLING))
        self._ended = threading.Event()
        self._seen = stamps(folder)
        self._gone: set[str] = set()

    def run(self) -> None:
        """Look whenever there may be something to see, until it is stopped."""
        for _ in self._occasions():
            if self._ended.is_set():
                return
            self._look()

    def stop(self) -> None:
        """End the thread."""
        self._ended.set()
        self.join(2.0)

    def _look(self) -> None:
        now = stamps(self._folder)
        gone = self._seen.keys() - now.keys()
        # Many editors remove a file for a moment when they save it: gone is gone twice in a row.
        for name in gone - self._gone:
            now[name] = self._seen[name]
        self._gone = gone - self._gone
        if changed := changes(self._seen, now):
            self._seen = now
            self._tell(changed)

    def _occasions(self) -> Iterator[None]:
        if not self._polling:
            try:
                for _ in _events(self._folder, self._ended):
                    yield
            except Exception:  # no package, no events on this system, or none left: look instead
                pass
        while not self._ended.wait(LOOK_SECONDS):
            yield


def _events(folder: Path, ended: Any) -> Iterator[object]:
    """Yield at each event in the folder, and every now and then without one."""
    import watchfiles

    return watchfiles.watch(
        folder,
        watch_filter=None,
        debounce=60,
        step=10,
        stop_event=ended,
        rust_timeout=int(LOOK_SECONDS * 1000),
        yield_on_timeout=True,
        recursive=False,
        raise_interrupt=False,
        ignore_permission_denied=True,
    )
