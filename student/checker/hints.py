"""Hints in stages: one more each time a student asks for it."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

STATE = ".check-state.json"
"""In the student's folder: how many hints of each question were shown."""


class Hints:
    """The hints of all questions, and how many of them were shown.

    Parameters
    ----------
    folder : path
        The handed-out folder.
    """

    def __init__(self, folder: Path) -> None:
        self._state = folder / STATE
        plain = _read(folder / "checks" / "hints.json")
        self._texts = {
            name: [str(text) for text in texts]
            for name, texts in plain.items()
            if isinstance(texts, list)
        }

    def next(self, question: str) -> list[str]:
        """Return the next hint of a question as paragraphs, and remember that it was shown."""
        texts = self._texts.get(question, [])
        if not texts:
            return [f"There are no hints for {question}. Read the docstring in {question}.py."]
        shown = self.shown(question)
        if shown >= len(texts):
            return [
                f"There are no more hints for {question}. All {len(texts)} of them again:",
                *(f"{number}. {text}" for number, text in enumerate(texts, 1)),
                "Still stuck? Take the first failed check, and compute what it asks for by hand.",
            ]
        told = [f"Hint {shown + 1} of {len(texts)} for {question}: {texts[shown]}"]
        if not self._remember(question, shown + 1):
            told.append(f"{self._state} cannot be written, so this hint comes again next time.")
        return told

    def shown(self, question: str) -> int:
        """Return how many hints of a question were shown."""
        counts = _read(self._state).get("hints")
        count = counts.get(question, 0) if isinstance(counts, dict) else 0
        return count if isinstance(count, int) and 0 <= count <= len(self._texts[question]) else 0

    def _remember(self, question: str, count: int) -> bool:
        plain = _read(self._state)
        counts = plain.get("hints")
        known = counts if isinstance(counts, dict) else {}
        text = json.dumps({**plain, "hints": {**known, question: count}}, indent=1) + "\n"
        beside = self._state.with_name(f"{STATE}.{os.getpid()}")
        try:
            beside.write_text(text, "utf-8")
            os.replace(beside, self._state)
        except OSError:
            with contextlib.suppress(OSError):
                beside.unlink()
            return False
        return True


def _read(path: Path) -> dict[str, Any]:
    """Return what a JSON file holds; one that is missing or damaged holds nothing."""
    try:
        plain = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return plain if isinstance(plain, dict) else {}
