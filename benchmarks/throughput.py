"""Submissions a minute: this grader, sandboxed, beside ``otter run`` on a small notebook.

    python benchmarks/throughput.py [--submissions 60] [--jobs 2] [--isolation sandbox]

Grades submissions of six files each (the solution, and it with one known mistake at a time) with
all checks, then runs ``otter run`` on a two-question notebook as often as needed for a stable
figure, both with the same number of processes and in one run, since the machine's speed drifts.
Exits with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

import nbformat

from autograder.build.recorder import read_mistakes, read_python_files, with_mistake
from autograder.grading_file import read
from autograder.layout import Layout

OTTER_RUNS = 6
TARGET_A_MINUTE = 60.0
TARGET_RATIO = 5.0
BIN = Path(sys.executable).parent


def write_submissions(layout: Layout, folder: Path, count: int) -> None:
    """Write submissions: one right, then one for each known mistake, and so on in turn."""
    contract = read(layout)
    right = read_python_files(layout.solution)
    variants = [right]
    for question in contract.assignment.questions:
        path = layout.misconceptions / f"{question.name}.py"
        variants += [
            with_mistake(right, question, path, mistake)
            for mistake in read_mistakes(path, question)
        ]
    for number, files in enumerate(islice(cycle(variants), count)):
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
    for name, answer, test in (
        ("square", "def square(x):\n    return x ** 2 # SOLUTION", "assert square(3) == 9"),
        ("total", "def total(x):\n    return np.sum(x) # SOLUTION", "assert total([1, 2]) == 3"),
    ):
        cells += [
            raw(f"# BEGIN QUESTION\nname: {name}\npoints: 2\n"),
            raw("# BEGIN SOLUTION"),
            code(answer),
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


def time_otter(folder: Path, jobs: int) -> float:
    """Return the seconds that one ``otter run`` takes when ``jobs`` run side by side."""
    autograder, notebook = make_otter_assignment(folder)

    def run(number: int) -> None:
        out = folder / f"otter{number}"
        out.mkdir()
        _otter("run", str(notebook), "-a", str(autograder), "-o", str(out), "--no-logo")

    began = time.perf_counter()
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(run, range(OTTER_RUNS)))
    return (time.perf_counter() - began) / OTTER_RUNS


def _otter(*arguments: str) -> None:
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([BIN / "otter", *arguments], check=True, env=environment, capture_output=True)


def main() -> int:
    """Measure, print the table, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--isolation", default="sandbox", choices=["sandbox", "limits"])
    options = parser.parse_args()
    layout = Layout.find(Path(__file__).parent)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "submissions").mkdir()
        write_submissions(layout, folder / "submissions", options.submissions)
        ours = time_grading(
            layout, folder / "submissions", folder / "results", options.jobs, options.isolation
        )
        theirs = time_otter(folder, options.jobs)
    rate, otter_rate = 60 * options.submissions / ours, 60 / theirs
    print(
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}; "
        f"{options.jobs} processes, isolation {options.isolation}"
    )
    print(f"{'what':<52}{'a minute':>10}{'target':>10}")
    print(
        f"{f'this grader, {options.submissions} submissions of 6 files':<52}{rate:>10.1f}", end=""
    )
    print(f"{TARGET_A_MINUTE:>10.0f}  {_verdict(rate, TARGET_A_MINUTE)}")
    print(f"{'otter run, a notebook of 2 questions':<52}{otter_rate:>10.1f}")
    ratio = rate / otter_rate
    print(f"{'ratio':<52}{ratio:>10.1f}{TARGET_RATIO:>10.0f}  {_verdict(ratio, TARGET_RATIO)}")
    return 0 if rate >= TARGET_A_MINUTE and ratio >= TARGET_RATIO else 1


def _verdict(value: float, target: float) -> str:
    return "ok" if value >= target else "BELOW TARGET"


if __name__ == "__main__":
    sys.exit(main())
