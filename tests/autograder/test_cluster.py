"""Grading on other machines: the same bytes as here, whatever becomes of a worker on the way."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import autograder as package
from autograder.batch import grade_all
from autograder.cluster import spread
from autograder.cluster.spread import grade_on_cluster
from autograder.cluster.versions import differences, versions
from autograder.desk import Done, Task, plan
from autograder.errors import ClusterError
from autograder.intake import find_submissions
from autograder.isolation import strongest

QUESTIONS = ["scale", "summed"]
SOURCE = Path(package.__file__).parents[1]
NOTHING = {"notes.txt": b"forgot"}
DASK = [sys.executable, "-m", "dask"]


class Daemon:
    """A process of the cluster, and what it has said."""

    def __init__(self, place: Path, command: list[str], environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [*DASK, *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=place,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(SOURCE), **environment},
        )
        self._log = ""
        self._more = threading.Condition()
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._more:
                self._log += line
                self._more.notify_all()

    def wait_for(self, said: str, times: int = 1) -> str:
        """Return what a group has matched when it has been said so many times."""
        with self._more:
            there = self._more.wait_for(lambda: len(re.findall(said, self._log)) >= times, 60)
            assert there, self._log
            return "".join(re.findall(said, self._log)[:1])

    def end(self) -> None:
        """End it, and all that it has started."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reading.join()
        assert self.process.stderr is not None
        self.process.stderr.close()


class Cluster:
    """A scheduler on loopback, and workers of one thread."""

    def __init__(self, place: Path, **environment: str) -> None:
        self.place = place
        place.mkdir(exist_ok=True)
        here = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        self.scheduler = Daemon(place, ["scheduler", *here], environment)
        self.address = self.scheduler.wait_for(r"Scheduler at:\s+(\S+)")
        self.workers: list[Daemon] = []
        self._ended = 0

    def need(self, count: int) -> None:
        """Have this many workers alive."""
        alive = [worker for worker in self.workers if worker.process.poll() is None]
        for worker in set(self.workers) - set(alive[:count]):
            worker.end()
            self.workers.remove(worker)
            self._ended += 1
        self.scheduler.wait_for("Remove worker", self._ended)
        while len(self.workers) < count:
            self.start()

    def start(self, *options: str, **environment: str) -> Daemon:
        command = ["worker", self.address, "--nthreads", "1", "--no-dashboard"]
        command += ["--local-directory", str(self.place), *(options or ("--no-nanny",))]
        worker = Daemon(self.place, command, environment)
        self.workers.append(worker)
        worker.wait_for("Registered to")
        return worker

    def folders(self) -> list[Path]:
        """Return the folders that hold the course."""
        return list(self.place.glob("*/*/course-*"))

    def end(self) -> None:
        for daemon in (*self.workers, self.scheduler):
            daemon.end()


@pytest.fixture(scope="module")
def shared_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("workers"))
    yield cluster
    cluster.end()


@pytest.fixture
def cluster(shared_cluster: Cluster) -> Cluster:
    """Return a cluster of two workers."""
    shared_cluster.need(2)
    return shared_cluster


@pytest.fixture
def new_cluster(tmp_path: Path) -> Iterator[Callable[..., Cluster]]:
    """Return a function that gives a cluster without workers, to break."""
    with contextlib.ExitStack() as ending:

        def new(**environment: str) -> Cluster:
            cluster = Cluster(tmp_path / "workers", **environment)
            ending.callback(cluster.end)
            return cluster

        yield new


def tasks_of(folder: Path, out: Path) -> list[Task]:
    return plan(find_submissions(folder, QUESTIONS), out)


def spread_out(
    cluster: Cluster, course: Any, tasks: list[Task], level: Any = "limits", done: Any = None
) -> list[Done]:
    came: list[Done] = []

    def told(one: Done) -> None:
        came.append(one)
        if done is not None:
            done(one)

    grade_on_cluster(tasks, course.layout, course.contract, level, cluster.address, told)
    return came


def grade_here(course: Any, tasks: list[Task], level: Any = "limits") -> None:
    grade_all(tasks, course.layout, course.contract, level, 1, lambda _: None)


def written(out: Path) -> dict[str, Any]:
    """Return all that was written, but for the times that it took."""

    def timeless(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: timeless(item) for key, item in value.items() if key != "seconds"}
        return [timeless(item) for item in value] if isinstance(value, list) else value

    return {
        str(path.relative_to(out)): timeless(json.loads(path.read_bytes()))
        if path.name == "record.json"
        else path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "index.html"  # which tells how long grading took
    }


