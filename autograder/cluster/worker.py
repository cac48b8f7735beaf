"""A worker's part: the course in a folder of its own, and processes that grade for it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
from functools import partial
from pathlib import Path

from distributed import Reschedule, Worker, WorkerPlugin, get_worker

from ..errors import AutograderError, ClusterError
from .course import unpack
from .process import EndedError, GraderProcess, Start

ATTEMPTS = 2
"""A submission at which a process ends is tried once more, in a new one."""


class CourseOnWorker(WorkerPlugin):
    """A course that a worker grades for, with as many processes as the worker has threads.

    Parameters
    ----------
    archive : bytes
        As :func:`~autograder.cluster.course.pack` makes it.
    level : str
        How submissions are isolated.
    fingerprint : dict of str to str
        Hashes of the course's parts.
    needed : dict of str to str
        The versions that the worker has to have.

    Attributes
    ----------
    refusal : str
        Why this worker cannot grade; empty when it can.
    """

    def __init__(
        self, archive: bytes, level: str, fingerprint: dict[str, str], needed: dict[str, str]
    ) -> None:
        self._archive = archive
        self._level = level
        self._fingerprint = fingerprint
        self._needed = needed
        self.refusal = ""

    async def setup(self, worker: Worker) -> None:
        """Unpack the course and start one process, so that it is known whether that works."""
        self._lock = threading.Lock()
        self._idle: list[GraderProcess] = []
        self._busy: set[GraderProcess] = set()
        self._closed = False
        self._folder: Path | None = None
        try:
            await asyncio.to_thread(self._prepare, worker.local_directory)
        except (AutograderError, OSError) as error:
            self.refusal = f"{worker.address} cannot grade: {error}"

    async def teardown(self, worker: Worker) -> None:
        """End all processes, whatever they do, and remove the course."""
        await asyncio.to_thread(self._close)

    def grade(self, work: bytes) -> bytes | None:
        """Return a submission's record, or None when it ends the process that grades it.

        Raises
        ------
        AutograderError
            When no other could be graded here either.
        Reschedule
            When the worker closes.
        """
        if self.refusal:
            raise ClusterError(self.refusal)
        for _ in range(ATTEMPTS):
            process = self._take()
            try:
                record = process.grade(work)
            except EndedError:
                self._drop(process)
            except BaseException:
                self._drop(process)
                raise
            else:
                self._give_back(process)
                return record
        return None

    def _prepare(self, place: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="course-", dir=place))  # for its owner alone
        root = unpack(self._archive, self._folder / "course").root
        scratch = self._folder / "scratch"
        scratch.mkdir()
        start = Start(root, self._level, self._fingerprint, self._needed)
        self._start_process = partial(GraderProcess, start, scratch)
        self._idle.append(self._start_process())

    def _take(self) -> GraderProcess:
        with self._lock:
            if self._closed:
                raise Reschedule
            if self._idle:
                process = self._idle.pop()
                self._busy.add(process)
                return process
        process = self._start_process()
        with self._lock:
            if not self._closed:
                self._busy.add(process)
                return process
        process.close()
        raise Reschedule

    def _give_back(self, process: GraderProcess) -> None:
        with self._lock:
            self._busy.discard(process)
            if not self._closed:
                self._idle.append(process)
                return
        process.close()

    def _drop(self, process: GraderProcess) -> None:
        with self._lock:
            self._busy.discard(process)
        process.close()

    def _close(self) -> None:
        with self._lock:
            self._closed = True
            for process in self._busy:  # whoever waits for it drops it
                process.stop()
            idle, self._idle = self._idle, []
        for process in idle:
            process.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def refusal(name: str, dask_worker: Worker) -> str:
    """Return why a worker cannot grade for a course; empty when it can."""
    plugin = dask_worker.plugins[name]
    assert isinstance(plugin, CourseOnWorker)
    return plugin.refusal


def grade_on_worker(name: str, work: bytes) -> bytes | None:
    """Grade a submission on the worker that this runs on, for the course of that name."""
    plugin = get_worker().plugins.get(name)
    if plugin is None:  # it is being taken away: the worker closes, or the run has ended
        raise Reschedule
    assert isinstance(plugin, CourseOnWorker)
    return plugin.grade(work)
