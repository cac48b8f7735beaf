"""Making labs: from a master in Markdown, by Jupytext and Otter Assign, to what is handed out."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..errors import BuildError, ConfigurationError
from ..grading_file import Contract, LabPlan
from ..labs.judging import read_tests
from ..labs.lab import GivenCell, Lab, Task
from ..labs.matching import checked_in
from ..layout import Layout
from ..parts import Parts, check_files, chosen_lines, find_parts
from .archive import make_zip
from .leaks import bare, find_telling_messages

RUBRIC = "**Rubric**"
_TASK = "task"
_OF_THE_MASTER, _BY_OTTER = "master-", "otter-"
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


@dataclass(frozen=True)
class BuiltLab:
    """What was made of a master.

    Attributes
    ----------
    lab : Lab
        What the grader needs.
    handed_out, reference : bytes
        The notebooks, without and with answers.
    public_tests : dict of str to bytes
        For ``otter check``: test files by task, without hidden tests.
    otter : bytes
        The zip for ``otter run`` and for Otter on Gradescope.
    lines : tuple of (int, str, bool)
        Number and text of each of the master's lines, and whether it is cut.
    """

    lab: Lab
    handed_out: bytes
    reference: bytes
    public_tests: dict[str, bytes]
    otter: bytes
    lines: tuple[tuple[int, str, bool], ...]


def make_lab(
    layout: Layout, contract: Contract, plan: LabPlan, stubs: Mapping[str, bytes]
) -> BuiltLab:
    """Make a lab's notebooks, tests and Otter zip.

    Parameters
    ----------
    layout : Layout
    contract : Contract
    plan : LabPlan
    stubs : mapping of str to bytes
        The modules as students begin with them, for Otter to know their names.

    Raises
    ------
    ConfigurationError
        When the master is not as it must be.
    BuildError
        When Otter cannot make anything of it.
    """
    path = layout.labs / f"{plan.name}.md"
    master = chosen_lines(path.read_text("utf-8"), contract.names, str(path))
    parts = find_parts(layout, contract.assignment.names)
    notebook = _master_notebook("\n".join(line for _, line in master), path)
    _name_no_others(notebook, parts, path)
    configured = _mark_tasks(notebook, path)
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        made = Path(folder)
        _lay_out(layout, parts, made, stubs)
        _write_notebook(notebook, made / plan.file)
        _assign(made, plan.file, path)
        reference = (made / "out" / "autograder" / plan.file).read_bytes()
        (archive,) = (made / "out" / "autograder").glob("*.zip")
        handed_out, given = _finished(made / "out" / "student" / plan.file, list(configured))
        otter = _settled(archive)
        with zipfile.ZipFile(archive) as opened:
            tests = {
                name: opened.read(f"tests/{name}.py").decode("utf-8")
                for name, config in configured.items()
                if not config.get("manual", False)
            }
    tasks = tuple(
        _task(name, c, tests.get(name, ""), notebook, path) for name, c in configured.items()
    )
    lab = Lab(plan.name, plan.title, plan.needs, tasks, given)
    _refuse_doubles(lab, path)
    public = json.loads(handed_out)["metadata"].get("otter", {}).get("tests", {})
    public_tests = {name: source.encode() for name, source in public.items()}
    lines = tuple(_judged_lines(master))
    return BuiltLab(lab, handed_out, reference, public_tests, otter, lines)


def _master_notebook(text: str, path: Path) -> Any:
    import jupytext

    try:
        notebook = jupytext.reads(text, fmt="md")
    except Exception as error:  # whatever the parser makes of it
        raise ConfigurationError(f"{path}: Jupytext cannot read it: {error}") from None
    notebook.metadata = {"kernelspec": _KERNEL, "language_info": {"name": "python"}}
    return notebook


def _name_no_others(notebook: Any, parts: Parts, path: Path) -> None:
    """Take the modules that students do not have out of the lists of Otter's configuration."""
    for cell in notebook.cells:
        first, _, rest = cell.source.strip().partition("\n")
        if cell.cell_type != "raw" or first != "# ASSIGNMENT CONFIG":
            continue
        try:
            config = yaml.safe_load(rest)
        except yaml.YAMLError as error:
            raise ConfigurationError(f"{path}: {first}: not YAML: {error}") from None
        for key in ("files", "student_files"):
            named = config.get(key) if isinstance(config, dict) else None
            if isinstance(named, list) and parts.files.intersection(map(str, named)):
                config[key] = [name for name in named if name not in parts.files]
                cell.source = f"{first}\n{yaml.safe_dump(config, sort_keys=False)}".strip()


