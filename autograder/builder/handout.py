"""Putting the handout together: stubs, given code, public checks, data, and the checker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from ..checker import contract as checker_contract
from ..checker.contract import Assignment
from ..checker.guard import MANIFEST, make_manifest
from ..checker.recordings import Recordings, dump
from ..errors import ConfigurationError
from ..grading_file import Contract, Dates
from ..layout import Layout
from ..parts import check_files, chosen_text, find_parts, refuse_what_is_missing
from .cutter import cut_stub
from .hints import read_hints

QUESTIONS_MARK = "<!-- questions -->"
DATES_MARK = "<!-- dates -->"
_CHECKER = Path(__file__).resolve().parents[1] / "checker"
_FRONT = Path(__file__).with_name("check.py.txt")
_ON_SERVERS = {
    ".github/workflows/check.yml": "ci/github.yml",
    ".gitlab-ci.yml": "ci/gitlab.yml",
    ".gitignore": "ci/gitignore",
}
"""What a server reads, by its name in the handout; a course may do without."""


def read_solution(layout: Layout, assignment: Assignment) -> dict[str, str]:
    """Return file names and sources of the questions' solutions.

    Raises
    ------
    ConfigurationError
        When a question has no solution or needs one that is left out, or a file in ``solution/``
        is no question.
    """
    found = {path.name: path for path in sorted(layout.solution.glob("*.py"))}
    named = [f"{question.name}.py" for question in assignment.questions]
    missing = [name for name in named if name not in found]
    left_out = find_parts(layout, assignment.names).left_out
    stray = [
        name for name, path in found.items() if name not in named and path.stem not in left_out
    ]
    if missing or stray:
        raise ConfigurationError(
            "; ".join(
                [f"solution/{name} is missing" for name in missing]
                + [f"solution/{name} is no question of grading.yml" for name in stray]
            )
        )
    sources = {f"solution/{name}": found[name].read_text("utf-8") for name in named}
    refuse_what_is_missing(sources, left_out)
    return sources


def cut_stubs(solution: Mapping[str, str]) -> dict[str, bytes]:
    """Return the stub of every solution file, by the name it has in the handout."""
    return {Path(name).name: cut_stub(source, name).encode() for name, source in solution.items()}


def assemble(
    layout: Layout,
    contract: Contract,
    stubs: Mapping[str, bytes],
    recordings: Mapping[str, Recordings],
) -> dict[str, bytes]:
    """Return every file of the handout by its path.

    Parameters
    ----------
    layout : Layout
    contract : Contract
    stubs : mapping of str to bytes
        From :func:`cut_stubs`.
    recordings : mapping of str to Recordings
        For each question, what its public checks need.
    """
    assignment = contract.assignment
    questions = assignment.names
    files: dict[str, bytes] = dict(stubs)
    files["README.md"] = _with_dates(layout.assignment / "student_readme.md", contract)
    files["handout.md"] = _with_table(layout.assignment / "handout.md", contract)
    files["report.md"] = _read(layout.assignment / "report.md")
    files["requirements.txt"] = _pinned(
        layout.assignment / "requirements.txt", layout.root / "constraints.txt"
    )
    for_labs = layout.assignment / "requirements-labs.txt"
    if contract.labs and for_labs.exists():
        files[for_labs.name] = _pinned(for_labs, layout.root / "constraints.txt")
    own = set(files)
    for name, master in _ON_SERVERS.items():
        if (layout.assignment / master).exists():
            _add(files, name, layout.assignment / master)
    files["check.py"] = _read(_FRONT)
    files["checks/questions.json"] = checker_contract.to_json(assignment).encode()
    present = {path.stem for path in layout.solution.glob("*.py")}
    hints = layout.assignment / "hints.yml"
    files["checks/hints.json"] = read_hints(hints, assignment, left_out=present)
    for name in find_parts(layout, questions).given:
        _add(files, name, layout.given / name)
    for path in check_files(layout.public_checks, questions):
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
    given = {name: data for name, data in files.items() if name not in own and name != ".gitignore"}
    files[MANIFEST] = make_manifest(given)
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


def _chosen(path: Path, contract: Contract) -> str:
    """Return a text without what is for questions and labs that are not there."""
    return chosen_text(_read(path).decode("utf-8"), contract.names, str(path))


def _with_dates(path: Path, contract: Contract) -> bytes:
    """Return a text with the dates in place of their mark, or without it."""
    text = _chosen(path, contract)
    said = "; ".join(f"{what} {when}" for what, when in _dates(contract.dates))
    if said and text.count(DATES_MARK) != 1:
        raise ConfigurationError(
            f"{path}: expected the line {DATES_MARK} once, where the dates of grading.yml belong"
        )
    if said:
        return text.replace(DATES_MARK, f"{said[0].upper()}{said[1:]}.").encode()
    return text.replace(f"{DATES_MARK}\n\n", "").replace(f"{DATES_MARK}\n", "").encode()


def _dates(dates: Dates) -> Iterator[tuple[str, str]]:
    for what, when in (("opens", dates.opens), ("due", dates.due)):
        if when is not None:
            yield what, _in_words(when)


def _in_words(when: datetime) -> str:
    zone = f"{when:%z}"
    return f"{when:%A}, {when.day} {when:%B %Y, %H:%M} (UTC{zone[:3]}:{zone[3:5]})"


def _with_table(path: Path, contract: Contract) -> bytes:
    """Return a text with the table of questions, points and dates in place of its mark."""
    assignment = contract.assignment
    text = _chosen(path, contract)
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
    rows += [f"| **{what}** | {when} | | | |" for what, when in _dates(contract.dates)]
    if contract.policies.late is not None:
        rows.append(f"| **late** | {contract.policies.late.sentence()} | | | |")
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
