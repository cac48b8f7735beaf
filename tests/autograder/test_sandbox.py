"""What confined code cannot do at each level, and what becomes of it when it misbehaves."""

from __future__ import annotations

import contextlib
import os
import platform
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.checker import frames
from autograder.checker.calls import Caller, CallError
from autograder.checker.contract import Limits
from autograder.checker.host import Load
from autograder.errors import IsolationError
from autograder.sandbox.host import ConfinedHost, SandboxHost
from autograder.sandbox.user import UserHost

REPOSITORY = Path(__file__).resolve().parents[2]
LIBRARIES = Path(str(np.__file__)).parents[1]
LIMITS = Limits(check_seconds=20.0, scratch_mib=8)
TRY_BUBBLEWRAP = ("bwrap", "--unshare-pid", "--unshare-net", "--ro-bind", "/", "/", "true")


def reachable(python: str = sys.executable) -> bool:
    """Say whether other users can read an interpreter."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in Path(python).resolve().parents)


sandbox = pytest.mark.skipif(
    shutil.which("bwrap") is None or subprocess.run(TRY_BUBBLEWRAP, check=False).returncode != 0,
    reason="bubblewrap is not installed, or must not make namespaces on this machine",
)
another_user = pytest.mark.skipif(
    os.geteuid() != 0 or not reachable(),
    reason="only root can become another user, and only if others may read its interpreter",
)
LEVELS = [pytest.param("sandbox", marks=sandbox), pytest.param("user", marks=another_user)]
of_the_sandbox = pytest.mark.parametrize("host", LEVELS[:1], indirect=True)
of_another_user = pytest.mark.parametrize("host", LEVELS[1:], indirect=True)

REACH = """
import os

