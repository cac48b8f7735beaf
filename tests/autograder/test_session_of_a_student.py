"""A student's evening on a terminal: from the handed-out zip to all public checks passed."""

from __future__ import annotations

import io
import os
import re
import signal
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.builder.archive import make_zip
from autograder.builder.variants import read_variants, with_variant
from autograder.grading_file import read
from autograder.layout import Layout, read_python_files

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

pexpect = pytest.importorskip("pexpect")

LAYOUT = Layout.find(Path(__file__).parent)
SOLUTION = read_python_files(LAYOUT.solution)
QUESTIONS = {question.name: question for question in read(LAYOUT).assignment.questions}
OTHERS = [name for name in QUESTIONS if name not in ("estep", "mstep")]
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
SECONDS = 60.0
KEYS = "q quit"


class Terminal:
    """A terminal of 80 columns with ``python check.py`` in it."""

    def __init__(self, folder: Path, *arguments: str, rows: int = 30, **variables: str) -> None:
        dropped = {"NO_COLOR", "COLUMNS", "LINES", "DISPLAY", "WAYLAND_DISPLAY", "CHECK_POLL"}
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        self._child = pexpect.spawn(
            sys.executable,
            ["check.py", *arguments],
            cwd=str(folder),
            env={**kept, "TERM": "xterm-256color", "PYTHONUTF8": "1", **variables},
            dimensions=(rows, 80),
            encoding="utf-8",
        )
        self._said = ""

    @property
    def pid(self) -> int:
        return int(self._child.pid)

    @property
    def screen(self) -> str:
        """Return what is on the screen, with its lines."""
        return ESCAPES.sub("", self._said.rpartition("\x1b[2J")[2])

    def until(self, *texts: str) -> str:
        """Read until the screen has all of these, however its lines are broken."""
        deadline = time.monotonic() + SECONDS
        while True:
            shown = " ".join(self.screen.split())
            if all(text in shown for text in texts):
                return shown
            try:
                self._said += self._child.read_nonblocking(1 << 16, deadline - time.monotonic())
            except (pexpect.TIMEOUT, pexpect.EOF):
                pytest.fail(f"waited for {texts}; there is:\n{self.screen}")

    def press(self, key: str) -> None:
        self._child.send(key)

    def end(self) -> int:
        """Read to the end and return the exit status."""
        self._said += self._child.read()
        self._child.close()
        return int(self._child.exitstatus)

    def close(self) -> None:
        self._child.close(force=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder as it comes out of the zip, in a place with letters of many kinds."""
    files = {
        path.relative_to(LAYOUT.student).as_posix(): path.read_bytes()
        for path in LAYOUT.student.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    place = tmp_path / "Müller សុខា 学生"
    zipfile.ZipFile(io.BytesIO(make_zip(files, "handout"))).extractall(place)
    return place / "handout"


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


def solved(folder: Path, *questions: str) -> None:
    for question in questions:
        (folder / f"{question}.py").write_bytes(SOLUTION[f"{question}.py"])


def had(question: str) -> str:
    """Return what says that a question has all points of its public checks: a bar that is full."""
    return f"{question} [##########]"


def edited(question: str, old: str, new: str) -> bytes:
    source = SOLUTION[f"{question}.py"].decode()
    assert source.count(old) == 1
    return source.replace(old, new).encode()


def test_from_the_zip_to_all_public_checks_passed(folder: Path, terminals: Any) -> None:
    def opened(*arguments: str, **variables: str) -> Terminal:
        terminals.append(Terminal(folder, *arguments, **variables))
        return terminals[-1]

    # The first question, wrong and then right.
    first = opened("estep")
    first.until("estep Responsibilities not started", "0 of 9 public +11 hidden not started")
    assert first.end() == 1
    wrong = edited(
        "estep",
        "log_heights = np.log(np.asarray(weights, dtype=float))",
        "log_heights = np.zeros(len(means))",
    )
    (folder / "estep.py").write_bytes(wrong)
    second = opened("estep")
    second.until("failed weights matter", "uch answers come from", "2 of 9 public")
    assert second.end() == 1
    for number, told in (
        (1, "Hint 1 of 3 for estep"),
        (2, "Hint 2 of 3"),
        (3, "Hint 3 of 3"),
        (4, "There are no more hints for estep"),
    ):
        hint = opened("estep", "--hint")
        assert told in hint.until(told), number
        assert hint.end() == 0
    picture = opened("estep", "--plot")
    picture.until("estep-rows-sum-to-one.png", "Waiting time against duration", "What is right")
    assert picture.end() == 0
    assert (folder / "plots" / "estep-rows-sum-to-one.png").read_bytes()[:4] == b"\x89PNG"
    solved(folder, "estep")
    right = opened("estep")
    right.until("All public checks of estep passed.")
    assert right.end() == 0

    # The others while watching: one at a save, wrong and then right.
    watch = opened("--watch")
    watch.until("mstep Weights, means and covariances not started", "waiting for a file", KEYS)
    (folder / "mstep.py").write_bytes(edited("mstep", "weights = nk / n_samples", "weights = nk"))
    watch.until("mstep.py saved", "failed by hand", "found:", "waiting for a file")
    assert len(watch.screen.splitlines()) < 30
    watch.press("h")
    watch.until("Hint 1 of 3 for mstep", KEYS)
    watch.press("l")
    watch.until("arguments unchanged", KEYS)
    (folder / "mstep.py").write_bytes(b"def mstep(X, resp:\n    return 1\n")
    watch.until("SyntaxError", "where: mstep.py, line 1")
    (folder / "mstep.py").write_bytes(b"def mstep(*given):\n    while True:\n        pass\n")
    watch.until("checking mstep")
    solved(folder, "mstep")  # stops the loop and begins anew
    watch.until(had("mstep"), "waiting for a file")
    for question in OTHERS:
        known = read_variants(LAYOUT.misconceptions, QUESTIONS[question])[0]
        files = with_variant(SOLUTION, QUESTIONS[question], known)
        for name in files.keys() - SOLUTION.keys():
            (folder / name).write_bytes(files[name])
        (folder / f"{question}.py").write_bytes(files[f"{question}.py"])
        watch.until(f"{question}.py saved", "failed", "answers come from", "waiting for a file")
        solved(folder, question)
        watch.until(f"{question}.py saved", had(question), "waiting for a file")
    watch.until("44 of 44 public", "bonus 6 of 6", "All public checks passed.")
    watch.press("q")
    assert watch.end() == 0
    last = opened()
    last.until("44 of 44 public", "All public checks passed.")
    assert last.end() == 0


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that are still there."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    threads = listed.parents[1].glob("*/children") if listed.exists() else []
    return [int(child) for path in threads for child in path.read_text().split()]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_behind_when_watching_is_interrupted(folder, terminals, number):
    (folder / "estep.py").write_text(
        "def estep(*given):\n    open('begun', 'w').close()\n    while True: pass\n"
    )
    os.mkfifo(folder / "begun")
    watch = Terminal(folder, "--watch", CHECK_POLL="1")
    terminals.append(watch)
    watch.until("checking estep")
    (folder / "begun").read_bytes()  # returns when the loop has begun
    started = children(watch.pid)

    os.kill(watch.pid, number)

    assert watch.end() == 130
    assert started and not any(map(alive, started))


def test_a_small_terminal_and_one_without_colour_are_no_obstacle(folder, terminals):
    (folder / "estep.py").write_bytes(edited("estep", "log_prob *= -0.5", "log_prob *= -0.6"))
    watch = Terminal(folder, "estep", "--watch", rows=14, NO_COLOR="1")
    terminals.append(watch)

    watch.until("failed by hand", "waiting for a file", KEYS)

    assert len(watch.screen.splitlines()) < 14
    assert "estep  Responsibilities" in watch.screen
    watch.press("q")
    assert watch.end() == 1


def test_a_terminal_that_cannot_be_cleared_is_told_in_sentences(folder, terminals):
    watch = Terminal(folder, "estep", "--watch", TERM="dumb")
    terminals.append(watch)

    watch.until("Open estep.py, write the code", "waiting for a file to be saved", "Keys: n next")

    assert "[---" not in watch.screen
    watch.press("q")
    assert watch.end() == 1
