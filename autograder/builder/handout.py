"""Putting the handout together: stubs, given code, public checks, data, and the checker."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..checker import contract as checker_contract
from ..checker.contract import Assignment
from ..checker.recordings import Recordings, dump
from ..errors import ConfigurationError
from ..layout import Layout
from .cutter import cut_stub
from .hints import read_hints

QUESTIONS_MARK = "<!-- questions -->"
_CHECKER = Path(__file__).resolve().parents[1] / "checker"
_FRONT = Path(__file__).with_name("check.py.txt")


def read_solution(layout: Layout, assignment: Assignment) -> dict[str, str]:
    """Return file names and sources of the questions' solutions.

    Raises
    ------
    ConfigurationError
        When a question has no solution, or a file in ``solution/`` is no question.
    """
    found = {path.name: path for path in sorted(layout.solution.glob("*.py"))}
    named = [f"{question.name}.py" for question in assignment.questions]
    missing = [name for name in named if name not in found]
    stray = [name for name in found if name not in named]
    if missing or stray:
        raise ConfigurationError(
            "; ".join(
                [f"solution/{name} is missing" for name in missing]
                + [f"solution/{name} is no question of grading.yml" for name in stray]
            )
        )
    return {f"solution/{name}": found[name].read_text("utf-8") for name in named}


def cut_stubs(solution: Mapping[str, str]) -> dict[str, bytes]:
    """Return the stub of every solution file, by the name it has in the handout."""
    return {Path(name).name: cut_stub(source, name).encode() for name, source in solution.items()}


def assemble(
    layout: Layout,
    assignment: Assignment,
    stubs: Mapping[str, bytes],
    recordings: Mapping[str, Recordings],
) -> dict[str, bytes]:
    """Return every file of the handout by its path.

    Parameters
    ----------
    layout : Layout
    assignment : Assignment
    stubs : mapping of str to bytes
        From :func:`cut_stubs`.
    recordings : mapping of str to Recordings
        For each question, what its public checks need.
    """
    files: dict[str, bytes] = dict(stubs)
    files["README.md"] = _read(layout.assignment / "student_readme.md")
    files["handout.md"] = _with_table(layout.assignment / "handout.md", assignment)
    files["report.md"] = _read(layout.assignment / "report.md")
    files["requirements.txt"] = _pinned(
        layout.assignment / "requirements.txt", layout.root / "constraints.txt"
    )
    for_labs = layout.assignment / "requirements-labs.txt"
    if for_labs.exists():
        files[for_labs.name] = _pinned(for_labs, layout.root / "constraints.txt")
    files["check.py"] = _read(_FRONT)
    files["checks/questions.json"] = checker_contract.to_json(assignment).encode()
    files["checks/hints.json"] = read_hints(layout.assignment / "hints.yml", assignment)
    for path in sorted(layout.given.glob("*.py")):
        _add(files, path.name, path)
    for path in sorted(layout.public_checks.glob("*.py")):
        _add(files, f"checks/{path.name}", path)
    for name, recorded in recordings.items():
        files[f"checks/expected/{name}.json"] = dump(recorded).encode()
    for path in sorted(_CHECKER.iterdir()):
        if path.suffix in (".py", ".ini"):
            _add(files, f"checker/{path.name}", path)
    for path in sorted(layout.data.rglob("*")):
        generated = layout.expected in path.parents
        if path.is_file() and not generated and path.suffix not in (".py", ".pyc"):
            _add(files, f"data/{path.relative_to(layout.data).as_posix()}", path)
    return dict(sorted(files.items()))


def _add(files: dict[str, bytes], name: str, path: Path) -> None:
    if name in files:
        raise ConfigurationError(f"{path}: {name} is in the handout already; rename one of them")
    files[name] = _read(path)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: missing; the handout needs it") from None


def _with_table(path: Path, assignment: Assignment) -> bytes:
    """Return a text with the table of questions and points in place of its mark."""
    text = _read(path).decode("utf-8")
    if text.count(QUESTIONS_MARK) != 1:
        raise ConfigurationError(
            f"{path}: expected the line {QUESTIONS_MARK} once, where the table of questions "
            "and points belongs"
        )
    rows = ["| question | what it is | uses | points | of which public |", "|---|---|---|--:|--:|"]
    for question in assignment.questions:
        public = sum(c.points for c in question.checks if c.visibility == "public")
        uses = ", ".join(f"`{need}`" for need in question.needs) or "–"
        rows.append(
            f"| `{question.name}.py` | {question.title} | {uses} | {'+' * question.bonus}"
            f"{question.points:g} | {public:g} |"
        )
    bonus = f" +{assignment.bonus_points:g} bonus" if assignment.bonus_points else ""
    rows.append(f"| | **together** | | **{assignment.points:g}**{bonus} | |")
    return text.replace(QUESTIONS_MARK, "\n".join(rows)).encode()


def _pinned(names: Path, constraints: Path) -> bytes:
    """Return the named requirements with the versions of the constraints file."""
    pins = {}
    for line in _read(constraints).decode("utf-8").splitlines():
        name, found, version = line.partition("==")
        if found:
            pins[name.strip().lower()] = version.strip()
    lines = []
    for line in _read(names).decode("utf-8").splitlines():
        name = line.strip()
        if not name or name.startswith("#"):
            continue
        if name.lower() not in pins:
            raise ConfigurationError(f"{names}: {name} has no version in {constraints.name}")
        lines.append(f"{name}=={pins[name.lower()]}")
    return ("\n".join(lines) + "\n").encode()
