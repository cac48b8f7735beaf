"""Comparing an answer with what is due: shape first, then the values, the worst place named."""

from __future__ import annotations

from typing import Any

import numpy as np


class MismatchError(AssertionError):
    """An answer that is not what was due.

    Attributes
    ----------
    guarded : str
        What may be said of a hidden check: where, never how much was due.
    """

    def __init__(self, message: str, guarded: str) -> None:
        super().__init__(message)
        self.guarded = guarded


def match(actual: Any, expected: Any, what: str, *, rtol: float, atol: float) -> None:
    """Raise unless two arrays have the same shape and values.

    Parameters
    ----------
    actual, expected : array_like
        The answer and what is due; nothing is broadcast.
    what : str
        The name of the thing compared, for the message.
    rtol, atol : float
        ``|actual - expected| <= atol + rtol * |expected|`` must hold everywhere.

    Raises
    ------
    MismatchError
        With the shapes, or the place where the difference is largest.
    """
    came, due = np.asarray(actual), np.asarray(expected)
    if came.shape != due.shape:
        message = f"{what} has shape {came.shape}; due is {due.shape}"
        raise MismatchError(message, message)
    if came.size == 0:
        return
    wrong, excess = _wrong(came, due, rtol, atol)
    if not wrong.any():
        return
    index = np.unravel_index(int(np.argmax(excess)), came.shape)
    place = f"{what}[{', '.join(str(int(i)) for i in index)}]" if came.ndim else what
    count = f"{int(wrong.sum())} of {came.size} values differ; the worst is " * bool(came.ndim)
    raise MismatchError(
        f"{count}{place} = {_number(came[index])}; due is {_number(due[index])}",
        f"{count}{place}" if came.ndim else f"{what} has not the value that is due",
    )


def _wrong(
    came: np.ndarray, due: np.ndarray, rtol: float, atol: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return where values differ, and by how many times the tolerance (integers: by how much)."""
    if came.dtype.kind in "biu" and due.dtype.kind in "biu":
        wrong = np.atleast_1d(came != due)
        return wrong, wrong * np.maximum(np.abs(np.subtract(came, due, dtype=float)), 1.0)
    with np.errstate(all="ignore"):
        allowed = atol + rtol * np.abs(due)
        excess = np.atleast_1d(np.abs(came - due) / np.maximum(allowed, np.finfo(float).tiny))
    same = np.atleast_1d((came == due) | (np.isnan(came) & np.isnan(due)))
    excess[same] = 0.0
    excess[np.isnan(excess)] = np.inf
    return excess > 1.0, excess


def agree(actual: Any, expected: Any, *, rtol: float, atol: float) -> bool:
    """Say whether two answers, which may be tuples of arrays, are the same."""
    if isinstance(actual, tuple) or isinstance(expected, tuple):
        return (
            isinstance(actual, tuple)
            and isinstance(expected, tuple)
            and len(actual) == len(expected)
            and all(
                agree(a, e, rtol=rtol, atol=atol) for a, e in zip(actual, expected, strict=True)
            )
        )
    if not all(isinstance(v, bool | int | float | np.ndarray) for v in (actual, expected)):
        return bool(actual is None and expected is None)
    came, due = np.asarray(actual), np.asarray(expected)
    return came.shape == due.shape and not _wrong(came, due, rtol, atol)[0].any()


def _number(value: Any) -> str:
    return f"{value}" if np.asarray(value).dtype.kind in "biu" else f"{value:.6g}"
