"""What becomes of a run when the machine fails it: nothing lost, nothing half taken for whole."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.batch import grade_all
from autograder.checker.calls import Caller
from autograder.desk import plan
from autograder.grade import Grader
from autograder.intake import Submission, find_submissions
from autograder.isolation import strongest
from autograder.report import RESULTS
from autograder.result import RECORD, SubmissionResult, load

KILLS = 20
SUBMISSIONS = 60
SUMMED = b"def summed(x, factor=2.0):\n    return sum(factor * float(v) for v in x) + 0.0\n"


@pytest.fixture(scope="module")
def level(built: Any) -> str:
    """Return the strongest level of isolation that this machine has."""
    return strongest(built.layout)[0]


@pytest.fixture(scope="module")
def submissions(
    tmp_path_factory: pytest.TempPathFactory,
    mistaken: Callable[..., dict[str, bytes]],
    solution: dict[str, bytes],
) -> Path:
    """Return a folder of right, wrong and broken submissions."""
    kinds = itertools.cycle(
        [
            solution,
            mistaken("scale_always_doubles") | {"summed.py": SUMMED},
            solution | {"summed.py": b"this is not Python"},
            mistaken("scale_adds_the_factor"),
            {"scale.py": b"import os\ndef scale(x, factor=2.0): os._exit(1)\n"},
        ]
    )
    folder = tmp_path_factory.mktemp("submissions")
    for number, files in zip(range(SUBMISSIONS), kinds, strict=False):
        (folder / f"s{number:02}").mkdir()
        for name, data in files.items():
            (folder / f"s{number:02}" / name).write_bytes(data)
    return folder


def grading(course: Any, submissions: Path, out: Path, level: str, jobs: int = 2) -> list[str]:
    """Return the command that grades."""
    return [
        *(sys.executable, "-m", "autograder", "grade", str(submissions), "--out", str(out)),
        *("--isolation", level, "--jobs", str(jobs), "--course", str(course.root)),
    ]


def to_the_end(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def outputs(out: Path) -> dict[str, bytes]:
    """Return all outputs that hold marks."""
    found = {f"{path.parent.name}": path.read_bytes() for path in out.glob(f"*/{RESULTS}")}
    return found | {"gradebook": (out / "gradebook.csv").read_bytes()}


@pytest.fixture(scope="module")
def undisturbed(
    built: Any, submissions: Path, level: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    """Return the outputs of a run in which nothing went wrong."""
    out = tmp_path_factory.mktemp("undisturbed")
    ended = to_the_end(grading(built, submissions, out, level))
    assert ended.returncode == 0, ended.stderr
    return outputs(out)


# Killed -------------------------------------------------------------------------------------------


def descendants(pid: int) -> set[int]:
    """Return the processes below one, as Linux knows them."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):  # it has ended meanwhile
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            parents[int(folder.name)] = int(fields[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def killed(command: list[str], results: int, moment: float) -> set[int]:
    """Run a command, kill it a moment after so many results; return what it had started."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in itertools.islice(process.stdout, results):
            assert "graded" in line
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(moment)
        started = descendants(process.pid)
        process.kill()
    return started


def all_gone(pids: set[int], seconds: float) -> bool:
    """Wait until none of these processes is there."""
    deadline = time.monotonic() + seconds
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            handle = os.pidfd_open(pid)
            try:
                if not select.select([handle], [], [], max(deadline - time.monotonic(), 0.0))[0]:
                    return False
            finally:
                os.close(handle)
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found as Linux knows them")
def test_killed_twenty_times_a_run_gives_what_an_undisturbed_one_gives(
    built: Any, submissions: Path, undisturbed: dict[str, bytes], level: str, tmp_path: Path
) -> None:
    chance = random.Random(4)
    command = grading(built, submissions, tmp_path, level)
    whole: dict[str, bytes] = {}
    in_the_middle = 0
    for _ in range(KILLS):
        started = killed(command, 1, chance.uniform(0.0, 0.1))

        assert all_gone(started, 20.0)
        for record in tmp_path.glob(f"*/{RECORD}"):
            name = record.parent.name
            assert load(record.parent).status == "graded"
            assert record.with_name(RESULTS).read_bytes() == undisturbed[name]
            assert whole.setdefault(name, record.read_bytes()) == record.read_bytes()
        in_the_middle += len(whole) < SUBMISSIONS
    assert in_the_middle > KILLS // 2

    ended = to_the_end(command)

    assert ended.returncode == 0, ended.stderr
    assert f"{len(whole)} of {SUBMISSIONS} are graded already" in ended.stdout
    assert outputs(tmp_path) == undisturbed


def test_stopping_it_by_the_keyboard_keeps_what_is_graded(
    built: Any, submissions: Path, undisturbed: dict[str, bytes], level: str, tmp_path: Path
) -> None:
    command = grading(built, submissions, tmp_path, level)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate()

    assert process.returncode == 130
    assert b"What was graded stays" in complaint
    assert any(tmp_path.glob(f"*/{RECORD}"))
    assert to_the_end(command).returncode == 0
    assert outputs(tmp_path) == undisturbed


# Disks --------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Return a function that gives a disk with options; called again, it changes them."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mounted(options: str) -> Path:
        again = "remount," if os.path.ismount(folder) else ""
        words = ["mount", "-t", "tmpfs", "-o", f"{again}{options}", "tmpfs", str(folder)]
        if subprocess.run(words, check=False, capture_output=True).returncode != 0:
            pytest.skip("only root can mount a small disk, and this machine refuses")
        return folder

    yield mounted
    if os.path.ismount(folder):
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_and_the_run_goes_on_when_there_is_space(
    built: Any,
    submissions: Path,
    undisturbed: dict[str, bytes],
    level: str,
    small_disk: Callable[[str], Path],
) -> None:
    out = small_disk("size=400k")
    command = grading(built, submissions, out, level)

    ended = to_the_end(command)

    assert ended.returncode == 2
    assert "No space left on device. Free some space and run the same command" in ended.stderr
    stored = [load(record.parent) for record in out.glob(f"*/{RECORD}")]
    assert 0 < len(stored) < SUBMISSIONS
    small_disk("size=40m")
    assert to_the_end(command).returncode == 0
    assert outputs(out) == undisturbed


def test_results_that_cannot_be_written_are_told(
    built: Any, submissions: Path, level: str, small_disk: Callable[[str], Path]
) -> None:
    out = small_disk("ro")

    ended = to_the_end(grading(built, submissions, out, level))

    assert ended.returncode == 2
    assert "cannot be written: Read-only file system" in ended.stderr


# The grader's own parts ---------------------------------------------------------------------------


@pytest.fixture
def grader(built: Any, level: Any) -> Iterator[Grader]:
    grader = Grader(built.layout, built.contract, level)
    yield grader
    grader.close()


def marks(result: SubmissionResult) -> dict[str, float]:
    return {question.name: question.points for question in result.questions}


def test_a_worker_that_is_killed_from_outside_costs_no_marks(
    grader: Grader, solution: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel does that, too, when the whole machine has no memory left."""
    call, kills = Caller.call, itertools.count()

    def killed_once(self: Caller, function: str, *arguments: Any) -> Any:
        if function == "scale" and next(kills) == 2:
            raise self._lost("crash", 0.0) if self._end_with_kill() else AssertionError
        return call(self, function, *arguments)

    def end_with_kill(self: Caller) -> bool:
        assert self._worker is not None
        end = self._worker.end
        self._worker.end = lambda grace: (end(grace), -9)[1]  # type: ignore[method-assign]
        return True

    monkeypatch.setattr(Caller, "_end_with_kill", end_with_kill, raising=False)
    monkeypatch.setattr(Caller, "call", killed_once)

    result = grader.grade(Submission("ada", solution, ()))

    assert marks(result) == {"scale": 8, "summed": 3}
    assert result.status == "graded"


def test_a_submission_that_kills_itself_is_told_so(
    grader: Grader, solution: dict[str, bytes]
) -> None:
    suicide = b"import os\ndef scale(x, factor=2.0): os.kill(os.getpid(), 9)\n"

    scale, _ = grader.grade(Submission("ada", solution | {"scale.py": suicide}, ())).questions

    assert {check.reason for check in scale.checks} == {"killed"}


@pytest.mark.parametrize("damage", [None, b"", b"{", b'{"calls": 3}'])
def test_a_recording_that_is_missing_or_damaged_stops_the_run_before_anything_is_graded(
    built_copy: Any, submissions: Path, tmp_path: Path, damage: bytes | None
) -> None:
    recording = built_copy.path("data/expected/scale.json")
    recording.unlink() if damage is None else recording.write_bytes(damage)

    ended = to_the_end(grading(built_copy, submissions, tmp_path / "out", "limits"))

    assert ended.returncode == 2
    assert "data/expected: scale.json is " in ended.stderr
    assert "run `autograder build`" in ended.stderr
    assert not list((tmp_path / "out").glob(f"*/{RECORD}"))


def test_a_clock_that_is_set_back_changes_nothing(
    grader: Grader, solution: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = grader.grade(Submission("ada", solution, ()))
    hours = itertools.count()
    monkeypatch.setattr(time, "time", lambda: 1e9 - 3600.0 * next(hours))

    result = grader.grade(Submission("ada", solution, ()))

    assert marks(result) == marks(before)
    assert result.fingerprint == before.fingerprint
    assert result.seconds >= 0
    assert all(check.seconds >= 0 for question in result.questions for check in question.checks)


# The same marks again -----------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 3])
def test_marks_depend_neither_on_the_order_nor_on_the_number_of_processes(
    built: Any,
    submissions: Path,
    undisturbed: dict[str, bytes],
    level: Any,
    tmp_path: Path,
    jobs: int,
) -> None:
    tasks = plan(find_submissions(submissions, ["scale", "summed"])[:20], tmp_path)
    random.Random(jobs).shuffle(tasks)

    grade_all(tasks, built.layout, built.contract, level, jobs, lambda _: None)

    graded = {path.parent.name: path.read_bytes() for path in tmp_path.glob(f"*/{RESULTS}")}
    assert graded == {f"s{number:02}": undisturbed[f"s{number:02}"] for number in range(20)}


def test_the_real_course_gives_the_same_bytes_twice(
    real_layout: Any, real_contract: Any, tmp_path: Path
) -> None:
    level = strongest(real_layout)[0]
    names = real_contract.assignment.names
    sources = find_submissions(real_layout.samples, names)
    sources = [source for source in sources if source.name != "endless-loop"]  # it takes a minute

    for turn, jobs in (("first", 2), ("second", 1)):
        tasks = plan(sources, tmp_path / turn)[:: 1 if jobs == 2 else -1]
        grade_all(tasks, real_layout, real_contract, level, jobs, lambda _: None)

    first, second = (
        {path.parent.name: path.read_bytes() for path in (tmp_path / turn).glob(f"*/{RESULTS}")}
        for turn in ("first", "second")
    )
    assert len(first) == len(sources)
    assert first == second
