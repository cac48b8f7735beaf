"""Hostile submissions, graded as all others are: no mark, no answer, no neighbour, nothing broken.

Each file in ``hostile/`` is a submission whose docstring says what it tries, and
``hostile/expected.toml`` says what must become of it. What cannot be committed as text is made
by the functions below. All are graded by one run of the command, from a copy of the real course
with secrets planted in it, with honest submissions between them. ``--hostile-level`` names
another level of isolation to do this at.
"""

from __future__ import annotations

import contextlib
import csv
import ctypes
import hashlib
import html.parser
import io
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.checker.recordings import Recordings
from autograder.checker.recordings import load as load_recordings
from autograder.errors import IsolationError
from autograder.grading_file import read
from autograder.intake import find_submissions
from autograder.isolation import try_level
from autograder.layout import Layout
from autograder.report import FEEDBACK, RESULTS
from autograder.result import RECORD, SubmissionResult, load

LAYOUT = Layout.find(Path(__file__).parent)
CONTRACT = read(LAYOUT)
QUESTIONS = [question.name for question in CONTRACT.assignment.questions]
ATTACKS = Path(__file__).with_name("hostile")
JOBS = 2
LIMITS = {"check_seconds": 5, "question_seconds": 7.5, "memory_mib": 1024}
"""Shorter than the course's own, so that what ends at a limit ends soon."""

HONEST = {
    "right": "complete",
    "mistaken": "estep-without-weights",
    "unfinished": "half-done",
}
"""Honest submissions, and the samples that they are copies of."""

BETWEEN = 16
"""So many attacks come between an honest submission and the next."""

MOST_SECONDS = 60.0
"""For one submission, on a machine that has other things to do as well."""

PATIENCE_SECONDS = 600.0
"""For the whole run, before it is given up."""

MOST_MEMORY_MIB = 1536
MOST_DESCRIPTORS = 64
"""Of each process that grades."""

MORE_DESCRIPTORS = 4
"""Than at the beginning of the run."""


# Attacks that are made here -----------------------------------------------------------------------

Maker = Callable[[Path], object]
MADE: dict[str, Maker] = {}


def made(make: Maker) -> Maker:
    """Note a function that makes an attack, given the path that the submission is to have."""
    MADE[make.__name__] = make
    return make


def hand_in(path: Path, files: Mapping[str, bytes | str]) -> None:
    for name, content in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


def text_of(attack: str) -> str:
    return (ATTACKS / f"{attack}.py").read_text("utf-8")


LEFT_BY_AN_ARCHIVE = f"left-{secrets.token_hex(8)}"
WRONG = "import numpy as np\n\ndef estep(X, w, m, c):\n    return np.zeros((len(X), len(w)))\n"
RIGHT = text_of("right")


@made
def leaves_state_again(path: Path) -> None:
    """Is the same as `leaves_state`, for what that one has left."""
    hand_in(path, {"estep.py": text_of("leaves_state")})


@made
def leaves_state_once_more(path: Path) -> None:
    """Is the same again: of three, two are graded by the same process."""
    hand_in(path, {"estep.py": text_of("leaves_state")})


@made
def byte_order_mark(path: Path) -> None:
    """Begins with a byte-order mark, and is right."""
    hand_in(path, {"estep.py": b"\xef\xbb\xbf" + RIGHT.encode()})


@made
def form_feeds(path: Path) -> None:
    """Has form feeds and three kinds of line ends, and is right."""
    lines = RIGHT.split("\n")
    ends = ["\r\n", "\n\f\n", "\n", "\r"]
    hand_in(path, {"estep.py": "".join(s + ends[i % 4 if s else 0] for i, s in enumerate(lines))})


@made
def invalid_utf8(path: Path) -> None:
    """Holds bytes that are no text."""
    hand_in(path, {"estep.py": b"x = '\xff\xfe\x80\xc0\xaf\xed\xa0\x80'\n" + WRONG.encode()})


@made
def nul_bytes(path: Path) -> None:
    """Holds NUL bytes between its lines."""
    hand_in(path, {"estep.py": WRONG.encode() + b"\x00\x00x = 1\x00\n"})


@made
def wide_characters(path: Path) -> None:
    """Is written in UTF-16."""
    hand_in(path, {"estep.py": WRONG.encode("utf-16")})


@made
def odd_codec(path: Path) -> None:
    """Names a codec of which Python has many that decode into something else."""
    hand_in(path, {"estep.py": "# coding: unicode_escape\n\\u0069mport os\nos._exit(0)\n"})


@made
def million_brackets(path: Path) -> None:
    """Opens a million brackets."""
    hand_in(path, {"estep.py": "x = " + "(" * 1_000_000})