@pytest.fixture
def class_of_six(hand_in: Any, solution: dict[str, bytes], mistaken: Any, zipped: Any) -> Path:
    """Return a folder with all kinds of submissions."""
    folder: Path = hand_in(
        ada=solution,
        bob=solution | mistaken("scale_adds_the_factor"),
        cleo={"scale.py": b"def scale(x, factor=2.0):\n    return 1 / 0\n"},
        dora=NOTHING,
    )
    (folder / "eve.zip").write_bytes(b"no archive")
    (folder / "finn.zip").write_bytes(zipped(solution))
    return folder


# The same as on one machine -----------------------------------------------------------------------


def test_the_command_writes_the_same_bytes_and_goes_on_where_it_was(
    autograder, cluster, built, class_of_six, solution, tmp_path
):
    folder = class_of_six
    common = (folder, "--course", built.root, "--isolation", "limits")
    dask = ("--dask", cluster.address)

    first = autograder("grade", *common, "--out", tmp_path / "there", *dask)
    here = autograder("grade", *common, "--out", tmp_path / "here", "--jobs", 1)
    there, expected = written(tmp_path / "there"), written(tmp_path / "here")
    (folder / "dora" / "scale.py").write_bytes(solution["scale.py"])
    again = autograder("grade", *common, "--out", tmp_path / "there", *dask)

    assert there == expected
    assert (first[0], here[0], again[0]) == (1, 1, 1)  # one is no archive
    assert "bob: 4 of 11 (graded, " in first[1]
    assert "4 of 6 are graded already and unchanged" in again[1]
    assert "dora: 8 of 11 (graded, " in again[1] and "ada: " not in again[1]
    assert "where this has changed: its modules (1), what is said of it (1)" in again[1]


def test_no_more_are_read_than_the_workers_can_take_and_the_course_is_for_nobody_else_there(
    cluster, built, hand_in, solution, tmp_path, monkeypatch
):
    read = []
    really = spread.read_task

    def counted(desk: Any, task: Task, before: Any) -> Any:
        read.append(task)
        return really(desk, task, before)

    monkeypatch.setattr(spread, "read_task", counted)
    in_hand, modes = [], set()
    done: list[Done] = []

    def told(one: Done) -> None:
        in_hand.append(len(read) - len(done))
        modes.update(folder.stat().st_mode & 0o777 for folder in cluster.folders())
        done.append(one)

    tasks = tasks_of(hand_in(**{f"s{n}": solution for n in range(6)}), tmp_path / "out")
    spread_out(cluster, built, tasks, done=told)

    assert len(done) == 6
    assert max(in_hand) == 2 * spread.IN_HAND
    assert modes == {0o700}
    assert cluster.folders() == []


def test_the_strongest_isolation_of_this_machine_holds_on_its_workers(
    cluster, built, hand_in, solution, mistaken, real_layout, tmp_path
):
    level, _ = strongest(real_layout)
    folder = hand_in(ada=mistaken("scale_adds_the_factor"))

    spread_out(cluster, built, tasks_of(folder, tmp_path / "there"), level)
    grade_here(built, tasks_of(folder, tmp_path / "here"), level)

    there = written(tmp_path / "there")
    assert there == written(tmp_path / "here")
    assert there["ada/record.json"]["isolation"]["level"] == level


# Workers that are lost ----------------------------------------------------------------------------


@pytest.fixture
def waits(tmp_path: Path, solution: dict[str, bytes]) -> Iterator[Any]:
    """Return a submission that is right, and where it says which process grades it.

    It says so once, and then waits until the test has ended.
    """
    said, held = tmp_path / "said", tmp_path / "held"
    os.mkfifo(said)
    os.mkfifo(held)
    source = (
        solution["scale.py"]
        + (
            "\nimport os\n"
            f"if os.path.exists({str(said)!r}):\n"
            f"    with open({str(said)!r}, 'w') as file:\n"
            "        file.write(str(os.getppid()))\n"
            f"    open({str(held)!r}).read()\n"
        ).encode()
    )
    holding = os.open(held, os.O_RDWR)
    yield solution | {"scale.py": source}, said
    os.close(holding)


