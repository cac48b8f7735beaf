"""Running the cells of a notebook, on the untrusted side: a namespace, and what is drawn in it."""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import linecache
import os
import re
import sys
import types
from collections.abc import Mapping
from typing import Any

import numpy as np

from .frames import DTYPES
from .portable import MAX_TEXT, UnsendableError, portable

CELL = "cell "
"""Files of a submission whose names begin with this are the cells of its notebook."""

MOST_FIGURES = 8
MOST_PIXELS = 1_200_000
MAX_SHOWN = 4_000
MAX_VALUE_BYTES = 4 << 20
"""Of one value, and of all values that are asked for together."""

_MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)
_CODE_FOLLOWS = re.compile(r"%%(time|timeit|capture|prun)\b")


class Notebook:
    """A notebook that is being run: the variables that its cells share.

    Parameters
    ----------
    cells : mapping of str to bytes
        Names and sources of the code cells.
    """

    def __init__(self, cells: Mapping[str, bytes]) -> None:
        self._cells = cells
        self._shown: list[Any] = []
        self._module = types.ModuleType("__main__")
        sys.modules["__main__"] = self._module
        self._module.__dict__.update(
            __builtins__=builtins, display=self._show, get_ipython=lambda: None
        )
        sys.modules["otter"] = _otter()
        os.environ["MPLBACKEND"] = "agg"
        if "matplotlib" in sys.modules:
            sys.modules["matplotlib"].use("agg")

    def run(self, name: str) -> None:
        """Run a cell; the value of a last line that is an expression is shown, as in a notebook.

        Raises
        ------
        BaseException
            Whatever the cell raises.
        """
        source = self._cells[name].decode("utf-8", "replace")
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        tree = _parsed(source, name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        namespace = self._module.__dict__
        exec(compile(tree, name, "exec", dont_inherit=True), namespace)
        if isinstance(last, ast.Expr):
            value = eval(
                compile(ast.Expression(last.value), name, "eval", dont_inherit=True), namespace
            )
            silent = source.rstrip().endswith(";")
            if value is not None and value is not Ellipsis and not silent:
                self._show(value)

    def values(self, names: list[str]) -> dict[str, Any]:
        """Return variables by name: what they are, and their values as far as they are data."""
        room = MAX_VALUE_BYTES
        told: dict[str, Any] = {}
        for name in names:
            if name not in self._module.__dict__:
                told[name] = {"is": "missing"}
                continue
            value = self._module.__dict__[name]
            if value is Ellipsis:
                told[name] = {"is": "unset"}
            elif callable(value):
                told[name] = {"is": "function"}
            else:
                try:
                    sent, size = _measured(value)
                    if size > room:
                        raise UnsendableError("more than 4 MiB of data")
                    room -= size
                    told[name] = {"is": "value", "value": sent}
                except UnsendableError as error:
                    told[name] = {"is": "unusable", "what": str(error)[:MAX_TEXT]}
        return told

    def function(self, name: str) -> Any:
        """Return a function of the notebook's."""
        return self._module.__dict__[name]

    def figures(self) -> tuple[list[np.ndarray], list[str]]:
        """Return the pixels of the open figures and what can be said of each; close them."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        shown, self._shown = self._shown, []
        if pyplot is not None:
            managed = [pyplot.figure(number) for number in pyplot.get_fignums()]
            shown = managed + [figure for figure in shown if figure not in managed]
        pixels, texts = [], []
        try:
            for figure in shown[:MOST_FIGURES]:
                with contextlib.suppress(Exception):  # what cannot be drawn is not shown
                    drawn = _drawn(figure)
                    texts.append(_described(figure)[:MAX_TEXT])
                    pixels.append(drawn)
        finally:
            if pyplot is not None:
                pyplot.close("all")
        return pixels, texts

    def _show(self, *values: Any) -> None:
        """Print values as a notebook does; a figure is kept, to be drawn."""
        for value in values:
            if hasattr(value, "savefig") and hasattr(value, "axes"):
                self._shown.append(value)
            else:
                print(repr(value)[:MAX_SHOWN])


def _parsed(source: str, name: str) -> ast.Module:
    """Parse a cell; lines that only a notebook understands count for nothing."""
    try:
        return ast.parse(source, name)
    except SyntaxError:
        plain = source.lstrip()
        if plain.startswith("%%"):
            plain = plain.partition("\n")[2] if _CODE_FOLLOWS.match(plain) else ""
        plain = _MAGIC.sub(r"\1pass", plain)
        if plain == source:
            raise
        return ast.parse(plain, name)


def sendable(value: Any) -> Any:
    """Return a value in a form that a frame can hold, dictionaries included.

    Raises
    ------
    UnsendableError
        When it is something else than data.
    """
    return _measured(value)[0]


def _measured(value: Any) -> tuple[Any, int]:
    """Return a value in a form that a frame can hold, and about how many bytes it takes."""
    if isinstance(value, str):
        return str(value), len(value)
    if isinstance(value, dict):
        items = {str(key): _measured(item) for key, item in value.items()}
        sizes = sum(len(key) + size for key, (_, size) in items.items())
        return {key: sent for key, (sent, _) in items.items()}, sizes
    if isinstance(value, list | tuple):
        try:
            sent = portable(value)
        except UnsendableError:
            measured = [_measured(item) for item in value]
            plain = [sent for sent, _ in measured]
            size = sum(size + 8 for _, size in measured)
            return tuple(plain) if isinstance(value, tuple) else plain, size
        return sent, _size(sent)
    kept = isinstance(value, np.ndarray) and value.dtype.str in DTYPES and value.ndim > 0
    sent = np.array(value) if kept else portable(value)
    return sent, _size(sent)


def _size(sent: Any) -> int:
    if isinstance(sent, np.ndarray):
        return int(sent.nbytes) + 32
    if isinstance(sent, tuple | list):
        return sum(map(_size, sent)) + 8
    return 16


def _drawn(figure: Any) -> np.ndarray:
    """Return a figure's pixels, cut out as a notebook shows it."""
    from PIL import Image

    width, height = figure.get_size_inches()
    data = io.BytesIO()
    figure.savefig(
        data,
        format="png",
        dpi=min(figure.get_dpi(), (MOST_PIXELS / width / height) ** 0.5),
        bbox_inches="tight",
        pil_kwargs={"compress_level": 1},
    )
    return np.asarray(Image.open(data).convert("RGB"))


def _described(figure: Any) -> str:
    """Say in words what a figure's own labels say, for those who do not see it."""
    parts = [figure.get_suptitle()] if figure.get_suptitle() else []
    for axes in figure.axes:
        said = []
        if axes.get_title():
            said.append(axes.get_title())
        labels = [text for text in (axes.get_xlabel(), axes.get_ylabel()) if text]
        if labels:
            said.append("axes " + " and ".join(labels))
        legend = axes.get_legend()
        if legend is not None:
            said.append("legend " + ", ".join(text.get_text() for text in legend.get_texts()))
        if said:
            parts.append("; ".join(said))
    return " | ".join(parts)


class _Checks:
    """Stands for the notebook's own checks: these are made elsewhere, after the cell."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None


def _otter() -> types.ModuleType:
    module = types.ModuleType("otter", "Answered by the grader.")
    module.__dict__["Notebook"] = _Checks
    return module