@made
def million_minuses(path: Path) -> None:
    """Negates a number a million times, which is deep for a parser that recurs."""
    hand_in(path, {"estep.py": "x = " + "-" * 1_000_000 + "1"})


@made
def million_attributes(path: Path) -> None:
    """Asks for attributes of attributes, half a million deep, which is deep for a compiler."""
    hand_in(path, {"estep.py": "x = 1" + ".a" * 500_000})


@made
def enormous_constant(path: Path) -> None:
    """Has constants that are folded into gigabytes when the file is compiled."""
    hand_in(path, {"estep.py": "x = 'x' * 4096 * 4096 * 4096\ny = 1 << (1 << 40)\n"})


@made
def shadows(path: Path) -> None:
    """Hands in files that Python, pytest and the grader could take for their own."""
    text = "import os\nprint('@left@')\nos._exit(0)\n"
    names = ("conftest", "sitecustomize", "usercustomize", "numpy", "json", "token", "examples")
    more = ("canonical", "sklearn_answers", "plots", "test_estep", "autograder", "pytest", "sys")
    files = {f"{name}.py": text for name in (*names, *more)}
    files |= {"pytest.ini": "[pytest]\npython_files = *.py\naddopts = -p estep\n"}
    files |= {"setup.cfg": "[tool:pytest]\n", "tox.ini": "[pytest]\n", "hostile.pth": "import os\n"}
    hand_in(path, {**files, "estep.py": WRONG})


@made
def shadowed_packages(path: Path) -> None:
    """Hands in packages of the names of the grader's, NumPy's and the checks'."""
    text = "import os\nos._exit(0)\n"
    names = ("autograder/checker/frames", "autograder/__init__", "numpy/testing/__init__")
    more = ("tests/hidden/test_estep", "checker/worker", "checks/test_estep", "estep/__init__")
    hand_in(path, {**{f"{name}.py": text for name in (*names, *more)}, "estep.py": WRONG})


@made
def link_to_the_solution(path: Path) -> None:
    """Hands in links to the solution, in place of its file and of its folder."""
    path.mkdir()
    (path / "estep.py").symlink_to("@course@/solution/estep.py")
    (path / "solution").symlink_to("@course@/solution")
    (path / "mstep.py").symlink_to("/dev/zero")


@made
def pipe_for_a_file(path: Path) -> None:
    """Hands in a named pipe, for the grader to wait at."""
    path.mkdir()
    os.mkfifo(path / "estep.py")
    (path / "mstep.py").mkdir()


@made
def archive_with_links(path: Path) -> None:
    """Is an archive with links and with names that lead out of it."""
    with zipfile.ZipFile(path.with_name(f"{path.name}.zip"), "w") as archive:
        link = zipfile.ZipInfo("estep.py")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "../000-right/estep.py")
        for folder in ("../../", "/tmp/", "..\\..\\", "a/../../"):
            archive.writestr(f"{folder}{LEFT_BY_AN_ARCHIVE}.py", WRONG)


@made
def archive_of_depths(path: Path) -> None:
    """Is an archive whose files lie ten thousand folders deep, beside one that crashes."""
    with zipfile.ZipFile(
        path.with_name(f"{path.name}.zip"), "w", zipfile.ZIP_DEFLATED, compresslevel=1
    ) as archive:
        archive.writestr("estep.py", "import os\n\ndef estep(X, w, m, c):\n    os.abort()\n")
        for i in range(100):
            archive.writestr(f"{i}/" + "a/" * 8_000 + "a.py", "")


@made
def archive_of_zeros(path: Path) -> None:
    """Is an archive of a few hundred kilobytes that holds hundreds of megabytes."""
    with zipfile.ZipFile(
        path.with_name(f"{path.name}.zip"), "w", zipfile.ZIP_DEFLATED, compresslevel=1
    ) as archive:
        for name in ("estep.py", "mstep.py"):
            with archive.open(name, "w") as file:
                for _ in range(64):
                    file.write(bytes(1 << 20))


@made
def broken_archive(path: Path) -> None:
    """Is no archive, and has a name that is no text."""
    data = b"PK\x03\x04" + secrets.token_bytes(100)
    with open(os.fsencode(path) + b"-\xff\xed\xa0\x80.zip", "wb") as file:
        file.write(data)


@made
def long_names(path: Path) -> None:
    """Hands in two hundred files with names as long as they may be."""
    files = {f"{'長' * 75}{i:03d}/{'名' * 75}.py": "" for i in range(150)}
    hand_in(path, {**files, "estep.py": WRONG})


