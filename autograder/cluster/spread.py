"""The grading machine's part: submissions go out as data, results come in and are stored here."""

from __future__ import annotations

import contextlib
import pickle
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue

import dask
from dask.typing import Key
from distributed import Client, Future, KilledWorker

from .. import fingerprint
from ..checker.threads import use_one_thread
from ..desk import Done, Task, ended, finish, last_result, read_task
from ..errors import AutograderError, ClusterError
from ..grade import NOTHING_RUN, not_graded, read_labs
from ..grading_file import Contract, Level
from ..intake import Source, Submission
from ..layout import Layout
from ..result import SubmissionResult, from_json
from .child import Work
from .course import pack
from .versions import versions
from .worker import CourseOnWorker, grade_on_worker, refusal

CONNECT_SECONDS = 20.0
PATIENCE = 60.0
"""Seconds without any worker after which a run gives up; lost ones may be started anew."""

IN_HAND = 2
"""Submissions for each thread of a worker: one is graded, one waits. The others wait here, unread,
so that this machine needs no more memory for thousands than for ten."""

CONFIGURATION = {
    # A submission with its notebooks may be larger than what dask expects of a task,
    "distributed.admin.large-graph-warning-threshold": "1 GiB",
    # and it would be kept in a log of the last thousand messages.
    "distributed.admin.low-level-log-length": 10,
}

GO_ON = "What was graded stays; the same command goes on."


class _CourseDesk:
    """What this machine knows of the course."""

    def __init__(self, layout: Layout, contract: Contract, level: Level) -> None:
        self.layout = layout
        self.contract = contract
        self.level = level
        self.course = fingerprint.of_course(layout, contract, level)
        self._labs = read_labs(layout, contract)

    def fingerprint_of(self, submission: Submission) -> fingerprint.Fingerprint:
        """Return hashes of all that a submission's marks depend on."""
        return self.course | fingerprint.of_submission(submission)

    def not_graded(self, source: Source, reason: str) -> SubmissionResult:
        """Return the result of a submission of which nothing could be graded."""
        return not_graded(source, self.contract, NOTHING_RUN, reason, self._labs)


def grade_on_cluster(
    tasks: Sequence[Task],
    layout: Layout,
    contract: Contract,
    level: Level,
    address: str,
    done: Callable[[Done], None],
    *,
    fresh: bool = False,
) -> None:
    """Grade submissions on a dask cluster; each result is stored here as soon as it is there.

    What is read, stored and told is what :func:`~autograder.batch.grade_all` does; a submission
    that is lost with its worker is graded by another.

    Parameters
    ----------
    tasks : sequence of Task
    layout : Layout
    contract : Contract
    level : str
        How submissions are isolated, on the workers.
    address : str
        That of the scheduler: ``tcp://…``, or ``tls://…`` as dask's configuration says.
    done : callable
        Told what came of each.
    fresh : bool
        Grade also what is stored and unchanged.

    Raises
    ------
    ClusterError
        When scheduler or workers are not there, or cannot grade as this machine would.
    AutograderError
        When grading cannot go on for another reason. What was graded stays.
    """
    use_one_thread()
    desk = _CourseDesk(layout, contract, level)
    with _connected(address) as client, _course_on_workers(client, desk) as name:
        _Run(client, name, desk, done, fresh=fresh).grade(tasks)


@contextlib.contextmanager
def _connected(address: str) -> Iterator[Client]:
    with dask.config.set(CONFIGURATION):
        try:
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError, ImportError, RuntimeError) as error:
            raise ClusterError(
                f"no scheduler can be reached at {address}: {error}. Start one (`dask scheduler`) "
                "and workers (`dask worker ADDRESS`), and give --dask the address that it says."
            ) from None
        with client:
            try:
                client.wait_for_workers(1, timeout=PATIENCE)
            except TimeoutError:
                raise ClusterError(
                    f"the scheduler at {address} has no workers. Start some, on machines with the "
                    f"same autograder (`dask worker {address}`), and run the command again."
                ) from None
            yield client


@contextlib.contextmanager
def _course_on_workers(client: Client, desk: _CourseDesk) -> Iterator[str]:
    """Bring the course to all workers, those that come later too; take it away in the end."""
    name = f"autograder-{uuid.uuid4().hex}"
    archive = pack(desk.layout, desk.contract)
    plugin = CourseOnWorker(archive, desk.level, desk.course, versions())
    try:
        try:
            client.register_plugin(plugin, name)
            refusals = [said for said in client.run(refusal, name).values() if said]
        except Exception as error:  # whatever unpickling there has raised
            raise ClusterError(
                f"the workers cannot take in the course ({type(error).__name__}: {error}). "
                f"Scheduler and workers need {_said(versions())}."
            ) from None
        if refusals:
            more = f" The same holds for {len(refusals) - 1} more." if len(refusals) > 1 else ""
            raise ClusterError(f"{refusals[0]}{more} {GO_ON}")
        yield name
    finally:
        with contextlib.suppress(Exception):  # the scheduler may be gone, and the course with it
            client.unregister_worker_plugin(name)


