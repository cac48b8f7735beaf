"""The archive that an instructor uploads to Gradescope: the grader, the course, two scripts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..grading_file import Contract
from ..layout import Layout, read_files
from ..parts import check_files, find_parts

COURSE = "course"
_PACKAGE = Path(__file__).resolve().parents[1]
_SCRIPTS = {"setup.sh": "setup.sh.txt", "run_autograder": "run_autograder.txt"}


def assemble_gradescope(
    layout: Layout,
    contract: Contract,
    handout: Mapping[str, bytes],
    expected: Mapping[str, bytes],
) -> dict[str, bytes]:
    """Return the files of the archive by path.

    Parameters
    ----------
    layout : Layout
    contract : Contract
    handout, expected : mapping of str to bytes
        What the build writes into ``student/`` and ``data/expected/``.
    """
    files = {name: Path(__file__).with_name(text).read_bytes() for name, text in _SCRIPTS.items()}
    project = _PACKAGE.parent
    for name in ("pyproject.toml", "constraints.txt", "README.md", "LICENSE"):
        if (project / name).exists():
            files[f"grader/{name}"] = (project / name).read_bytes()
    files |= {f"grader/{_PACKAGE.name}/{name}": data for name, data in read_files(_PACKAGE).items()}
    files[f"{COURSE}/{layout.contract.name}"] = layout.contract.read_bytes()
    questions = contract.assignment.names
    paths = [layout.given / name for name in find_parts(layout, questions).given]
    paths += [layout.solution / f"{name}.py" for name in questions]
    for folder in layout.check_folders:
        paths += check_files(folder, questions)
    # That the labs' masters are there is looked at; what is in them, not.
    paths += [layout.labs / f"{lab.name}.md" for lab in contract.labs]
    files |= {
        f"{COURSE}/{path.relative_to(layout.root).as_posix()}": path.read_bytes() for path in paths
    }
    place = layout.data.relative_to(layout.root).as_posix()
    stale = f"{layout.expected.name}/"  # of an earlier build; this one's come below
    files |= {
        f"{COURSE}/{place}/{name}": data
        for name, data in read_files(layout.data).items()
        if not name.startswith(stale)
    }
    student, answers = (
        path.relative_to(layout.root).as_posix() for path in (layout.student, layout.expected)
    )
    files |= {f"{COURSE}/{student}/{name}": data for name, data in handout.items()}
    files |= {f"{COURSE}/{answers}/{name}": data for name, data in expected.items()}
    return files