def f(paths):
    reached = []
    for path in paths:
        for attempt in (os.stat, os.listdir, open):
            try:
                attempt(path)
                reached.append(f"{attempt.__name__} {path}")
            except OSError:
                pass
    return " ".join(reached)
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("course")
    for folder in (root, *root.parents):  # so that permissions are not what keeps others out
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | 0o555)
    for name in (
        "student/handout.md",
        "student/key",
        "solution/q.py",
        "tests/hidden/q.py",
        "data/expected/q",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("content")
    return root


@pytest.fixture(scope="module", params=LEVELS)
def host(request: pytest.FixtureRequest, course: Path) -> Iterator[ConfinedHost]:
    """Return a host at each level; a folder ``course`` is to be read in the working folder."""
    kind, where = {"sandbox": (SandboxHost, "/course"), "user": (UserHost, "course")}[request.param]
    host = kind(
        LIMITS,
        readable={where: course / "student"},
        hidden=[LIBRARIES / "scipy" / "odr", course / "student" / "key", course / "none"],
        preload=["scipy.stats"],
        repository=course,
        secrets=[course / "solution", course / "tests" / "hidden", course / "data" / "expected"],
    )
    yield host
    host.close()


@pytest.fixture
def submit(host: ConfinedHost) -> Iterator[Callable[..., Caller]]:
    """Return a function that hands in the code of ``q.py``, whose function is called ``f``."""
    callers = []

    def hand_in(code: str, limits: Limits = LIMITS) -> Caller:
        caller = Caller(host, Load({"q.py": code.encode()}, {"f": "q", "g": "q"}), limits)
        callers.append(caller)
        return caller

    yield hand_in
    for caller in callers:
        caller.close()


def ask(caller: Caller, *args: Any, function: str = "f") -> Any:
    return caller.call(function, args, {})[0]


def reason_of(caller: Caller, *args: Any, function: str = "f") -> str:
    with pytest.raises(CallError) as caught:
        caller.call(function, args, {})
    return caught.value.reason


def descendants(pid: int) -> set[int]:
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int(
                (folder / "stat").read_text().rpartition(")")[2].split()[1]
            )
        except (OSError, IndexError):  # it has ended meanwhile
            continue
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def watch(pids: set[int]) -> list[int]:
    return [os.pidfd_open(pid) for pid in pids]


def all_end(handles: list[int]) -> bool:
    """Wait for processes to end, for ten seconds each."""
    ended = [bool(select.select([handle], [], [], 10.0)[0]) for handle in handles]
    for handle in handles:
        os.close(handle)
    return all(ended)


def test_answers_come_back_as_from_any_other_worker(submit: Callable[..., Caller]) -> None:
    caller = submit("def f(x):\n    print('doubling')\n    return 2 * x")

    answer = ask(caller, np.arange(3.0))

    assert answer.tolist() == [0.0, 2.0, 4.0]
    assert caller.output() == "doubling\n"


@of_the_sandbox
def test_the_results_can_say_what_was_observed(host: ConfinedHost) -> None:
    observed = dict(host.isolation.observed)

    assert host.isolation.level == "sandbox"
    assert observed.pop("system call filter").startswith("in force")
    assert observed.pop("file filter").startswith(("in force", "not available"))
    assert set(observed.values()) == {"refused"}
    assert len(observed) == 11


@of_another_user
def test_another_user_can_see_the_instructors_folder_but_not_read_in_it(host: ConfinedHost) -> None:
    observed = host.isolation.observed

    assert host.isolation.level == "user"
    assert observed["see the instructor's folder"].startswith("possible: found 4 of 4")
    assert observed["read the answers"] == "refused"


@of_the_sandbox
@pytest.mark.parametrize("folder", ["tests/hidden", "solution", "data/expected", "."])
def test_the_instructors_folders_are_not_there(
    submit: Callable[..., Caller], course: Path, folder: str
) -> None:
    paths = [root / folder for root in (course, REPOSITORY)]
    paths += [file for path in paths if path.is_dir() for file in path.iterdir()]

    assert ask(submit(REACH), [str(path) for path in paths]) == ""


@of_another_user
@pytest.mark.parametrize("folder", ["tests/hidden", "solution", "data/expected"])
def test_another_user_reads_no_answers(
    host: ConfinedHost, submit: Callable[..., Caller], course: Path, folder: str
) -> None:
    if not host.isolation.observed["file filter"].startswith("in force"):
        pytest.skip("this kernel has no Landlock")
    paths = [file for root in (course, REPOSITORY) for file in (root / folder).iterdir()]

    reached = ask(submit(REACH), [str(path) for path in [*paths, course / folder]])

    assert "open" not in reached
    assert "listdir" not in reached


@of_the_sandbox
def test_nothing_of_the_machine_is_there_that_python_does_not_need(
    submit: Callable[..., Caller],
) -> None:
    paths = ["/home", "/tmp", "/etc", "/proc", "/sys", "/var", "/run", "/usr/bin/env", "/dev/shm"]

    assert ask(submit(REACH), paths) == ""


def test_no_folder_but_what_was_opened_to_it_can_be_listed(
    host: ConfinedHost, submit: Callable[..., Caller]
) -> None:
    if not host.isolation.observed["file filter"].startswith("in force"):
        pytest.skip("this kernel has no Landlock")
    code = (
        "import os\ndef f(path):\n    try: os.listdir(path)\n    except OSError: return 'refused'"
    )

    assert ask(submit(code), "/") == "refused"
    assert ask(submit(code), "/dev") is None


def test_the_handout_can_be_read(submit: Callable[..., Caller]) -> None:
    code = "def f():\n    return open('course/handout.md').read()"

    assert ask(submit(code)) == "content"


@pytest.mark.parametrize(
    "folder", ["/", "course", "/dev", "/tmp", "/grader/autograder/checker", sys.base_prefix]
)
def test_nothing_can_be_written_outside_the_scratch_folder(
    submit: Callable[..., Caller], folder: str
) -> None:
    code = "def f(path):\n    open(path, 'w')"

    assert reason_of(submit(code), f"{folder}/file") == "exception"


def test_the_scratch_folder_can_be_written_and_does_not_outlive_its_worker(
    submit: Callable[..., Caller],
) -> None:
    code = (
        "import os, tempfile\n"
        "def f():\n"
        "    before = os.listdir()\n"
        "    open('left', 'w').write('something')\n"
        "    tempfile.mkstemp()\n"
        "    return len(before), len(os.listdir())\n"
    )

    assert ask(submit(code)) == (1, 3)
    assert ask(submit(code)) == (1, 3)


@of_the_sandbox
def test_the_scratch_folder_is_of_limited_size(submit: Callable[..., Caller]) -> None:
    code = (
        "def f(mebibytes):\n"
        "    for i in range(mebibytes):\n"
        "        open(f'{i}', 'wb').write(bytes(1 << 20))\n"
    )

    assert ask(submit(code), 7) is None
    assert reason_of(submit(code), 9) == "exception"


@of_the_sandbox
def test_one_large_file_ends_in_an_error_that_says_that_there_is_no_room(
    submit: Callable[..., Caller],
) -> None:
    caller = submit("def f():\n    open('x', 'wb').write(bytes(20 << 20))")

    with pytest.raises(CallError, match="exception") as caught:
        ask(caller)

    assert (caught.value.type, caught.value.message) == (
        "OSError",
        "[Errno 28] No space left on device",
    )


def test_what_earlier_code_left_in_memory_is_gone(submit: Callable[..., Caller]) -> None:
    code = (
        "import numpy as np\n"
        "def f():\n"
        "    before = getattr(np, 'left', 'nothing')\n"
        "    np.left = 'something'\n"
        "    return before\n"
    )

    assert ask(submit(code)) == "nothing"
    assert ask(submit(code)) == "nothing"


def test_workers_draw_different_random_numbers(submit: Callable[..., Caller]) -> None:
    code = "import random, numpy as np\ndef f():\n    return np.random.random(), random.random()"

    first, second = ask(submit(code)), ask(submit(code))

    assert first[0] != second[0]
    assert first[1] != second[1]


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"])
def test_no_socket_can_be_opened(submit: Callable[..., Caller], family: str) -> None:
    code = (
        "import socket\n"
        "def f(family):\n"
        "    try: socket.socket(getattr(socket, family), socket.SOCK_DGRAM)\n"
        "    except PermissionError: return 'refused'\n"
    )

    assert ask(submit(code), family) == "refused"


def test_no_other_process_can_be_seen_or_signalled(submit: Callable[..., Caller]) -> None:
    code = (
        "import os\n"
        "def f(pids):\n"
        "    found = []\n"
        "    for pid in [*pids, os.getpid()]:\n"
        "        try: os.kill(pid, 0)\n"
        "        except OSError: continue\n"
        "        found.append(pid)\n"
        "    return set(found) == {os.getpid()}\n"
    )

    assert ask(submit(code), [*range(-1, 100), os.getpid(), os.getppid()])


@pytest.mark.parametrize("whose", ["1", "os.getppid()"])
@pytest.mark.parametrize(
    "attempt",
    [
        "os.sched_setscheduler({0}, os.SCHED_IDLE, os.sched_param(0))",
        "os.sched_setaffinity({0}, [0])",
        "os.setpriority(os.PRIO_PROCESS, {0}, 19)",
        "resource.prlimit({0}, resource.RLIMIT_NOFILE, (0, 0))",
    ],
)
def test_no_other_process_can_be_slowed_down_or_limited(
    submit: Callable[..., Caller], attempt: str, whose: str
) -> None:
    code = (
        "import os, resource\n"
        "def f():\n"
        f"    try: {attempt.format(whose)}\n"
        "    except PermissionError: return 'refused'\n"
    )

    assert ask(submit(code)) == "refused"


def test_limits_of_its_own_can_be_asked_for_and_lowered(submit: Callable[..., Caller]) -> None:
    code = (
        "import resource\n"
        "def f():\n"
        "    resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))\n"
        "    return resource.getrlimit(resource.RLIMIT_NOFILE)\n"
    )

    assert ask(submit(code)) == (20, 20)


@pytest.mark.parametrize(
    "attempt",
    [
        "os.fork()",
        "os.posix_spawn('/dev/null', ['x'], {})",
        "os.execv('/dev/null', ['x'])",
        "__import__('subprocess').run(['true'])",
    ],
)
def test_no_process_can_be_started(submit: Callable[..., Caller], attempt: str) -> None:
    code = (
        "import os\n"
        "def f():\n"
        f"    try: {attempt}\n"
        "    except PermissionError as error: return error.errno\n"
    )

    assert ask(submit(code)) == 1  # EPERM, before anything is looked up


def test_a_worker_has_no_rights_left_that_could_be_abused(submit: Callable[..., Caller]) -> None:
    code = (
        "import ctypes, os\n"
        "def f():\n"
        "    libc = ctypes.CDLL(None)\n"
        "    held = (ctypes.c_uint32 * 6)()\n"
        "    libc.capget((ctypes.c_uint32 * 2)(0x20080522, 0), held)\n"
        "    bounds = [libc.prctl(23, number) for number in range(41)]\n"
        "    kept = libc.prctl(39, 0, 0, 0, 0)\n"
        "    return any(held), 1 in bounds, kept, os.getuid()\n"
    )

    capabilities, bounds, no_new_privileges, uid = ask(submit(code))

    assert not capabilities
    assert not bounds
    assert no_new_privileges == 1
    assert uid != 0


def test_a_worker_has_nothing_open_but_its_own_channel_and_output(
    submit: Callable[..., Caller],
) -> None:
    code = (
        "import os, stat\n"
        "def f():\n"
        "    kinds = []\n"
        "    for descriptor in range(1024):\n"
        "        try: mode = os.fstat(descriptor).st_mode\n"
        "        except OSError: continue\n"
        "        kinds.append(stat.filemode(mode)[0])\n"
        "    return ''.join(sorted(kinds))\n"
    )

    assert ask(submit(code)) == "--cpp"  # twice the output, no input, two pipes


@of_the_sandbox
def test_a_worker_cannot_be_traced(submit: Callable[..., Caller]) -> None:
    assert ask(submit("import ctypes\ndef f(): return ctypes.CDLL(None).prctl(3)")) == 0


@of_another_user
def test_another_user_cannot_touch_the_processes_that_it_came_from(
    submit: Callable[..., Caller],
) -> None:
    code = (
        "import os\n"
        "def f():\n"
        "    try: open(f'/proc/{os.getppid()}/mem', 'r+b')\n"
        "    except PermissionError: return 'refused'\n"
    )

    assert ask(submit(code)) == "refused"


def test_threads_can_be_started(submit: Callable[..., Caller]) -> None:
    code = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def f():\n"
        "    with ThreadPoolExecutor(4) as pool: return sum(pool.map(abs, range(-9, 0)))\n"
    )

    assert ask(submit(code)) == 45


