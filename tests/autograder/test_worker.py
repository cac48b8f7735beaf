"""What a submission may do to the process that holds it, and what the grader hears of it.

A submission here is a file ``q.py`` with a function ``q``.
"""

from __future__ import annotations

import codecs
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from autograder.checker import frames
from autograder.checker.calls import Caller, CallError
from autograder.checker.contract import Limits
from autograder.checker.host import Load, SubprocessHost

LIMITS = Limits(check_seconds=60.0, question_seconds=6000.0)
Q = {"q": "q"}
SHORT = 0.3
"""Seconds, for what never ends; nothing that must end has so few."""

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs descriptors or signals of POSIX")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    folder = tmp_path_factory.mktemp("worker")
    (folder / "data.txt").write_text("from the working folder")
    caller = Caller(SubprocessHost(LIMITS, folder), Load({}, Q), LIMITS)
    yield caller
    caller.close()


@pytest.fixture
def load(shared: Caller) -> Callable[..., Caller]:
    """Return a function that puts a well-behaved submission into a worker that is there already."""

    def loaded(source: bytes | str = "", **others: Any) -> Caller:
        content = source if isinstance(source, bytes) else source.encode()
        files = {"q.py": content} if source else {}
        files |= {n: s.encode() for n, s in others.pop("files", {}).items()}
        shared.reload(Load(files, others.pop("functions", Q), **others))
        shared.begin_check()
        return shared

    return loaded


def answer(caller: Caller, *args: Any, **kwargs: Any) -> Any:
    return caller.call("q", args, kwargs)[0]


def error(caller: Caller, *args: Any, function: str = "q") -> CallError:
    with pytest.raises(CallError) as raised:
        caller.call(function, args, {})
    return raised.value


# Answers ------------------------------------------------------------------------------------------


def test_an_answer_comes_back(load):
    q = load("def q(x, factor): return x * factor")

    came = answer(q, np.array([1.0, 2.0]), factor=3.0)

    np.testing.assert_array_equal(came, [3.0, 6.0])


def test_the_same_worker_answers_again(load):
    q = load("calls = []\ndef q(): calls.append(0); return len(calls)")

    assert [answer(q), answer(q)] == [1, 2]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[1, 2]", np.array([1, 2])),
        ("[[1.5], [2]]", np.array([[1.5], [2.0]])),
        ("[True, False]", np.array([True, False])),
        ("[]", np.zeros(0)),
        ("range(3)", np.arange(3)),
        ("np.float64(0.5)", 0.5),
        ("np.float32(0.5)", 0.5),
        ("np.longdouble(0.5)", 0.5),
        ("np.array(0.5, dtype=np.longdouble)", 0.5),
        ("np.int8(3)", 3),
        ("np.bool_(True)", True),
        ("np.array(0.5)", 0.5),
        ("np.arange(3, dtype=np.uint8)", np.arange(3)),
        ("np.ones(2, dtype=np.float16)", np.ones(2)),
        ("np.ones(2, dtype='>f8')", np.ones(2)),
        ("np.ma.masked_array([1.0, 2.0])", np.array([1.0, 2.0])),
        ("np.matrix([[1.0]])", np.array([[1.0]])),
        ("'text'", "text"),
        ("None", None),
    ],
)
def test_whatever_numpy_takes_for_numbers_is_an_answer(load, source, expected):
    q = load(f"import numpy as np\ndef q(): return {source}")

    came = answer(q)

    assert type(came) is type(expected)
    assert np.asarray(came).dtype == np.asarray(expected).dtype
    np.testing.assert_array_equal(came, expected)


def test_several_results_come_back_as_a_tuple(load):
    q = load("import numpy as np\ndef q(): return np.zeros(2), [0, 1]")

    first, second = answer(q)

    np.testing.assert_array_equal(first, [0, 0])
    np.testing.assert_array_equal(second, [0, 1])


def test_a_list_of_arrays_of_different_shapes_is_several_results(load):
    q = load("import numpy as np\ndef q(): return [np.zeros(2), np.ones((2, 2))]")

    came = answer(q)

    assert isinstance(came, tuple) and [part.shape for part in came] == [(2,), (2, 2)]