def _said(needed: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in needed.items())


@dataclass(frozen=True)
class _Sent:
    """A submission that is with the workers.

    Attributes
    ----------
    task : Task
    before : SubmissionResult or None
    work : bytes
    alone : bool
        Whether no other is with them, so that it alone can be what ends a worker.
    """

    task: Task
    before: SubmissionResult | None
    work: bytes
    alone: bool = False


class _Run:
    """One run: what is with the workers, and what has come back."""

    def __init__(
        self,
        client: Client,
        name: str,
        desk: _CourseDesk,
        done: Callable[[Done], None],
        *,
        fresh: bool,
    ) -> None:
        self._client = client
        self._name = name
        self._desk = desk
        self._done = done
        self._fresh = fresh
        self._in_hand: dict[Key, tuple[Future, _Sent]] = {}
        self._finished: SimpleQueue[Future] = SimpleQueue()
        self._suspects: list[_Sent] = []

    def grade(self, tasks: Sequence[Task]) -> None:
        """Grade them all; those that were with workers which ended again and again, alone."""
        waiting = iter(tasks)
        try:
            self._fill(waiting)
            while self._in_hand:
                self._take_in(self._next())
                self._fill(waiting)
            while self._suspects:
                self._send(replace(self._suspects.pop(), alone=True))
                self._take_in(self._next())
        finally:
            with contextlib.suppress(Exception):
                self._client.cancel([future for future, _ in self._in_hand.values()])

    def _fill(self, waiting: Iterator[Task]) -> None:
        """Read submissions until the workers have enough to do."""
        room = IN_HAND * self._threads()
        while len(self._in_hand) < room and (task := next(waiting, None)) is not None:
            before = None if self._fresh else last_result(task)
            read = read_task(self._desk, task, before)
            if isinstance(read, SubmissionResult):
                self._done(finish(self._desk, task, before, read))
                continue
            work = pickle.dumps(Work(task.source, read, before))
            self._send(_Sent(task, before, work))

    def _send(self, sent: _Sent) -> None:
        future = self._client.submit(grade_on_worker, self._name, sent.work, pure=False)
        self._in_hand[future.key] = future, sent
        future.add_done_callback(self._finished.put)

    def _next(self) -> Future:
        """Wait for a submission to come back, as long as there are workers."""
        workers_seen = time.monotonic()
        while True:
            try:
                return self._finished.get(timeout=1.0)
            except Empty:
                if self._threads():
                    workers_seen = time.monotonic()
                elif time.monotonic() - workers_seen > PATIENCE:
                    raise ClusterError(f"all workers are gone. Start new ones. {GO_ON}") from None

    def _threads(self) -> int:
        """Return how many submissions the workers can grade at a time."""
        try:
            return sum(self._client.nthreads().values())
        except (OSError, RuntimeError, AttributeError):  # what dask raises when it is closed
            raise self._lost() from None

    def _lost(self) -> ClusterError:
        return ClusterError(f"the connection to the scheduler is lost. {GO_ON}")

    def _take_in(self, future: Future) -> None:
        """Store what came of a submission, or keep it to be tried alone."""
        _, sent = self._in_hand.pop(future.key)
        desk = self._desk
        try:
            record = self._gather(future)
        except KilledWorker:
            if not sent.alone:
                self._suspects.append(sent)
                return
            record = None
        if record is None:
            result = ended(sent.task.source, desk.layout, desk.contract, desk.level)
        else:
            result = from_json(record)
        self._done(finish(desk, sent.task, sent.before, result))

    def _gather(self, future: Future) -> bytes | None:
        """Bring a record here; when the worker that holds it is lost, another makes it anew.

        Raises
        ------
        KilledWorker
            When too many workers were lost while they had this submission.
        AutograderError
            When others cannot be graded either.
        """
        while True:
            if future.cancelled():
                raise self._lost()
            try:
                record: bytes | None = future.result(timeout=PATIENCE)
            except TimeoutError:
                if not self._threads():
                    raise ClusterError(f"all workers are gone. Start new ones. {GO_ON}") from None
            except (AutograderError, KilledWorker):
                raise
            except Exception as error:
                if self._client.status != "running" or future.cancelled():
                    raise self._lost() from error
                said = f"{type(error).__name__}: {error}"
                raise ClusterError(f"a worker failed ({said}). {GO_ON}") from error
            else:
                return record
