"""Notebooks that cheat or break, graded by ``otter run`` and by this grader.

    python benchmarks/tricks.py [--isolation sandbox]

Each is the notebook of lab 3 with one cell more: an empty one, which deserves nothing, or one with
all answers, which deserves everything that tests can give. Otter runs tests in the process of the
student's code, so that code can change them; here it cannot reach them. The last column says
by whose runs the text of a hidden test could be kept. Exits with 1 when this grader gives other
points than are due, or a test was read.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.checker.threads import ONE_THREAD, use_one_thread
from autograder.grade import Grader
from autograder.grading_file import read
from autograder.intake import Submission
from autograder.layout import Layout, read_python_files

LAB = "3_segmentation"
TASK = "segment_gray"
"""A task, and the function it asks for, which is whole again after the task's check."""

NAMES = (
    *("em", "otsu", "accuracy", "colour_by_component", "start_from_labels", TASK),
    *("image", "Z", "trace", "bics", "best_k", "logliks"),
)
HIDDEN = "hidden=True"


@dataclass(frozen=True)
class Trick:
    """A cell to add: to an empty notebook before each check, or last to one with all answers."""

    name: str
    source: str
    answered: bool = False


TRICKS = (
    Trick(
        "assertions of NumPy always hold",
        "import numpy as np, numpy.testing\n"
        "for name in ('isclose', 'allclose', 'array_equal', 'all', 'any'):\n"
        "    setattr(np, name, lambda *a, **k: True)",
    ),
    Trick(
        "values equal to everything, whatever is done with them",
        "class Same:\n"
        "    shape = dtype = ndim = property(lambda self: self)\n"
        "    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: True\n"
        "    __array_function__ = lambda self, *a, **k: True\n"
        "    __array_ufunc__ = __call__ = __getitem__ = __getattr__ = lambda self, *a, **k: self\n"
        "    __sub__ = __rsub__ = __add__ = __mul__ = __abs__ = lambda self, *a: self\n"
        "    __iter__ = lambda self: iter([self] * 5)\n"
        "    __len__ = __hash__ = lambda self: 5\n"
        "    __float__ = lambda self: 1.0\n"
        f"{' = '.join(NAMES)} = Same()",
    ),
    Trick(
        "tests never fail",
        "from otter.test_files.exception_test import test_case\n"
        "test_case.call_func = lambda self, environment: None",
    ),
    Trick(
        "test files are written anew",
        "import glob\n"
        "for path in glob.glob('tests/*.py') + glob.glob('../tests/*.py'):\n"
        "    text = open(path).read()\n"
        "    open(path, 'w').write(text.replace('assert ', 'True or '))",
    ),
    Trick(
        "hidden tests are read and kept",
        "import glob\n"
        "for path in glob.glob('**/tests/*.py', recursive=True):\n"
        "    text = open(path).read()\n"
        "    if 'hidden=True' in text:\n"
        "        print(text)\n"
        "        open('@kept@', 'a').write(text)",
    ),
    Trick("a builtin is shadowed", "open = 3\nprint = None\nlen = lambda x: 3", answered=True),
    Trick("sys.exit in a cell", "import sys\nsys.exit()", answered=True),
    Trick("os._exit in a cell", "import os\nos._exit(0)", answered=True),
    Trick(
        "sys.exit in a function that tests call",
        f"{TASK}_ = {TASK}\n\n\ndef {TASK}(*a, **k):\n    import sys\n    sys.exit()",
        answered=True,
    ),
)


def with_trick(layout: Layout, trick: Trick, kept: Path) -> bytes:
    """Return the notebook with the trick in it."""
    folder = layout.dist / "otter" if trick.answered else layout.student / "labs"
    notebook = json.loads((folder / f"{LAB}.ipynb").read_text("utf-8"))
    cell = {"cell_type": "code", "id": "trick", "metadata": {}, "outputs": [], "source": ""}
    cell |= {"execution_count": None, "source": trick.source.replace("@kept@", str(kept))}
    cells = []
    for one in notebook["cells"]:
        source = "".join(one["source"])
        checks = source.startswith("grader.check")
        if checks and (not trick.answered or (TASK in trick.source and TASK in source)):
            cells.append(cell | {"id": f"trick-{len(cells)}"})
        cells.append(one)
        if checks and trick.answered and TASK in trick.source and TASK in source:
            cells.append(cell | {"id": "restored", "source": f"{TASK} = {TASK}_"})
    if trick.answered and TASK not in trick.source:
        cells.append(cell)
    notebook["cells"] = cells
    return json.dumps(notebook).encode()


def by_otter(layout: Layout, files: Mapping[str, bytes]) -> float | None:
    """Return the points, none when grading failed."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(Path(folder, "submission.zip"), "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        command = [sys.executable, "-W", "ignore", "-m", "otter", "run", "submission.zip"]
        command += ["-a", str((layout.dist / "otter" / f"{LAB}.zip").resolve()), "-o", "."]
        environment = {**os.environ, **ONE_THREAD}
        subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
        path = Path(folder, "results.json")
        tests = json.loads(path.read_text())["tests"] if path.exists() else []
        scores = [test["score"] for test in tests if "max_score" in test]
        return sum(scores) if scores else None


def was_kept(path: Path) -> bool:
    """Say whether a hidden test was written to a file, and remove the file."""
    kept = path.exists() and HIDDEN in path.read_text()
    path.unlink(missing_ok=True)
    return kept


def main() -> None:
    """Grade all, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--isolation", default="sandbox")
    options = parser.parse_args()
    use_one_thread()
    layout = Layout.find(Path(__file__).parent)
    modules = read_python_files(layout.solution)
    grader = Grader(layout, read(layout), options.isolation)
    marker = next(m for m in grader.markers if m.lab.name == LAB)
    full = sum(task.points for task in marker.lab.tasks if task.cases)
    broken = next(task.points for task in marker.lab.tasks if task.name == TASK)
    print("| what the notebook does | due | otter run | here | hidden tests read by |")
    print("|---|--:|--:|--:|---|")
    held = True
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder, "kept.txt")
        for trick in TRICKS:
            notebook = with_trick(layout, trick, kept)
            theirs = by_otter(layout, {f"{LAB}.ipynb": notebook, **modules})
            readers = ["otter run"] * was_kept(kept)
            submission = Submission("one", modules, (), {f"{LAB}.ipynb": notebook})
            marked = grader.mark_lab(marker, submission, {})
            told = any(HIDDEN in p.text for check in marked.checks for p in check.answer)
            readers += ["here"] * (was_kept(kept) or told)
            due = (full - broken * (TASK in trick.source)) if trick.answered else 0.0
            held &= marked.points == due and "here" not in readers
            shown = "no result" if theirs is None else f"{theirs:g}"
            who = " and ".join(readers) or "–"
            print(f"| {trick.name} | {due:g} | {shown} | {marked.points:g} | {who} |")
    grader.close()
    sys.exit(not held)


if __name__ == "__main__":
    main()
