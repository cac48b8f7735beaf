"""Grading one submission: each question with the student's own parts, then with right ones."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import fingerprint
from .checker.calls import Caller
from .checker.contract import Limits, Question
from .checker.host import Host, Load, SubprocessHost
from .checker.isolation import Isolation
from .checker.outcome import CheckResult, QuestionResult
from .checker.pictures import Gallery
from .checker.recordings import NotRecordedError, Recordings, load, load_canonical
from .checker.run import Run
from .checker.suite import CheckFiles, Suite
from .errors import IntakeError, ResultsError
from .grading_file import REPORT, Contract, Level
from .intake import Source, Submission
from .isolation import open_host, open_lab_host
from .labs.lab import Lab
from .labs.lab import load as load_lab
from .labs.marking import LabMarker, unmarked
from .labs.notebook import read_cells
from .labs.session import Session
from .labs.writing import mark_report
from .layout import LABS, Layout, read_python_files
from .result import Status, SubmissionResult

if TYPE_CHECKING:
    from .sandbox.host import ConfinedHost

_ANY_TIME = 1e9
NOTHING_RUN = Isolation("nothing was run")
_TOO_MUCH = ("time", "no_time_left", "memory")


class Grader:
    """Grades submissions one after the other, with everything loaded once.

    Parameters
    ----------
    layout : Layout
    contract : Contract
    level : str
        How submissions are isolated.

    Raises
    ------
    IsolationError
        When this machine cannot give the level.
    ResultsError
        When a question's recordings are missing or damaged.
    """

    def __init__(self, layout: Layout, contract: Contract, level: Level) -> None:
        self._layout = layout
        self.contract = contract
        self._assignment = contract.assignment
        self._recordings = read_recordings(layout, contract)
        self._gallery = Gallery()
        self._canonical = load_canonical(layout.public_checks)
        self._given = read_python_files(layout.given)
        files = CheckFiles(layout.check_folders, layout.check_modules)
        self._suite = Suite(files, self._assignment.questions)
        self.markers = [LabMarker(lab, contract.lab_limits) for lab in read_labs(layout, contract)]
        self._course = fingerprint.of_course(layout, contract, level)
        self._level = level
        self._confined = open_host(layout, contract, level)
        self._confined_labs: ConfinedHost | None = None
        self._reference_folder = tempfile.TemporaryDirectory(prefix="reference-")
        trusted = replace(contract.assignment.limits, question_seconds=_ANY_TIME)
        self._reference = Caller(
            SubprocessHost(trusted, Path(self._reference_folder.name)),
            self._load(read_python_files(layout.solution)),
            trusted,
        )

    def close(self) -> None:
        """Stop all workers."""
        self._reference.close()
        self._suite.close()
        self._reference_folder.cleanup()
        for host in (self._confined, self._confined_labs):
            if host is not None:
                host.close()

    def not_graded(self, source: Source, reason: str) -> SubmissionResult:
        """Return the result of a submission of which nothing could be graded."""
        labs = [marker.lab for marker in self.markers]
        return not_graded(source, self.contract, NOTHING_RUN, reason, labs)

    def fingerprint_of(self, submission: Submission) -> fingerprint.Fingerprint:
        """Return hashes of all that a submission's marks depend on."""
        return self._course | fingerprint.of_submission(submission)

    def grade(
        self, submission: Submission, before: SubmissionResult | None = None
    ) -> SubmissionResult:
        """Grade a submission.

        Parameters
        ----------
        submission : Submission
        before : SubmissionResult, optional
            What came of it last time; of that, whatever would be the same again is kept.
        """
        began = time.monotonic()
        now = self.fingerprint_of(submission)
        last = _Last(before, now)
        graded: dict[str, QuestionResult] = {}
        with self._host() as host:
            for question in self._assignment.questions:
                graded[question.name] = last.of_question(question, graded) or self._grade_question(
                    host, question, submission.files, graded
                )
            isolation = host.isolation
        for marker in self.markers:
            lab = marker.lab
            graded[lab.name] = last.of_lab(lab, graded) or self.mark_lab(marker, submission, graded)
        if self.contract.report is not None:
            graded[REPORT] = mark_report(self.contract.report, submission.papers)
        questions = tuple(graded.values())
        grader_failed = any(c.reason == "grader" for q in questions for c in q.checks)
        status: Status = "partial" if grader_failed else "graded"
        return SubmissionResult(
            submission=submission.name,
            assignment=self._assignment.title,
            status=status,
            questions=questions,
            notes=submission.notes,
            isolation=isolation,
            visibility=self.contract.visibility,
            fingerprint=now,
            handed_in=submission.handed_in,
            seconds=round(time.monotonic() - began, 3),
        )

    def _grade_question(
        self,
        host: Host,
        question: Question,
        files: dict[str, bytes],
        graded: Mapping[str, QuestionResult],
    ) -> QuestionResult:
        """Grade a question, with right parts of other questions if need be."""

        def run(answered: frozenset[str]) -> QuestionResult:
            return self._run(host, question, files, answered)

        return self._best(question.name, question.needs, run, graded)

    def _best(
        self,
        name: str,
        needs: tuple[str, ...],
        run: Callable[[frozenset[str]], QuestionResult],
        graded: Mapping[str, QuestionResult],
    ) -> QuestionResult:
        """Grade with the student's own parts; if need be, with right ones; the better counts.

        Right ones are tried when a question that this one needs has lost marks itself: where
        none has, there is no bug that was charged before. They are also tried when time or memory
        did not suffice: parts that are right, and slow, cost no marks here. A mistake may be named
        by either run: two questions with the same mistake can agree with each other better than
        with right ones.
        """
        own = run(frozenset())
        if own.complete or own.not_started:
            return own
        at_fault = (name for need in needs for name in _at_fault(need, graded))
        charged = tuple(dict.fromkeys(at_fault))
        if not charged and any(check.reason in _TOO_MUCH for check in own.checks):
            charged = needs
        if not charged:
            return own
        others = frozenset(
            function for function, owner in self._assignment.functions.items() if owner != name
        )
        helped = run(others)
        names_more = bool(helped.diagnoses) and not own.diagnoses
        if helped.points < own.points or (helped.points == own.points and not names_more):
            return replace(own, diagnoses=own.diagnoses or helped.diagnoses)
        lost_marks = any(graded[name].points < graded[name].max_points for name in charged)
        return replace(helped, helped_by=charged, helped_for="marks" if lost_marks else "time")

    def mark_lab(
        self,
        marker: LabMarker,
        submission: Submission,
        graded: Mapping[str, QuestionResult],
    ) -> QuestionResult:
        """Mark a lab's notebook, with right modules in place of the student's if need be."""
        lab = marker.lab
        if lab.file not in submission.papers:
            found = f"There is no {lab.file} in the submission."
            return unmarked(lab, "missing", found)
        try:
            cells = read_cells(submission.papers[lab.file], lab.file)
        except IntakeError as error:
            return unmarked(lab, "unreadable", f"{error}.")

        def run(answered: frozenset[str]) -> QuestionResult:
            load = self._load(submission.files, answered, unavailable=())
            if answered:
                self._reference.make_ready()

            def session(sources: Sequence[str]) -> Session:
                return Session(host, load, sources, self.contract.lab_limits, self._answer)

            return marker.mark(cells, session)

        with self._lab_host() as host:
            return self._best(lab.name, lab.needs, run, graded)

    def _run(
        self,
        host: Host,
        question: Question,
        files: dict[str, bytes],
        answered: frozenset[str],
    ) -> QuestionResult:
        result = self._run_once(host, question, files, answered)
        if any(check.reason == "killed" for check in result.checks):
            # By the submission itself, and then again; or from outside, which is not its fault.
            again = self._run_once(host, question, files, answered)
            if again.points >= result.points:
                return again
        return result

    def _run_once(
        self,
        host: Host,
        question: Question,
        files: dict[str, bytes],
        answered: frozenset[str],
    ) -> QuestionResult:
        load = self._load(files, answered)
        caller = Caller(host, load, self._assignment.limits, self._answer)
        if answered:  # or the first check that asks would pay for the start
            self._reference.make_ready()
        run = Run(
            self._assignment,
            question,
            question.checks,
            caller,
            self._recordings[question.name],
            gallery=self._gallery,
        )
        try:
            results = self._suite.run_checks(run)
        finally:
            caller.close()
        return QuestionResult(
            question.name,
            question.title,
            tuple(results),
            run.diagnoses(results, self._canonical),
            bonus=question.bonus,
        )

    def _answer(
        self, function: str, args: tuple[Any, ...], kwargs: dict[str, Any], seconds: float
    ) -> Any:
        """Answer a call with the solution, which runs in a process of its own."""
        self._reference.begin_check(seconds)
        return self._reference.call(function, args, kwargs)[0]

    def _load(
        self,
        files: dict[str, bytes],
        answered: frozenset[str] = frozenset(),
        unavailable: tuple[str, ...] | None = None,
    ) -> Load:
        if unavailable is None:
            unavailable = self._assignment.unavailable
        return Load(files | self._given, self._assignment.functions, answered, unavailable)

    @contextlib.contextmanager
    def _host(self) -> Iterator[Host]:
        if self._confined is not None:
            yield self._confined
            return
        with self._plain_host(self._assignment.limits) as host:
            yield host

    @contextlib.contextmanager
    def _lab_host(self) -> Iterator[Host]:
        """Give a host with other libraries loaded than for modules, from the first notebook on."""
        if self._level == "limits":
            with self._plain_host(self.contract.lab_limits) as host:
                yield host
            return
        if self._confined_labs is None:
            self._confined_labs = open_lab_host(self._layout, self.contract, self._level)
        assert self._confined_labs is not None
        yield self._confined_labs

    @contextlib.contextmanager
    def _plain_host(self, limits: Limits) -> Iterator[Host]:
        with tempfile.TemporaryDirectory(
            prefix="submission-", ignore_cleanup_errors=True
        ) as folder:
            os.symlink(self._layout.student / "data", Path(folder, "data"))
            yield SubprocessHost(limits, Path(folder))