def test_a_long_tuple_of_numbers_is_an_array(load):
    q = load("def q(): return tuple(range(100))")

    np.testing.assert_array_equal(answer(q), np.arange(100))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{'a': 1}", "a dict"),
        ("{1, 2}", "a set"),
        ("b'1'", "a bytes"),
        ("q", "a function"),
        ("(i for i in range(3))", "an object of type generator"),
        ("object()", "an object of type object"),
        ("np.array([None])", "an array of dtype object"),
        ("['a', 'b']", "an array of dtype str"),
        ("1j", "an array of complex numbers"),
        ("np.array([1j])", "an array of complex numbers"),
        ("2 ** 64", "an integer of more than 64 bits"),
        ("np.zeros((1, 1, 1, 1, 1))", "an array of 5 dimensions"),
        ("np.zeros(5_000_000)", "more than 32 MiB of array data"),
        ("'x' * 100_000", "a header of"),
        ("((((((((((1,),),),),),),),),),)", "nested too deeply"),
        ("[np.zeros(0), None] * 20", "a list of things that are not numbers"),
        ("tuple(tuple(np.zeros((1, 1)) for _ in range(9)) for _ in range(9))", "81 arrays"),
    ],
)
def test_an_answer_of_another_kind_is_unusable_and_named(load, source, said):
    q = load(f"import numpy as np\ndef q(): return {source}")

    came = error(q)

    assert came.reason == "unusable"
    assert said in came.message


@pytest.mark.parametrize(
    "source",
    [
        "q = lambda: 1",
        "import functools\nq = functools.partial(int, 1)",
        "class Q:\n    def __call__(self): return 1\nq = Q()",
        "import functools\n@functools.lru_cache\ndef q(): return 1",
    ],
)
def test_anything_callable_is_a_function(load, source):
    assert answer(load(source)) == 1


# Arguments ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        ("x[0] = 9", [0]),
        ("y.sort()", [1]),
        ("x += 1; z.append(1)", [0, 2]),
        ("z[0] = 9", [2]),
        ("x = x + 1; y = sorted(y); z = z + [1]", []),
        ("x[0] = x[0]", []),
        ("x[1] = float('nan')", []),
    ],
)
def test_arguments_changed_in_place_are_noticed(load, body, changed):
    q = load(f"def q(x, y, z): {body}; return 0")
    args = np.array([1.0, np.nan]), np.array([2, 1])

    came = q.call("q", args, {"z": [1.5, 2.0]})

    assert came == (0, changed)


def test_the_checks_own_arrays_cannot_be_changed(load):
    q = load("def q(x): x[:] = 0; return 0")
    x = np.ones(2)

    answer(q, x)

    np.testing.assert_array_equal(x, [1, 1])


# Exceptions ---------------------------------------------------------------------------------------


def test_an_exception_is_told_with_file_line_and_source(load):
    q = load("def q():\n    x = []\n    return x[3]  # here\n")

    came = error(q)

    assert came.reason == "exception"
    assert (came.type, came.message) == ("IndexError", "list index out of range")
    assert (came.file, came.line, came.source) == ("q.py", 3, "return x[3]  # here")


def test_an_exception_inside_a_library_is_told_at_the_submissions_own_line(load):
    q = load("import numpy as np\n\n\ndef q():\n    return np.linalg.inv(np.zeros((2, 2)))\n")

    came = error(q)

    assert (came.type, came.file, came.line) == ("LinAlgError", "q.py", 5)


def test_an_exception_in_a_helper_is_told_in_the_helper(load):
    q = load("import h\ndef q(): return h.f()", files={"h.py": "\n\ndef f(): return 1 / 0\n"})

    came = error(q)

    assert (came.file, came.line, came.source) == ("h.py", 3, "def f(): return 1 / 0")


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        ("RuntimeError('x')", "exception"),
        ("KeyboardInterrupt", "exception"),
        ("BaseException", "exception"),
        ("GeneratorExit", "exception"),
        ("MemoryError", "memory"),
        ("SystemExit", "exit"),
        ("NotImplementedError", "not_started"),
    ],
)
def test_any_exception_ends_the_call_and_not_the_worker(load, raised, reason):
    q = load(f"def q(bad):\n    if bad: raise {raised}\n    return 1")

    assert error(q, True).reason == reason
    assert answer(q, False) == 1


