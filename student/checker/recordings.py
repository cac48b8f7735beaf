"""Recorded answers: what the reference, and each known mistake, answers to a check's calls."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .signature import Signature

RAISED = "raised"
"""Recorded in place of an answer where a known mistake ends in an exception."""

_LOW_BITS = np.uint64((1 << 12) - 1)
_HALF = np.uint64(1 << 11)


class NotRecordedError(LookupError):
    """A check asked for a reference answer that the build has not recorded."""


@dataclass(frozen=True)
class Misconception:
    """A known mistake: what to tell the student, and which checks fail because of it."""

    name: str
    message: str
    fails: frozenset[str]


@dataclass(frozen=True)
class Recording:
    """One recorded call.

    Attributes
    ----------
    function : str
        What was called.
    answer : object
        The reference's answer.
    wrong : dict of str to object
        The answers of those misconceptions that answer otherwise.
    """

    function: str
    answer: Any
    wrong: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Recordings:
    """All that is recorded for one question.

    Attributes
    ----------
    calls : dict of str to Recording
        By the hash of function and arguments.
    misconceptions : tuple of Misconception
        The known mistakes.
    recorded_from : str
        Hash of the solution that was recorded, so that no change to it goes unnoticed; empty in
        the handout.
    """

    calls: dict[str, Recording] = field(default_factory=dict)
    misconceptions: tuple[Misconception, ...] = ()
    recorded_from: str = ""


def call_key(signature: Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Return the hash of a function and its arguments.

    Floating-point numbers enter with 40 bits of their mantissa, so that a last bit that differs
    between processors does not lose the recording. A list counts as the array it stands for.
    """
    names = [item.name for item in signature.arguments]
    given = dict(zip(names, args, strict=False)) | kwargs
    digest = hashlib.sha256(signature.function.encode())
    for name in names:
        if name in given:
            digest.update(f"\0{name}=".encode())
            _feed(digest.update, given[name])
    return digest.hexdigest()[:24]


def _feed(update: Callable[[bytes], None], value: Any) -> None:
    if isinstance(value, tuple):
        update(b"(")
        for item in value:
            _feed(update, item)
        update(b")")
        return
    if value is None or isinstance(value, str):
        update(repr(value).encode())
        return
    array = np.asarray(value)
    update(f"{array.dtype.kind}{array.shape}".encode())
    if array.dtype.kind != "f":
        update(np.ascontiguousarray(array, dtype="<i8").tobytes())
        return
    numbers = np.ascontiguousarray(array, dtype="<f8") + 0.0  # -0 is 0
    numbers[np.isnan(numbers)] = np.nan
    # Rounded in its bits: what is carried out of the mantissa goes where it belongs, the exponent.
    bits = (numbers.reshape(-1).view("<u8") + _HALF) & ~_LOW_BITS
    update(bits.tobytes())


def dump(recordings: Recordings) -> str:
    """Return the recordings as JSON text with one call a line."""
    misconceptions = {
        m.name: {"message": m.message, "fails": sorted(m.fails)} for m in recordings.misconceptions
    }
    lines = ",\n".join(
        f"  {json.dumps(key)}: {json.dumps(_recording_to_plain(call), separators=(',', ':'))}"
        for key, call in sorted(recordings.calls.items())
    )
    told = json.dumps(misconceptions, indent=1, ensure_ascii=False)
    source = json.dumps(recordings.recorded_from)
    return f'{{"recorded_from": {source},\n"misconceptions": {told},\n"calls": {{\n{lines}\n}}}}\n'


def load(path: Path) -> Recordings:
    """Read what :func:`dump` wrote.

    Raises
    ------
    NotRecordedError
        When the file is missing or damaged.
    """
    try:
        plain = json.loads(path.read_text("utf-8"))
        calls = {
            key: Recording(
                function=call["function"],
                answer=_from_plain(call["answer"]),
                wrong={name: _from_plain(value) for name, value in call["wrong"].items()},
            )
            for key, call in plain["calls"].items()
        }
        recorded_from = str(plain["recorded_from"])
        misconceptions = tuple(
            Misconception(name, data["message"], frozenset(data["fails"]))
            for name, data in plain["misconceptions"].items()
        )
    except FileNotFoundError:
        raise NotRecordedError(
            f"{path.name} is missing beside the checks. "
            "Students: unpack the handout again. Instructors: run `autograder build`."
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotRecordedError(
            f"{path.name} is damaged ({type(error).__name__}). "
            "Students: unpack the handout again. Instructors: run `autograder build`."
        ) from error
    return Recordings(calls, misconceptions, recorded_from)


def _recording_to_plain(call: Recording) -> dict[str, Any]:
    return {
        "function": call.function,
        "answer": _to_plain(call.answer),
        "wrong": {name: _to_plain(value) for name, value in sorted(call.wrong.items())},
    }


def _to_plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return {"tuple": [_to_plain(item) for item in value]}
    if isinstance(value, np.ndarray):
        kind = value.dtype.kind
        return {"shape": list(value.shape), "kind": kind, "values": value.ravel().tolist()}
    return value


def _from_plain(value: Any) -> Any:
    if isinstance(value, dict) and "tuple" in value:
        return tuple(_from_plain(item) for item in value["tuple"])
    if isinstance(value, dict):
        dtype = {"f": np.float64, "i": np.int64, "b": np.bool_}[value["kind"]]
        return np.array(value["values"], dtype=dtype).reshape(value["shape"])
    return value


def load_canonical(folder: Path) -> dict[str, Callable[[Any], Any]]:
    """Return the content's own idea of when two answers are the same.

    A file ``canonical.py`` beside the checks may define, for any function that students write, a
    function of the same name that brings an answer into a canonical form.
    """
    path = folder / "canonical.py"
    if not path.exists():
        return {}
    spec = importlib.util.spec_from_file_location("canonical", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {name: value for name, value in vars(module).items() if not name.startswith("_")}
