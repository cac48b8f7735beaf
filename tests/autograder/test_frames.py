"""What crosses between grader and worker, and what becomes of bytes that were forged."""

from __future__ import annotations

import contextlib
import io
import json
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.checker import frames
from autograder.checker.frames import FrameError, encode, read

ARRAY = {"array": 0}


def reader(data: bytes) -> Callable[[int], bytes]:
    stream = io.BytesIO(data)

    def read_exactly(size: int) -> bytes:
        chunk = stream.read(size)
        if len(chunk) < size:
            raise EOFError
        return chunk

    return read_exactly


def decode(data: bytes) -> tuple[str, dict[str, Any]]:
    return read(reader(data))


def round_trip(value: Any) -> Any:
    kind, fields = decode(encode("kind", value=value))
    assert kind == "kind" and list(fields) == ["value"]
    return fields["value"]


def forged(*, fields: Any = None, arrays: Any = (), data: bytes = b"", **others: Any) -> bytes:
    header: Any = {"kind": "k", "fields": {} if fields is None else fields, "arrays": arrays}
    text = json.dumps({**header, **others}).encode()
    return struct.pack("<4sI", frames.MAGIC, len(text)) + text + data


def same(value: Any, other: Any) -> bool:
    """Compare two trees in type and value; NaN is NaN, and 0.0 is not -0.0."""
    if type(value) is not type(other):
        return False
    if isinstance(value, np.ndarray):
        alike = (value.dtype, value.shape) == (other.dtype, other.shape)
        return alike and value.tobytes("A") == other.tobytes("A")
    if isinstance(value, dict):
        return list(value) == list(other) and all(same(value[key], other[key]) for key in value)
    if isinstance(value, list | tuple):
        return len(value) == len(other) and all(map(same, value, other))
    return repr(value) == repr(other)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -(2**63),
        2**63 - 1,
        0.1,
        -0.0,
        float("nan"),
        float("inf"),
        -float("inf"),
        "",
        "naïve \ud800 \x00 文",
        [],
        (),
        {},
        [1, [2.0, (None, "x")]],
        ((1,), [2], {"a": (3,)}),
        {"array": 0, "tuple": [], "dict": {}},
    ],
    ids=repr,
)
def test_plain_values_come_back_as_they_were(value):
    assert same(round_trip(value), value)


@pytest.mark.parametrize("dtype", sorted(frames.DTYPES))
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3), (1, 2, 3, 4)])
def test_arrays_come_back_with_type_shape_and_values(dtype, shape):
    array = (np.arange(np.prod(shape, dtype=int)) % 2).reshape(shape).astype(dtype)

    assert same(round_trip(array), array)


def test_fortran_order_is_kept():
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))

    came = round_trip(array)

    assert came.flags.f_contiguous and not came.flags.c_contiguous
    assert same(came, array)


def test_a_view_that_skips_elements_is_sent_whole():
    array = np.arange(24.0).reshape(4, 6)[::-2, 1::3]

    np.testing.assert_array_equal(round_trip(array), array)


def test_values_that_are_no_numbers_survive_in_arrays():
    array = np.array([np.nan, np.inf, -np.inf, -0.0])

    assert same(round_trip(array), array)


def test_arrays_that_came_can_be_written_to():
    came = round_trip(np.zeros(3))

    came += 1

    np.testing.assert_array_equal(came, np.ones(3))


def test_numpy_scalars_become_plain_numbers():
    sent = np.float64(0.5), np.longdouble(0.5), np.int32(3), np.bool_(True)

    assert same(round_trip(sent), (0.5, 0.5, 3, True))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.array([None]), "dtype object"),
        (np.array(["a"]), "dtype <U1"),
        (np.array([1j]), "dtype complex128"),
        (np.zeros(3, dtype=">f8"), "dtype >f8"),
        (np.zeros(2, dtype=[("a", "f8")]), "dtype"),
        (np.zeros((1, 1, 1, 1, 1)), "5 dimensions"),
        (2**63, "64 bits"),
        (-(2**63) - 1, "64 bits"),
        (1j, "complex"),
        (b"bytes", "bytes"),
        ({1: 2}, "dict"),
        ({1}, "set"),
        (object(), "object"),
    ],
)
def test_what_is_not_plain_data_is_refused_before_it_is_sent(value, said):
    with pytest.raises(FrameError, match=said):
        encode("k", value=value)


