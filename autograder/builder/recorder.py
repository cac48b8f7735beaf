"""Recording answers: the solution's for every check, and those of each known mistake."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from ..checker.calls import Caller, CallError
from ..checker.contract import Assignment, Question
from ..checker.diagnose import diagnose, same_answer
from ..checker.host import Load, SubprocessHost
from ..checker.outcome import CheckResult
from ..checker.proxies import Arguments
from ..checker.recordings import RAISED, Misconception, Recording, Recordings, load_canonical
from ..checker.run import CheckFiles, Run
from ..errors import BuildError, ConfigurationError
from ..grading_file import Contract
from ..layout import Layout, read_python_files

_NO_TIME_LIMIT = 86_400.0


@dataclass(frozen=True)
class KnownMistake:
    """A misconception's source: its name, its text, and the functions that it replaces."""

    name: str
    message: str
    replaces: dict[str, str]


def read_mistakes(path: Path, question: Question) -> list[KnownMistake]:
    """Read a file of misconceptions without running it.

    A top-level function ``<function>_<what was done>`` replaces one function of the question; a
    class replaces those of which it has static methods.

    Raises
    ------
    ConfigurationError
        When a definition replaces nothing or has no docstring.
    """
    if not path.exists():
        return []
    try:
        tree = ast.parse(path.read_bytes(), path.name)
    except SyntaxError as error:
        raise ConfigurationError(f"{path}, line {error.lineno}: {error.msg}") from None
    functions = sorted((s.function for s in question.signatures), key=len, reverse=True)
    mistakes = []
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if isinstance(node, ast.ClassDef):
            methods = [item.name for item in node.body if isinstance(item, ast.FunctionDef)]
            replaces = {m: f"{node.name}.{m}" for m in methods if m in functions}
        else:
            owner = next((f for f in functions if node.name.startswith(f + "_")), None)
            replaces = {owner: node.name} if owner else {}
        where = f"{path.name}, line {node.lineno}: {node.name}"
        if not replaces:
            raise ConfigurationError(
                f"{where} replaces none of {', '.join(functions)}; name it <function>_<what was "
                "done>, or give the class static methods of these names"
            )
        message = " ".join((ast.get_docstring(node) or "").split())
        if not message:
            raise ConfigurationError(f"{where} needs a docstring: it is what students are told")
        mistakes.append(KnownMistake(node.name, message, replaces))
    return mistakes


def with_mistake(
    files: dict[str, bytes], question: Question, path: Path, mistake: KnownMistake
) -> dict[str, bytes]:
    """Return a submission's files with one of its modules made wrong in the known way."""
    right, wrong = f"right_{question.name}", f"wrong_{question.name}"
    module = "\n".join(
        [
            f"from {right} import *",
            f"import {wrong}",
            *(f"{function} = {wrong}.{name}" for function, name in mistake.replaces.items()),
        ]
    )
    return files | {
        f"{right}.py": files[f"{question.name}.py"],
        f"{wrong}.py": path.read_bytes(),
        f"{question.name}.py": module.encode(),
    }


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
        self._given = read_python_files(layout.given)
        self.solution = read_python_files(layout.solution) | self._given
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
        return run, run.execute(self._files.of(question), self._files.modules)

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
        recordings = Recordings(calls, tuple(known for known, _, _ in tried), source)
        for known, run, results in tried:
            named = diagnose(question, results, run.log, recordings, self.canonical)
            if [diagnosis.name for diagnosis in named] != [known.name]:
                told = ", ".join(diagnosis.name for diagnosis in named) or "nothing"
                raise BuildError(
                    f"tests/misconceptions/{question.name}.py: {known.name} would not be named; "
                    f"its answers are taken for: {told}. It fails {', '.join(sorted(known.fails))}."
                    " A mistake is recognised by its answers to the calls that checks make of "
                    "`reference`; let a check make one that it answers in a way of its own."
                )
        return recordings, used

    def _try_mistakes(
        self,
        question: Question,
        calls: dict[str, Recording],
        asked: dict[str, Arguments],
    ) -> Iterator[tuple[Misconception, Run, list[CheckResult]]]:
        """Add each known mistake's answers to the recordings; yield what it does to the checks."""
        path = self._layout.misconceptions / f"{question.name}.py"
        own = {signature.function for signature in question.signatures}
        for mistake in read_mistakes(path, question):
            files = with_mistake(self.solution, question, path, mistake)
            self._caller.reload(self._load(files))
            for key, (function, args, kwargs) in asked.items():
                if function in own:
                    answer = self._wrong_answer(path, mistake, (function, args, kwargs))
                    right = calls[key]
                    if not same_answer(answer, right.answer, function, question, self.canonical):
                        right.wrong[mistake.name] = answer
            run, results = self._run(question, files, Recordings(calls))
            fails = frozenset(r.name for r in results if r.outcome != "passed")
            if not fails:
                raise BuildError(
                    f"tests/misconceptions/{path.name}: {mistake.name} loses no marks; "
                    "it is right, or a check is missing"
                )
            yield Misconception(mistake.name, mistake.message, fails), run, results

    def _wrong_answer(self, path: Path, mistake: KnownMistake, call: Arguments) -> Any:
        self._caller.begin_check()
        try:
            return self._caller.call(*call)[0]
        except CallError as error:
            if error.reason in ("exception", "unusable"):
                return RAISED
            raise BuildError(
                f"tests/misconceptions/{path.name}: {mistake.name} gives no answer "
                f"({error.reason}): {error.message} {error.file} {error.line}"
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


def public_part(recordings: Recordings, public: set[str], used: dict[str, set[str]]) -> Recordings:
    """Return what students may have: the calls and failures of public checks alone."""
    keys = {key for check in public for key in used.get(check, ())}
    telling = {name for call in recordings.calls.values() for name in call.wrong}
    told = {name for key in keys & recordings.calls.keys() for name in recordings.calls[key].wrong}
    known = tuple(
        replace(m, fails=m.fails & public)
        for m in recordings.misconceptions
        # One that hidden calls alone would tell is not recognised by public checks.
        if m.fails & public and (m.name in told or m.name not in telling)
    )
    names = {m.name for m in known}
    calls = {
        key: Recording(
            call.function,
            call.answer,
            {name: answer for name, answer in call.wrong.items() if name in names},
        )
        for key, call in recordings.calls.items()
        if key in keys
    }
    return Recordings(calls, known)
