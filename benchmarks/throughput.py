"""Submissions a minute: this grader beside other ways to grade, and where its time goes.

    python benchmarks/throughput.py [--submissions 200] [--jobs 2] [--isolation sandbox]

In one run, since the machine's speed drifts, and on the same machine:

- this grader: submissions of all modules with all checks; every other one is right, the others
  have one known mistake each, taken from all questions;
- pytest in a fresh process for each, as instructors would write it: the same checks and the same
  submissions in pytest's own process, beside the solution, with no isolation;
- ``otter run`` and ``nbgrader autograde`` on a notebook of two one-line questions.

Each is timed with ``--jobs`` side by side; Otter also as its command works, one after another.
nbgrader is installed into an environment of its own (``--nbgrader FOLDER``), since it brings
JupyterLab, which makes Otter slow; ``--nbgrader none`` leaves it out. Exits with 1 when the rate
is below the target, or the ratio to ``otter run``.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice, zip_longest
from pathlib import Path

import nbformat
from breakdown import Part, break_down

from autograder.builder.variants import read_variants, with_variant
from autograder.grading_file import read
from autograder.layout import Layout, read_python_files

OTTER_RUNS = 6
NBGRADER_STUDENTS = 8
PYTEST_RUNS = 8
TARGET_A_MINUTE = 150.0
TARGET_RATIO = 5.0
BIN = Path(sys.executable).parent
QUESTIONS = (
    ("square", "def square(x):\n    return x ** 2", "assert square(3) == 9"),
    ("total", "def total(x):\n    return np.sum(x)", "assert total([1, 2]) == 3"),
)


def write_submissions(layout: Layout, folder: Path, count: int) -> None:
    """Write submissions: right and wrong in turn, the mistakes spread over all questions.

    Bonus questions are left out, as most students do.
    """
    due = [question for question in read(layout).assignment.questions if not question.bonus]
    solution = read_python_files(layout.solution)
    right = {f"{question.name}.py": solution[f"{question.name}.py"] for question in due}
    wrong = []
    for question in due:
        mistakes = read_variants(layout.misconceptions, question)
        wrong.append([with_variant(right, question, mistake) for mistake in mistakes])
    one_of_each = [files for group in zip_longest(*wrong) for files in group if files]
    variants = (files for mistaken in cycle(one_of_each) for files in (right, mistaken))
    for number, files in enumerate(islice(variants, count)):
        for name, data in files.items():
            target = folder / f"student{number:03}" / name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(data)


def time_grading(layout: Layout, folder: Path, out: Path, jobs: int, isolation: str) -> float:
    """Return the seconds that ``autograder grade`` takes, from start to end."""
    command = [BIN / "autograder", "grade", folder, "--out", out, "--course", layout.root]
    command += ["--jobs", str(jobs), "--isolation", isolation]
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def make_otter_assignment(folder: Path) -> tuple[Path, Path]:
    """Generate a notebook of two one-line questions; return its autograder zip and solution."""
    cell = nbformat.v4
    raw, code = cell.new_raw_cell, cell.new_code_cell
    cells = [raw("# ASSIGNMENT CONFIG\nexport_cell: false\ngenerate:\n  pdf: false\n")]
    cells.append(code("import numpy as np"))
    for name, answer, test in QUESTIONS:
        cells += [
            raw(f"# BEGIN QUESTION\nname: {name}\npoints: 2\n"),
            raw("# BEGIN SOLUTION"),
            code(f"{answer} # SOLUTION"),
            raw("# END SOLUTION"),
            raw("# BEGIN TESTS"),
            code(test),
            raw("# END TESTS"),
            raw("# END QUESTION"),
        ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    master = folder / "two.ipynb"
    nbformat.write(cell.new_notebook(cells=cells, metadata={"kernelspec": kernel}), master)
    _otter("assign", str(master), str(folder / "dist"), "--no-run-tests")
    made = folder / "dist" / "autograder"
    return next(made.glob("*.zip")), made / "two.ipynb"


def time_otter(autograder: Path, notebook: Path, jobs: int) -> float:
    """Return the seconds that one ``otter run`` takes when ``jobs`` run side by side."""

    def run(number: int) -> None:
        out = notebook.parent / f"out-{jobs}-{number}"
        out.mkdir()
        _otter("run", str(notebook), "-a", str(autograder), "-o", str(out), "--no-logo")

    return _seconds_each(run, OTTER_RUNS, jobs)


CONFTEST = """
import importlib
import sys
from types import SimpleNamespace

