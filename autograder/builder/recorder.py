"""Recording answers: the solution's for every check, and those of each known mistake."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Self

from ..checker.calls import Caller, CallError
from ..checker.contract import Assignment, Question
from ..checker.diagnose import diagnose, same_answer
from ..checker.host import Load, SubprocessHost
from ..checker.outcome import CheckResult
from ..checker.proxies import Arguments
from ..checker.recordings import RAISED, Misconception, Recording, Recordings, load_canonical
from ..checker.run import Run
from ..checker.suite import CheckFiles, Suite
from ..errors import BuildError
from ..grading_file import Contract
from ..layout import Layout
from ..parts import find_parts
from .variants import Variant, read_variants, with_variant

_NO_TIME_LIMIT = 86_400.0


class Recorder:
    """Runs checks against the solution, stubs and known mistakes, with one worker for all.

    Only the course's own code runs here, so the worker is an ordinary process.

    Parameters
    ----------
    layout : Layout
    contract : Contract
    """

    def __init__(self, layout: Layout, contract: Contract) -> None:
        self._layout = layout
        self._assignment: Assignment = contract.assignment
        self._files = CheckFiles(layout.check_folders, layout.check_modules)
        self._suites: dict[str, Suite] = {}
        questions = contract.assignment.names
        self._given = find_parts(layout, questions).given
        self.solution = self._given | {
            f"{name}.py": (layout.solution / f"{name}.py").read_bytes() for name in questions
        }
        self.canonical = load_canonical(layout.public_checks)
        limits = replace(contract.assignment.limits, question_seconds=_NO_TIME_LIMIT)
        host = SubprocessHost(limits, layout.root)
        self._reference = Caller(host, self._load(self.solution), limits)
        self._caller = Caller(host, self._load(self.solution), limits)

    def __enter__(self) -> Self:
        self._reference.start()
        self._caller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._reference.close()
        self._caller.close()
        for suite in self._suites.values():
            suite.close()

    def _load(self, files: dict[str, bytes]) -> Load:
        return Load(
            files | self._given,
            self._assignment.functions,
            unavailable=self._assignment.unavailable,
        )

    def run(
        self, question: Question, files: dict[str, bytes], recordings: Recordings
    ) -> list[CheckResult]:
        """Run all checks of a question against the given files."""
        return self._run(question, files, recordings)[1]

    def _run(
        self,
        question: Question,
        files: dict[str, bytes],
        recordings: Recordings,
        recorder: Callable[[str, str, Arguments], None] | None = None,
    ) -> tuple[Run, list[CheckResult]]:
        self._caller.reload(self._load(files))
        run = Run(self._assignment, question, question.checks, self._caller, recordings, recorder)
        if question.name not in self._suites:
            self._suites[question.name] = Suite(self._files, [question])
        return run, self._suites[question.name].run_checks(run)

    def record(self, question: Question) -> tuple[Recordings, dict[str, set[str]]]:
        """Record the solution's answers, and those of the question's known mistakes.

        Returns
        -------
        recordings : Recordings
        used : dict of str to set of str
            For each check, the keys of the recordings that it asked for.

        Raises
        ------
        BuildError
            When the solution loses a mark, or a mistake loses none or would not be named.
        """
        calls: dict[str, Recording] = {}
        asked: dict[str, Arguments] = {}
        used: dict[str, set[str]] = {}

        def recorder(check: str, key: str, call: Arguments) -> None:
            used.setdefault(check, set()).add(key)
            if key not in calls:
                asked[key] = call
                self._reference.begin_check()
                calls[key] = Recording(call[0], self._reference.call(*call)[0])

        _, results = self._run(question, self.solution, Recordings(calls), recorder)
        lost = [result for result in results if result.outcome != "passed"]
        if lost:
            raise BuildError(
                f"solution/{question.name}.py does not score 100 %:\n"
                + "\n".join(f"  {r.name}: {r.found} {r.place} [{r.detail}]" for r in lost)
            )
        tried = list(self._try_mistakes(question, calls, asked))
        source = hashlib.sha256(self.solution[f"{question.name}.py"]).hexdigest()
        recordings = Recordings(calls, tuple(known for _, known, _, _ in tried), source)
        problems = []
        for variant, known, run, results in tried:
            named = diagnose(question, results, run.log, recordings, self.canonical)
            told = ", ".join(diagnosis.name for diagnosis in named) or "nothing"
            if not known.fails:
                problems.append(
                    f"{variant} loses no marks; it is right and belongs into "
                    "tests/alternatives, or a check is missing"
                )
            elif told != known.name:
                problems.append(
                    f"{variant} would not be named; its answers are taken for: {told}. "
                    f"It fails {', '.join(sorted(known.fails))}."
                )
        if problems:
            raise BuildError(
                "\n".join(problems) + "\nA mistake is recognised by the checks that it fails and "
                "by its answers to the calls that checks make of `reference`: let a check make "
                "one that it answers in a way of its own."
            )
        return recordings, used

    def prove_alternatives(self, question: Question, recordings: Recordings) -> int:
        """Run the checks against other right implementations and return how many there are.

        Raises
        ------
        BuildError
            When one loses a mark.
        """
        alternatives = read_variants(self._layout.alternatives, question)
        problems = []
        for variant in alternatives:
            results = self.run(question, with_variant(self.solution, question, variant), recordings)
            problems += [
                f"{variant} is right, but does not pass {r.name}: {r.found} {r.place} [{r.detail}]"
                for r in results
                if r.outcome != "passed"
            ]
        if problems:
            raise BuildError("\n".join(problems))
        return len(alternatives)

    def _try_mistakes(
        self,
        question: Question,
        calls: dict[str, Recording],
        asked: dict[str, Arguments],
    ) -> Iterator[tuple[Variant, Misconception, Run, list[CheckResult]]]:
        """Add each known mistake's answers to the recordings; yield what it does to the checks."""
        own = {signature.function for signature in question.signatures}
        for mistake in read_variants(self._layout.misconceptions, question):
            files = with_variant(self.solution, question, mistake)
            self._caller.reload(self._load(files))
            for key, (function, args, kwargs) in asked.items():
                if function in own:
                    answer = self._wrong_answer(mistake, (function, args, kwargs))
                    right = calls[key]
                    if not same_answer(answer, right.answer, function, question, self.canonical):
                        right.wrong[mistake.name] = answer
            run, results = self._run(question, files, Recordings(calls))
            fails = frozenset(r.name for r in results if r.outcome != "passed")
            yield mistake, Misconception(mistake.name, mistake.text, fails), run, results

    def _wrong_answer(self, mistake: Variant, call: Arguments) -> Any:
        self._caller.begin_check()
        try:
            return self._caller.call(*call)[0]
        except CallError as error:
            if error.reason in ("exception", "unusable"):
                return RAISED
            raise BuildError(
                f"{mistake} gives no answer ({error.reason}): "
                f"{error.message} {error.file} {error.line}"
            ) from None


