"""Calling a submission's functions from a check, across the process boundary."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from . import frames
from .contract import Limits
from .host import Host, Load, Worker
from .transport import ClosedError, LateError

START_SECONDS = 60.0

Answerer = Callable[[str, tuple[Any, ...], dict[str, Any], float], Any]
"""Answers a call in place of the submission: function, arguments, seconds left."""


class CallError(Exception):
    """A call that ended without an answer.

    Attributes
    ----------
    reason : str
        One of the keys of :data:`autograder.checker.explain.REASONS`.
    type, message, file, line, source :
        What the worker says of an exception; text of the submission's, never to be trusted.
    """

    def __init__(
        self,
        reason: str,
        type: str = "",
        message: str = "",
        file: str = "",
        line: int = 0,
        source: str = "",
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.type = type
        self.message = message
        self.file = file
        self.line = line
        self.source = source


class Caller:
    """Sends calls to a worker, starts it when needed and replaces it when it is lost.

    Parameters
    ----------
    host : Host
        Where workers come from.
    load : Load
        What each worker is given first.
    limits : Limits
        Seconds for a check and for all of them together; only time inside calls counts.
    answerer : callable, optional
        Answers the functions in ``load.answered``.
    """

    def __init__(
        self, host: Host, load: Load, limits: Limits, answerer: Answerer | None = None
    ) -> None:
        self._host = host
        self._load = load
        self._limits = limits
        self._answerer = answerer
        self._worker: Worker | None = None
        self._ready = False
        self._question_left = limits.question_seconds
        self._check_left = limits.check_seconds
        self._output: list[str] = []

    def start(self) -> None:
        """Start a worker in the background, so that it is there when the first call comes."""
        if self._worker is None:
            self._worker = self._host.start()

    @property
    def ready(self) -> bool:
        """Whether there is a worker that has the files."""
        return self._ready

    def refuse(self) -> CallError:
        """Give up a worker that has sent what is no reply; return the error that says so."""
        return self._lost("malformed", 0.0)

    def reload(self, load: Load) -> None:
        """Give the worker other files, keeping its process: for the course's own code only."""
        self._load = load
        self._ready = False

    def begin_check(self, seconds: float | None = None) -> None:
        """Give the next calls a check's time, or the given seconds where they are fewer.

        Raises
        ------
        CallError
            When the time for all checks of the question is used up.
        """
        self.output()  # what nobody asked for belongs to the check before
        self._output.clear()
        if self._question_left <= 0:
            raise CallError("no_time_left")
        self._check_left = min(self._limits.check_seconds, self._question_left)
        if seconds is not None:
            self._check_left = min(self._check_left, seconds)

    def output(self) -> str:
        """Return what the submission has printed since the check began."""
        if self._worker is not None:
            self._output.append(self._worker.output())
        return "".join(self._output)

    def call(
        self, function: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Any, list[int]]:
        """Call a function; return its answer and the positions of arguments that it changed.

        Raises
        ------
        CallError
            When there is no answer.
        """
        if function in self._load.answered:
            assert self._answerer is not None
            return self._answerer(function, args, kwargs, self._check_left), []
        module = self._load.functions[function]
        if not self._load.holds(module):  # no process is needed to say so
            raise CallError("missing", file=f"{module}.py")
        self.make_ready()
        request = frames.encode("call", function=function, args=args, kwargs=kwargs)
        return self.outcome(*self.exchange(request))

    def exchange(self, request: bytes) -> tuple[str, dict[str, Any]]:
        """Send a frame to a worker that is ready; return what it says, which may be anything.

        On the way, its questions are answered.

        Raises
        ------
        CallError
            When the worker is lost.
        """
        began = time.monotonic()
        deadline = began + self._check_left
        try:
            self._send(request, deadline)
            while True:
                kind, fields = self._receive(deadline)
                if kind != "ask":
                    return kind, fields
                self._send(self._answer(fields, deadline), deadline)
        finally:
            spent = time.monotonic() - began
            self._check_left -= spent
            self._question_left -= spent

    def outcome(self, kind: str, fields: dict[str, Any]) -> tuple[Any, list[int]]:
        """Return what the reply to a call holds: the answer, and which arguments it changed.

        Raises
        ------
        CallError
            When it holds none.
        """
        try:
            return _outcome(kind, fields, self._load)
        except CallError as error:
            # Whatever else it has sent is no answer to a call; and memory that was not enough for
            # this call may not be enough for the next.
            if error.reason in ("malformed", "memory"):
                self._end(0.0)
            raise

    def make_ready(self) -> None:
        """Wait until there is a worker that has the files; this is nobody's time.

        Raises
        ------
        CallError
            When there is none in a minute.
        """
        self.start()
        if not self._ready:
            deadline = time.monotonic() + START_SECONDS
            self._send(self._load.frame(), deadline)
            self._receive(deadline)
            self._ready = True

    def _answer(self, fields: dict[str, Any], deadline: float) -> bytes:
        """Answer a call that the submission makes to a function that is not graded now."""
        function, args, kwargs = fields.get("function"), fields.get("args"), fields.get("kwargs")
        well_formed = isinstance(function, str) and isinstance(args, tuple)
        if not (well_formed and isinstance(kwargs, dict) and function in self._load.answered):
            raise self._lost("malformed", 0.0)
        assert self._answerer is not None and isinstance(function, str) and isinstance(args, tuple)
        left = deadline - time.monotonic()
        if left <= 0:  # questions that came together are read together, however late it is
            raise self._lost("time", 0.0)
        try:
            value = self._answerer(function, args, kwargs, left)
        except (CallError, frames.FrameError) as error:
            reason = error.message if isinstance(error, CallError) else str(error)
            text = f"the correct {function} does not take these arguments: {reason}"
            return frames.encode("refused", message=text)
        return frames.encode("answer", value=value)

    def _send(self, data: bytes, deadline: float) -> None:
        assert self._worker is not None
        try:
            self._worker.transport.send(data, deadline)
        except LateError:
            raise self._lost("time", 0.0) from None
        except ClosedError:
            raise self._lost("crash", 2.0) from None

    def _receive(self, deadline: float) -> tuple[str, dict[str, Any]]:
        worker = self._worker
        assert worker is not None
        try:
            return frames.read(lambda size: worker.transport.receive(size, deadline))
        except LateError:
            raise self._lost("time", 0.0) from None
        except ClosedError:
            raise self._lost("crash", 2.0) from None
        except frames.FrameError:
            raise self._lost("malformed", 0.0) from None

    def _lost(self, reason: str, grace: float) -> CallError:
        status = self._end(grace)
        if reason == "crash" and status is not None and status >= 0:
            return CallError("exit")
        if reason == "crash" and status is not None:
            reason = {-24: "time", -25: "output", -9: "killed"}.get(status, "crash")
        return CallError(reason)

    def _end(self, grace: float) -> int | None:
        worker, self._worker, self._ready = self._worker, None, False
        if worker is None:
            return None
        self._output.append(worker.output())
        return worker.end(grace)

    def close(self) -> None:
        """Stop the worker, if there is one."""
        self._end(0.0)