@made
def many_modules(path: Path) -> None:
    """Hands in more files than are read."""
    hand_in(path, {**{f"part_{i}.py": "" for i in range(250)}, "estep.py": WRONG})


@made
def markup_in_file_names(path: Path) -> None:
    """Has modules whose names are markup, a formula and escape sequences, and that raise."""
    names = [
        "<img src=x onerror=alert(1)>",
        "=1+cmd|calc",
        "\x1b[31mred",
        "{{7*7}}",
        "a: b, line 9",
    ]
    code = f"NAMES = {names!r}\ndef estep(X, w, m, c):\n    NAMES.append(NAMES.pop(0))\n"
    code += "    __import__(NAMES[-1])\n"
    files = {f"{name}.py": "raise ValueError('from a file with an odd name')\n" for name in names}
    hand_in(path, {**files, "estep.py": code})


def named(name: str | bytes, doc: str) -> Maker:
    """Return an attack that lies in the name of a submission; there is not even a file in it."""

    def make(path: Path) -> None:
        os.mkdir(os.path.join(os.fsencode(path.parent), os.fsencode(name)))

    make.__doc__ = doc
    return make


MADE |= {
    "name_of_markup": named("<script>alert('name')<", "Is named like a script."),
    "name_of_a_formula": named('=HYPERLINK("x","100")', "Is named like a formula."),
    "name_of_another_formula": named("@SUM(A1:A9)", "Is named like an old formula."),
    "name_of_escapes": named("\x1b[2J\x1b]0;t\x07\n\r100 of 100", "Steers the terminal."),
    "name_backwards": named("txt\u202eyp.petse\u2066", "Is named to be read backwards."),
    "name_of_bytes": named(b"name-\xff\xfe\xed\xa0\x80", "Has a name that is no text."),
    "name_of_an_option": named("--isolation=limits", "Is named like an option."),
    "name_of_results": named("gradebook.csv", "Is named like a file of the results."),
    "name_of_an_honest_one": named("000-RIGHT", "Is named like another, but for its case."),
    "name_of_a_row": named('a,20,20\n"b",100,graded', "Is named like a row of the gradebook."),
}


# The table ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attack:
    """What must become of a hostile submission; see ``expected.toml``."""

    name: str
    reasons: tuple[str, ...] = ()
    question: str = "estep"
    points: float = 0.0
    shown: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    status: str = "graded"
    note: str = ""
    costs: bool = False
    levels: tuple[str, ...] = ()


def read_table() -> dict[str, Attack]:
    plain = tomllib.loads((ATTACKS / "expected.toml").read_text("utf-8"))
    return {
        name: Attack(
            name, **{key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}
        )
        for name, row in plain.items()
    }