def test_threads_are_limited_in_number(submit: Callable[..., Caller]) -> None:
    code = (
        "import threading\n"
        "def f():\n"
        "    stop = threading.Event()\n"
        "    threads = 0\n"
        "    try:\n"
        "        for threads in range(1000): threading.Thread(target=stop.wait).start()\n"
        "    except RuntimeError: return threads\n"
        "    finally: stop.set()\n"
    )

    assert ask(submit(code)) < LIMITS.processes


@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "aarch64"), reason="the filter knows two architectures"
)
def test_every_system_call_on_the_list_is_refused(submit: Callable[..., Caller]) -> None:
    from autograder.sandbox import seccomp

    _, column = seccomp.ARCHITECTURES[platform.machine()]
    numbers = [n for n in seccomp.REFUSED.split()[column + 1 :: 3] if n != "-"]
    code = (
        "import ctypes, errno\n"
        "def f(numbers):\n"
        "    libc = ctypes.CDLL(None, use_errno=True)\n"
        "    done = []\n"
        "    for number in numbers:\n"
        "        result = libc.syscall(int(number), -1, -1, -1, -1, -1)\n"
        "        if result != -1 or ctypes.get_errno() != errno.EPERM: done.append(number)\n"
        "    return ' '.join(done)\n"
    )

    assert ask(submit(code), numbers) == ""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the code is for one processor")
