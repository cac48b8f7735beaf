"""Seconds to grade a lab's notebook: this grader, sandboxed, beside ``otter run``.

    python benchmarks/labs.py [--rounds 2] [--isolation sandbox]

Both grade the notebooks with all answers, with the modules of the solution beside them. Ours is
the time of one submission in a run of many, so without the start of the grader; that is printed
apart. `otter run` is a command of its own for each submission. Both in turn, since the machine's
speed drifts. Exits with 1 when Otter is faster.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from autograder.checker.threads import ONE_THREAD, use_one_thread
from autograder.grade import Grader
from autograder.grading_file import read
from autograder.intake import Submission
from autograder.layout import Layout, read_python_files


def time_otter(layout: Layout, lab: str, files: dict[str, bytes]) -> float:
    """Return the seconds that ``otter run`` takes for one notebook."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(Path(folder, "submission.zip"), "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        command = [sys.executable, "-W", "ignore", "-m", "otter", "run", "submission.zip"]
        command += ["-a", str((layout.dist / "otter" / f"{lab}.zip").resolve()), "-o", "."]
        began = time.perf_counter()
        subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **ONE_THREAD},
            check=True,
            capture_output=True,
        )
        return time.perf_counter() - began


def main() -> None:
    """Measure, print a table, and exit with 1 when a ratio is below one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--isolation", default="sandbox")
    options = parser.parse_args()
    use_one_thread()
    layout = Layout.find(Path(__file__).parent)
    contract = read(layout)
    modules = read_python_files(layout.solution)
    began = time.perf_counter()
    grader = Grader(layout, contract, options.isolation)
    start = time.perf_counter() - began
    nothing = Submission("nothing", modules, ())
    grader.grade(nothing)
    ours: dict[str, list[float]] = {lab.name: [] for lab in contract.labs}
    otter: dict[str, list[float]] = {lab.name: [] for lab in contract.labs}
    for _ in range(options.rounds):
        for lab in contract.labs:
            notebook = (layout.dist / "otter" / lab.file).read_bytes()
            marker = next(m for m in grader.markers if m.lab.name == lab.name)
            submission = Submission("one", modules, (), {lab.file: notebook})
            began = time.perf_counter()
            marked = grader.mark_lab(marker, submission, {})
            ours[lab.name].append(time.perf_counter() - began)
            lost = [c.name for c in marked.checks if not c.points and c.reason != "by_hand"]
            assert not lost, lost
            otter[lab.name].append(time_otter(layout, lab.name, {lab.file: notebook, **modules}))
    grader.close()
    print(f"{platform.machine()}, {os.cpu_count()} processors, one thread; seconds, medians")
    print(f"start of the grader, once a run: {start:.1f} s\n")
    print(f"{'lab':20}{'ours':>8}{'otter run':>12}{'ratio':>8}")
    ratios = []
    for lab in contract.labs:
        mine, theirs = statistics.median(ours[lab.name]), statistics.median(otter[lab.name])
        ratios.append(theirs / mine)
        print(f"{lab.name:20}{mine:8.1f}{theirs:12.1f}{ratios[-1]:8.1f}")
    sys.exit(min(ratios) < 1)


if __name__ == "__main__":
    main()
