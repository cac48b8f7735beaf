"""How long a student waits: ``check.py``, cold and watching, beside ``otter check``.

    python benchmarks/check.py [--rounds 5] [--question estep]

Cold is the time from the start of the process to its end. Watching is the time from the moment
before a file is saved until its result is there to be drawn; events, threads and workers are those
of ``check.py --watch``. `otter check` looks at a notebook with two questions of one line each, on
the same machine. All in turn, since the machine's speed drifts. Exits with 1 when it is not 5
times faster cold and 20 times watching.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import queue
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder.checker import run  # noqa: F401 -- as --watch does before its first run
from autograder.checker.local import read_assignment
from autograder.checker.saves import Saves
from autograder.checker.session import Event, Events, Session
from autograder.checker.threads import use_one_thread
from autograder.layout import Layout

TARGETS = {"cold": 5.0, "watching": 20.0}
TEST = """OK_FORMAT = True
test = {{
    "name": "{name}",
    "points": 1,
    "suites": [
        {{
            "cases": [{{"code": ">>> assert {name} == 2\\n", "hidden": False, "locked": False}}],
            "scored": True,
            "setup": "",
            "teardown": "",
            "type": "doctest",
        }}
    ],
}}
"""


def seconds(command: list[str], folder: Path) -> float:
    """Return how long a command takes."""
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - began


def make_notebook(folder: Path) -> None:
    """Write a notebook with two questions, and their tests."""
    import nbformat

    cells = [nbformat.v4.new_code_cell(f"{name} = 1 + 1") for name in ("first", "second")]
    (folder / "tests").mkdir()
    (folder / "two.ipynb").write_text(json.dumps(nbformat.v4.new_notebook(cells=cells)), "utf-8")
    for name in ("first", "second"):
        (folder / "tests" / f"{name}.py").write_text(TEST.format(name=name), "utf-8")


class Watched:
    """A folder that is watched, as by ``check.py --watch`` without its screen."""

    def __init__(self, folder: Path) -> None:
        self._events: Events = queue.Queue()
        self._folder = folder
        self._session = Session(folder, read_assignment(folder), self._events)
        self._saves = Saves(folder, lambda names: self._events.put(Event("saved", names=names)))
        self._saves.start()

    def until(self, kind: str) -> Event:
        """Wait for an event."""
        while True:
            event = self._events.get(timeout=120)
            if event.kind == kind:
                return event

    def check(self, question: str) -> None:
        """Check a question, and wait until the next worker is on its way."""
        self._session.begin([question])
        self.until("idle")

    def saved(self, question: str) -> float:
        """Save a question's file and return the seconds until its result is there."""
        path = self._folder / f"{question}.py"
        content = path.read_bytes()
        began = time.perf_counter()
        path.write_bytes(content)
        self.until("saved")
        self._session.begin([question])
        result = self.until("done").result
        spent = time.perf_counter() - began
        assert result is not None and result.complete
        self.until("idle")
        return spent

    def close(self) -> None:
        """End threads and processes."""
        self._session.close()
        self._saves.stop()


def main() -> None:
    """Measure, print a table, and exit with 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--question", default="estep")
    parser.add_argument("--pause", type=float, default=2.0, help="seconds between two saves")
    options = parser.parse_args()
    use_one_thread()
    layout = Layout.find(Path(__file__).parent)
    times: dict[str, list[float]] = {"cold": [], "watching": [], "otter check": []}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(shutil.copytree(layout.student, Path(temporary, "student")))
        for path in layout.solution.glob("*.py"):
            shutil.copy(path, folder)
        make_notebook(Path(temporary))
        cold = [sys.executable, "check.py", options.question]
        otter = [sys.executable, "-W", "ignore", "-m", "otter", "check", "two.ipynb", "-t", "tests"]
        for command, place in ((cold, folder), (otter, Path(temporary))):
            seconds(command, place)  # so that files are in the cache, and compiled
        watched = Watched(folder)
        watched.check(options.question)
        for _ in range(options.rounds):
            time.sleep(options.pause)  # a person does not save twice in a second
            times["watching"].append(watched.saved(options.question))
            times["cold"].append(seconds(cold, folder))
            times["otter check"].append(seconds(otter, Path(temporary)))
        watched.close()
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"{platform.machine()}, {os.cpu_count()} processors; {options.question}, right; medians")
    print(f"{'':14}{'seconds':>9}{'ratio':>8}{'target':>8}")
    missed = False
    for name, target in TARGETS.items():
        ratio = medians["otter check"] / medians[name]
        missed |= ratio < target
        print(f"{name:14}{medians[name]:9.3f}{ratio:8.1f}{target:8.0f}")
    print(f"{'otter check':14}{medians['otter check']:9.3f}")
    sys.exit(missed)


if __name__ == "__main__":
    main()