def kill_the_one_that(said: Path) -> threading.Thread:
    """Kill, as soon as it has begun, the worker that grades a waiting submission."""

    def kill() -> None:
        grader = said.read_text()
        said.unlink()
        status = Path(f"/proc/{grader}/status").read_text()
        (worker,) = re.findall(r"^PPid:\s+(\d+)$", status, re.MULTILINE)
        os.kill(int(worker), signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    return thread


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_a_killed_worker_had_is_graded_by_another_with_the_same_bytes(
    cluster, built, hand_in, mistaken, waits, tmp_path
):
    submission, said = waits
    folder = hand_in(
        ada=submission, bob=submission | mistaken("summed_takes_the_mean"), eve=NOTHING
    )
    killer = kill_the_one_that(said)

    came = spread_out(cluster, built, tasks_of(folder, tmp_path / "there"))
    killer.join()
    grade_here(built, tasks_of(folder, tmp_path / "here"))

    assert sorted(one.submission for one in came) == sorted(os.listdir(tmp_path / "here"))
    assert [worker.process.poll() is None for worker in cluster.workers].count(False) == 1
    assert written(tmp_path / "there") == written(tmp_path / "here")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_without_any_worker_the_run_ends_and_the_same_command_goes_on(
    shared_cluster, built, hand_in, solution, waits, tmp_path, monkeypatch
):
    shared_cluster.need(1)
    submission, said = waits
    tasks = tasks_of(hand_in(ada=solution, zoe=submission), tmp_path / "out")
    killer = kill_the_one_that(said)

    with monkeypatch.context() as patch:
        no_patience = partial(patch.setattr, spread, "PATIENCE", 0.0)
        with pytest.raises(ClusterError, match=r"all workers are gone.*What was graded stays"):
            spread_out(shared_cluster, built, tasks, done=lambda _: no_patience())
    killer.join()
    assert sorted(os.listdir(tmp_path / "out")) == ["ada"]
    shared_cluster.need(1)
    came = {one.submission: one for one in spread_out(shared_cluster, built, tasks)}

    assert (came["ada"].kept, came["zoe"].kept, came["zoe"].points) == (True, False, 11)


def test_a_submission_that_ends_the_process_that_grades_it_fails_alone_and_no_worker_with_it(
    cluster, built_copy, hand_in, solution, tmp_path
):
    built_copy.edit(
        "tests/public/test_scale.py",
        "    attach(Drawing",
        "    if y[0] == 666:\n        import os\n\n        os._exit(3)\n    attach(Drawing",
    )
    deadly = {"scale.py": b"def scale(x, factor=2.0): return [666.0] * len(x)\n"}
    folder = hand_in(ada=solution, bob=deadly, eve=solution)

    came = spread_out(cluster, built_copy, tasks_of(folder, tmp_path / "there"))
    (bob,) = (task for task in tasks_of(folder, tmp_path / "here") if task.source.name == "bob")
    grade_here(built_copy, [bob])

    assert sorted((one.submission, one.status, one.points) for one in came) == [
        ("ada", "graded", 11),
        ("bob", "failed", 0),
        ("eve", "graded", 11),
    ]
    there = written(tmp_path / "there")
    assert "look at it by hand" in there["bob/record.json"]["notes"][0]
    assert written(tmp_path / "here").items() <= there.items()
    assert all(worker.process.poll() is None for worker in cluster.workers)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_submission_that_ends_its_workers_again_and_again_fails_alone(
    new_cluster, built, hand_in, solution, tmp_path
):
    cluster = new_cluster(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    cluster.start("--nanny")  # which starts a new worker for one that has ended
    deadly = b"""\
import os, re, signal
status = open(f"/proc/{os.getppid()}/status").read()
os.kill(int(re.search(r"PPid:\\s+(\\d+)", status)[1]), signal.SIGKILL)
os.kill(os.getppid(), signal.SIGKILL)
"""
    folder = hand_in(ada=solution, bob={"scale.py": deadly}, eve=solution)

    came = spread_out(cluster, built, tasks_of(folder, tmp_path / "out"))

    assert sorted((one.submission, one.status, one.points) for one in came) == [
        ("ada", "graded", 11),
        ("bob", "failed", 0),
        ("eve", "graded", 11),
    ]
    assert "look at it by hand" in written(tmp_path / "out")["bob/record.json"]["notes"][0]


# What is refused ----------------------------------------------------------------------------------


def test_a_worker_of_another_version_is_refused_by_name(
    new_cluster, built, hand_in, solution, tmp_path
):
    other = tmp_path / "other"
    shutil.copytree(
        SOURCE / "autograder", other / "autograder", ignore=shutil.ignore_patterns("__pycache__")
    )
    initial = other / "autograder" / "__init__.py"
    initial.write_text(re.sub('__version__ = ".*"', '__version__ = "9.9"', initial.read_text()))
    cluster = new_cluster()
    cluster.start("--no-nanny", PYTHONPATH=str(other))

    with pytest.raises(
        ClusterError, match=r"cannot grade: autograder 9\.9 \(\w+\) there, "
    ) as said:
        spread_out(cluster, built, tasks_of(hand_in(ada=solution), tmp_path / "out"))

    assert "numpy" not in str(said.value)
    assert not (tmp_path / "out").exists()


def test_what_differs_is_told_name_by_name():
    here = versions()
    there = here | {"Python": "3.10", "numpy": "1.0"}

    assert differences(here, here) == []
    assert differences(here, there) == [
        f"Python 3.10 there, {sys.version_info.major}.{sys.version_info.minor} here",
        f"numpy 1.0 there, {here['numpy']} here",
    ]
    assert set(here) == {"autograder", "Python", "numpy", "scipy", "scikit-learn", "matplotlib"}
    assert "none" not in here.values()


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
def test_a_worker_without_the_isolation_asked_for_is_refused_before_anything_is_sent(
    shared_cluster, built, hand_in, solution, tmp_path
):
    shared_cluster.need(0)
    shared_cluster.start("--no-nanny", PATH=str(tmp_path))

    with pytest.raises(ClusterError, match="cannot grade: bubblewrap is not installed"):
        spread_out(
            shared_cluster, built, tasks_of(hand_in(ada=solution), tmp_path / "out"), "sandbox"
        )

    shared_cluster.need(0)
    assert shared_cluster.folders() == []
    assert not (tmp_path / "out").exists()


def test_a_scheduler_that_is_not_there_is_told(autograder, built, hand_in, tmp_path, monkeypatch):
    monkeypatch.setattr(spread, "CONNECT_SECONDS", 0.2)
    given = (hand_in(ada=NOTHING), "--out", tmp_path / "out", "--course", built.root)

    for address in ("tcp://127.0.0.1:1", "nonsense://?", "tls://127.0.0.1:1"):
        status, _, said = autograder("grade", *given, "--isolation", "limits", "--dask", address)

        assert status == 2
        assert said.startswith(f"autograder: no scheduler can be reached at {address}: ")
        assert "dask scheduler" in said


def test_a_scheduler_without_workers_is_told(shared_cluster, built, hand_in, tmp_path, monkeypatch):
    shared_cluster.need(0)
    monkeypatch.setattr(spread, "PATIENCE", 0.1)

    with pytest.raises(ClusterError, match=r"has no workers.*dask worker tcp://127"):
        spread_out(shared_cluster, built, tasks_of(hand_in(ada=NOTHING), tmp_path / "out"))


def test_a_scheduler_that_is_lost_ends_the_run(
    new_cluster, built, hand_in, solution, tmp_path, monkeypatch
):
    monkeypatch.setattr(spread, "CONNECT_SECONDS", 2.0)  # it also tries to connect again so long
    cluster = new_cluster()
    cluster.start()
    tasks = tasks_of(hand_in(**{f"s{n}": solution for n in range(5)}), tmp_path / "out")

    with pytest.raises(ClusterError, match=r"connection to the scheduler is lost.*goes on"):
        spread_out(cluster, built, tasks, done=lambda _: cluster.scheduler.process.kill())

    assert 1 <= len(list(tmp_path.glob("out/*/record.json"))) < 5


def test_without_isolation_submissions_go_to_other_machines_only_when_that_is_said(
    autograder, built, hand_in, tmp_path
):
    given = (hand_in(ada=NOTHING), "--out", tmp_path / "out", "--course", built.root)

    status, _, said = autograder("grade", *given, "--dask", "tcp://127.0.0.1:1")

    assert status == 2
    assert "add `--isolation limits`" in " ".join(said.replace("│", " ").split())


def test_what_to_install_is_told_when_dask_is_not_there(
    autograder, built, hand_in, tmp_path, monkeypatch
):
    monkeypatch.delitem(sys.modules, "autograder.cluster.spread")
    monkeypatch.delattr(sys.modules["autograder.cluster"], "spread")
    monkeypatch.setitem(sys.modules, "dask", None)
    given = (hand_in(ada=NOTHING), "--out", tmp_path / "out", "--course", built.root)

    status, _, said = autograder("grade", *given, "--isolation", "limits", "--dask", "tcp://x:1")

    assert status == 2
    assert "pip install -e '.[cluster]'" in said
