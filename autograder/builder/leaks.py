"""Searching the handout for what must not be in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

DISTINCTIVE = 24
"""A solution line with this many characters besides white space and quotes is distinctive."""


def find_leaks(
    secrets: Mapping[str, Iterable[tuple[int, str]]], handout: Mapping[str, bytes]
) -> Iterator[str]:
    """Say where a distinctive line that is cut from a file stands in the handout.

    White space, quotes and backslashes do not count, so that a line is also found inside a
    notebook or a JSON string.

    Parameters
    ----------
    secrets : mapping of str to (int, str) pairs
        For each file, numbers and texts of the lines that students must not see.
    handout : mapping of str to bytes
        File names and contents.
    """
    texts = {name: bare(data.decode("utf-8", "replace")) for name, data in handout.items()}
    for filename, lines in secrets.items():
        for number, line in lines:
            text_of_line = bare(line)
            if len(text_of_line) < DISTINCTIVE or re.match(r"(import|from)\s", line.strip()):
                continue
            for name, text in texts.items():
                if text_of_line in text:
                    yield (
                        f"{filename}, line {number}: this line of the solution can be read in "
                        f"{name} of the handout: {line.strip()}"
                    )


def find_telling_messages(source: str, place: str) -> Iterator[str]:
    """Say which assertions of hidden checks have a message that could tell their inputs.

    Parameters
    ----------
    source : str
        Of the checks.
    place : str
        Where they are, for people.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert) and not _is_text(node.msg):
            yield (
                f"{place}, line {node.lineno}: an assertion of a hidden check needs a message "
                "of plain text, since students see it"
            )
        if isinstance(node, ast.Raise):
            yield (
                f"{place}, line {node.lineno}: a hidden check asserts, with a message of plain "
                "text, and raises nothing, since students see the message"
            )


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def bare(text: str) -> str:
    """Return the text without what a notebook or a JSON string may change in it."""
    return re.sub(r"[\s\\\"']", "", text)
