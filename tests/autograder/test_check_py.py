"""The handed-out folder as a student uses it: ``python check.py`` in a process of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

COLOUR = re.compile(r"\x1b\[(\d+;)*[34]\d(;\d+)*m")


@dataclass(frozen=True)
class Run:
    status: int
    said: str
    complained: str


class Folder:
    """A student's folder, in a place with a space and letters beyond ASCII in its name."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, files: Mapping[str, bytes | str]) -> Folder:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (self.path / name).parent.mkdir(exist_ok=True)
            (self.path / name).write_bytes(data)
        return self

    def limit(self, **limits: float) -> Folder:
        path = self.path / "checks" / "questions.json"
        plain = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps({**plain, "limits": {**plain["limits"], **limits}}), "utf-8")
        return self

    def environment(self, **variables: str) -> dict[str, str]:
        dropped = {"FORCE_COLOR", "NO_COLOR", "COLUMNS", "PYTHONPATH"}
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        return {**kept, "COLUMNS": "80", "PYTHONUTF8": "1", **variables}

    def check(
        self,
        *arguments: str,
        options: tuple[str, ...] = (),
        cwd: Path | None = None,
        **variables: str,
    ) -> Run:
        ended = subprocess.run(
            [sys.executable, *options, str(self.path / "check.py"), *arguments],
            cwd=cwd or self.path,
            env=self.environment(**variables),
            capture_output=True,
            timeout=120,
            check=False,
        )
        return Run(ended.returncode, ended.stdout.decode("utf-8"), ended.stderr.decode("utf-8"))


@pytest.fixture
def folder(built: Any, tmp_path: Path) -> Folder:
    path = tmp_path / "Übung 1 – 学生"
    return Folder(Path(shutil.copytree(built.path("student"), path)))


def words(text: str) -> str:
    """Return the text without its line breaks, since a long path may stand on lines of its own."""
    return " ".join(text.split())


# What it says -------------------------------------------------------------------------------------


def test_right_work_passes(folder, solution):
    run = folder.put(solution).check()

    assert (run.status, run.complained) == (0, "")
    assert "scale  Scaling  3 of 3 passed" in run.said
    assert "Public checks: 5 of 5 points." in run.said
    assert "Hidden checks at grading add up to 6." in run.said


def test_the_handout_as_it_comes_is_not_started_and_no_traceback(folder):
    run = folder.check()

    assert (run.status, run.complained) == (1, "")
    assert "scale  Scaling  not started" in run.said
    assert "Open scale.py, write the code, and check again." in words(run.said)
    assert "Public checks: 0 of 5 points." in run.said
    assert "NotImplementedError" not in run.said and "Traceback" not in run.said


def test_a_mistake_is_explained_and_where_to_begin_is_told(folder, solution, mistaken):
    run = folder.put(solution | mistaken("scale_adds_the_factor")).check()

    assert run.status == 1
    assert "asked: Unless said otherwise, every number is doubled." in words(run.said)
    assert "found: 4 of 4 values differ; the worst is y[3] = 2.25; due is 0.5." in words(run.said)
    assert "The factor is added to each number; multiply instead." in words(run.said)
    assert "passed   argument unchanged" in run.said
    assert "It uses scale, where checks failed too: begin there." in words(run.said)


def test_of_one_question_every_failure_is_explained(folder, mistaken):
    folder.put(mistaken("scale_adds_the_factor"))

    assert folder.check().said.count("found: ") == 1
    run = folder.check("scale")

    assert run.said.count("found: ") == 2
    assert "summed" not in run.said


def test_questions_may_be_named_by_their_files(folder, solution):
    run = folder.put(solution).check("summed.py")

    assert run.status == 0
    assert "summed  Sum of scaled numbers  1 of 1 passed" in run.said
    assert "Public checks: 1 of 1 points. Hidden checks at grading add up to 2." in words(run.said)


def test_a_question_that_does_not_exist_is_told_with_those_that_do(folder):
    run = folder.check("scael")

    assert run.status == 2
    assert run.said == "There is no question scael. Questions are: scale, summed.\n"


def test_an_option_that_does_not_exist_is_told(folder):
    run = folder.check("--fast")

    assert run.status == 2
    assert "usage: python check.py" in run.complained


def test_a_syntax_error_is_told_with_its_line(folder):
    run = folder.put({"scale.py": "import os\n\ndef scale(x, factor=2.0:\n    return x\n"}).check()

    assert run.status == 1
    assert "SyntaxError" in run.said
    assert "where: scale.py, line 3: def scale(x, factor=2.0:" in words(run.said)
    assert "Traceback" not in run.said + run.complained


def test_an_exception_is_told_with_its_line(folder):
    run = folder.put({"scale.py": "def scale(x, factor=2.0):\n    return x[99]\n"}).check("scale")

    assert "An exception was raised: IndexError" in words(run.said)
    assert "where: scale.py, line 2: return x[99]" in words(run.said)


def test_what_the_code_printed_is_shown_beside_the_failure(folder):
    source = "def scale(x, factor=2.0):\n    print('[red]x[/red] is', len(x))\n    return x\n"

    run = folder.put({"scale.py": source}).check("scale")

    assert "your code printed: [red]x[/red] is 4" in words(run.said)