def test_endless_recursion_is_an_exception(load):
    came = error(load("def q(): return q()"))

    assert (came.reason, came.type) == ("exception", "RecursionError")


def test_an_exception_that_cannot_be_printed_is_told_by_its_type(load):
    q = load("class E(Exception):\n    def __str__(self): raise self\ndef q(): raise E")

    came = error(q)

    assert (came.type, came.message) == ("E", "")


UNTELLABLE = """
class Name(str):
    __hash__ = None

def q(bad):
    error = SyntaxError("no")
    error.filename, error.lineno = Name("q.py"), object()
    if bad: raise error
    return 1
"""


def test_an_exception_that_cannot_be_looked_at_is_one_and_the_worker_goes_on(load):
    q = load(UNTELLABLE)

    assert error(q, True).reason == "exception"
    assert answer(q, False) == 1


def test_a_long_message_is_cut_and_cannot_steer_a_terminal(load):
    q = load("def q(): raise ValueError('\\x1b[2J\\x07\\ud800\\n' + 'x' * 10_000)")

    came = error(q)

    assert len(came.message) == 600
    assert came.message.startswith("�[2J�?\nxxx")


def test_a_stub_is_not_started(load):
    came = error(load('def q(): raise NotImplementedError("q: not written yet")'))

    assert (came.reason, came.file) == ("not_started", "q.py")


def test_a_stub_that_is_called_by_another_file_is_told_by_its_own_name(load):
    other = "def r(): raise NotImplementedError"
    q = load("import r\ndef q(): return r.r()", files={"r.py": other})

    came = error(q)

    assert (came.reason, came.file) == ("not_started", "r.py")


def test_reading_from_the_keyboard_fails_instead_of_waiting(load):
    assert error(load("def q(): return input('?')")).type == "EOFError"


# Loading ------------------------------------------------------------------------------------------


def test_a_missing_file_is_missing(load):
    came = error(load(files={"other.py": ""}))

    assert (came.reason, came.file) == ("missing", "q.py")


def test_no_process_is_started_for_a_missing_file(caller, monkeypatch):
    q = caller(files={"other.py": ""})
    monkeypatch.delattr(SubprocessHost, "start")

    assert error(q).reason == "missing"


def test_a_folder_of_the_name_is_not_a_missing_file(load):
    assert answer(load(files={"q/__init__.py": "def q(): return 1"})) == 1
    assert error(load(files={"q/other.py": ""})).reason == "no_function"


@pytest.mark.parametrize("source", ["def other(): pass", "q = 3", "q = None"])
def test_a_missing_function_is_missing(load, source):
    came = error(load(source))

    assert (came.reason, came.file) == ("no_function", "q.py")


def test_a_module_that_answers_for_every_name_does_no_harm(load):
    q = load("def __getattr__(name): raise OSError(name)")

    assert error(q).reason == "import"


def test_a_syntax_error_is_told_with_line_and_source(load):
    came = error(load("import os\n\ndef q(:\n    return 1\n"))

    assert (came.reason, came.type) == ("import", "SyntaxError")
    assert (came.file, came.line, came.source) == ("q.py", 3, "def q(:")


def test_a_syntax_error_in_a_helper_is_told_there(load):
    came = error(load("import h\ndef q(): return 1", files={"h.py": "x = (\n"}))

    assert (came.reason, came.file, came.line) == ("import", "h.py", 1)


def test_an_exception_while_loading_is_told_with_its_line(load):
    came = error(load("import numpy\nnumpy.nothing\ndef q(): return 1"))

    assert (came.reason, came.type, came.file, came.line) == ("import", "AttributeError", "q.py", 2)


def test_a_missing_library_is_no_missing_file(load):
    came = error(load("import no_such_library\ndef q(): return 1"))

    assert (came.reason, came.type) == ("import", "ModuleNotFoundError")
    assert "no_such_library" in came.message


def test_not_implemented_while_loading_is_an_error_and_not_a_stub(load):
    assert error(load("raise NotImplementedError")).reason == "import"


def test_a_file_that_could_not_be_loaded_fails_at_each_call_alike(load):
    q = load("1 / 0")

    assert [error(q).type, error(q).type] == ["ZeroDivisionError"] * 2


