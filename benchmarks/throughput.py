"""Submissions a minute: this grader, sandboxed, beside ``otter run`` on a small notebook.

    python benchmarks/throughput.py [--submissions 60] [--jobs 2] [--isolation sandbox]

Grades submissions of all files with all checks: every other one is right, the others have
one known mistake each, taken from all questions. Beside it, in the same run since the machine's
speed drifts, ``otter run`` grades a two-question notebook: one after another, as the command does
by itself, and several side by side, as a shell can make it. The target is set against the first;
the second is printed too. Exits with 1 when a target is missed.
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
from itertools import cycle, islice, zip_longest
from pathlib import Path

import nbformat

from autograder.builder.variants import read_variants, with_variant
from autograder.grading_file import read
from autograder.layout import Layout, read_python_files

OTTER_RUNS = 6
TARGET_A_MINUTE = 60.0
TARGET_RATIO = 5.0
BIN = Path(sys.executable).parent


def write_submissions(layout: Layout, folder: Path, count: int) -> None:
    """Write submissions: right and wrong in turn, the mistakes spread over all questions."""
    contract = read(layout)
    right = read_python_files(layout.solution)
    wrong = []
    for question in contract.assignment.questions:
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


def time_otter(autograder: Path, notebook: Path, jobs: int) -> float:
    """Return the seconds that one ``otter run`` takes when ``jobs`` run side by side."""

    def run(number: int) -> None:
        out = notebook.parent / f"out-{jobs}-{number}"
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
        autograder, notebook = make_otter_assignment(folder)
        otter_rate = 60 / time_otter(autograder, notebook, 1)
        side_by_side = 60 / time_otter(autograder, notebook, options.jobs)
    rate = 60 * options.submissions / ours
    print(
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}; "
        f"{options.jobs} processes, isolation {options.isolation}"
    )
    rows = [
        (f"this grader, {options.submissions} submissions of 6 files", rate, TARGET_A_MINUTE),
        ("otter run, a notebook of 2 questions", otter_rate, None),
        (f"otter run, {options.jobs} side by side", side_by_side, None),
        ("ratio to otter run", rate / otter_rate, TARGET_RATIO),
        (f"ratio to otter run, {options.jobs} side by side", rate / side_by_side, None),
    ]
    print(f"{'what':<48}{'a minute':>10}{'target':>10}")
    for what, value, target in rows:
        verdict = "" if target is None else f"{target:>10.0f}  {_verdict(value, target)}"
        print(f"{what:<48}{value:>10.1f}{verdict}")
    return 0 if rate >= TARGET_A_MINUTE and rate / otter_rate >= TARGET_RATIO else 1


def _verdict(value: float, target: float) -> str:
    return "ok" if value >= target else "BELOW TARGET"


if __name__ == "__main__":
    sys.exit(main())