import numpy as np
import pytest


class Functions:
    changed = ()

    def __init__(self, folder, names):
        sys.path.insert(0, folder)
        for name in names:
            sys.modules.pop(name, None)
        for name in names:
            module = importlib.import_module(name)
            self.__dict__ |= {k: v for k, v in vars(module).items() if callable(v)}
        for name in names:
            sys.modules.pop(name, None)
        sys.path.remove(folder)


REFERENCE = Functions(SOLUTION, NAMES)
SUBMISSION = Functions(".", NAMES)


@pytest.fixture
def submission():
    return SUBMISSION


@pytest.fixture
def reference():
    return REFERENCE


@pytest.fixture
def match():
    return lambda actual, expected, what, rtol=1e-4, atol=1e-5: np.testing.assert_allclose(
        np.asarray(actual, float), np.asarray(expected, float), rtol, atol, err_msg=what
    )


@pytest.fixture
def attach():
    return lambda *arguments, alt: None
"""


def time_pytest(layout: Layout, submissions: Path, jobs: int) -> float:
    """Return the seconds for one submission when pytest runs the checks in a process for each."""
    assignment = read(layout).assignment
    names = [name for name in assignment.names if name not in assignment.bonus_questions]
    ignored = [f"--ignore-glob=*/test_{name}.py" for name in assignment.bonus_questions]
    options = ["-q", "-p", "no:cacheprovider", "--import-mode=importlib", "--tb=no"]

    def run(number: int) -> None:
        folder = sorted(submissions.iterdir())[number]
        work = Path(shutil.copytree(folder, folder.parent.parent / "pytest" / folder.name))
        for checks in layout.check_folders:
            shutil.copytree(
                checks, work / checks.name, ignore=shutil.ignore_patterns("__pycache__")
            )
        start = f"SOLUTION = {str(layout.solution)!r}\nNAMES = {names!r}\n"
        (work / "conftest.py").write_text(start + CONFTEST)
        paths = [
            layout.given,
            layout.data,
            *(work / checks.name for checks in layout.check_folders),
        ]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths))}
        command = [sys.executable, "-m", "pytest", *options, *ignored, "public", "hidden"]
        ended = subprocess.run(command, cwd=work, env=environment, capture_output=True, check=False)
        if ended.returncode not in (0, 1):
            raise SystemExit(f"pytest did not run: {ended.stdout.decode()[-2000:]}")

    return _seconds_each(run, PYTEST_RUNS, jobs)


def time_nbgrader(environment: Path, folder: Path, jobs: int) -> float:
    """Return the seconds that ``nbgrader autograde`` takes for each student of a batch."""
    if not (environment / "bin" / "nbgrader").exists():
        print(f"nbgrader is being installed into {environment} …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        pip = [
            environment / "bin" / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "nbgrader",
            "numpy",
        ]
        subprocess.run(pip, check=True, stderr=subprocess.DEVNULL)
    courses = [folder / f"nbgrader-{number}" for number in range(jobs)]
    for course in courses:
        _make_nbgrader_course(environment, course)

    def run(number: int) -> None:
        _nbgrader(environment, courses[number], "autograde", "one")

    return _seconds_each(run, jobs, jobs) / NBGRADER_STUDENTS


def _make_nbgrader_course(environment: Path, course: Path) -> None:
    cell = nbformat.v4
    cells = [cell.new_code_cell("import numpy as np", metadata=_graded("start", None, locked=True))]
    for name, answer, test in QUESTIONS:
        solution = f"{answer.partition(chr(10))[0]}\n    ### BEGIN SOLUTION\n"
        solution += f"{answer.partition(chr(10))[2]}\n    ### END SOLUTION"
        cells.append(cell.new_code_cell(solution, metadata=_graded(name, None, locked=False)))
        cells.append(cell.new_code_cell(test, metadata=_graded(f"test_{name}", 2, locked=True)))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = cell.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    source = course / "source" / "one" / "two.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(notebook, source)
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'x'\n"
    )
    _nbgrader(environment, course, "generate_assignment", "one")
    for number in range(NBGRADER_STUDENTS):
        target = course / "submitted" / f"s{number}" / "one"
        shutil.copytree(course / "source" / "one", target)


def _graded(name: str, points: int | None, *, locked: bool) -> dict[str, object]:
    about = {
        "grade": points is not None,
        "grade_id": name,
        "locked": locked,
        "schema_version": 3,
        "solution": not locked,
        "task": False,
    }
    return {"nbgrader": about | ({} if points is None else {"points": points})}


def _nbgrader(environment: Path, course: Path, *arguments: str) -> None:
    path = f"{environment / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    home = {"PATH": path, "HOME": str(course), "JUPYTER_PREFER_ENV_PATH": "1"}
    command = [environment / "bin" / "nbgrader", *arguments]
    ended = subprocess.run(
        command, cwd=course, env=os.environ | home, capture_output=True, check=False
    )
    if ended.returncode != 0:
        raise SystemExit(f"nbgrader {' '.join(arguments)}: {ended.stderr.decode()[-2000:]}")


def _seconds_each(run: Callable[[int], None], runs: int, jobs: int) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(run, range(runs)))
    return (time.perf_counter() - began) / runs


def _otter(*arguments: str) -> None:
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([BIN / "otter", *arguments], check=True, env=environment, capture_output=True)


def rates(options: argparse.Namespace, layout: Layout, folder: Path) -> Iterator[tuple[str, float]]:
    """Yield each way to grade, and its submissions a minute; this grader's is the first."""
    jobs = options.jobs
    submissions = folder / "submissions"
    submissions.mkdir()
    write_submissions(layout, submissions, options.submissions)
    ours = time_grading(layout, submissions, folder / "results", jobs, options.isolation)
    modules = sum(not question.bonus for question in read(layout).assignment.questions)
    yield (
        f"this grader, {options.submissions} submissions of {modules} modules",
        60 * options.submissions / ours,
    )
    yield "pytest in a fresh process for each", 60 / time_pytest(layout, submissions, jobs)
    autograder, notebook = make_otter_assignment(folder)
    yield OTTER, 60 / time_otter(autograder, notebook, 1)
    yield f"{OTTER}, {jobs} side by side", 60 / time_otter(autograder, notebook, jobs)
    if options.nbgrader != Path("none"):
        each = time_nbgrader(options.nbgrader.absolute(), folder, jobs)
        yield "nbgrader autograde, a notebook of 2 questions", 60 / each