@pytest.mark.parametrize("content", [b"\x00", b"\xff\xfe\x00", "é = 'é'".encode("latin-1")])
def test_bytes_that_are_no_python_cannot_be_loaded(load, content):
    assert error(load(b"x = 1\n" + content)).reason == "import"


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + b"def q():\n    return '\xc3\xa9'\n",
        b"def q():\r\n    x = 1\r\n    return '\xc3\xa9'\r\n",
        b"def q():\r    return '\xc3\xa9'\r",
        b"# -*- coding: latin-1 -*-\ndef q(): return '\xe9'\n",
        b"def q():\n\treturn '\xc3\xa9'",
    ],
    ids=["byte-order mark", "CRLF", "CR", "coding cookie", "no last newline"],
)
def test_every_way_to_save_a_file_is_read(load, content):
    assert answer(load(content)) == "é"


def test_helper_modules_and_packages_are_found(load):
    files = {
        "helper.py": "from pack.inner import two\none = 1",
        "pack/__init__.py": "from . import inner",
        "pack/inner.py": "from .deeper.three import three\ntwo = 2",
        "pack/deeper/__init__.py": "",
        "pack/deeper/three.py": "import helper\nthree = 3",
    }
    q = load("import helper, pack\ndef q(): return helper.two + pack.inner.three", files=files)

    assert answer(q) == 5


def test_files_may_have_long_names(load):
    files = {f"{'長' * 75}{i}/{'名' * 75}.py": "" for i in range(150)}
    files["\udcff.py"] = "ANSWER = 42"

    q = load("def q(): return __import__('\\udcff').ANSWER", files=files)

    assert answer(q) == 42


def test_files_may_lie_deep_in_folders(load):
    files = {f"{i}/" + "a/" * 10_000 + "a.py": "" for i in range(20)}
    began = time.monotonic()

    q = load(
        "import b.c.d\ndef q(): return b.c.d.ANSWER", files={**files, "b/c/d.py": "ANSWER = 42"}
    )

    assert answer(q) == 42
    assert time.monotonic() - began < 10


def test_a_folder_without_init_is_a_package_too(load):
    q = load("from pack.deep import h\ndef q(): return h.x", files={"pack/deep/h.py": "x = 7"})

    assert answer(q) == 7


@pytest.mark.parametrize("name", ["numpy", "json", "random", "sitecustomize", "os", "types"])
def test_a_file_named_like_a_library_shadows_nothing(load, name):
    source = f"import {name}\ndef q(): return hasattr({name}, 'shadow')"
    if name == "sitecustomize":
        source = "def q(): return False"
    q = load(source, files={f"{name}.py": "shadow = 1; raise SystemExit"})

    assert answer(q) is False