def test_a_system_call_in_the_manner_of_another_processor_is_the_last_one(
    submit: Callable[..., Caller],
) -> None:
    code = (
        "import ctypes, mmap\n"
        "def f():\n"
        "    page = mmap.mmap(-1, 4096, prot=7)\n"
        "    page.write(b'\\xb8\\x14\\0\\0\\0\\xcd\\x80\\xc3')  # getpid for 32-bit programs\n"
        "    address = ctypes.addressof(ctypes.c_char.from_buffer(page))\n"
        "    return ctypes.CFUNCTYPE(ctypes.c_int)(address)()\n"
    )

    assert reason_of(submit(code)) == "crash"


def test_a_hidden_part_of_a_library_cannot_be_imported(submit: Callable[..., Caller]) -> None:
    code = (
        "import sys\nsys.meta_path[:] = sys.meta_path[-3:]\ndef f():\n    from scipy.odr import ODR"
    )

    assert reason_of(submit(code)) == "exception"
    assert ask(submit("def f():\n    from scipy.linalg import cholesky")) is None


@of_the_sandbox
def test_a_hidden_file_cannot_be_read(submit: Callable[..., Caller]) -> None:
    assert "open /course/handout.md" in ask(submit(REACH), ["/course/handout.md"])
    assert "open /course/key" not in ask(submit(REACH), ["/course/key"])