TABLE = read_table()
FILED = {path.stem for path in ATTACKS.glob("*.py")} - {"right"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "level" not in metafunc.fixturenames:
        return
    levels = metafunc.config.getoption("--hostile-level") or ["sandbox"]
    if "attack" not in metafunc.fixturenames:
        metafunc.parametrize("level", levels, scope="module")
        return
    pairs = [(level, a) for level in levels for a in TABLE.values() if promised(a, level)]
    ids = [f"{level}-{attack.name}" for level, attack in pairs]
    metafunc.parametrize(("level", "attack"), pairs, ids=ids, scope="module")


def promised(attack: Attack, level: str) -> bool:
    """Say whether a level of isolation promises to stop an attack."""
    return not attack.levels or level in attack.levels


# The run ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """The folders of a run, and the secrets that lie in them.

    Attributes
    ----------
    root : path
        The folder that everything is in; anyone on this machine may read it.
    secrets : dict of str to str
        What must not be found, by where it is.
    control : str
        What is put where it can be found, to see that those who search do search.
    """

    root: Path
    secrets: dict[str, str]
    control: str

    @property
    def course(self) -> Path:
        return self.root / "course"

    @property
    def submissions(self) -> Path:
        return self.root / "submissions"

    @property
    def results(self) -> Path:
        return self.root / "results"

    @property
    def temporary(self) -> Path:
        return self.root / "temporary"


def token() -> str:
    return f"canary-{secrets.token_hex(8)}"


SECRET_PLACES = {
    "contract": "grading.yml",
    "solution": "solution/estep.py",
    "hidden checks": "tests/hidden/test_estep.py",
    "notes": "notes.txt",
}


def prepare(root: Path) -> Place:
    """Copy the course, and put a secret into each place that submissions must not see."""
    place = Place(root, {name: token() for name in SECRET_PLACES}, token())
    root.chmod(0o755)  # so that permissions are not what keeps others out
    for folder in ("assignment", "solution", "student", "data", "tests/public", "tests/hidden"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(LAYOUT.root / folder, place.course / folder, ignore=ignored)
    limits = LAYOUT.contract.read_text("utf-8")
    for name, value in LIMITS.items():
        limits, count = re.subn(rf"^  {name}: .*", f"  {name}: {value}", limits, flags=re.MULTILINE)
        assert count == 1
    modules_alone = re.sub(r"^(labs|report):\n(?: .*\n)+", "", limits, flags=re.MULTILINE)
    (place.course / "grading.yml").write_text(modules_alone, "utf-8")
    for name, file in SECRET_PLACES.items():
        with open(place.course / file, "a", encoding="utf-8") as text:
            text.write(f"\n# {place.secrets[name]}\n")
    expected = place.course / "data" / "expected" / "estep.json"
    place.secrets["recordings"] = token()
    recorded = json.loads(expected.read_text("utf-8")) | {"secret": place.secrets["recordings"]}
    expected.write_text(json.dumps(recorded), "utf-8")
    (place.course / "student" / "data" / "control.txt").write_text(place.control, "utf-8")
    for name, folder in {"results": place.results, "temporary files": place.temporary}.items():
        folder.mkdir()
        place.secrets[name] = token()
        (folder / "secret.txt").write_text(place.secrets[name], "utf-8")
    place.secrets["environment"] = token()
    place.secrets["another submission"] = token()
    return place


def hand_in_honest(place: Place, name: str, kind: str) -> None:
    shutil.copytree(LAYOUT.samples / HONEST[kind], place.submissions / name)
    with open(place.submissions / name / "estep.py", "a", encoding="utf-8") as text:
        text.write(f"\n# {place.secrets['another submission']}\n")


def hand_in_attack(place: Place, name: str, attack: Attack) -> None:
    path = place.submissions / name
    if attack.name in MADE:
        MADE[attack.name](path)
    else:
        hand_in(path, {f"{attack.question}.py": text_of(attack.name), "right.py": RIGHT})


def fill_in(folder: Path, words: Mapping[str, str]) -> None:
    """Tell the attacks what they could find out: where things are, and what to look for."""
    for path in folder.rglob("*"):
        if path.is_symlink():
            target = os.readlink(path)
            path.unlink()
            path.symlink_to(_filled(target.encode(), words).decode())
        elif path.is_file() and path.suffix != ".zip":
            path.write_bytes(_filled(path.read_bytes(), words))


def _filled(text: bytes, words: Mapping[str, str]) -> bytes:
    for word, meaning in words.items():
        text = text.replace(f"@{word}@".encode(), meaning.encode())
    return text


@dataclass
class Watch:
    """What is seen of the grader's processes from outside while they grade.

    Attributes
    ----------
    descriptors : dict of int to list of int
        Open files of each process that grades, at one moment after the other.
    memory_mib : int
        The most memory that one of them had.
    """

    descriptors: dict[int, list[int]] = field(default_factory=dict)
    memory_mib: int = 0

    def look(self, command: int) -> None:
        """Look at the processes of the command's pool."""
        for pid in children(command, levels=1):
            with contextlib.suppress(OSError):
                folder = Path("/proc", str(pid))
                if b"spawn_main" not in (folder / "cmdline").read_bytes():
                    continue
                self.descriptors.setdefault(pid, []).append(len(os.listdir(folder / "fd")))
                peak = re.search(r"VmHWM:\s+(\d+)", (folder / "status").read_text())
                self.memory_mib = max(self.memory_mib, int(peak[1]) >> 10 if peak else 0)


def children(process: int, levels: int = 100) -> set[int]:
    """Return the processes that this one has started, what those have started, and so on."""
    found = {process}
    started = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            started[int(folder.name)] = int(stat[1])
    for _ in range(levels):
        more = {child for child, parent in started.items() if parent in found} - found
        if not more:
            break
        found |= more
    return found - {process}


@dataclass
class Run:
    """A run of ``autograder grade``, and what it has left.

    Attributes
    ----------
    level : str
    place : Place
    status : int
        How the command ended.
    terminal : str
        What it said.
    names : dict of str to str
        For each attack, the name that its submission goes by.
    honest : dict of str to str
        For each honest submission, what kind it is.
    results : dict of str to SubmissionResult
    watch : Watch
    seconds : float
    connections : int
        How often someone came to where nobody must.
    left : list of str
        What the run has left: processes, and files that are new or changed.
    """

    level: str
    place: Place
    status: int
    terminal: str
    names: dict[str, str]
    honest: dict[str, str]
    results: dict[str, SubmissionResult]
    watch: Watch
    seconds: float
    connections: int
    left: list[str]

    def outputs(self, submission: str) -> dict[str, str]:
        folder = self.place.results / submission
        return {
            name: (folder / name).read_text("utf-8")
            for name in (RECORD, RESULTS, FEEDBACK)
            if (folder / name).exists()
        }

    @property
    def gradebook(self) -> str:
        path = self.place.results / "gradebook.csv"
        return path.read_text("utf-8") if path.exists() else ""


PR_SET_CHILD_SUBREAPER = 36


class Listeners:
    """Sockets that nobody must connect to.

    Parameters
    ----------
    name : str
        Of the abstract local socket.
    """

    def __init__(self, name: str) -> None:
        self._tcp = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port: int = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        self._local = socket.socket(socket.AF_UNIX)
        self._local.bind(f"\0{name}")
        self._local.listen(100)

    def close(self) -> int:
        """Stop to listen, and return how often someone came."""
        count = 0
        for listener in (self._tcp, self._udp, self._local):
            listener.setblocking(False)
            with listener, contextlib.suppress(BlockingIOError):
                while True:
                    if listener is self._udp:
                        listener.recv(1)
                    else:
                        listener.accept()[0].close()
                    count += 1
        return count


@contextlib.contextmanager
def adopting() -> Iterator[Callable[[], list[str]]]:
    """Become the parent of processes that lose theirs; yields who of them is still running."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = children(os.getpid())

    def left() -> list[str]:
        deadline = time.monotonic() + 10
        while True:
            running = children(os.getpid()) - before
            for pid in running:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
            if time.monotonic() > deadline:
                for pid in running:
                    os.kill(pid, signal.SIGKILL)
            if not running or time.monotonic() > deadline:
                return [f"process {pid}" for pid in sorted(running)]
            time.sleep(0.05)

    try:
        yield left
    finally:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def contents(folder: Path) -> set[tuple[str, str]]:
    """Return every file below a folder, with what is in it."""
    found = set()
    for path in folder.rglob("*"):
        if "__pycache__" not in path.parts:
            what = "no ordinary file"
            if path.is_symlink():
                what = os.readlink(path)
            elif path.is_file():
                what = hashlib.sha256(path.read_bytes()).hexdigest()
            found.add((str(path), what))
    return found


def traces(name: str, root: Path) -> set[str]:
    """Return the files of that name in all places where one could have been left."""
    places = ["/", "/tmp", "/var/tmp", "/dev", "/dev/shm", Path.home(), LAYOUT.root, sys.prefix]
    found = {str(path) for place in places for path in Path(place).glob(f"*{name}*")}
    return found | {str(path) for path in root.rglob(f"*{name}*")}


def grade(level: str, place: Place, attacks: Sequence[Attack], honest: Mapping[str, str]) -> Run:
    """Hand in attacks and honest submissions, grade them, and look at what is left."""
    place.submissions.mkdir()
    for name, kind in honest.items():
        hand_in_honest(place, name, kind)
    attack_at: dict[str, str] = {}
    for number, attack in enumerate(attacks):
        before = set(os.listdir(place.submissions))
        hand_in_attack(place, f"{number:03d}-{attack.name}", attack)
        (entry,) = set(os.listdir(place.submissions)) - before
        attack_at[entry] = attack.name
    mark = f"left-{secrets.token_hex(8)}"
    listeners = Listeners(mark)
    words = {
        "course": str(place.course),
        "submissions": str(place.submissions),
        "results": str(place.results),
        "temporary": str(place.temporary),
        "control": place.control,
        "check_seconds": str(LIMITS["check_seconds"]),
        "memory_mib": str(LIMITS["memory_mib"]),
        "pid": str(os.getpid()),
        "port": str(listeners.port),
        "left": mark,
    }
    fill_in(place.submissions, words)
    sources = find_submissions(place.submissions, QUESTIONS)
    before_run = contents(place.course) | contents(place.submissions)
    command = [sys.executable, "-m", "autograder", "grade", str(place.submissions)]
    command += ["--out", str(place.results), "--course", str(place.course)]
    command += ["--jobs", str(JOBS), "--isolation", level]
    environment = {**os.environ, "TMPDIR": str(place.temporary)}
    environment["AUTOGRADER_SECRET"] = place.secrets["environment"]
    watch = Watch()
    began = time.monotonic()
    with adopting() as left_running, open(place.root / "terminal", "w+b") as said:
        process = subprocess.Popen(
            command, cwd=LAYOUT.root, env=environment, stdout=said, stderr=said
        )
        while process.poll() is None and time.monotonic() - began < PATIENCE_SECONDS:
            watch.look(process.pid)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.2)
        process.kill()
        process.wait()
        left = left_running()
        said.seek(0)
        terminal = said.read().decode("utf-8", "backslashreplace")
    after_run = contents(place.course) | contents(place.submissions)
    left += sorted(f"{name} is changed" for name, _ in before_run ^ after_run)
    left += [str(path) for path in place.temporary.iterdir() if path.name != "secret.txt"]
    left += sorted(traces(mark, place.root) | traces(LEFT_BY_AN_ARCHIVE, place.root))
    return Run(
        level=level,
        place=place,
        status=process.returncode,
        terminal=terminal,
        names={attack_at[s.path.name]: s.name for s in sources if s.path.name in attack_at},
        honest={s.name: honest[s.path.name] for s in sources if s.path.name in honest},
        results={
            s.name: load(place.results / s.name)
            for s in sources
            if (place.results / s.name / RECORD).exists()
        },
        watch=watch,
        seconds=time.monotonic() - began,
        connections=listeners.close(),
        left=left,
    )


# What came of it ----------------------------------------------------------------------------------


def marks_gained(attack: Attack, result: SubmissionResult) -> float:
    """Return by how much an attack got more than its answers deserve."""
    return max(0.0, result.points - attack.points)


def told(result: SubmissionResult, visibility: str) -> str:
    """Return all that a submission had a say in, of its public or its hidden checks."""
    return "\n".join(
        text
        for question in result.questions
        for check in question.checks
        if check.visibility == visibility
        for text in (check.found, check.printed, check.place)
    )


def hidden_answers() -> list[str]:
    """Return numbers that only the grader has, precise enough not to come by chance."""

    def numbers(recordings: Recordings) -> set[str]:
        found = set()
        for call in recordings.calls.values():
            for part in call.answer if isinstance(call.answer, tuple) else (call.answer,):
                if isinstance(part, float | np.ndarray):
                    for number in np.ravel(part).astype(float).tolist():
                        found |= {f"{number:.8g}", f"{number!r}"[:11]}
        return {number for number in found if len(number.strip("-0.")) >= 8}

    public = LAYOUT.student / "checks" / "expected"
    return sorted(
        number
        for name in QUESTIONS
        for number in numbers(load_recordings(LAYOUT.expected / f"{name}.json"))
        - numbers(load_recordings(public / f"{name}.json"))
    )


HIDDEN_ANSWERS = hidden_answers()
HIDDEN_INPUTS = ("input:2.000e+03", "input:1.000e+08")
"""How two attacks would tell what only hidden checks ask."""


def secrets_in(run: Run, text: str) -> list[str]:
    """Return the places of the secrets that are in a text."""
    return [place for place, secret in run.place.secrets.items() if secret in text]


def answers_read(run: Run, attack: Attack) -> list[str]:
    """Return what an attack has found out, and told in any of its outputs."""
    name = run.names[attack.name]
    outputs = run.outputs(name)
    shown = outputs.get(RESULTS, "") + outputs.get(FEEDBACK, "")
    found = secrets_in(run, "".join(outputs.values()))
    found += [number for number in HIDDEN_ANSWERS if number in shown]
    found += [text for text in HIDDEN_INPUTS if text in shown]
    if name in run.results and "input:" in told(run.results[name], "hidden"):
        found.append("inputs of hidden checks")
    return found


def comparable(result: SubmissionResult) -> SubmissionResult:
    """Return a result without its name and the times in it."""
    questions = tuple(
        replace(question, checks=tuple(replace(check, seconds=0.0) for check in question.checks))
        for question in result.questions
    )
    return replace(result, submission="", seconds=0.0, questions=questions)


def disturbed(run: Run, alone: Run) -> list[str]:
    """Return the honest submissions whose results are not those that they get by themselves."""
    due = {kind: comparable(alone.results[name]) for name, kind in alone.honest.items()}
    return [
        name
        for name, kind in run.honest.items()
        if name not in run.results or comparable(run.results[name]) != due[kind]
    ]


@dataclass(frozen=True)
class Tally:
    """What is said in one line at the end."""

    submissions: int
    marks: float
    answers: int
    disturbed: int

    def __str__(self) -> str:
        return (
            f"{self.submissions} submissions, {self.marks:g} marks gained, "
            f"{self.answers} answers read, {self.disturbed} submissions disturbed"
        )


def tally(run: Run, alone: Run) -> Tally:
    """Count what came of a run; what was not graded at all was disturbed."""
    attacks = {name: TABLE[name] for name in run.names}
    graded = {name: run.results[n] for name, n in run.names.items() if n in run.results}
    return Tally(
        submissions=len(attacks),
        marks=sum(marks_gained(attacks[name], result) for name, result in graded.items()),
        answers=sum(bool(answers_read(run, attack)) for attack in attacks.values())
        + bool(secrets_in(run, run.gradebook + run.terminal)),
        disturbed=len(disturbed(run, alone)) + len(attacks) - len(graded),
    )


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Callable[[], Path]]:
    with contextlib.ExitStack() as stack:

        def make() -> Path:
            folder = tempfile.TemporaryDirectory(prefix="hostile-", ignore_cleanup_errors=True)
            return Path(stack.enter_context(folder))

        yield make


@pytest.fixture(scope="module")
def runs(
    level: str, open_folder: Callable[[], Path], hostile_summary: dict[str, str]
) -> tuple[Run, Run]:
    """Return a run with all attacks, and one with honest submissions alone."""
    try:
        try_level(LAYOUT, level)
    except IsolationError as error:
        pytest.skip(f"this machine has no isolation at level {level}: {error}")
    attacks = [attack for attack in TABLE.values() if promised(attack, level)]
    kinds = list(HONEST)
    between = {
        f"{number:03d}-{kinds[i % len(kinds)]}": kinds[i % len(kinds)]
        for i, number in enumerate(range(0, len(attacks), BETWEEN))
    }
    place = prepare(open_folder())
    alone = grade(level, place, [], {kind: kind for kind in HONEST})
    assert alone.status == 0, alone.terminal
    shutil.rmtree(place.submissions)
    hostile_summary[level] = "the run did not come to its end"
    run = grade(level, place, attacks, between)
    hostile_summary[level] = str(tally(run, alone))
    return run, alone


@pytest.fixture(scope="module")
def run(runs: tuple[Run, Run]) -> Run:
    return runs[0]


@pytest.fixture(scope="module")
def alone(runs: tuple[Run, Run]) -> Run:
    return runs[1]


# Each attack --------------------------------------------------------------------------------------


def test_every_attack_is_in_the_table_and_says_what_it_tries() -> None:
    assert set(TABLE) == FILED | set(MADE)
    assert len(TABLE) >= 70
    for name in FILED:
        assert re.match(r'"""[A-Z][^"\n]+\."""\n\n', text_of(name)), name
    assert all(make.__doc__ for make in MADE.values())
    for attack in TABLE.values():
        assert attack.costs or not {"time", "no_time_left"} & set(attack.reasons), attack.name


def test_no_attack_gains_marks(run: Run, attack: Attack) -> None:
    result = run.results[run.names[attack.name]]

    assert marks_gained(attack, result) == 0
    assert (result.points, result.max_points) == (attack.points, 100)


def test_no_attack_reads_an_answer(run: Run, attack: Attack) -> None:
    assert set(run.outputs(run.names[attack.name])) == {RECORD, RESULTS, FEEDBACK}
    assert answers_read(run, attack) == []


def test_what_an_attack_did_is_told_as_what_it_was(run: Run, attack: Attack) -> None:
    result = run.results[run.names[attack.name]]
    (question,) = [q for q in result.questions if q.name == attack.question]
    reasons = {check.reason for check in question.checks if check.reason}
    text = told(result, "public")
    shown = [word.replace("@control@", run.place.control) for word in attack.shown]

    assert result.status == attack.status
    assert attack.note in " ".join(result.notes)
    assert reasons <= set(attack.reasons)
    assert bool(reasons) == bool(attack.reasons)
    assert [word for word in shown if word not in text] == []
    # At other levels, what all users may read can be opened; that no secret was is asked below.
    never = [word for word in attack.never if run.level == "sandbox" or word != "opened:"]
    assert [word for word in never if word in text] == []


CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
"""Characters that steer a terminal or the direction of text, or end a line unseen."""

TEMPLATE = (LAYOUT.root / "autograder/report/templates/feedback.html").read_text("utf-8")


class Elements(html.parser.HTMLParser):
    """Collects the elements of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[tuple[str, str, str]] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {(tag, name, value or "") for name, value in [*attrs, ("", "")]}


def test_the_page_of_an_attack_has_nothing_but_text_of_its(run: Run, attack: Attack) -> None:
    page = run.outputs(run.names[attack.name])[FEEDBACK]
    elements = Elements(page).found

    assert CONTROLS.search(page) is None
    for tag, name, value in elements:
        assert re.search(rf"<{tag}\b", TEMPLATE)
        assert not name or re.search(rf" {name}\b", TEMPLATE)
        assert name != "href" or value.startswith("#q-")
        assert name != "src" or value.startswith("data:image/png;base64,")


def test_the_results_of_an_attack_are_json_of_clean_text(run: Run, attack: Attack) -> None:
    text = run.outputs(run.names[attack.name])[RESULTS]
    plain = json.loads(text)

    def strings(value: Any) -> Iterator[str]:
        if isinstance(value, dict | list):
            for item in value.values() if isinstance(value, dict) else value:
                yield from strings(item)
        elif isinstance(value, str):
            yield value

    assert plain["score"] == attack.points
    assert len(plain["tests"]) == sum(len(q.checks) for q in CONTRACT.assignment.questions)
    assert not [word for word in strings(plain) if CONTROLS.search(word)]


def test_an_attack_takes_no_more_time_than_the_limits_allow(run: Run, attack: Attack) -> None:
    assert run.results[run.names[attack.name]].seconds < MOST_SECONDS


# The run as a whole -------------------------------------------------------------------------------


def test_the_run_comes_to_its_end(run: Run) -> None:
    failed = [name for name, result in run.results.items() if result.status != "graded"]

    assert run.status == bool(failed), run.terminal
    assert set(run.results) == {*run.names.values(), *run.honest}
    assert len(set(run.results)) == len(run.names) + len(run.honest)


def test_honest_submissions_get_what_they_get_without_attacks(run: Run, alone: Run) -> None:
    assert {name: result.points for name, result in alone.results.items()} == {
        "right": 100,
        "mistaken": 84,
        "unfinished": 52,
    }
    assert len(run.honest) >= len(run.names) // BETWEEN
    assert disturbed(run, alone) == []


def test_the_terminal_shows_the_graders_own_lines_alone(run: Run) -> None:
    assert CONTROLS.search(run.terminal) is None
    assert secrets_in(run, run.terminal) == []
    assert "Traceback" not in run.terminal
    assert "Warning" not in run.terminal
    for name, result in run.results.items():
        line = f"{name}: {result.points:g} of 100 ({result.status}, "
        assert sum(said.startswith(line) for said in run.terminal.split("\n")) == 1


def test_the_gradebook_has_a_row_for_each_and_no_formula(run: Run) -> None:
    rows = list(csv.reader(io.StringIO(run.gradebook)))

    assert CONTROLS.search(run.gradebook) is None
    assert secrets_in(run, run.gradebook) == []
    assert rows[0] == ["submission", *QUESTIONS, "total", "status", "notes"]
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows) == 1 + len(run.results)
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r"))]
    totals = sorted(float(row[-3]) for row in rows[1:])
    assert totals == sorted(result.total for result in run.results.values())


def test_nothing_is_left_or_changed_outside_the_results(run: Run) -> None:
    assert run.left == []


def test_nobody_came_over_the_network(run: Run) -> None:
    assert run.connections == 0


def test_the_graders_own_processes_stay_small(run: Run) -> None:
    assert len(run.watch.descriptors) >= JOBS
    assert run.watch.memory_mib < MOST_MEMORY_MIB
    for counts in run.watch.descriptors.values():
        quarter = len(counts) // 4
        assert max(counts) <= MOST_DESCRIPTORS
        assert not quarter or min(counts[-quarter:]) <= min(counts[:quarter]) + MORE_DESCRIPTORS


# That all of this would be noticed ----------------------------------------------------------------


def part(run: Run, *attacks: str) -> Run:
    """Return the run as if it had had but these attacks."""
    return replace(run, names={name: run.names[name] for name in attacks})


def test_a_mark_that_an_attack_had_gained_would_be_counted(run: Run, alone: Run) -> None:
    run = part(run, "os_exit", "patched_allclose")
    name = run.names["patched_allclose"]
    first, *others = run.results[name].questions
    checks = (replace(first.checks[0], points=1.5), *first.checks[1:])
    better = replace(run.results[name], questions=(replace(first, checks=checks), *others))

    counted = tally(replace(run, results=run.results | {name: better}), alone)

    assert str(counted).startswith("2 submissions, 1.5 marks gained, 0 answers read, 0 ")


def test_an_answer_that_had_been_read_would_be_counted(run: Run, alone: Run) -> None:
    run = part(run, "os_exit", "searches_frames", "searches_memory", "reads_the_environment")
    found = {"solution": run.place.control}

    counted = tally(replace(run, place=replace(run.place, secrets=found)), alone)

    assert str(counted).startswith("4 submissions, 0 marks gained, 3 answers read, 0 ")


def test_a_submission_that_had_been_disturbed_would_be_counted(run: Run, alone: Run) -> None:
    run = part(run, "os_exit", "sys_exit")
    first, second, *_ = run.honest
    results = dict(run.results)
    del results[first], results[run.names["os_exit"]]
    results[second] = replace(results[second], notes=("touched",))

    counted = tally(replace(run, results=results), alone)

    assert str(counted) == (
        "2 submissions, 0 marks gained, 0 answers read, 3 submissions disturbed"
    )