def test_files_in_the_working_folder_shadow_nothing(caller, tmp_path):
    for name in ("numpy", "json", "random", "sitecustomize", "usercustomize", "q"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(3)")

    q = caller("import json, random, numpy\ndef q(): return numpy.ones(2)")

    np.testing.assert_array_equal(answer(q), [1, 1])


def test_the_machinery_cannot_be_imported_by_the_name_that_students_know(load):
    assert error(load("import checker\ndef q(): return 1")).type == "ModuleNotFoundError"


def test_files_are_opened_in_the_working_folder(load):
    assert answer(load("def q(): return open('data.txt').read()")) == "from the working folder"


@pytest.mark.parametrize(
    "line",
    [
        "import xml.dom",
        "import xml.dom.minidom",
        "from xml import dom",
        "from xml.dom import minidom",
        "import importlib; importlib.import_module('xml.dom')",
    ],
)
def test_an_unavailable_module_cannot_be_imported(load, line):
    q = load(f"\n{line}\ndef q(): return 1", unavailable=("xml.dom",))

    came = error(q)

    assert (came.reason, came.type, came.line) == ("import", "ImportError", 2)
    assert came.message == "xml.dom may not be used in this assignment"


def test_what_is_beside_an_unavailable_module_can_be_imported(load):
    q = load("import xml.sax\ndef q(): return 1", unavailable=("xml.dom", "xml.sa"))

    assert answer(q) == 1


# Printing -----------------------------------------------------------------------------------------


def test_what_is_printed_is_kept_for_the_check(load):
    q = load("import sys\ndef q(): print('öne'); print('two', file=sys.stderr); return 1")

    answer(q)

    assert q.output() == "öne\ntwo\n"


def test_each_check_has_its_own_printed_text(load):
    q = load("def q(x): print(x); return 1")
    answer(q, "first")
    q.output()

    q.begin_check()
    answer(q, "second")

    assert q.output() == "second\n"


def test_printed_text_that_nobody_asked_for_is_not_given_to_the_next_check(load):
    q = load("def q(x): print(x); return 1")
    answer(q, "first")

    q.begin_check()
    answer(q, "second")

    assert q.output() == "second\n"


def test_printing_without_end_is_stopped(load):
    q = load("def q():\n    while True: print('x' * 1000)")

    assert error(q).reason == "output"
    assert len(q.output()) < 25_000


def test_each_call_may_print_as_much_as_the_first(caller):
    q = caller("def q(): print('x' * 1000); return 1", output_kib=1)

    assert [answer(q) for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize(
    "source",
    [
        "import sys\ndef q(): sys.stdout.close(); return 1",
        "import sys\ndef q(): sys.stdout = None; return 1",
        "import sys\ndef q(): sys.stdout = sys.stderr = 3; return 1",
        "import os\ndef q(): os.closerange(1, 3); return 1",
    ],
)
def test_an_answer_comes_back_whatever_was_done_to_standard_output(caller, source):
    q = caller(source)

    assert [answer(q), answer(q)] == [1, 1]


# Losing the worker --------------------------------------------------------------------------------


def test_an_endless_loop_is_stopped_and_the_next_call_answered_by_a_new_worker(caller):
    q = caller("def q(n):\n    while n: pass\n    return 1")

    q.begin_check(SHORT)
    assert error(q, 1).reason == "time"
    q.begin_check()
    assert answer(q, 0) == 1


def test_an_endless_loop_while_loading_is_stopped(caller):
    assert error(caller("while True: pass", check_seconds=SHORT)).reason == "time"


def test_a_check_has_its_time_once_for_all_its_calls(caller):
    q = caller("def q(n):\n    while n: pass\n    return 1", check_seconds=SHORT)
    error(q, 1)

    assert error(q, 0).reason == "time"


def test_the_checks_of_a_question_share_its_time(caller):
    q = caller("def q(n):\n    while n: pass\n    return 1", question_seconds=SHORT)
    error(q, 1)

    with pytest.raises(CallError) as raised:
        q.begin_check()

    assert raised.value.reason == "no_time_left"


def test_what_was_printed_before_a_worker_was_lost_is_kept(caller):
    q = caller("def q():\n    print('so far')\n    while True: pass", check_seconds=1.5)
    error(q)

    assert q.output() == "so far\n"


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("os._exit(0)", "exit"),
        ("os._exit(1)", "exit"),
        ("os.abort()", "crash"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "crash"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "killed"),
        ("os.kill(os.getpid(), signal.SIGXCPU)", "time"),
    ],
)
@posix
def test_a_process_that_ends_is_told_by_how_it_ended(caller, how, reason):
    q = caller(
        f"""
import os, signal

def q(end):
    if end:
        {how}
    return 1
"""
    )

    assert error(q, True).reason == reason
    q.begin_check()
    assert answer(q, False) == 1


def test_leaving_python_while_loading_is_told_with_its_line(load):
    came = error(load("import sys\n\nsys.exit(0)\n"))

    assert (came.reason, came.line) == ("exit", 3)


def test_leaving_python_in_a_call_is_told_with_its_line(load):
    came = error(load("def q():\n    exit(0)\n"))

    assert (came.reason, came.line) == ("exit", 2)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_asking_for_too_much_memory_is_told_with_its_line(load):
    q = load("import numpy as np\n\n\ndef q(n):\n    return np.ones(n)\n")

    came = error(q, 10**12)

    assert (came.reason, came.line) == ("memory", 5)
    np.testing.assert_array_equal(answer(q, 2), [1, 1])