def test_libraries_can_find_out_which_thread_pools_there_are(
    submit: Callable[..., Caller],
) -> None:
    pytest.importorskip("threadpoolctl")
    code = (
        "import scipy.linalg, threadpoolctl\n"
        "def f():\n"
        "    return max(pool['num_threads'] for pool in threadpoolctl.threadpool_info())\n"
    )

    assert ask(submit(code)) == 1


@pytest.mark.parametrize(
    "crash",
    [
        "os.kill(os.getpid(), signal.SIGSEGV)",
        "os.abort()",
        "ctypes.string_at(0)",
        "signal.raise_signal(signal.SIGKILL + 6)",
    ],
)
def test_a_crash_is_called_one_and_the_next_call_has_a_new_worker(
    submit: Callable[..., Caller], crash: str
) -> None:
    caller = submit(f"import ctypes, os, signal\ndef f(): {crash}\ndef g(): return 'here'")

    assert reason_of(caller) == "crash"
    assert ask(caller, function="g") == "here"


def test_an_endless_loop_runs_out_of_time_and_the_next_check_has_a_new_worker(
    submit: Callable[..., Caller],
) -> None:
    limits = Limits(check_seconds=0.3)
    caller = submit("def f():\n    while True: pass\ndef g(): return 'here'", limits)

    assert reason_of(caller) == "time"
    caller.begin_check()
    assert ask(caller, function="g") == "here"


@sandbox
def test_processor_time_is_limited_too() -> None:
    one_second = Limits(question_seconds=-4.0)  # five are added
    load = Load({"q.py": b"while True: pass"}, {"f": "q"})
    call = frames.encode("call", function="f", args=(), kwargs={})
    with contextlib.closing(SandboxHost(one_second)) as host:
        worker = host.start()

        worker.transport.send(load.frame() + call, time.monotonic() + 10.0)

        assert worker.end(20.0) == -signal.SIGXCPU


def test_too_much_memory_is_an_error_in_the_submission(submit: Callable[..., Caller]) -> None:
    caller = submit("import numpy as np\ndef f(): return np.ones(10 * 2**27).sum()")

    assert reason_of(caller) == "memory"


def test_ending_python_is_recognised(submit: Callable[..., Caller]) -> None:
    assert reason_of(submit("import os\ndef f(): os._exit(0)")) == "exit"
    assert reason_of(submit("def f(): exit()")) == "exit"


@pytest.mark.parametrize("flood", ["print('x' * 1000)", "os.write(1, bytes(1 << 16))"])
def test_a_flood_of_output_is_stopped(submit: Callable[..., Caller], flood: str) -> None:
    caller = submit(f"import os\ndef f():\n    while True: {flood}")

    assert reason_of(caller) == "output"


def test_a_forged_answer_is_only_a_wrong_answer(submit: Callable[..., Caller]) -> None:
    code = (
        "import os\n"
        "def f():\n"
        "    for descriptor in range(3, 64):\n"
        "        try: os.write(descriptor, b'AGF1' + bytes(60))\n"
        "        except OSError: pass\n"
    )

    assert reason_of(submit(code)) == "malformed"