def _mark_tasks(notebook: Any, path: Path) -> dict[str, dict[str, Any]]:
    """Note in every cell which task it belongs to; return the tasks' configurations by name."""
    configured: dict[str, dict[str, Any]] = {}
    task = ""
    for cell in notebook.cells:
        first, _, rest = cell.source.strip().partition("\n")
        if cell.cell_type == "raw" and first == "# BEGIN QUESTION":
            config = yaml.safe_load(rest)
            if not isinstance(config, dict) or not re.fullmatch(r"\w+", str(config.get("name"))):
                raise ConfigurationError(f"{path}: a question without a name: {rest.strip()!r}")
            task = config["name"]
            if task in configured:
                raise ConfigurationError(f"{path}: the question {task} is there twice")
            configured[task] = config
        cell.metadata[_TASK] = task
        if cell.cell_type == "raw" and first == "# END QUESTION":
            task = ""
    if not configured:
        raise ConfigurationError(f"{path}: it has no question (# BEGIN QUESTION)")
    return configured


def _lay_out(layout: Layout, parts: Parts, folder: Path, stubs: Mapping[str, bytes]) -> None:
    """Put beside the master what students have beside the notebook."""
    for name, data in {**stubs, **parts.given}.items():
        (folder / name).write_bytes(data)
    shutil.copytree(
        layout.data,
        folder / "data",
        ignore=shutil.ignore_patterns(layout.expected.name, "*.py", "__pycache__"),
    )
    needed = [path.read_text("utf-8") for path in layout.assignment.glob("requirements*.txt")]
    (folder / "requirements.txt").write_text("\n".join(needed), "utf-8")


def _write_notebook(notebook: Any, path: Path) -> None:
    import nbformat

    _number_cells(notebook, _OF_THE_MASTER)
    path.write_text(nbformat.writes(notebook), "utf-8", newline="\n")