class _Last:
    """What is kept of a submission's last result: what would come out the same again."""

    def __init__(self, before: SubmissionResult | None, now: fingerprint.Fingerprint) -> None:
        self._questions = {} if before is None else {q.name: q for q in before.questions}
        self._before = {} if before is None else before.fingerprint
        self._now = now

    def of_question(
        self, question: Question, graded: Mapping[str, QuestionResult]
    ) -> QuestionResult | None:
        same = fingerprint.same_for_question(self._before, self._now, question.name)
        return self._kept(question.name, question.needs, graded) if same else None

    def of_lab(self, lab: Lab, graded: Mapping[str, QuestionResult]) -> QuestionResult | None:
        same = fingerprint.same_for_lab(self._before, self._now, lab.name, lab.file)
        return self._kept(lab.name, lab.needs, graded) if same else None

    def _kept(
        self, name: str, needs: Sequence[str], graded: Mapping[str, QuestionResult]
    ) -> QuestionResult | None:
        """Return what there was, unless the grader had failed or other marks stood behind it."""
        last = self._questions.get(name)
        if last is None or any(check.reason == "grader" for check in last.checks):
            return None
        for need in needs:
            if need in graded and not _same_blame(self._questions.get(need), graded[need]):
                return None
        return last


def _same_blame(before: QuestionResult | None, now: QuestionResult) -> bool:
    """Say whether a question bears the same part of the blame for another's marks."""
    return before is not None and (before.points < before.max_points, before.helped_by) == (
        now.points < now.max_points,
        now.helped_by,
    )