def _outcome(kind: str, fields: dict[str, Any], load: Load) -> tuple[Any, list[int]]:
    """Return what a reply holds, or raise CallError; a place must be one in the files."""
    if kind == "returned" and fields.keys() == {"value", "changed"}:
        changed = fields["changed"]
        if isinstance(changed, list) and all(type(i) is int for i in changed):
            return fields["value"], changed
    if kind == "raised" and type(fields.get("reason")) is str:
        if fields["reason"] not in RAISED_REASONS:
            raise CallError("malformed")
        text = {name: fields.get(name, "") for name in ("type", "message", "file", "source")}
        line = fields.get("line", 0)
        if all(type(value) is str for value in text.values()) and type(line) is int:
            clean = {name: printable(value) for name, value in text.items()}
            asked_for = {f"{module}.py" for module in load.functions.values()}
            if clean["file"] not in load.files and clean["file"] not in asked_for:
                clean["file"] = clean["source"] = ""
            lines = load.files.get(clean["file"], b"").splitlines()
            if not 0 < line <= len(lines) + bool(lines):
                line = 0
            raise CallError(fields["reason"], line=line, **clean)
    raise CallError("malformed")


RAISED_REASONS = frozenset(
    {
        "exception",
        "exit",
        "import",
        "memory",
        "missing",
        "no_function",
        "not_started",
        "output",
        "unusable",
    }
)
"""What a worker may say of a call that brought no answer."""


def printable(text: str, most: int = 600) -> str:
    """Return at most so many characters of the text, without control characters."""
    clean = text[:most].encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in clean)
