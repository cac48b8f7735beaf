"""The wire format between the grader and a worker: data only, of bounded size.

A frame is ``magic · header length · JSON header · raw array buffers``. What crosses is numbers,
strings, arrays of plain dtypes, and lists, tuples and dictionaries of those; never a pickle,
never an object. Every size is checked against the bytes that are really there before anything
is allocated, so that a forged frame is a :class:`FrameError` and nothing else.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from typing import Any, Literal

import numpy as np

MAGIC = b"AGF1"
MAX_HEADER_BYTES = 64 * 1024
MAX_DATA_BYTES = 32 * 1024 * 1024
MAX_ARRAYS = 64
MAX_DIMENSIONS = 4
MAX_DEPTH = 8
DTYPES = frozenset({"|b1", "|u1", "<i4", "<i8", "<f4", "<f8"})

_PREFIX = struct.Struct("<4sI")


class FrameError(ValueError):
    """A frame that cannot be written, or bytes that are not a well-formed frame."""


def encode(kind: str, **fields: Any) -> bytes:
    """Return the bytes of one frame.

    Parameters
    ----------
    kind : str
        What the message is.
    **fields
        Trees of ``None``, ``bool``, ``int``, ``float``, ``str``, ``list``, ``tuple``, ``dict``
        with string keys, and arrays of a dtype in :data:`DTYPES`.

    Raises
    ------
    FrameError
        For any other type, or when a size limit is exceeded; the message names what was sent.
    """
    arrays: list[np.ndarray] = []
    tree = {name: _flatten(value, arrays, 0) for name, value in fields.items()}
    orders: list[Literal["C", "F"]] = [
        "F" if a.ndim > 1 and a.flags.f_contiguous and not a.flags.c_contiguous else "C"
        for a in arrays
    ]
    specs = [[a.dtype.str, list(a.shape), o] for a, o in zip(arrays, orders, strict=True)]
    header = json.dumps(
        {"kind": kind, "fields": tree, "arrays": specs}, separators=(",", ":")
    ).encode("ascii")
    if len(header) > MAX_HEADER_BYTES:
        raise FrameError(f"a header of {len(header)} bytes; {MAX_HEADER_BYTES} are allowed")
    if len(arrays) > MAX_ARRAYS:
        raise FrameError(f"{len(arrays)} arrays in one message; {MAX_ARRAYS} are allowed")
    if sum(array.nbytes for array in arrays) > MAX_DATA_BYTES:
        raise FrameError(f"more than {MAX_DATA_BYTES >> 20} MiB of array data in one message")
    buffers = [array.tobytes(order=order) for array, order in zip(arrays, orders, strict=True)]
    return b"".join([_PREFIX.pack(MAGIC, len(header)), header, *buffers])


def _flatten(value: Any, arrays: list[np.ndarray], depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise FrameError("values that are nested too deeply")
    if value is None or type(value) in (bool, float, str):
        return value
    if type(value) is int:
        return _of_64_bits(value)
    if isinstance(value, np.ndarray):
        if value.dtype.str not in DTYPES:
            raise FrameError(f"an array of dtype {value.dtype}")
        if value.ndim > MAX_DIMENSIONS:
            raise FrameError(f"an array of {value.ndim} dimensions")
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if isinstance(value, np.generic):
        if isinstance(value, np.longdouble):  # whose item is one again
            return float(value)
        return _flatten(value.item(), arrays, depth)
    if isinstance(value, list):
        return [_flatten(item, arrays, depth + 1) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [_flatten(item, arrays, depth + 1) for item in value]}
    if isinstance(value, dict) and all(type(key) is str for key in value):
        return {"dict": {key: _flatten(item, arrays, depth + 1) for key, item in value.items()}}
    raise FrameError(f"a value of type {type(value).__name__}")


def _of_64_bits(value: int) -> int:
    if not -(2**63) <= value < 2**63:
        raise FrameError("an integer of more than 64 bits")
    return value


def read(read_exactly: Callable[[int], bytes]) -> tuple[str, dict[str, Any]]:
    """Read one frame and return its kind and fields.

    Parameters
    ----------
    read_exactly : callable
        Returns exactly as many bytes as asked for, or raises.

    Raises
    ------
    FrameError
        When the bytes are not a frame within the limits.
    """
    magic, header_bytes = _PREFIX.unpack(read_exactly(_PREFIX.size))
    if magic != MAGIC or header_bytes > MAX_HEADER_BYTES:
        raise FrameError("not a frame")
    try:
        header = json.loads(read_exactly(header_bytes))
    except (ValueError, RecursionError) as error:
        raise FrameError("the header is not JSON") from error
    if not isinstance(header, dict) or header.keys() != {"kind", "fields", "arrays"}:
        raise FrameError("the header has not the fields of a frame")
    kind, fields, specs = header["kind"], header["fields"], header["arrays"]
    if type(kind) is not str or not isinstance(fields, dict) or not isinstance(specs, list):
        raise FrameError("the header's fields have not the types of a frame")
    layouts = _checked_layouts(specs)
    arrays = []
    for dtype, shape, order, size in layouts:
        flat = np.frombuffer(read_exactly(size), dtype=np.uint8 if dtype.kind == "b" else dtype)
        if (
            dtype.kind == "b"
        ):  # any byte but 0 is true, so that a forged one cannot be a third value
            flat = flat != 0
        arrays.append(flat.reshape(shape, order=order).copy(order=order))
    return kind, {name: _unflatten(value, arrays, 0) for name, value in fields.items()}


def _checked_layouts(specs: list[Any]) -> list[tuple[np.dtype, tuple[int, ...], Any, int]]:
    if len(specs) > MAX_ARRAYS:
        raise FrameError(f"{len(specs)} arrays in one message; {MAX_ARRAYS} are allowed")
    layouts = []
    total = 0
    for spec in specs:
        if not (isinstance(spec, list) and len(spec) == 3):
            raise FrameError("an array is described by dtype, shape and order")
        dtype_name, shape, order = spec
        if type(dtype_name) is not str or dtype_name not in DTYPES or order not in ("C", "F"):
            raise FrameError("an array of this dtype or order cannot be received")
        if not isinstance(shape, list) or len(shape) > MAX_DIMENSIONS:
            raise FrameError(f"an array has at most {MAX_DIMENSIONS} dimensions")
        if not all(type(n) is int and 0 <= n <= MAX_DATA_BYTES for n in shape):
            raise FrameError("an array's shape has an impossible entry")
        if math.prod(n for n in shape if n) > MAX_DATA_BYTES:  # an empty array has a shape, too
            raise FrameError("an array's shape is impossible")
        dtype = np.dtype(dtype_name)
        size = math.prod(shape) * dtype.itemsize
        total += size
        if total > MAX_DATA_BYTES:
            raise FrameError(f"more than {MAX_DATA_BYTES >> 20} MiB of array data in one message")
        layouts.append((dtype, tuple(shape), order, size))
    return layouts


def _unflatten(value: Any, arrays: list[np.ndarray], depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise FrameError("values that are nested too deeply")
    if isinstance(value, list):
        return [_unflatten(item, arrays, depth + 1) for item in value]
    if not isinstance(value, dict):
        return _of_64_bits(value) if type(value) is int else value
    if len(value) != 1:
        raise FrameError("not a value of this format")
    ((tag, content),) = value.items()
    if tag == "array" and type(content) is int and 0 <= content < len(arrays):
        return arrays[content]
    if tag == "tuple" and isinstance(content, list):
        return tuple(_unflatten(item, arrays, depth + 1) for item in content)
    if tag == "dict" and isinstance(content, dict):
        return {key: _unflatten(item, arrays, depth + 1) for key, item in content.items()}
    raise FrameError("not a value of this format")