def test_values_nested_too_deeply_are_refused_before_they_are_sent():
    value: Any = 1
    for _ in range(frames.MAX_DEPTH + 1):
        value = (value,)

    with pytest.raises(FrameError, match="nested"):
        encode("k", value=value)


def test_values_nested_as_deeply_as_is_allowed_come_back():
    value: Any = 1
    for _ in range(frames.MAX_DEPTH):
        value = [value]

    assert round_trip(value) == value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("x" * frames.MAX_HEADER_BYTES, "header"),
        ([np.zeros(0)] * (frames.MAX_ARRAYS + 1), "65 arrays"),
        ([np.zeros(frames.MAX_DATA_BYTES // 16)] * 3, "32 MiB"),
    ],
    ids=["header", "arrays", "data"],
)
def test_what_is_too_large_is_refused_before_it_is_sent(value, said):
    with pytest.raises(FrameError, match=said):
        encode("k", value=value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PICK" + bytes(4), "not a frame"),
        (struct.pack("<4sI", frames.MAGIC, frames.MAX_HEADER_BYTES + 1), "not a frame"),
        (struct.pack("<4sI", frames.MAGIC, 2**32 - 1), "not a frame"),
        (struct.pack("<4sI", frames.MAGIC, 3) + b"{]}", "JSON"),
        (struct.pack("<4sI", frames.MAGIC, 2) + b"\xff\xff", "JSON"),
        (struct.pack("<4sI", frames.MAGIC, 60_000) + b"[" * 60_000, "JSON"),
        (struct.pack("<4sI", frames.MAGIC, 60_000) + b"9" * 60_000, "JSON"),
        (struct.pack("<4sI", frames.MAGIC, 2) + b"[]", "fields"),
        (forged(more=1), "fields"),
        (forged(kind=1), "types"),
        (forged(fields=[]), "types"),
        (forged(arrays={}), "types"),
    ],
)
def test_a_forged_beginning_is_refused(data, said):
    with pytest.raises(FrameError, match=said):
        decode(data)


@pytest.mark.parametrize(
    "array",
    [
        None,
        [],
        ["<f8", [1]],
        ["<f8", [1], "C", 1],
        ["|O", [1], "C"],
        ["O", [1], "C"],
        ["<U4", [1], "C"],
        ["<c16", [1], "C"],
        ["f8", [1], "C"],
        [["<f8"], [1], "C"],
        [{"a": "<f8"}, [1], "C"],
        ["<f8", [1], "A"],
        ["<f8", [1], ["C"]],
        ["<f8", 1, "C"],
        ["<f8", "1", "C"],
        ["<f8", [-1], "C"],
        ["<f8", [True], "C"],
        ["<f8", [1.0], "C"],
        ["<f8", [None], "C"],
        ["<f8", [1, 1, 1, 1, 1], "C"],
        ["<f8", [2**25, 2**25], "C"],
        ["<f8", [2**25] * 4, "C"],
        ["<f8", [0, 2**25, 2**25, 2**25], "C"],
        ["<f8", [2**200], "C"],
        ["<f8", [10**400], "C"],
        ["|u1", [frames.MAX_DATA_BYTES + 1], "C"],
    ],
    ids=lambda array: str(array)[:40],
)
def test_a_forged_array_is_refused_before_its_bytes_are_read(array):
    data = forged(arrays=[array])

    with pytest.raises(FrameError):
        decode(data)


def test_too_many_arrays_are_refused():
    with pytest.raises(FrameError, match="65 arrays"):
        decode(forged(arrays=[["<f8", [0], "C"]] * 65))


