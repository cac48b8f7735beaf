"""Signatures with shapes: what a function takes, and what form its answer must have.

A signature is one line of text such as ::

    project(X[N,D], basis[K,D], scale=1.0) -> scores[N,K] float, total float

Letters in brackets are sizes. They are bound by the arguments' shapes, or, for a scalar argument
of that name, by its value; a size may be a product (``H*W``), and one that may be absent has a
default (``image[H,W,C=1]``). A result may have sizes that no argument fixes (``trace[I]``): then
only the number of dimensions counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

_LINE = re.compile(r"\s*([A-Za-z_]\w*)\s*\((.*)\)\s*->\s*(.+)")
_ITEM = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:\[([^\]]*)\])?\s*(?:=\s*([^,]+?))?\s*(float|int)?\s*$")


class SignatureError(ValueError):
    """A line that is not a signature."""


class BadAnswerError(AssertionError):
    """An answer that has not the form that the signature asks for; the message says how."""


@dataclass(frozen=True)
class Item:
    """One argument or result: its name, its sizes as written, and the kind of its numbers."""

    name: str
    sizes: tuple[str, ...]
    kind: str = ""
    default: str = ""


@dataclass(frozen=True)
class Signature:
    """A function's name, arguments and results."""

    text: str
    function: str
    arguments: tuple[Item, ...]
    results: tuple[Item, ...]

    @classmethod
    def parse(cls, text: str) -> Signature:
        """Read one line.

        Raises
        ------
        SignatureError
            Where the line is not of the form shown at the top of this module.
        """
        line = _LINE.fullmatch(text)
        if line is None:
            raise SignatureError(f"{text!r} is not of the form name(arguments) -> results")
        function, arguments, results = line.groups()
        items = tuple(_item(part, text) for part in _split(arguments))
        answers = tuple(_item(part, text) for part in _split(results))
        if any(not item.kind for item in answers):
            raise SignatureError(f"{text!r}: each result needs a kind, float or int")
        return cls(" ".join(text.split()), function, items, answers)

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, int]:
        """Return the sizes that a call's arguments fix."""
        given = dict(zip((item.name for item in self.arguments), args, strict=False)) | kwargs
        sizes: dict[str, int] = {}
        for item in self.arguments:
            value = given.get(item.name)
            if not item.sizes:
                if value is None and item.default.isdigit():
                    value = int(item.default)
                if isinstance(value, int | np.integer) and not isinstance(value, bool):
                    sizes.setdefault(item.name, int(value))
                continue
            shape = np.asarray(value).shape
            for position, size in enumerate(item.sizes):
                name, _, default = size.partition("=")
                if position < len(shape):
                    sizes.setdefault(name, shape[position])
                elif default:
                    sizes.setdefault(name, int(default))
        return sizes

    def arranged(self, answer: Any) -> Any:
        """Return the answer with tuples that stand for arrays made arrays.

        A tuple holds the results of a function that has several; any other is as good as a list.
        """
        if not isinstance(answer, tuple):
            return answer
        if len(self.results) == 1:
            only = _as_array(answer)
            fits = isinstance(only, np.ndarray) and only.ndim == len(self.results[0].sizes)
            return only if fits else answer
        return tuple(_as_array(value) for value in answer)

    def checked(self, answer: Any, sizes: dict[str, int]) -> Any:
        """Return the answer as arrays and numbers of the kinds asked for.

        Parameters
        ----------
        answer : object
            What a frame held.
        sizes : dict of str to int
            From :meth:`bind`.

        Raises
        ------
        BadAnswerError
            When type, count, shape or kind of number are wrong, or a value is not finite.
        """
        answer = self.arranged(answer)
        if answer is None:
            due = "; ".join(_described(item, sizes) for item in self.results)
            raise BadAnswerError(
                f"{self.function} returned None, as a function without `return` does; due is {due}"
            )
        count = len(self.results)
        if count == 1:
            if isinstance(answer, tuple) and len(answer) != 1:
                raise BadAnswerError(
                    f"{self.function} returned {len(answer)} values; "
                    f"due is {_described(self.results[0], sizes)}"
                )
            only = answer[0] if isinstance(answer, tuple) else answer
            return _checked(only, self.results[0], sizes, self.function)
        if isinstance(answer, np.ndarray) and answer.ndim and len(answer) == count:
            answer = tuple(answer)
        if not isinstance(answer, tuple) or len(answer) != count:
            came = f"{len(answer)} values" if isinstance(answer, tuple) else "one value"
            names = ", ".join(item.name for item in self.results)
            raise BadAnswerError(f"{self.function} returned {came}; due are {count}: {names}")
        return tuple(
            _checked(value, item, sizes, self.function)
            for value, item in zip(answer, self.results, strict=True)
        )


