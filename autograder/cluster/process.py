"""A process that grades, seen from the worker that starts it.

It is a process of its own and no thread of the worker's, since a sandbox ends with the thread that
started it, the numerical libraries must be kept to one thread before they are loaded, and whatever
ends it must not end the worker.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ..checker.threads import ONE_THREAD
from ..errors import AutograderError, ClusterError

STOP_SECONDS = 20.0


class EndedError(Exception):
    """The process has ended before it answered."""


@dataclass(frozen=True)
class Start:
    """The first request: the course to grade for.

    Attributes
    ----------
    root : path
        The course's folder.
    level : str
        How submissions are isolated.
    fingerprint : dict of str to str
        Hashes of the course's parts, as they have to be.
    needed : dict of str to str
        Versions, as they have to be.
    """

    root: Path
    level: str
    fingerprint: dict[str, str]
    needed: dict[str, str]


@dataclass(frozen=True)
class Reply:
    """An answer to a request.

    Attributes
    ----------
    record : bytes
        A result's record; to the first request, nothing.
    error : AutograderError or None
        Why neither this nor any other submission can be graded.
    """

    record: bytes = b""
    error: AutograderError | None = None


class GraderProcess:
    """A process with a grader; one thread at a time may ask it.

    Parameters
    ----------
    start : Start
    scratch : path
        A folder for what it would leave behind if it were ended from outside.

    Raises
    ------
    AutograderError
        When it cannot grade there.
    """

    def __init__(self, start: Start, scratch: Path) -> None:
        code = (
            f"import sys; sys.path[:] = {sys.path!r}; "  # the same modules as the worker's
            f"from {__package__}.child import main; main()"
        )
        environment = {**os.environ, **ONE_THREAD}
        if start.level != "user":  # which needs a folder that other users may enter
            environment["TMPDIR"] = str(scratch)
        self._process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,  # Ctrl+C is the worker's to deal with
        )
        try:
            self._ask(start)
        except EndedError:
            self.close()
            raise ClusterError(
                "the process that is to grade ended at its start; the worker's log says why"
            ) from None
        except BaseException:
            self.close()
            raise

    def grade(self, work: bytes) -> bytes:
        """Return the record of what came of a submission.

        Parameters
        ----------
        work : bytes
            A pickled :class:`~autograder.cluster.child.Work`.

        Raises
        ------
        EndedError
            When the process has ended.
        AutograderError
            When no other could be graded either.
        """
        return self._ask(work)

    def _ask(self, request: Start | bytes) -> bytes:
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            pickle.dump(request, self._process.stdin)
            self._process.stdin.flush()
            reply = pickle.load(self._process.stdout)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            raise EndedError from None
        assert isinstance(reply, Reply)
        if reply.error is not None:
            raise reply.error
        return reply.record

    def stop(self) -> None:
        """Have the process end; a thread that asks it is told so. For any thread."""
        self._process.terminate()

    def close(self) -> None:
        """End the process, and wait for it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