OTTER = "otter run, a notebook of 2 questions"


def show_parts(parts: list[Part]) -> None:
    """Print where this grader's time goes."""
    total = sum(part.seconds for part in parts)
    print(f"\n{'where the time of one submission goes, one process':<60}{'ms':>8}{'share':>8}")
    for part in parts:
        print(f"{part.what:<60}{1000 * part.seconds:>8.0f}{part.seconds / total:>8.0%}")


def main() -> int:
    """Measure, print the tables, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--isolation", default="sandbox", choices=["sandbox", "limits"])
    parser.add_argument("--nbgrader", type=Path, default=Path(".venv-nbgrader"))
    options = parser.parse_args()
    layout = Layout.find(Path(__file__).parent)
    print(
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}; "
        f"{options.jobs} processes, isolation {options.isolation}"
    )
    print(f"{'what':<60}{'a minute':>10}{'ratio':>8}")
    with tempfile.TemporaryDirectory() as temporary:
        found = {}
        for what, rate in rates(options, layout, Path(temporary)):
            found[what] = rate
            ours = next(iter(found.values()))
            print(f"{what:<60}{rate:>10.1f}{ours / rate:>8.1f}", flush=True)
    show_parts(break_down(layout, options.isolation))
    missed = []
    if ours < TARGET_A_MINUTE:
        missed.append(f"{ours:.0f} a minute, {TARGET_A_MINUTE:.0f} are wanted")
    if ours / found[OTTER] < TARGET_RATIO:
        missed.append(f"{ours / found[OTTER]:.1f} times otter run, {TARGET_RATIO:g} are wanted")
    print("\n" + ("; ".join(missed) or "Both targets are met."))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
