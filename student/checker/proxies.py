"""The submission and the reference as checks see them: objects with functions to call."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any

from .calls import Caller, CallError
from .contract import Assignment, Question
from .recordings import RAISED, NotRecordedError, Recordings, call_key


@dataclass(frozen=True)
class Logged:
    """A recorded call as the submission answered it; ``RAISED`` stands for an exception."""

    check: str
    key: str
    answer: Any


class Submission:
    """The submission as a check sees it: an object with the functions that students write.

    Calling ``submission.f(...)`` returns the answer as float64 or int64 arrays and Python numbers
    of the form that the function's signature asks for.

    Attributes
    ----------
    changed : tuple of str
        The arguments that the last call changed in place.
    log : list of Logged
        The submission's answers to recorded calls.
    """

    def __init__(
        self, caller: Caller, assignment: Assignment, question: Question, recorded: Container[str]
    ) -> None:
        self.check = ""
        self.changed: tuple[str, ...] = ()
        self.log: list[Logged] = []
        self._caller = caller
        self._assignment = assignment
        self._own = {signature.function for signature in question.signatures}
        self._recorded = recorded

    def __getattr__(self, function: str) -> Callable[..., Any]:
        if function not in self._assignment.functions:
            raise AttributeError(f"no question has a function {function!r}")

        def call(*args: Any, **kwargs: Any) -> Any:
            return self._call(function, args, kwargs)

        return call

    def _call(self, function: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        signature = self._assignment.signature(function)
        key = call_key(signature, args, kwargs) if function in self._own else ""
        try:
            answer, changed = self._caller.call(function, args, kwargs)
        except CallError as error:
            if key in self._recorded and error.reason in ("exception", "unusable"):
                self.log.append(Logged(self.check, key, RAISED))
            raise
        answer = signature.arranged(answer)
        if key in self._recorded:
            self.log.append(Logged(self.check, key, answer))
        given = [item.name for item in signature.arguments[: len(args)]] + list(kwargs)
        self.changed = tuple(given[i] for i in changed if 0 <= i < len(given))
        return signature.checked(answer, signature.bind(args, kwargs))


Arguments = tuple[str, tuple[Any, ...], dict[str, Any]]
"""A call: function, positional and keyword arguments."""


class Reference:
    """The reference as a check sees it: the recorded answers of the solution's functions.

    Parameters
    ----------
    assignment : Assignment
        For the functions and their signatures.
    recordings : Recordings
        Where answers are looked up.
    recorder : callable, optional
        When building: told of each call and its key before the look-up, so that it can record.
    """

    def __init__(
        self,
        assignment: Assignment,
        recordings: Recordings,
        recorder: Callable[[str, Arguments], None] | None = None,
    ) -> None:
        self._assignment = assignment
        self._recordings = recordings
        self._recorder = recorder

    def __getattr__(self, function: str) -> Callable[..., Any]:
        if function not in self._assignment.functions:
            raise AttributeError(f"no question has a function {function!r}")

        def look_up(*args: Any, **kwargs: Any) -> Any:
            signature = self._assignment.signature(function)
            key = call_key(signature, args, kwargs)
            if self._recorder is not None:
                self._recorder(key, (function, args, kwargs))
            if key not in self._recordings.calls:
                raise NotRecordedError(
                    f"no answer of {function} is recorded for the arguments of this check. "
                    "Students: unpack the handout again. Instructors: run `autograder build`."
                )
            answer = self._recordings.calls[key].answer
            return signature.checked(answer, signature.bind(args, kwargs))

        return look_up