def test_arrays_that_are_too_large_only_together_are_refused():
    half = ["|u1", [frames.MAX_DATA_BYTES // 2 + 1], "C"]

    with pytest.raises(FrameError, match="32 MiB"):
        decode(forged(arrays=[half, half]))


@pytest.mark.parametrize(
    "value",
    [
        {"array": 1},
        {"array": -1},
        {"array": True},
        {"array": 0.0},
        {"array": "0"},
        {"tuple": 1},
        {"tuple": {}},
        {"dict": []},
        {"object": "os.system"},
        {},
        {"array": 0, "tuple": []},
        [[{"other": 1}]],
        2**63,
        -(2**63) - 1,
        [10**300],
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_forged_value_is_refused(value):
    data = forged(fields={"value": value}, arrays=[["<f8", [0], "C"]])

    with pytest.raises(FrameError):
        decode(data)


@pytest.mark.parametrize(
    "wrap", [lambda v: [v], lambda v: {"tuple": [v]}, lambda v: {"dict": {"": v}}]
)
def test_forged_nesting_is_refused(wrap):
    value: Any = 1
    for _ in range(frames.MAX_DEPTH + 1):
        value = wrap(value)

    with pytest.raises(FrameError, match="nested"):
        decode(forged(fields={"value": value}))


def test_a_forged_truth_value_is_true_or_false():
    data = forged(fields={"value": ARRAY}, arrays=[["|b1", [3], "C"]], data=b"\x00\x02\xff")

    _, fields = decode(data)

    assert fields["value"].tobytes() == b"\x00\x01\x01"


def test_bytes_that_end_too_soon_are_an_end_of_file():
    data = encode("k", value=np.zeros(4))

    for end in range(len(data)):
        with pytest.raises(EOFError):
            decode(data[:end])


plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(max_size=20),
    hnp.arrays(
        st.sampled_from(sorted(frames.DTYPES)).map(np.dtype),
        hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    ),
)
trees = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=5), inner, max_size=3),
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.text(max_size=8).filter(lambda name: name != "kind"), trees, max_size=3))
def test_whatever_can_be_sent_comes_back(fields):
    try:
        data = encode("k", **fields)
    except FrameError:  # nested deeper than a frame goes
        reject()

    kind, came = decode(data)

    assert kind == "k" and same(came, fields)


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200), st.booleans())
def test_arbitrary_bytes_are_refused_and_nothing_worse(data, like_a_frame):
    if like_a_frame:
        data = struct.pack("<4sI", frames.MAGIC, len(data)) + data

    with pytest.raises((FrameError, EOFError)):
        decode(data)


json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.sampled_from(["C", "F", "|O", "", *frames.DTYPES]),
        st.builds(lambda i: {"array": i}, st.integers(-1, 2)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["array", "tuple", "dict", "x"]), inner, max_size=2),
    ),
    max_leaves=12,
)
array_specs = st.tuples(
    st.sampled_from(sorted(frames.DTYPES)),
    st.lists(st.integers(0, 3) | st.integers(0, 2**30), max_size=5),
    st.sampled_from("CF"),
).map(list)


@settings(deadline=None, max_examples=150)
@given(json_values, st.lists(array_specs | json_values, max_size=3), st.binary(max_size=64))
def test_well_formed_json_that_is_no_frame_is_refused_and_nothing_worse(value, arrays, data):
    with contextlib.suppress(FrameError, EOFError):
        decode(forged(fields={"value": value}, arrays=arrays, data=data))


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_frame_with_changed_bytes_is_refused_or_read_and_nothing_worse(data):
    sent = (1, "x", [None, True], {"a": np.arange(3.0)}, np.zeros((2, 2), order="F"))
    frame = bytearray(encode("returned", value=sent, changed=[0]))
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))

    with contextlib.suppress(FrameError, EOFError):
        decode(bytes(frame))