ALL_MEMORY = """
kept = []

def q(all):
    size = 1 << 24
    while all:
        try:
            kept.append(bytearray(size))
        except MemoryError:
            size //= 2
            if size < 16:
                kept.append([kept] * 10**9)
    return len(kept)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_memory_that_is_all_in_use_is_told_and_the_next_call_has_a_new_worker(caller):
    q = caller(ALL_MEMORY, memory_mib=1024)

    assert [error(q, True).reason for _ in range(2)] == ["memory", "memory"]
    assert answer(q, False) == 0


@posix
@pytest.mark.parametrize(
    "data", ["b'garbage garbage'", "b'AGF1' + bytes(4)", "b'AGF1\\2\\0\\0\\0{}'"]
)
def test_a_forged_reply_is_not_an_answer(caller, data):
    q = caller(
        f"""
import os

def q(forge):
    for fd in range(3, 20) if forge else ():
        try:
            os.write(fd, {data})
        except OSError:
            pass
    return 1
"""
    )

    assert error(q, True).reason == "malformed"
    q.begin_check()
    assert answer(q, False) == 1


def test_a_thread_that_goes_on_does_not_keep_the_answer_back(caller):
    loop = "import threading\ndef loop():\n    while True: pass\n"

    q = caller(f"{loop}def q(): threading.Thread(target=loop).start(); return 1")

    assert answer(q) == 1


# Answers from the grader --------------------------------------------------------------------------

TWO = {"q": "q", "r": "r", "s": "r"}


def test_answered_functions_are_asked_of_the_grader(caller):
    asked = []

    def answerer(function, args, kwargs, seconds):
        asked.append((function, args, kwargs))
        assert 0 < seconds <= 60
        return np.array([1.0, 2.0])

    q = caller(
        "import numpy as np\nfrom r import r\ndef q(x): return r([x], k=np.float64(3)) * 2",
        files={"r.py": "def r(x, k): return 1 / 0"},
        functions=TWO,
        answered=frozenset({"r", "s"}),
        answerer=answerer,
    )

    np.testing.assert_array_equal(answer(q, 5), [2, 4])
    ((function, args, kwargs),) = asked
    assert function == "r" and kwargs == {"k": 3.0}
    np.testing.assert_array_equal(args[0], [5])


def test_a_module_that_is_answered_need_not_be_there(caller):
    q = caller(
        "import r\ndef q(): return r.r() + r.s()",
        functions=TWO,
        answered=frozenset({"r", "s"}),
        answerer=lambda function, args, kwargs, seconds: {"r": 1, "s": 10}[function],
    )

    assert answer(q) == 11


def answering_r(caller: Callable[..., Caller], source: str, own: str) -> Caller:
    return caller(
        source,
        files={"r.py": own},
        functions=TWO,
        answered=frozenset({"r"}),
        answerer=lambda *_: 7,
    )


def test_what_else_a_module_holds_is_still_the_submissions_own(caller):
    own = "LIMIT = 3\ndef helper(): return 10 * LIMIT\ndef r(): return 0\n"

    q = answering_r(caller, "from r import LIMIT, helper, r\ndef q(): return r() + helper()", own)

    assert answer(q) == 37


def test_a_module_that_cannot_be_loaded_does_no_harm_where_nothing_else_of_it_is_used(caller):
    assert answer(answering_r(caller, "import r\ndef q(): return r.r()", "def r(:\n")) == 7


def test_a_name_that_is_nowhere_is_told_in_the_line_that_asks_for_it(caller):
    q = answering_r(caller, "\nfrom r import nothing\ndef q(): return 1", "def r(): return 0\n")

    came = error(q)

    assert (came.reason, came.type, came.file, came.line) == ("import", "ImportError", "q.py", 2)


def test_a_call_of_an_answered_function_never_reaches_the_worker(caller):
    q = caller(
        functions=TWO,
        answered=frozenset({"r"}),
        answerer=lambda function, args, kwargs, seconds: (function, args),
    )

    assert q.call("r", (1,), {}) == (("r", (1,)), [])


def test_what_the_grader_refuses_is_an_exception_in_the_submission(caller):
    def refuse(*_):
        raise CallError("exception", type="ValueError", message="x must have two axes")

    q = caller(
        "import r\n\n\ndef q():\n    return r.r(1)\n",
        functions=TWO,
        answered=frozenset({"r"}),
        answerer=refuse,
    )

    came = error(q)

    assert (came.reason, came.type, came.line) == ("exception", "RuntimeError", 5)
    assert came.message == "the correct r does not take these arguments: x must have two axes"


def test_arguments_that_cannot_be_sent_to_the_grader_are_an_exception(caller):
    q = caller(
        "import r\ndef q(): return r.r(object())",
        functions=TWO,
        answered=frozenset({"r"}),
        answerer=lambda *_: 1,
    )

    assert error(q).reason == "unusable"


def test_time_is_counted_while_the_grader_answers(caller):
    q = caller(
        "import r\ndef q():\n    while True: r.r()",
        functions=TWO,
        answered=frozenset({"r"}),
        answerer=lambda *_: 1,
        check_seconds=SHORT,
    )

    assert error(q).reason == "time"


ALL_AT_ONCE = """
import os, sys, time
frames = next(m for name, m in list(sys.modules.items()) if name.endswith("checker.frames"))