def settle(fresh: Recordings, committed: Recordings, question: Question) -> Recordings:
    """Return the fresh recordings, with the committed ones where they differ by rounding alone.

    Last bits depend on the processor; what is committed shall not.
    """
    calls = {}
    for key, call in fresh.calls.items():
        before = committed.calls.get(key)
        same = (
            before is not None
            and before.wrong.keys() == call.wrong.keys()
            and same_answer(call.answer, before.answer, call.function, question, {})
            and all(
                same_answer(call.wrong[name], before.wrong[name], call.function, question, {})
                for name in call.wrong
            )
        )
        calls[key] = before if same and before is not None else call
    return replace(fresh, calls=calls)


def public_part(
    recordings: Recordings, public: set[str], used: dict[str, set[str]], question: Question
) -> Recordings:
    """Return what students may have: the calls and failures of public checks alone.

    Of mistakes that only hidden checks tell apart, where one's message says all that the other's
    does and more, students have the one with less.
    """
    keys = {key for check in public for key in used.get(check, ())}
    telling = {name for call in recordings.calls.values() for name in call.wrong}
    told = {name for key in keys & recordings.calls.keys() for name in recordings.calls[key].wrong}
    known = tuple(
        replace(m, fails=m.fails & public)
        for m in recordings.misconceptions
        # One that hidden calls alone would tell is not recognised by public checks.
        if m.fails & public and (m.name in told or m.name not in telling)
    )
    calls = {key: call for key, call in recordings.calls.items() if key in keys}
    kept: list[Misconception] = []
    for mistake in known:
        if not any(_says_less(other, mistake, calls.values(), question) for other in known):
            kept.append(mistake)
    names = {mistake.name for mistake in kept}
    return Recordings(
        {
            key: replace(call, wrong={n: answer for n, answer in call.wrong.items() if n in names})
            for key, call in calls.items()
        },
        tuple(kept),
    )


def _says_less(
    one: Misconception, other: Misconception, calls: Iterable[Recording], question: Question
) -> bool:
    """Say whether one mistake shows in the same way as another, and its message is part of it."""
    return (
        one.name != other.name
        and one.fails == other.fails
        and one.message != other.message
        and one.message in other.message
        and all(
            same_answer(
                call.wrong.get(one.name, call.answer),
                call.wrong.get(other.name, call.answer),
                call.function,
                question,
                {},
            )
            for call in calls
        )
    )
