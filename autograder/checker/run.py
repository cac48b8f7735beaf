"""One run of a question's checks: what they are given, and what is made of how they end."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from .calls import Caller, CallError
from .compare import MismatchError, match
from .contract import Assignment, Check, Question
from .diagnose import diagnose
from .explain import explain
from .outcome import CheckResult, Diagnosis, Picture
from .pictures import Gallery
from .proxies import Arguments, Logged, Reference, Submission
from .recordings import NotRecordedError, Recordings
from .signature import BadAnswerError

_GRADERS_FAULT = "The grader could not run this check; that is not the fault of your code."
_NOT_WHAT_WAS_ASKED = "The answer has not the property that was asked for."


@dataclass(frozen=True)
class CheckEnd:
    """How a check ended.

    Attributes
    ----------
    name : str
        The check's name in ``grading.yml``.
    asked : str
        Its docstring, on one line.
    path : path
        The file that it is in.
    error : BaseException, optional
        What it raised.
    """

    name: str
    asked: str
    path: Path
    error: BaseException | None


@dataclass
class Run:
    """One run of a question's checks: what goes in, and what comes out of each.

    Attributes
    ----------
    assignment, question :
        What is checked.
    checks : tuple of Check
        The checks that count.
    caller : Caller
        Answers ``submission.…`` calls.
    recordings : Recordings
        Answers ``reference.…`` calls.
    recorder : callable, optional
        When building: told of each reference call, by check and key, before it is looked up.
    gallery : Gallery, optional
        Draws the pictures that checks attach; without it, none are drawn.
    tell : callable, optional
        Told of each check as soon as it is done.
    """

    assignment: Assignment
    question: Question
    checks: tuple[Check, ...]
    caller: Caller
    recordings: Recordings
    recorder: Callable[[str, str, Arguments], None] | None = None
    gallery: Gallery | None = None
    tell: Callable[[CheckResult], None] | None = None
    results: dict[str, CheckResult] = field(default_factory=dict)
    log: list[Logged] = field(default_factory=list)
    _pictures: list[Picture] = field(default_factory=list)
    _not_drawn: str = ""
    _began: float = 0.0

    def in_order(self, why_not: str) -> list[CheckResult]:
        """Return one result for each check, in the order of ``checks``.

        Parameters
        ----------
        why_not : str
            Why there is none of a check, for the instructor.
        """
        return [
            self.results.get(check.name)
            or CheckResult(
                check.name,
                check.visibility,
                *(0.0, check.points, "not run", "grader"),
                found=_GRADERS_FAULT,
                detail=f"test_{check.name} was not run: {why_not}",
            )
            for check in self.checks
        ]

    def diagnoses(
        self, results: Sequence[CheckResult], canonical: dict[str, Callable[[Any], Any]]
    ) -> tuple[Diagnosis, ...]:
        """Return the known mistakes that explain what went wrong in this run."""
        return diagnose(self.question, results, self.log, self.recordings, canonical)

    def submission(self, check: str) -> Submission:
        """Return what a check knows as the submission."""
        recorded = self.recordings.calls
        proxy = Submission(self.caller, self.assignment, self.question, recorded)
        proxy.check = check
        proxy.log = self.log
        return proxy

    def reference(self, check: str) -> Reference:
        """Return what a check knows as the reference."""
        recorder = partial(self.recorder, check) if self.recorder else None
        return Reference(self.assignment, self.recordings, recorder)

    def match(
        self,
        actual: Any,
        expected: Any,
        what: str,
        *,
        rtol: float | None = None,
        atol: float | None = None,
    ) -> None:
        """Fail unless both are the same within tolerance: the question's, unless one is given."""
        rtol = self.question.rtol if rtol is None else rtol
        atol = self.question.atol if atol is None else atol
        match(actual, expected, what, rtol=rtol, atol=atol)

    def attach(self, figure: Any, *arguments: Any, alt: str) -> None:
        """Add a picture to what is said of the check that is on."""
        if self.gallery is None:
            return
        try:
            png = self.gallery.draw(figure, arguments)
        except Exception as error:  # of any answer a picture is tried, and it costs no marks
            self._not_drawn = f"no picture: {_detail(error)}"
            return
        self._pictures.append(Picture(alt, png))

    def begin_check(self) -> None:
        """Start the clock of a check."""
        self._pictures = []
        self._not_drawn = ""
        self._began = time.monotonic()

    def begin_call(self, item: Any) -> None:
        """Give the check its time; ``item`` is what pytest knows of it."""
        self.caller.begin_check()

    def keep(self, done: CheckEnd, *, in_check: bool) -> None:
        """Keep the result of a check; of one with several cases, the first that is bad.

        Parameters
        ----------
        done : CheckEnd
        in_check : bool
            Whether it ended in the check itself, and not in what comes before or after it.
        """
        name = done.name
        result = self._result(next(c for c in self.checks if c.name == name), done)
        if not in_check:
            result = replace(result, outcome="not run", reason="grader", found=_GRADERS_FAULT)
        before = self.results.get(name)
        if before is not None and before.outcome != "passed":
            result = before
        earlier = before.pictures if before is not None else ()
        seconds = time.monotonic() - self._began + (before.seconds if before is not None else 0.0)
        self.results[name] = replace(
            result, pictures=(*earlier, *self._pictures), seconds=round(seconds, 3)
        )
        if self.tell is not None:
            self.tell(self.results[name])

    def _result(self, check: Check, done: CheckEnd) -> CheckResult:
        error = done.error
        result = CheckResult(
            *(check.name, check.visibility, check.points, check.points, "passed"),
            asked=done.asked,
            detail=self._not_drawn,
        )
        if error is None:
            return result
        public = check.visibility == "public"
        printed = self.caller.output() if public else ""
        result = replace(
            result, points=0.0, outcome="failed", printed=printed, detail=_detail(error)
        )
        if isinstance(error, CallError):
            outcome, reason, found, place = explain(
                error, f"{self.question.name}.py", self.assignment.limits, check.visibility
            )
            return replace(result, outcome=outcome, reason=reason, found=found, place=place)
        if isinstance(error, NotRecordedError):
            return replace(result, outcome="not run", reason="grader", found=_GRADERS_FAULT)
        if isinstance(error, BadAnswerError):
            return replace(result, reason="form", found=f"{error}.")
        if isinstance(error, MismatchError):
            found = str(error) if public else error.guarded
            return replace(result, reason="wrong", found=f"{found}.")
        if isinstance(error, AssertionError):
            told = public or _raised_in(done.path, error)
            found = str(error) if told else ""
            return replace(result, reason="wrong", found=found or _NOT_WHAT_WAS_ASKED)
        found = (
            f"The answers have the right form, but nothing could be computed from them "
            f"({type(error).__name__})."
        )
        return replace(result, reason="wrong", found=found)


def _raised_in(path: Path, error: BaseException) -> bool:
    """Say whether the error is the file's own; the build has seen that its messages are plain."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and Path(trace.tb_frame.f_code.co_filename) == path


def _detail(error: BaseException) -> str:
    if isinstance(error, CallError):
        return f"{error.type}: {error.message}" if error.type else error.reason
    return f"{type(error).__name__}: {error}"