def _split(text: str) -> list[str]:
    parts = re.split(r",(?![^\[]*\])", text)
    return [part for part in parts if part.strip()]


def _item(part: str, text: str) -> Item:
    match = _ITEM.fullmatch(part)
    if match is None:
        raise SignatureError(f"{text!r}: cannot read {part.strip()!r}")
    name, sizes, default, kind = match.groups()
    listed = tuple(size.strip() for size in sizes.split(",")) if sizes else ()
    for size in listed:
        if not re.fullmatch(r"[A-Za-z_]\w*(\*[A-Za-z_]\w*)*(=\d+)?|\d+", size):
            raise SignatureError(f"{text!r}: {size!r} is not a size")
    return Item(name, listed, kind or "", (default or "").strip())


def _shape(item: Item, sizes: dict[str, int]) -> tuple[int, ...] | None:
    """Return the shape due, or None where the arguments do not fix it."""
    shape = []
    for size in item.sizes:
        length = 1
        for factor in size.partition("=")[0].split("*"):
            if factor.isdigit():
                length *= int(factor)
            elif factor in sizes:
                length *= sizes[factor]
            else:
                return None
        shape.append(length)
    return tuple(shape)


def _described(item: Item, sizes: dict[str, int]) -> str:
    kind = "integers" if item.kind == "int" else "numbers"
    if not item.sizes:
        return f"{item.name}, one {kind[:-1]}"
    shape = _shape(item, sizes)
    letters = "(" + ", ".join(size.partition("=")[0] for size in item.sizes) + ")"
    if shape is None:
        return f"{item.name}, {kind} of shape {letters}"
    return f"{item.name}, {kind} of shape {letters} = {shape}"


def _as_array(value: Any) -> Any:
    """Return a tuple of numbers, arrays and such tuples as an array, if it has the form of one."""
    if not isinstance(value, tuple) or not _numbers_only(value):
        return value
    try:
        return np.asarray(value)
    except ValueError:  # ragged
        return value


def _numbers_only(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(_numbers_only, value))
    return isinstance(value, bool | int | float | np.ndarray)


def _whole(array: np.ndarray) -> bool:
    """Say whether all of these floating-point numbers are integers of less than 53 bits."""
    with np.errstate(invalid="ignore"):
        return bool((np.abs(array) < 2.0**53).all() and (array == np.rint(array)).all())


def _checked(value: Any, item: Item, sizes: dict[str, int], function: str) -> Any:
    if not isinstance(value, bool | int | float | np.ndarray):
        came = "nothing (None)" if value is None else "neither a number nor an array"
        raise BadAnswerError(f"{item.name} is {came}; due is {_described(item, sizes)}")
    array = np.asarray(value)
    shape = _shape(item, sizes)
    if array.ndim != len(item.sizes) or (shape is not None and array.shape != shape):
        came = f"shape {array.shape}" if array.ndim else "a single number"
        raise BadAnswerError(f"{item.name} has {came}; due is {_described(item, sizes)}")
    if item.kind == "int" and array.dtype.kind == "f" and _whole(array):
        array = array.astype(np.int64)
    if item.kind == "int" and array.dtype.kind not in "iu":
        kind = "True and False" if array.dtype.kind == "b" else "floating-point numbers"
        raise BadAnswerError(f"{item.name} holds {kind}; due is {_described(item, sizes)}")
    if item.kind == "int":
        array = array.astype(np.int64, copy=False)
    if item.kind == "float":
        array = array.astype(np.float64, copy=False)
        finite = np.isfinite(array)
        if not finite.all():
            place = np.unravel_index(int(np.argmin(finite)), array.shape)
            where = f"{item.name}[{', '.join(map(str, place))}]" if array.ndim else item.name
            how_many = int(array.size - finite.sum())
            raise BadAnswerError(
                f"{how_many} of {array.size} values are not finite: "
                f"the first is {where} = {array[place]}; due is {_described(item, sizes)}"
            )
    return array if item.sizes else array.item()
