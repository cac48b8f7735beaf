"""One worker in the sandbox, as the grader holds it."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import socket
import time

from ..checker.host import OutputReader
from ..checker.transport import connect
from ..errors import IsolationError
from .probe import Targets
from .zygote import ENDED, FAILED, MAX_MESSAGE

STOP_SECONDS = 10.0


class SandboxWorker:
    """A worker in the sandbox; see :class:`autograder.checker.host.Worker`.

    Parameters
    ----------
    control : socket
        Where the zygote takes messages.
    targets : Targets, optional
        Makes it the probe instead of a worker.
    """

    def __init__(self, control: socket.socket, targets: Targets | None = None) -> None:
        message = json.dumps(targets and dataclasses.asdict(targets)).encode()
        requests, write_fd = os.pipe()
        read_fd, replies = os.pipe()
        output = os.memfd_create("output")
        self._lifeline, lifeline = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # Opened anew, since duplicates of a descriptor share one position in the file.
        self._reader = OutputReader(open(f"/proc/self/fd/{output}", "rb"))  # noqa: SIM115
        self.transport = connect(write_fd, read_fd)
        self._ended = False
        self._status: int | None = None
        given = [requests, replies, output, lifeline.detach()]
        try:
            socket.send_fds(control, [message], given)
        except OSError:
            self._release()
            raise
        finally:
            for descriptor in given:
                os.close(descriptor)

    def output(self) -> str:
        """Return what was printed since the last time this was asked."""
        return self._reader.read()

    def end(self, grace: float) -> int | None:
        """Stop the process and all that it may have started; return its exit status.

        Parameters
        ----------
        grace : float
            Seconds that it is given to end by itself.

        Returns
        -------
        int or None
            Negative for a signal; ``None`` when it had to be stopped.

        Raises
        ------
        IsolationError
            When the worker could not be confined, so that nothing was run in it.
        """
        if not self._ended:
            self._ended = True
            try:
                self._status = self._last_word(grace)
            finally:
                self._release()
        return self._status

    def _last_word(self, grace: float) -> int | None:
        word = self._listen(grace)
        if word is None:
            self._lifeline.shutdown(socket.SHUT_WR)
            deadline = time.monotonic() + STOP_SECONDS
            while word := self._listen(deadline - time.monotonic()):
                pass
            if word is None:
                raise IsolationError(f"a worker did not stop within {STOP_SECONDS:g} seconds")
            return None
        if word.startswith(FAILED):
            reason = word.removeprefix(FAILED).decode("utf-8", "replace")
            raise IsolationError(f"a worker could not be confined: {reason}")
        if word.startswith(ENDED):
            return int(word.removeprefix(ENDED))
        return -signal.SIGKILL  # the keeper is gone too: stopped from outside

    def _listen(self, seconds: float) -> bytes | None:
        """Return the keeper's next word, nothing when it is gone, None when it is silent."""
        self._lifeline.settimeout(max(seconds, 0.0))
        try:
            return self._lifeline.recv(MAX_MESSAGE)
        except (TimeoutError, BlockingIOError):
            return None
        except OSError:
            return b""

    def _release(self) -> None:
        self.transport.close()
        self._reader.file.close()
        self._lifeline.close()
