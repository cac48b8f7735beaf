"""The file ``audit.jsonl``: what people have decided about marks, line by line, never rewritten.

Overrides are stored nowhere else: what holds is what the lines say one after the other. Marks of
written answers are told here too, and stored in ``marks.json``.
"""

from __future__ import annotations

import contextlib
import getpass
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from ..errors import ResultsError
from ..strict import with_time_zone

AUDIT = "audit.jsonl"
DUE, HANDED_IN = "due", "handed-in"
Value = float | str | None


@dataclass(frozen=True)
class Entry:
    """One decision.

    Attributes
    ----------
    at : str
        When, in UTC and ISO 8601.
    who : str
        The login name.
    what : str
        ``set``; ``undo`` of the last decision on this target; or ``mark``, of a written answer.
    submission : str
    target : str
        ``total``, a question, ``question/check``, ``due`` or ``handed-in``.
    before, after : float or str or None
        Points, or a moment in ISO 8601; None where there was nothing.
    reason : str
    """

    at: str
    who: str
    what: Literal["set", "undo", "mark"]
    submission: str
    target: str
    before: Value
    after: Value
    reason: str

    def __post_init__(self) -> None:
        """Refuse what could not be applied."""
        if self.what != "set":
            return
        if self.target in (DUE, HANDED_IN):
            with_time_zone(self.after)
        elif not isinstance(self.after, int | float) or not 0 <= self.after < math.inf:
            raise ValueError("expected points")


Overrides = Mapping[str, Mapping[str, Entry]]
"""For each submission and target, the decision that holds."""

_ADAPTER = TypeAdapter(Entry)


@dataclass(frozen=True)
class Audit:
    """What was read of a file of decisions.

    Attributes
    ----------
    entries : tuple of Entry
    torn : str
        Empty, or the sentence that the last line was not written to its end.
    """

    entries: tuple[Entry, ...]
    torn: str = ""


def read_audit(results: Path) -> Audit:
    """Return all decisions about a folder of results.

    Raises
    ------
    ResultsError
        When a line is damaged, with its number. A last line that a crash has torn is none.
    """
    path = results / AUDIT
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Audit(())
    except OSError as error:
        raise ResultsError(f"{path}: cannot be read: {error.strerror}") from None
    *lines, last = data.split(b"\n")
    entries = []
    for number, line in enumerate(lines, start=1):
        try:
            entries.append(_ADAPTER.validate_json(line))
        except ValidationError:
            raise ResultsError(
                f"{path}, line {number}: damaged, so it is not known what was decided; restore the "
                "file from a copy, or take this line out and decide again"
            ) from None
    if last:
        try:
            entries.append(_ADAPTER.validate_json(last))
        except ValidationError:
            torn = f"{path}: the last line was not written to its end, and is left out; if a "
            return Audit(tuple(entries), f"{torn}decision is missing, give it again.")
    return Audit(tuple(entries))


def holding(entries: Iterable[Entry]) -> Overrides:
    """Return the decisions that hold after all of these."""
    stacks: dict[str, dict[str, list[Entry]]] = {}
    for entry in entries:
        stack = stacks.setdefault(entry.submission, {}).setdefault(entry.target, [])
        if entry.what == "set":
            stack.append(entry)
        elif entry.what == "undo" and stack:
            stack.pop()
    return {
        submission: {target: stack[-1] for target, stack in targets.items() if stack}
        for submission, targets in stacks.items()
    }


def entry_of(
    what: Literal["set", "undo", "mark"],
    submission: str,
    target: str,
    values: tuple[Value, Value],
    reason: str,
) -> Entry:
    """Return a decision that is made now, by who is logged in."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Entry(now, _who(), what, submission, target, *values, reason)


def append(entries: Iterable[Entry], results: Path) -> None:
    """Write decisions at the end of the file, such that they are there before this returns.

    Raises
    ------
    OSError
    """
    data = b"".join(_ADAPTER.dump_json(entry) + b"\n" for entry in entries)
    if not data:
        return
    with _locked(results / AUDIT) as descriptor:
        _mend(descriptor)
        os.lseek(descriptor, 0, os.SEEK_END)
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)


def take_over(source: Path, results: Path, submissions: Iterable[str]) -> int:
    """Append the decisions of another folder about some submissions, but for those known here.

    Returns
    -------
    int
        How many these were.

    Raises
    ------
    ResultsError
        When one of the files is damaged.
    OSError
    """
    wanted, known = set(submissions), set(read_audit(results).entries)
    new = [e for e in read_audit(source).entries if e.submission in wanted and e not in known]
    append(new, results)
    return len(new)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Open a file to read and write, one process at a time where the system can do that."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        with contextlib.suppress(ImportError, OSError):  # not on every system, not on every disk
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _mend(descriptor: int) -> None:
    """End a last line that is whole, and cut off one that is torn."""
    with open(os.dup(descriptor), "rb") as file:
        file.seek(0)
        data = file.read()
    last = data.rpartition(b"\n")[2]
    if not last:
        return
    try:
        _ADAPTER.validate_json(last)
    except ValidationError:
        os.ftruncate(descriptor, len(data) - len(last))
    else:
        os.lseek(descriptor, 0, os.SEEK_END)
        os.write(descriptor, b"\n")


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container's user need not have a name
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "unknown"