def test_a_worker_that_has_to_be_stopped_has_no_exit_status(host: ConfinedHost) -> None:
    worker = host.start()

    assert worker.end(0.0) is None
    assert worker.end(0.0) is None


def test_no_process_is_left_of_a_worker_that_has_ended(
    host: ConfinedHost, submit: Callable[..., Caller]
) -> None:
    before = descendants(host._zygote.process.pid)
    caller = submit("def f(): pass")
    ask(caller)
    handles = watch(descendants(host._zygote.process.pid) - before)

    caller.close()

    assert len(handles) >= 2
    assert all_end(handles)


@pytest.mark.parametrize(
    "kind",
    [pytest.param(SandboxHost, marks=sandbox), pytest.param(UserHost, marks=another_user)],
)
def test_no_process_is_left_of_a_host_that_was_closed(kind: Callable[..., ConfinedHost]) -> None:
    host = kind(LIMITS)
    worker = host.start()
    deadline = time.monotonic() + 10.0
    worker.transport.send(Load({}, {}).frame(), deadline)
    frames.read(lambda size: worker.transport.receive(size, deadline))
    handles = watch(descendants(host._zygote.process.pid))

    host.close()

    assert len(handles) >= 2
    assert all_end(handles)
    assert worker.end(10.0) == -signal.SIGKILL


@sandbox
@pytest.mark.parametrize("victim", ["bubblewrap", "zygote"])
def test_a_sandbox_that_dies_takes_its_worker_along_and_is_replaced(victim: str) -> None:
    with contextlib.closing(SandboxHost(LIMITS)) as host:
        bubblewrap = host._zygote.process.pid
        _, zygote, *_ = sorted(descendants(bubblewrap))  # the first is bubblewrap's own
        worker = host.start()

        os.kill(bubblewrap if victim == "bubblewrap" else zygote, signal.SIGKILL)

        assert worker.end(10.0) == -signal.SIGKILL
        caller = Caller(host, Load({"q.py": b"def f(): return 'here'"}, {"f": "q"}), LIMITS)
        assert ask(caller) == "here"
        caller.close()


@another_user
def test_a_host_of_another_user_that_dies_is_replaced_and_leaves_nothing() -> None:
    before = set(Path(tempfile.gettempdir()).glob("isolation-*"))
    with contextlib.closing(UserHost(LIMITS)) as host:
        os.kill(host._zygote.process.pid, signal.SIGKILL)
        host._zygote.process.wait()

        caller = Caller(host, Load({"q.py": b"def f(): return 'here'"}, {"f": "q"}), LIMITS)

        assert ask(caller) == "here"
        caller.close()
    assert set(Path(tempfile.gettempdir()).glob("isolation-*")) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="this is told to those who are not root")
def test_only_root_can_use_another_user() -> None:
    with pytest.raises(IsolationError, match="only root can give submissions another user"):
        UserHost(LIMITS)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
@pytest.mark.skipif(reachable(), reason="others may read this interpreter")
def test_an_interpreter_that_others_may_not_read_is_named() -> None:
    with pytest.raises(IsolationError, match=r"python.* lies in .*, which other users may not"):
        UserHost(LIMITS)


@sandbox
def test_a_host_that_shows_the_instructors_folder_refuses_to_work(course: Path) -> None:
    with pytest.raises(IsolationError, match=r"see the instructor's folder .possible: found 4 of"):
        SandboxHost(LIMITS, readable={str(course): course}, repository=course)


@sandbox
def test_a_host_that_shows_the_graders_files_refuses_to_work() -> None:
    shown = tempfile.gettempdir()

    with pytest.raises(IsolationError, match=r"read a file of the grader .possible: read 24 bytes"):
        SandboxHost(LIMITS, readable={shown: Path(shown)})


@sandbox
def test_a_worker_that_cannot_be_confined_runs_nothing() -> None:
    with pytest.raises(IsolationError, match=r"could not be confined: OSError: .* mount /scratch"):
        SandboxHost(Limits(scratch_mib=-1))


