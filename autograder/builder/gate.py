"""The build: generate everything, prove it, and only then write it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from ..checker.contract import Question
from ..checker.recordings import NotRecordedError, Recordings, dump, load
from ..errors import BuildError, ConfigurationError
from ..grading_file import Contract
from ..layout import Layout
from ..result import write_whole
from .archive import make_zip
from .handout import assemble, cut_stubs, read_solution
from .leaks import find_leaks, find_telling_messages
from .recorder import Recorder, public_part, settle

HANDOUT_ZIP = "handout.zip"


@dataclass(frozen=True)
class Built:
    """What a build would write, and what it has proved.

    Attributes
    ----------
    handout : dict of str to bytes
        The files of ``student/``.
    expected : dict of str to bytes
        The files of ``data/expected/``.
    facts : tuple of str
        What was proved, in sentences.
    """

    handout: dict[str, bytes]
    expected: dict[str, bytes]
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Proof:
    """What was recorded and proved for one question.

    Attributes
    ----------
    question : str
    complete, public : Recordings
        All that is recorded, and what students may have of it.
    mistakes, alternatives : int
        How many known mistakes, and how many other right implementations, were proved.
    """

    question: str
    complete: Recordings
    public: Recordings
    mistakes: int
    alternatives: int


def build(layout: Layout, contract: Contract, say: Callable[[str], None], jobs: int = 1) -> Built:
    """Generate handout and recordings, and prove that they mark as they should.

    Parameters
    ----------
    layout : Layout
    contract : Contract
    say : callable
        Told of each question that is proved.
    jobs : int
        Number of processes.

    Raises
    ------
    ConfigurationError
        When a source file is not as it must be.
    BuildError
        When the solution or an alternative does not score 100 %, a stub scores anything, a known
        mistake is not named, or the handout holds a line of the solution.
    """
    assignment = contract.assignment
    solution = read_solution(layout, assignment)
    stubs = cut_stubs(solution)
    _refuse(
        problem
        for question in assignment.questions
        if (path := layout.hidden_checks / f"test_{question.name}.py").exists()
        for problem in find_telling_messages(path)
    )
    proofs = list(_proofs(layout, contract, say, jobs))
    public = {proof.question: proof.public for proof in proofs}
    handout = assemble(layout, assignment, stubs, public)
    _refuse(find_leaks(solution, handout))
    checks = sum(len(question.checks) for question in assignment.questions)
    bonus = assignment.bonus_points
    facts = (
        f"the solution passes all {checks} checks: {assignment.points:g} points"
        + (f" and {bonus:g} bonus points" if bonus else ""),
        f"the untouched stubs pass none: 0 of {assignment.points:g} points",
        f"each of {sum(p.mistakes for p in proofs)} known mistakes loses marks and is named",
        f"each of {sum(p.alternatives for p in proofs)} other right implementations passes "
        "all checks",
        f"no line of the solution can be read in the {len(handout)} files of the handout",
    )
    expected = {f"{proof.question}.json": dump(proof.complete).encode() for proof in proofs}
    return Built(handout, expected, facts)


def _proofs(
    layout: Layout, contract: Contract, say: Callable[[str], None], jobs: int
) -> Iterator[Proof]:
    names = [question.name for question in contract.assignment.questions]
    if jobs == 1:
        for name in names:
            say(name)
            yield _prove(layout, contract, name)
        return
    with ProcessPoolExecutor(min(jobs, len(names)), get_context("spawn")) as executor:
        futures = [executor.submit(_prove, layout, contract, name) for name in names]
        try:
            for name, future in zip(names, futures, strict=True):
                say(name)
                yield future.result()
        finally:
            executor.shutdown(cancel_futures=True)


def _prove(layout: Layout, contract: Contract, name: str) -> Proof:
    """Record a question's answers, and prove what its checks say of all its implementations."""
    question = next(q for q in contract.assignment.questions if q.name == name)
    stubs = cut_stubs(read_solution(layout, contract.assignment))
    with Recorder(layout, contract) as recorder:
        fresh, used = recorder.record(question)
        recorded = settle(fresh, _committed(layout, question), question)
        seen = {check.name for check in question.checks if check.visibility == "public"}
        proof = Proof(
            name,
            recorded,
            public_part(recorded, seen, used, question),
            len(recorded.misconceptions),
            recorder.prove_alternatives(question, recorded),
        )
        _prove_stub(recorder, question, stubs, recorded)
    return proof


def write(built: Built, layout: Layout) -> list[str]:
    """Write what was built where it differs, and return the names of the changed files."""
    changed = []
    for folder, files in ((layout.student, built.handout), (layout.expected, built.expected)):
        for name, old, new in _differences(folder, files):
            path = folder / name
            if new is None:
                path.unlink()
            else:
                if path.is_dir():
                    raise ConfigurationError(f"{path}: a folder is where a file belongs; remove it")
                write_whole(path, new)
            what = "removed" if new is None else "added" if old is None else "changed"
            changed.append(f"{path.relative_to(layout.root).as_posix()} ({what})")
    write_whole(layout.dist / HANDOUT_ZIP, make_zip(built.handout, "handout"))
    return changed


def compare(built: Built, layout: Layout) -> None:
    """Raise when what is there differs from what the build would write.

    Raises
    ------
    BuildError
        With the names of the files that differ.
    """
    differing = [
        f"  {(folder / name).relative_to(layout.root).as_posix()} "
        + ("is missing" if old is None else "is not generated" if new is None else "differs")
        for folder, files in ((layout.student, built.handout), (layout.expected, built.expected))
        for name, old, new in _differences(folder, files)
    ]
    if differing:
        raise BuildError(
            f"{len(differing)} generated files are not what the build makes:\n"
            + "\n".join(differing)
            + "\nRun `autograder build`, look at the difference, and commit it. "
            "student/ and data/expected/ are never edited by hand."
        )


def _differences(
    folder: Path, files: Mapping[str, bytes]
) -> list[tuple[str, bytes | None, bytes | None]]:
    there = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    return [
        (name, there.get(name), files.get(name))
        for name in sorted(there.keys() | files.keys())
        if there.get(name) != files.get(name)
    ]


def _prove_stub(
    recorder: Recorder, question: Question, stubs: Mapping[str, bytes], recordings: Recordings
) -> None:
    results = recorder.run(question, dict(stubs), recordings)
    for result in results:
        if result.points or result.reason not in ("not_started", "waits"):
            raise BuildError(
                f"the untouched stub of {question.name} gets {result.points:g} points at "
                f"{result.name} ({result.outcome}: {result.reason}); every check must call the "
                "submission before anything can pass"
            )


def _committed(layout: Layout, question: Question) -> Recordings:
    try:
        return load(layout.expected / f"{question.name}.json")
    except NotRecordedError:  # nothing to keep: it is recorded anew
        return Recordings()


def _refuse(problems: Iterable[str]) -> None:
    found = list(problems)
    if found:
        raise BuildError("\n".join(found))
