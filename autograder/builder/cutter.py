"""Cutting stubs from the solution: what lies between the markers goes, the rest stays."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from ..errors import ConfigurationError

BEGIN = "# BEGIN SOLUTION"
END = "# END SOLUTION"
_LIKE_A_MARKER = re.compile(r"#\s*(begin|end)[\s_-]*solution", re.IGNORECASE)


@dataclass(frozen=True)
class Region:
    """A marked region: the lines of its two markers, counted from 1."""

    first: int
    last: int


def find_regions(source: str, filename: str) -> list[Region]:
    """Return the marked regions of a source text in order.

    Raises
    ------
    ConfigurationError
        When a marker is unclosed, nested, unopened or misspelt, or there is none at all.
    """
    regions: list[Region] = []
    begun: int | None = None
    for number, line in enumerate(source.splitlines(), start=1):
        text = line.strip()
        if text == BEGIN:
            if begun is not None:
                raise ConfigurationError(
                    f"{filename}, line {number}: {BEGIN} inside the region begun in line {begun}; "
                    "regions cannot be nested"
                )
            begun = number
        elif text == END:
            if begun is None:
                raise ConfigurationError(f"{filename}, line {number}: {END} without {BEGIN}")
            regions.append(Region(begun, number))
            begun = None
        elif _LIKE_A_MARKER.search(text):
            raise ConfigurationError(
                f"{filename}, line {number}: {text!r} is not a marker; "
                f"write exactly {BEGIN} or {END}"
            )
    if begun is not None:
        raise ConfigurationError(f"{filename}, line {begun}: {BEGIN} is never closed by {END}")
    if not regions:
        raise ConfigurationError(
            f"{filename}: no {BEGIN} anywhere; the whole solution would be handed out"
        )
    return regions


def cut_stub(source: str, filename: str) -> str:
    """Return the source without its regions.

    A region inside a function is replaced by ``raise NotImplementedError``, one at the module's
    level by nothing.

    Raises
    ------
    ConfigurationError
        As :func:`find_regions`, and when source or stub are not Python.
    """
    regions = find_regions(source, filename)
    functions = [
        node
        for node in ast.walk(_parsed(source, filename))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lines = source.splitlines()
    kept: list[str] = []
    at = 0
    for region in regions:
        kept += lines[at : region.first - 1]
        at = region.last
        around = [f for f in functions if f.lineno < region.first and region.last <= _end(f, lines)]
        if around:
            innermost = max(around, key=lambda f: f.lineno)
            marker = lines[region.first - 1]
            indent = marker[: len(marker) - len(marker.lstrip())]
            kept.append(f'{indent}raise NotImplementedError("{innermost.name}: not written yet")')
    kept += lines[at:]
    stub = _without_long_gaps(kept)
    _parsed(stub, f"{filename} (as a stub)")
    return stub


def solution_lines(source: str, filename: str) -> list[tuple[int, str]]:
    """Return number and text of every line inside a region."""
    lines = source.splitlines()
    return [
        (number, lines[number - 1])
        for region in find_regions(source, filename)
        for number in range(region.first + 1, region.last)
    ]


def _end(function: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> int:
    """Return the last line of a function, with the comments that follow at its indentation."""
    end = function.end_lineno or function.lineno
    indent = function.body[0].col_offset
    while end < len(lines):
        text = lines[end]
        if text.strip() and (
            not text.lstrip().startswith("#") or len(text) - len(text.lstrip()) < indent
        ):
            break
        end += 1
    return end


def _parsed(source: str, filename: str) -> ast.Module:
    try:
        return ast.parse(source, filename)
    except SyntaxError as error:
        raise ConfigurationError(f"{filename}, line {error.lineno}: {error.msg}") from None


def _without_long_gaps(lines: list[str]) -> str:
    kept: list[str] = []
    for line in lines:
        if line.strip() or kept[-2:] != ["", ""]:
            kept.append(line.rstrip())
    while kept and not kept[-1]:
        kept.pop()
    return "\n".join(kept) + "\n"
