"""What a submission returns, in a form that a frame can hold; and what it did to its arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

MAX_TEXT = 600
MAX_ITEMS = 16


class UnsendableError(TypeError):
    """A result that is not numbers, strings or arrays of them."""


def portable(value: Any) -> Any:
    """Turn a result into something that a frame can hold, or raise UnsendableError."""
    if value is None or type(value) in (bool, int, float, str):
        if type(value) is int and not -(2**63) <= value < 2**63:
            raise UnsendableError("an integer of more than 64 bits")
        return value
    if isinstance(value, tuple):
        if len(value) > MAX_ITEMS:
            return _plain_array(np.asarray(value), value)
        return tuple(portable(item) for item in value)
    if isinstance(value, list):
        try:
            array = np.asarray(value)
        except ValueError:  # ragged: a list of arrays of different shapes
            array = None
        if array is None or array.dtype.kind == "O":
            if len(value) > MAX_ITEMS:
                raise UnsendableError("a list of things that are not numbers")
            return tuple(portable(item) for item in value)
        return _plain_array(array, value)
    if isinstance(value, dict | set | str | bytes) or callable(value):
        raise UnsendableError(f"a {type(value).__name__}")
    return _plain_array(np.asarray(value), value)


def _plain_array(array: np.ndarray, value: Any) -> Any:
    if array.dtype.kind in "biuf" and array.ndim == 0:
        return float(array) if array.dtype.kind == "f" else array.item()
    if array.dtype.kind == "b":
        return np.asarray(array, dtype=np.bool_)
    if array.dtype.kind in "iu":
        return np.asarray(array, dtype="<i8")
    if array.dtype.kind == "f":
        return np.asarray(array, dtype="<f8")
    if array.dtype.kind == "c":
        raise UnsendableError("an array of complex numbers")
    if isinstance(value, np.ndarray | list | tuple):
        raise UnsendableError(f"an array of dtype {array.dtype.name}"[:MAX_TEXT])
    raise UnsendableError(f"an object of type {type(value).__name__}"[:MAX_TEXT])


def copied(value: Any) -> Any:
    """Return a copy of an argument, to be compared with it after the call."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple):
        return [copied(item) for item in value]
    return value


def same(value: Any, copy: Any) -> bool:
    """Say whether an argument still is as it was copied."""
    if isinstance(value, np.ndarray):
        return value.shape == copy.shape and bool(value.tobytes() == copy.tobytes())
    if isinstance(value, list | tuple):
        return len(value) == len(copy) and all(map(same, value, copy))
    return bool(value is copy or value == copy)
