"""Collecting what a person should know of a submission, in few sentences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from .names import shown

_NAMED = 3


class Remarks:
    """What was left out and why; of each kind a few are named and all are counted."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._sentences: dict[str, list[str]] = {}

    def leave_out(self, name: PurePosixPath | str, reason: str) -> None:
        """Remark on a file: ``leave_out("a.py", "is too large and was left out")``."""
        count = self._counts[reason] = self._counts.get(reason, 0) + 1
        if count <= _NAMED:
            self._sentences.setdefault(reason, []).append(f"{shown(name)} {reason}")

    def say(self, sentence: str) -> None:
        """Remark on the whole."""
        self._counts.setdefault(sentence, 1)
        self._sentences.setdefault(sentence, [sentence])

    def __iter__(self) -> Iterator[str]:
        for kind, sentences in self._sentences.items():
            more = self._counts[kind] - len(sentences)
            yield from sentences[:-1]
            yield f"{sentences[-1]} (and {more} more like it)" if more else sentences[-1]