def q(seconds):
    time.sleep(seconds)
    question = frames.encode("ask", function="r", args=(), kwargs={})
    for fd in range(3, 20):
        try:
            os.write(fd, 50 * question)
        except OSError:
            pass
    time.sleep(60)
"""


@posix
def test_questions_that_came_together_are_not_answered_when_it_is_too_late(caller):
    asked = []

    def answerer(*call):
        asked.append(call)
        time.sleep(SHORT)

    q = caller(
        ALL_AT_ONCE,
        functions=TWO,
        answered=frozenset({"r"}),
        answerer=answerer,
        check_seconds=2 * SHORT,
    )

    assert error(q, SHORT / 2).reason == "time"
    assert len(asked) <= 2


LONG = """
import os, sys
frames = next(m for name, m in list(sys.modules.items()) if name.endswith("checker.frames"))
dumps = frames.json.dumps

def q():
    import r
    frames.json = type(sys)("json")
    frames.json.loads = __import__("json").loads
    frames.json.dumps = lambda value, **_: Text(dumps(value, ensure_ascii=False))
    return r.r("é" * 30_000)

class Text(str):
    def encode(self, *_):
        return str.encode(self)
"""


def test_arguments_that_become_too_long_for_the_grader_are_an_exception(caller):
    def answerer(function, args, kwargs, seconds):
        frames.encode("call", function=function, args=args, kwargs=kwargs)

    q = caller(
        LONG,
        functions=TWO,
        answered=frozenset({"r"}),
        answerer=answerer,
    )

    came = error(q)

    assert came.reason == "exception"
    assert "a header of 180" in came.message


FORGER = """
import os, sys
frames = next(m for name, m in list(sys.modules.items()) if name.endswith("checker.frames"))

def q(number, forge=True):
    for fd in range(3, 20) if forge else ():
        try:
            os.write(fd, frames.encode({forged}))
        except OSError:
            pass
    return number
"""


@posix
@pytest.mark.parametrize(
    "forged",
    [
        "'ask', function='q', args=(), kwargs={}",
        "'ask', function=[], args=(), kwargs={}",
        "'ask', function='r', args=[], kwargs={}",
        "'ask', function='r', args=(), kwargs=[]",
        "'ask', function='r'",
        "'ask'",
        "'raised', reason='no_time_left'",
        "'raised', reason='grader'",
        "'raised', reason=[]",
        "'raised', reason='exception', line='1'",
        "'raised', reason='exception', message=1",
        "'raised'",
        "'returned', value=1",
        "'returned', value=1, changed=[0.5]",
        "'returned', value=1, changed=0",
        "'returned', value=1, changed=[], passed=True",
        "'answer', value=1",
        "'loaded'",
    ],
)
def test_a_forged_message_is_refused(caller, forged):
    q = caller(
        FORGER.replace("{forged}", forged),
        functions=TWO,
        answered=frozenset({"r"}),
        answerer=lambda *_: 1,
    )

    assert error(q, 1).reason == "malformed"


@posix
def test_after_a_forged_message_the_next_call_is_answered_by_a_new_worker(caller):
    q = caller(FORGER.replace("{forged}", "'raised', reason='grader'"))
    error(q, 1)

    q.begin_check()

    assert answer(q, 2, forge=False) == 2


@posix
def test_a_place_that_is_not_in_the_submission_is_not_told(caller):
    forged = "'raised', reason='exception', file='/etc/passwd', line=1, source='root'"
    q = caller(FORGER.replace("{forged}", forged))

    came = error(q, 1)

    assert (came.reason, came.file, came.line, came.source) == ("exception", "", 0, "")
