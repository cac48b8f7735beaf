"""Searching the handout for what must not be in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from .cutter import solution_lines

DISTINCTIVE = 24
"""A solution line with this many characters besides white space and quotes is distinctive."""


def find_leaks(solution: Mapping[str, str], handout: Mapping[str, bytes]) -> Iterator[str]:
    """Say where a distinctive line of a solution's region stands in the handout.

    White space, quotes and backslashes do not count, so that a line is also found inside a
    notebook or a JSON string.

    Parameters
    ----------
    solution : mapping of str to str
        File names and sources with marked regions.
    handout : mapping of str to bytes
        File names and contents.
    """
    texts = {name: _bare(data.decode("utf-8", "replace")) for name, data in handout.items()}
    for filename, source in solution.items():
        for number, line in solution_lines(source, filename):
            bare = _bare(line)
            if len(bare) < DISTINCTIVE or re.match(r"(import|from)\s", line.strip()):
                continue
            for name, text in texts.items():
                if bare in text:
                    yield (
                        f"{filename}, line {number}: this line of the solution can be read in "
                        f"{name} of the handout: {line.strip()}"
                    )


def find_telling_messages(path: Path) -> Iterator[str]:
    """Say which assertions of a hidden check have a message that could tell its inputs."""
    for node in ast.walk(ast.parse(path.read_bytes(), path.name)):
        if isinstance(node, ast.Assert) and not _is_text(node.msg):
            yield (
                f"{path.name}, line {node.lineno}: an assertion of a hidden check needs a message "
                "of plain text, since students see it"
            )
        if isinstance(node, ast.Raise):
            yield (
                f"{path.name}, line {node.lineno}: a hidden check asserts, with a message of plain "
                "text, and raises nothing, since students see the message"
            )


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _bare(text: str) -> str:
    return re.sub(r"[\s\\\"']", "", text)