def _at_fault(need: str, graded: Mapping[str, QuestionResult]) -> tuple[str, ...]:
    """Return where a needed question's bugs were charged: there, or where it was helped."""
    if need not in graded or graded[need].points < graded[need].max_points:
        return (need,)
    return graded[need].helped_by


def not_graded(
    source: Source,
    contract: Contract,
    isolation: Isolation,
    reason: str,
    labs: Sequence[Lab] = (),
) -> SubmissionResult:
    """Return the result of a submission of which nothing could be graded."""
    found = "The submission could not be graded."
    questions = [
        QuestionResult(
            question.name,
            question.title,
            tuple(
                CheckResult(
                    check.name,
                    check.visibility,
                    *(0.0, check.points, "not run", "unreadable"),
                    found=found,
                )
                for check in question.checks
            ),
            bonus=question.bonus,
        )
        for question in contract.assignment.questions
    ]
    questions += [unmarked(lab, "unreadable", found) for lab in labs]
    if contract.report is not None:
        questions.append(mark_report(contract.report, {}))
    return SubmissionResult(
        submission=source.name,
        assignment=contract.assignment.title,
        status="failed",
        questions=tuple(questions),
        notes=(reason,),
        isolation=isolation,
        visibility=contract.visibility,
        fingerprint={},
        handed_in=source.handed_in,
    )


def read_labs(layout: Layout, contract: Contract) -> tuple[Lab, ...]:
    """Return what the build has made of the labs.

    Raises
    ------
    ResultsError
        When one is missing or damaged.
    """
    return tuple(load_lab(layout.expected / LABS / f"{lab.name}.json") for lab in contract.labs)


def read_recordings(layout: Layout, contract: Contract) -> dict[str, Recordings]:
    """Return every question's recordings.

    Raises
    ------
    ResultsError
        When one is missing or damaged.
    """
    try:
        return {
            question.name: load(layout.expected / f"{question.name}.json")
            for question in contract.assignment.questions
        }
    except NotRecordedError as error:
        raise ResultsError(f"data/expected: {error}") from None
