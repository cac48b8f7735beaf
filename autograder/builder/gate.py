"""The build: generate everything, prove it, and only then write it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from ..checker.contract import Question
from ..checker.recordings import NotRecordedError, Recordings, dump, load
from ..errors import BuildError, ConfigurationError
from ..grading_file import Contract, LabPlan
from ..labs.lab import dump as dump_lab
from ..labs.notebook import read_cells
from ..layout import LABS, Layout
from ..parts import find_parts, imported_modules
from ..result import write_whole
from .archive import make_zip
from .cutter import solution_lines
from .gradescope import assemble_gradescope
from .handout import assemble, cut_stubs, read_solution
from .lab_proof import prove_lab
from .labs import BuiltLab, make_lab, secret_lines
from .leaks import find_leaks, find_telling_messages
from .recorder import Recorder, public_part, settle

HANDOUT_ZIP = "handout.zip"
GRADESCOPE_ZIP = "gradescope.zip"
OTTER = "otter"

_Part = TypeVar("_Part", Question, LabPlan)
_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Built:
    """What a build would write, and what it has proved.

    Attributes
    ----------
    handout : dict of str to bytes
        The files of ``student/``.
    expected : dict of str to bytes
        The files of ``data/expected/``.
    dist : dict of str to bytes
        The files of ``dist/``, which are not committed.
    facts : tuple of str
        What was proved, in sentences.
    left_out : tuple of str
        What the course's folders have and ``grading.yml`` does not, in sentences.
    """

    handout: dict[str, bytes]
    expected: dict[str, bytes]
    dist: dict[str, bytes]
    facts: tuple[str, ...]
    left_out: tuple[str, ...] = ()


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
        for problem in find_telling_messages(path.read_text("utf-8"), path.name)
    )
    proofs = list(_each(_prove, layout, contract, assignment.questions, say, jobs))
    public = {proof.question: proof.public for proof in proofs}
    labs = list(_each(_make_lab, layout, contract, contract.labs, say, jobs))
    handout = assemble(layout, contract, stubs, public)
    for built in labs:
        handout[f"{LABS}/{built.lab.file}"] = built.handed_out
        for name, tests in built.public_tests.items():
            handout[f"{LABS}/tests/{built.lab.name}/{name}.py"] = tests
    secrets: dict[str, Iterable[tuple[int, str]]] = {
        name: solution_lines(source, name) for name, source in solution.items()
    }
    secrets |= secret_lines(layout, contract, labs)
    _refuse(find_leaks(secrets, handout))
    checks = sum(len(question.checks) for question in assignment.questions)
    bonus = assignment.bonus_points
    facts = [
        f"the solution passes all {checks} checks: {assignment.points:g} points"
        + (f" and {bonus:g} bonus points" if bonus else ""),
        f"the untouched stubs pass none: 0 of {assignment.points:g} points",
        f"each of {sum(p.mistakes for p in proofs)} known mistakes loses marks and is named",
        f"each of {sum(p.alternatives for p in proofs)} other right implementations passes "
        "all checks",
        f"no line of the solution can be read in the {len(handout)} files of the handout",
    ]
    if labs:
        tested = sum(len(task.cases) for built in labs for task in built.lab.tasks)
        written = sum(task.written for built in labs for task in built.lab.tasks)
        facts.append(
            f"the answers of {len(labs)} labs pass all {tested} tests, and empty ones none; "
            f"{written} written questions have a rubric"
        )
    expected = {f"{proof.question}.json": dump(proof.complete).encode() for proof in proofs}
    expected |= {f"{LABS}/{built.lab.name}.json": dump_lab(built.lab) for built in labs}
    dist = {HANDOUT_ZIP: make_zip(handout, "handout")}
    dist[GRADESCOPE_ZIP] = make_zip(assemble_gradescope(layout, contract, handout, expected))
    dist |= {f"{OTTER}/{built.lab.name}.zip": built.otter for built in labs}
    dist |= {f"{OTTER}/{built.lab.name}.ipynb": built.reference for built in labs}
    parts = find_parts(layout, assignment.names)
    return Built(handout, expected, dist, tuple(facts), tuple(parts.sentences()))


def _each(
    work: Callable[[Layout, Contract, _Part], _Made],
    layout: Layout,
    contract: Contract,
    parts: Sequence[_Part],
    say: Callable[[str], None],
    jobs: int,
) -> Iterator[_Made]:
    """Do the work for each question or lab, in processes of their own if there may be several."""
    if jobs == 1 or not parts:
        for part in parts:
            say(part.name)
            yield work(layout, contract, part)
        return
    with ProcessPoolExecutor(min(jobs, len(parts)), get_context("spawn")) as executor:
        futures = [executor.submit(work, layout, contract, part) for part in parts]
        try:
            for part, future in zip(parts, futures, strict=True):
                say(part.name)
                yield future.result()
        finally:
            executor.shutdown(cancel_futures=True)


def _make_lab(layout: Layout, contract: Contract, plan: LabPlan) -> BuiltLab:
    """Make a lab, and prove that the model answers have full marks and the empty ones none."""
    solution = read_solution(layout, contract.assignment)
    built = make_lab(layout, contract, plan, cut_stubs(solution))
    try:
        prove_lab(layout, contract, built)
    except BuildError as error:
        questions = contract.assignment.names
        missing = _imported(built) & {
            Path(name).stem for name in find_parts(layout, questions).files
        }
        if not missing:
            raise
        raise BuildError(
            f"{error}\nThe notebook imports {', '.join(sorted(missing))}, which grading.yml leaves "
            f"out; leave {plan.name} out too, or take in what it needs."
        ) from None
    return built


def _imported(built: BuiltLab) -> set[str]:
    """Return the names of the modules that a lab's model answers import."""
    names: set[str] = set()
    for cell in read_cells(built.reference, built.lab.file):
        if cell.kind == "code":
            with contextlib.suppress(ConfigurationError):  # as notebooks may have it: %magic
                names |= imported_modules(cell.source.encode(), Path(built.lab.file))
    return names


def _prove(layout: Layout, contract: Contract, question: Question) -> Proof:
    """Record a question's answers, and prove what its checks say of all its implementations."""
    stubs = cut_stubs(read_solution(layout, contract.assignment))
    with Recorder(layout, contract) as recorder:
        fresh, used = recorder.record(question)
        recorded = settle(fresh, _committed(layout, question), question)
        seen = {check.name for check in question.checks if check.visibility == "public"}
        proof = Proof(
            question.name,
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
                _remove(path, folder)
            else:
                if path.is_dir():
                    raise ConfigurationError(f"{path}: a folder is where a file belongs; remove it")
                write_whole(path, new)
            what = "removed" if new is None else "added" if old is None else "changed"
            changed.append(f"{path.relative_to(layout.root).as_posix()} ({what})")
    for name, data in built.dist.items():
        write_whole(layout.dist / name, data)
    for path in sorted((layout.dist / OTTER).glob("*")):
        if path.is_file() and f"{OTTER}/{path.name}" not in built.dist:
            path.unlink()
            changed.append(f"{path.relative_to(layout.root).as_posix()} (removed)")
    return changed


def _remove(path: Path, folder: Path) -> None:
    """Remove a file, and the folders that are empty without it."""
    path.unlink()
    for above in path.parents:
        if above == folder or any(above.iterdir()):
            return
        above.rmdir()


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