@sandbox
def test_a_module_that_cannot_be_preloaded_is_named() -> None:
    with pytest.raises(IsolationError, match=r"did not start: .*No module named 'no_such_module'"):
        SandboxHost(LIMITS, preload=["no_such_module"])


OTHER_USER = 12345
AS_OTHER_USER = """
import sys
from pathlib import Path
from autograder.checker.calls import Caller
from autograder.checker.contract import Limits
from autograder.checker.host import Load
from autograder.sandbox.host import SandboxHost

host = SandboxHost(Limits(), repository=Path(sys.argv[1]))
caller = Caller(host, Load({"q.py": b"def f(): return 'here'"}, {"f": "q"}), Limits())
print(caller.call("f", (), {})[0], *host.isolation.observed.values(), sep=chr(10))
caller.close()
host.close()
"""


def with_a_public_interpreter(
    user: int | None, *args: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run Python with these libraries and an interpreter that others may read, or skip."""
    version = f"python3.{sys.version_info.minor}"

    def run(python: str, *args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/usr/bin/env", python, "-B", *args],
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{REPOSITORY}:{LIBRARIES}"} | environment,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )

    for python in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        public = os.access(python, os.X_OK) and reachable(python)
        if public and run(python, "-c", "import autograder.sandbox.host").returncode == 0:
            return run(python, *args)
    pytest.skip("no interpreter with these libraries can be read by another user")


@sandbox
@pytest.mark.skipif(os.geteuid() != 0, reason="all other tests here run as an ordinary user")
def test_a_grader_that_is_an_ordinary_user_isolates_as_well_as_root() -> None:
    ended = with_a_public_interpreter(OTHER_USER, "-c", AS_OTHER_USER, str(REPOSITORY))

    assert ended.stderr == ""
    answer, *observed = ended.stdout.splitlines()
    assert answer == "here"
    assert observed.count("refused") == 10


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
@pytest.mark.skipif(reachable(), reason="the tests of that level have run already")
def test_all_of_this_holds_for_another_user_with_the_systems_interpreter() -> None:
    ended = with_a_public_interpreter(
        None, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "user", __file__
    )

    assert ended.returncode == 0, ended.stdout
    assert " passed" in ended.stdout


WITHOUT = """
import errno, struct, sys
from pathlib import Path
from autograder.sandbox import kernel, seccomp

# As in a container that knows no Landlock, or refuses namespaces.
program = [seccomp._do(seccomp.LOAD, seccomp.NUMBER)]
for number in map(int, sys.argv[2].split()):
    program += seccomp._if(seccomp.EQUAL, number, [seccomp._do(seccomp.RETURN, seccomp.REFUSE)])
seccomp._install([*program, seccomp._do(seccomp.RETURN, seccomp.ALLOW)])

from autograder.errors import IsolationError
from autograder.checker.contract import Limits
from autograder.sandbox.user import UserHost

secret = Path(sys.argv[1])
for mode in (0o755, 0o700):
    secret.chmod(mode)
    try:
        host = UserHost(Limits(), secrets=[secret])
    except IsolationError as error:
        print(error)
    else:
        print(*host.isolation.observed.items(), sep=chr(10))
        host.close()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are of one architecture")
def test_without_landlock_permissions_must_keep_the_answers_from_another_user(
    tmp_path: Path,
) -> None:
    for folder in (tmp_path, *tmp_path.parents):
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | stat.S_IXOTH)
    secret = tmp_path / "solution"
    secret.mkdir()
    (secret / "q.py").write_text("answer")

    ended = with_a_public_interpreter(None, "-c", WITHOUT, str(secret), "444 445 446")

    assert ended.stderr == ""
    refused, *observed = ended.stdout.splitlines()
    assert f"code in it can read the answers (possible: read in {secret})" in refused
    assert "chmod -R go-rwx" in refused
    assert "('file filter', 'not available (Landlock)')" in observed
    assert "('read the answers', 'refused')" in observed
    assert "('start a process', 'refused')" in observed