def _number_cells(notebook: Any, prefix: str) -> None:
    """Give cells ids that are the same in every build, and in the notebook with answers."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        if prefix == _OF_THE_MASTER or not cell["id"].startswith(_OF_THE_MASTER):
            cell["id"] = f"{prefix}{number:03d}"


def _assign(folder: Path, file: str, path: Path) -> None:
    command = [sys.executable, "-m", "otter", "assign", file, "out", "--no-run-tests", "--no-pdfs"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise BuildError(f"{path}: otter assign: {said[-1] if said else 'failed, without a word'}")


def _finished(path: Path, tasks: Sequence[str]) -> tuple[bytes, tuple[GivenCell, ...]]:
    """Return the notebook that is handed out, and its cells with their tasks."""
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    _number_cells(notebook, _BY_OTTER)
    given = []
    task = ""
    for cell in notebook.cells:
        checks = [name for name in checked_in(cell.source) if name in tasks]
        # Cells that Otter has added follow those of their task.
        task = checks[0] if checks else cell.metadata.pop(_TASK, task)
        if cell.cell_type in ("code", "markdown"):
            given.append(GivenCell(cell["id"], cell.cell_type, cell.source, task))
    return (nbformat.writes(notebook) + "\n").encode(), tuple(given)


def _settled(archive: Path) -> bytes:
    """Return a zip with the same files in order, and no times that differ from build to build."""
    with zipfile.ZipFile(archive) as opened:
        files = {name: opened.read(name) for name in opened.namelist() if not name.endswith("/")}
    return make_zip(files)


def _task(name: str, config: Mapping[str, Any], tests: str, notebook: Any, path: Path) -> Task:
    cells = [cell for cell in notebook.cells if cell.metadata[_TASK] == name]
    headings = [
        match[1]
        for cell in cells
        if cell.cell_type == "markdown" and (match := re.search(r"^#+ (.+)$", cell.source, re.M))
    ]
    title = headings[0].strip() if headings else name.replace("_", " ")
    if tests:
        try:
            read, _ = read_tests(tests, name)
        except ValueError as error:
            raise ConfigurationError(f"{path}, question {name}: {error}") from None
        cases = tuple(test.case for test in read)
        silent = [test.case.name for test in read if not test.asked]
        if silent:
            raise ConfigurationError(
                f"{path}, question {name}: test_{silent[0]} needs a docstring that says what "
                "is asked"
            )
        hidden = [test.function.__name__ for test in read if test.case.visibility == "hidden"]
        for function in ast.parse(tests).body:
            if isinstance(function, ast.FunctionDef) and function.name in hidden:
                place = f"{path}, question {name}, {function.name}"
                for problem in find_telling_messages(ast.unparse(function), place):
                    raise BuildError(problem)
        return Task(name, title, sum(case.points for case in cases), cases, tests)
    points = config.get("points")
    if not isinstance(points, int | float) or points < 0:
        raise ConfigurationError(
            f"{path}, question {name}: a written question needs `points:`; 0 if nobody marks it"
        )
    text = "\n\n".join(cell.source for cell in _solution_cells(cells))
    answer, _, rubric = text.partition(RUBRIC)
    if points:
        _check_rubric(rubric, float(points), f"{path}, question {name}")
    return Task(name, title, float(points), (), "", answer.strip(), rubric.strip())


def _solution_cells(cells: Sequence[Any]) -> Iterator[Any]:
    inside = False
    for cell in cells:
        first = cell.source.strip().partition("\n")[0]
        if cell.cell_type == "raw":
            inside = first == "# BEGIN SOLUTION" or (inside and first != "# END SOLUTION")
        elif inside and cell.cell_type == "markdown":
            yield cell


def _check_rubric(rubric: str, points: float, where: str) -> None:
    """Hold a rubric's points against the question's."""
    parts = [float(number) for number in re.findall(r"^\s*[-*] (\d+(?:\.\d+)?)\b", rubric, re.M)]
    if not parts or abs(sum(parts) - points) > 1e-9:
        raise ConfigurationError(
            f"{where}: the lines `- points: what for` after {RUBRIC} sum to {sum(parts):g}, "
            f"but the question has {points:g} points"
        )


def _refuse_doubles(lab: Lab, path: Path) -> None:
    names = [f"{task.name}.{case.name}" for task in lab.tasks for case in task.cases]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ConfigurationError(f"{path}: two tests have the name {', '.join(sorted(twice))}")


def secret_lines(
    layout: Layout, contract: Contract, labs: Sequence[BuiltLab]
) -> dict[str, list[tuple[int, str]]]:
    """Return for each master the lines that students must not see, with their numbers.

    What authors give openly, in any master or file of the course, is no secret.
    """
    questions = contract.assignment.names
    files = [*check_files(layout.public_checks, questions), *layout.assignment.glob("*.md")]
    told = [data.decode("utf-8") for data in find_parts(layout, questions).given.values()]
    told += [path.read_text("utf-8") for path in files]
    told += [line for built in labs for _, line, secret in built.lines if not secret]
    openly = bare("\n".join(told))
    return {
        f"assignment/labs/{built.lab.name}.md": [
            (number, line)
            for number, line, secret in built.lines
            if secret and bare(line) not in openly
        ]
        for built in labs
    }


def _judged_lines(master: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str, bool]]:
    """Yield number and text of every line, and whether it is cut.

    That is what Otter's marks say: lines marked as solution, solutions in Markdown, hidden tests.
    """
    raw = solution = region = hidden = code = False
    for number, line in master:
        bare_line = line.strip()
        secret = False
        if bare_line in ("<!-- #raw -->", "<!-- #endraw -->"):
            raw = bare_line == "<!-- #raw -->"
        elif raw:
            solution = bare_line == "# BEGIN SOLUTION" or (
                solution and bare_line != "# END SOLUTION"
            )
        elif bare_line.startswith("```"):
            code = bare_line == "```python"
            hidden = False
        elif code and re.match(r"# (BEGIN|END) SOLUTION", bare_line):
            region = bare_line.startswith("# BEGIN")
        elif code:
            hidden = hidden or bare_line == "hidden: true"
            marked = re.search(r"# ?SOLUTION( NO PROMPT)?$", bare_line)
            if marked and not region:
                kept, equals, value = bare_line[: marked.start()].partition(" = ")
                yield number, value if equals else kept, True
                continue
            secret = region or hidden
        else:
            secret = solution
        yield number, line, secret