def test_a_function_without_end_is_stopped_and_the_rest_is_checked(folder, solution):
    source = "def scale(x, k=2.0):\n    while k == 3: pass\n    return [k * v for v in x]\n"

    run = folder.limit(check_seconds=1.5).put(solution | {"scale.py": source}).check()

    assert run.status == 1
    assert "It did not finish within 1.5 seconds." in words(run.said)
    assert "passed   argument unchanged" in run.said


def test_leaving_python_is_told_and_does_not_end_the_check(folder, solution):
    run = folder.put(solution | {"scale.py": "import os\nos._exit(0)\n"}).check()

    assert run.status == 1
    assert "ended Python" in run.said
    assert "summed  Sum of scaled numbers" in run.said


# How it looks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", ["80", "40"])
def test_no_line_is_longer_than_the_terminal(folder, mistaken, columns):
    long = b"x" * 300
    folder.put(
        mistaken("scale_adds_the_factor") | {"summed.py": b"raise ValueError('" + long + b"')"}
    )

    run = folder.check("scale", "summed", COLUMNS=columns)

    assert max(map(len, run.said.splitlines())) <= int(columns)


def test_colour_is_for_terminals_and_for_those_who_want_it(folder, mistaken):
    folder.put(mistaken("scale_adds_the_factor"))

    assert "\x1b" not in folder.check().said
    assert COLOUR.search(folder.check(FORCE_COLOR="1").said)
    assert not COLOUR.search(folder.check(FORCE_COLOR="1", NO_COLOR="1").said)


def test_a_terminal_that_knows_no_unicode_is_no_obstacle(folder):
    folder.put({"scale.py": "def scale(x, factor=2.0): raise ValueError('größe')\n"})

    run = folder.check(PYTHONUTF8="0", PYTHONIOENCODING="ascii", LC_ALL="C")

    assert (run.status, run.complained) == (1, "")
    assert "gr??e" in run.said


# Where it is run ----------------------------------------------------------------------------------


def test_it_works_from_any_folder(folder, solution, tmp_path):
    assert folder.put(solution).check(cwd=tmp_path).status == 0


def test_files_named_like_modules_of_python_take_no_place(folder, solution):
    names = ("random", "numpy", "json", "token", "rich", "pytest", "typing", "sitecustomize")

    run = folder.put(
        solution | {f"{name}.py": b"raise SystemExit('mine')\n" for name in names}
    ).check()

    assert (run.status, run.complained) == (0, "")


def test_files_of_ones_own_and_of_the_handout_can_be_imported_and_data_read(folder, solution):
    source = (
        "from halves import HALF\nfrom pack.helper import two\n"
        "assert open('data/numbers.csv').read()\n"
    )

    run = folder.put(
        solution
        | {"scale.py": source.encode() + solution["scale.py"], "pack/helper.py": b"two = 2\n"}
    ).check()

    assert run.status == 0


def test_checking_changes_nothing_in_the_folder(folder, solution):
    folder.put(solution)
    before = files(folder.path)

    folder.check()

    assert files(folder.path) == before


def files(folder: Path) -> dict[Path, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in found if "__pycache__" not in path.parts}


# What is missing ----------------------------------------------------------------------------------


def test_a_package_that_is_not_installed_is_told_with_what_to_do(folder):
    run = folder.check(options=("-S",))

    assert run.status == 1
    assert "is not installed for" in run.complained
    assert "-m pip install -r requirements.txt" in run.complained
    assert "Traceback" not in run.complained


def test_a_handout_without_its_checker_is_told(folder):
    shutil.rmtree(folder.path / "checker")

    run = folder.check()

    assert run.status == 1
    assert "lacks the folder 'checker'. Unpack the handout again, whole." in words(run.complained)


@pytest.mark.parametrize("content", [None, "{", "[]", "{}"])
def test_a_damaged_list_of_questions_is_told(folder, content):
    path = folder.path / "checks" / "questions.json"
    path.unlink()
    if content is not None:
        path.write_text(content)

    run = folder.check()

    assert run.status == 2
    assert "Unpack the handout again" in words(run.said)


@pytest.mark.parametrize("content", [None, "{"])
def test_damaged_recordings_are_told(folder, solution, content):
    path = folder.put(solution).path / "checks" / "expected" / "scale.json"
    path.unlink()
    if content is not None:
        path.write_text(content)

    run = folder.check()

    assert run.status == 2
    assert "unpack the handout again" in words(run.said)


# Stopping -----------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="signals and named pipes of POSIX")
def test_stopping_by_the_keyboard_ends_it_at_once_without_a_traceback(folder):
    source = "def scale(x, factor=2.0):\n    open('begun', 'w').close()\n    while True: pass\n"
    folder.put({"scale.py": source})
    os.mkfifo(folder.path / "begun")
    process = subprocess.Popen(
        [sys.executable, "check.py"],
        cwd=folder.path,
        env=folder.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    (folder.path / "begun").read_bytes()  # returns when the function has begun

    process.send_signal(signal.SIGINT)
    said, complained = process.communicate(timeout=60)

    assert process.returncode == 130
    assert said.endswith("Stopped.\n")
    assert complained == ""
