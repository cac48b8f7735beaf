"""Bytes that nobody foresaw, at every place where bytes come in: only the declared errors come out.

In the test suite each place is tried for a few seconds; `make fuzz` takes ten minutes in all.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from autograder.checker import frames
from autograder.checker.calls import Caller, CallError
from autograder.checker.contract import Limits
from autograder.checker.host import Load
from autograder.checker.isolation import Isolation
from autograder.checker.signature import BadAnswerError, Signature
from autograder.checker.transport import ClosedError
from autograder.errors import ConfigurationError, IntakeError
from autograder.grading_file import parse
from autograder.intake import find_submissions, read_submission
from autograder.layout import Layout

SECONDS = float(os.environ.get("FUZZ_SECONDS", "4"))
BATCH = 100
MODULES = ["scale", "summed"]


def fuzz(target: Callable[[Any], None], inputs: st.SearchStrategy[Any]) -> int:
    """Try inputs until the time is over; return how many were tried."""
    tried = 0
    ends = time.monotonic() + SECONDS

    def one(value: Any) -> None:
        nonlocal tried
        tried += 1
        target(value)

    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    options = settings(
        max_examples=BATCH, deadline=None, database=None, suppress_health_check=checks
    )
    for number in itertools.count():
        seed(number)(options(given(inputs)(one)))()
        if time.monotonic() >= ends:
            return tried
    raise AssertionError


pieces = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [
            *(b"", b"\0", b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"-1", b"1e999", b"NaN"),
            *(b"[" * 40, b'{"tuple":', b'{"array":99}', b"null", b'"', b"{", b"}", b"\\", b"../"),
            *(b": ", b"- ", b"&a [*a]", b"!!python/name:os.system ", b"\t", b"\n", b"<<: *a\n"),
        ]
    ),
)
edits = st.lists(st.tuples(st.integers(0, 2**32), st.integers(0, 40), pieces), max_size=8)


def edited(original: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    """Return the bytes with some of them replaced, left out or put in."""
    for place, length, piece in changes:
        start = place % (len(original) + 1)
        original = original[:start] + piece + original[start + length :]
    return original


def variations(*originals: bytes) -> st.SearchStrategy[bytes]:
    return st.builds(edited, st.sampled_from(originals), edits) | st.binary(max_size=200)


# What a worker sends ------------------------------------------------------------------------------

FRAMES = (
    frames.encode("returned", value=np.arange(6.0).reshape(2, 3), changed=[0]),
    frames.encode("returned", value=(1.5, [True, None, "text"], np.zeros((0, 4))), changed=[]),
    frames.encode("returned", value=np.array([[1, 2], [3, 4]]).T, changed=[1, 2]),
    frames.encode(
        *("raised",), reason="exception", type="E", message="m", file="q.py", line=1, source="x"
    ),
    frames.encode("ask", function="g", args=(np.arange(3.0),), kwargs={"k": 2}),
)
SIGNATURE = Signature.parse("q(x[N]) -> y[N] float, z[N,2] float, n int")


class FromBytes:
    """A worker that has sent some bytes and is gone."""

    def __init__(self, data: bytes) -> None:
        self.transport = self
        self._data = io.BytesIO(data)

    def send(self, data: bytes, deadline: float) -> None: ...

    def receive(self, size: int, deadline: float) -> bytes:
        assert 0 <= size <= frames.MAX_DATA_BYTES
        data = self._data.read(size)
        if len(data) < size:
            raise ClosedError
        return data

    def end(self, grace: float) -> int:
        return 0

    def output(self) -> str:
        return ""


class OneWorker:
    """A host with one worker to give."""

    isolation = Isolation("limits")

    def __init__(self, data: bytes) -> None:
        self._data = frames.encode("ready") + data

    def start(self) -> Any:
        return FromBytes(self._data)

    def close(self) -> None: ...


def test_whatever_a_worker_sends_is_an_answer_or_none() -> None:
    load = Load({"q.py": b"1\n2\n"}, {"q": "q", "g": "g"}, frozenset({"g"}))

    def target(data: bytes) -> None:
        limits = Limits()
        caller = Caller(OneWorker(data), load, limits, lambda *_: np.zeros(2))
        caller.begin_check()
        refused = None
        try:
            answer, changed = caller.call("q", (np.zeros(3),), {})
        except CallError as error:
            refused = error
        if refused is not None:
            assert refused.file in ("", "q.py", "g.py")
            assert len(refused.message) <= 600
            return
        assert all(type(index) is int for index in changed)
        with contextlib.suppress(BadAnswerError):
            SIGNATURE.checked(answer, {"N": 3})

    assert fuzz(target, variations(*FRAMES)) >= BATCH


# What instructors write ---------------------------------------------------------------------------


def test_whatever_is_in_the_contract_is_read_or_refused_with_its_place(
    real_layout: Layout, built: Any, tmp_path: Path
) -> None:
    path = tmp_path / "grading.yml"

    def target(data: bytes) -> None:
        path.write_bytes(data)
        refused = "grading.yml"
        try:
            parse(path)
        except ConfigurationError as error:
            refused = str(error)
        assert "grading.yml" in refused

    originals = real_layout.contract.read_bytes(), built.layout.contract.read_bytes()

    assert fuzz(target, variations(*originals)) >= BATCH


# What students hand in ----------------------------------------------------------------------------


def zipped() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ada/scale.py", b"def scale(x): return x\n" * 20)
        archive.writestr("ada/summed.py", b"def summed(x): return sum(x)\n")
        archive.writestr("bob/homework/scale.py", b"")
    return data.getvalue()


def tarred(compression: str) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=f"w:{compression}") as archive:  # type: ignore[call-overload]
        for name in ("ada/scale.py", "bob/summed.py"):
            member = tarfile.TarInfo(name)
            member.size = 30
            archive.addfile(member, io.BytesIO(b"def scale(x):\n    return 2*x\n\n"))
    return data.getvalue()


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_whatever_is_handed_in_is_read_or_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"all{suffix}"
    original = {".zip": zipped(), ".tar": tarred(""), ".tar.gz": tarred("gz")}[suffix]

    def target(data: bytes) -> None:
        path.write_bytes(data)
        with contextlib.suppress(IntakeError):
            for source in find_submissions(path, MODULES):
                submission = read_submission(source, MODULES)
                assert all(isinstance(content, bytes) for content in submission.files.values())
                assert not any(name.startswith(("/", "..")) for name in submission.files)
                assert source.name == source.name.strip(" .") and "/" not in source.name

    assert fuzz(target, variations(original)) >= BATCH
