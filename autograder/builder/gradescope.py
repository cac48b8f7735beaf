"""The archive that an instructor uploads to Gradescope: the grader, the course, two scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ..layout import Layout

COURSE = "course"
_PACKAGE = Path(__file__).resolve().parents[1]
_SCRIPTS = {"setup.sh": "setup.sh.txt", "run_autograder": "run_autograder.txt"}
_SKIPPED = ("__pycache__",)


def assemble_gradescope(
    layout: Layout, handout: Mapping[str, bytes], expected: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Return the files of the archive by path.

    Parameters
    ----------
    layout : Layout
    handout, expected : mapping of str to bytes
        What the build writes into ``student/`` and ``data/expected/``.
    """
    files = {name: Path(__file__).with_name(text).read_bytes() for name, text in _SCRIPTS.items()}
    project = _PACKAGE.parent
    for name in ("pyproject.toml", "constraints.txt", "README.md", "LICENSE"):
        if (project / name).exists():
            files[f"grader/{name}"] = (project / name).read_bytes()
    files |= {f"grader/{_PACKAGE.name}/{name}": data for name, data in _files(_PACKAGE)}
    files[f"{COURSE}/{layout.contract.name}"] = layout.contract.read_bytes()
    for folder in (layout.given, layout.solution, layout.data, *layout.check_folders):
        place = folder.relative_to(layout.root).as_posix()
        files |= {f"{COURSE}/{place}/{name}": data for name, data in _files(folder)}
    for lab in layout.labs.glob("*.md"):  # that they are there is looked at; what is in them, not
        files[f"{COURSE}/{lab.relative_to(layout.root).as_posix()}"] = lab.read_bytes()
    student, answers = (
        path.relative_to(layout.root).as_posix() for path in (layout.student, layout.expected)
    )
    files |= {f"{COURSE}/{student}/{name}": data for name, data in handout.items()}
    files |= {f"{COURSE}/{answers}/{name}": data for name, data in expected.items()}
    return files


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part in _SKIPPED for part in parts):
            yield "/".join(parts), path.read_bytes()
