"""Recorded answers: the key of a call, and the file that calls are kept in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.checker.recordings import (
    RAISED,
    Misconception,
    NotRecordedError,
    Recording,
    Recordings,
    call_key,
    dump,
    load,
    load_canonical,
)
from autograder.checker.signature import Signature

F = Signature.parse("f(x[N], factor=2.0, start=None) -> y[N] float")
G = Signature.parse("g(x[N], factor=2.0, start=None) -> y[N] float")


def key(*args: Any, **kwargs: Any) -> str:
    return call_key(F, args, kwargs)


# Keys ---------------------------------------------------------------------------------------------


def test_a_list_is_as_good_as_the_array_it_stands_for():
    assert key([[1.0, 2.0]]) == key(np.array([[1.0, 2.0]]))
    assert key([1, 2]) == key(np.array([1, 2])) == key(np.array([1, 2], dtype=np.int32))


def test_memory_order_and_precision_of_storage_do_not_count():
    x = np.arange(6.0).reshape(2, 3)

    assert (
        key(x) == key(np.asfortranarray(x)) == key(x.astype(np.float32)) == key(x[:, ::-1][:, ::-1])
    )


def test_arguments_count_alike_by_position_and_by_name():
    assert key([1.0], 3.0) == key([1.0], factor=3.0) == key(factor=3.0, x=[1.0])


def test_numpy_scalars_are_as_good_as_numbers():
    assert (
        key(0.5, True) == key(np.float64(0.5), np.bool_(True)) == key(np.array(0.5), np.array(True))
    )


@pytest.mark.parametrize("x", [1.0, 0.1, -3.7, 1e300, 1e-300, 0.5, 2.0, 1024.0, -1.0])
@pytest.mark.parametrize("towards", [-np.inf, np.inf])
def test_a_last_bit_does_not_count(x, towards):
    assert key([x]) == key([np.nextafter(x, towards)])


def test_the_sign_of_zero_does_not_count():
    assert key([0.0]) == key([-0.0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1.0], [1.0 + 1e-9]),
        ([1.0], [-1.0]),
        ([1.0], [2.0]),
        ([1.0], [1]),
        ([1], [True]),
        ([1.0, 2.0], [2.0, 1.0]),
        ([1.0, 2.0], [[1.0, 2.0]]),
        ([[1.0, 2.0]], [[1.0], [2.0]]),
        (np.zeros((0, 2)), np.zeros((0, 3))),
        ([1.0], 1.0),
        ([np.nan], [np.inf]),
        ([np.inf], [-np.inf]),
        ([np.nan], [0.0]),
        ([np.nan], [2.0]),
        ([np.nan, 0.0], [0.0, np.nan]),
        ([np.inf, -np.inf], [-np.inf, np.inf]),
        ([1.0, np.nan, 2.0], [1.0, 2.0, np.nan]),
        (None, 0.0),
        (None, "None"),
        ("1", 1),
        ((1.0, 2.0), ((1.0, 2.0),)),
        (([1.0], [2.0]), ([2.0], [1.0])),
        (((1.0,), 2.0), (1.0, (2.0,))),
    ],
)
def test_different_arguments_have_different_keys(one, other):
    assert key(one) != key(other)


def test_different_functions_and_different_arguments_names_have_different_keys():
    assert call_key(F, ([1.0],), {}) != call_key(G, ([1.0],), {})
    assert key([1.0], factor=1.0) != key([1.0], start=1.0)
    assert key([1.0]) != key([1.0], 2.0)


def test_computing_a_key_leaves_the_arguments_alone():
    x = np.array([1.0, np.nan])
    x.flags.writeable = False

    key(x)

    np.testing.assert_array_equal(x, [1.0, np.nan])


floats = hnp.arrays(
    np.float64,
    hnp.array_shapes(max_dims=2, max_side=3),
    elements=st.floats(-1e300, 1e300, allow_subnormal=False)
    | st.sampled_from([np.nan, np.inf, -np.inf]),
)


@settings(deadline=None, max_examples=200)
@given(floats, floats)
def test_keys_are_equal_just_where_the_arguments_are(one, other):
    close = one.shape == other.shape and np.allclose(one, other, rtol=1e-9, atol=0, equal_nan=True)

    assert close or key(one) != key(other)
    assert key(one) == key(one.tolist())


# Files --------------------------------------------------------------------------------------------

CALLS = {
    "b": Recording(
        "f", np.array([[1.0, 2.5]]), {"second": RAISED, "first": np.array([[0.1, 1e-300]])}
    ),
    "a": Recording("g", (np.array([1, 2]), 0.1 + 0.2, True), {"first": None}),
    "c": Recording("h", np.array([True, False]), {"first": (np.zeros((0, 2)), float("nan"))}),
}
KNOWN = (
    Misconception("first", "Größe.", frozenset({"y", "x"})),
    Misconception("second", "", frozenset()),
)


def test_what_is_written_is_read_again_to_the_last_bit(tmp_path):
    path = tmp_path / "f.json"
    path.write_text(dump(Recordings(CALLS, KNOWN)), "utf-8")

    came = load(path)

    assert came.misconceptions == KNOWN
    assert came.calls.keys() == CALLS.keys()
    first = came.calls["b"]
    assert (first.function, first.answer.tobytes()) == ("f", CALLS["b"].answer.tobytes())
    assert first.wrong["second"] == RAISED and first.wrong["first"][0, 1] == 1e-300
    integers, number, truth = came.calls["a"].answer
    assert integers.dtype == np.int64 and number == 0.1 + 0.2 and truth is True
    assert came.calls["a"].wrong == {"first": None}
    assert came.calls["c"].answer.dtype == np.bool_
    empty, nan = came.calls["c"].wrong["first"]
    assert empty.shape == (0, 2) and np.isnan(nan)


def test_the_file_is_the_same_whatever_the_order_of_calls():
    backwards = {
        name: Recording(c.function, c.answer, dict(reversed(c.wrong.items())))
        for name, c in reversed(CALLS.items())
    }

    assert dump(Recordings(CALLS, KNOWN)) == dump(Recordings(backwards, KNOWN))


def test_the_file_has_a_line_for_each_call_so_that_a_difference_can_be_read():
    lines = dump(Recordings(CALLS)).splitlines()

    assert [line[:6] for line in lines if '"function"' in line] == ['  "a":', '  "b":', '  "c":']


def test_recordings_of_nothing_are_a_file_too(tmp_path):
    path = tmp_path / "f.json"
    path.write_text(dump(Recordings()), "utf-8")

    assert load(path) == Recordings()


def test_a_missing_file_is_told_with_what_to_do(tmp_path):
    with pytest.raises(NotRecordedError, match=r"f\.json is missing.*unpack.*autograder build"):
        load(tmp_path / "f.json")


GOOD = json.loads(dump(Recordings({"a": Recording("f", np.zeros(2))}, KNOWN)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b"3",
        dump(Recordings(CALLS)).encode()[:-20],
        json.dumps(GOOD | {"calls": []}).encode(),
        json.dumps(GOOD | {"calls": {"a": 3}}).encode(),
        json.dumps(GOOD | {"calls": {"a": {"function": "f"}}}).encode(),
        json.dumps(GOOD | {"misconceptions": {"m": {}}}).encode(),
        json.dumps(GOOD).replace('"shape": [2]', '"shape": [3]').encode(),
        json.dumps(GOOD).replace('"kind": "f"', '"kind": "O"').encode(),
    ],
)
def test_a_damaged_file_is_told_with_what_to_do(tmp_path, content):
    path = tmp_path / "f.json"
    path.write_bytes(content)

    with pytest.raises(NotRecordedError, match=r"f\.json is damaged.*unpack.*autograder build"):
        load(path)


# Canonical forms ----------------------------------------------------------------------------------


def test_without_a_file_of_canonical_forms_there_are_none(tmp_path):
    assert load_canonical(tmp_path) == {}


def test_the_content_says_when_two_answers_are_the_same(tmp_path: Path):
    (tmp_path / "canonical.py").write_text("def f(answer): return sorted(answer)\n_hidden = 1\n")

    canonical = load_canonical(tmp_path)

    assert list(canonical) == ["f"]
    assert canonical["f"]([2, 1]) == [1, 2]
