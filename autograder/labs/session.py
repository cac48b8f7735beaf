"""A notebook that runs in a worker, as the grader sees it: cells, variables, functions, figures."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from ..checker import frames
from ..checker.calls import Answerer, Caller, CallError, printable
from ..checker.cells import CELL, MAX_VALUE_BYTES, MOST_FIGURES, MOST_PIXELS
from ..checker.contract import Limits
from ..checker.host import Host, Load
from ..checker.outcome import Picture

MAX_ALT = 600
NO_WORDS = "a figure without title or labels"


@dataclass(frozen=True)
class Absent:
    """A variable that is not there as data, and why."""

    why: str


class Session:
    """Runs the cells of one notebook, one after the other.

    A cell that ends its process is left out from then on: the cells before it are run again in a
    new one, so that what does not depend on it is not lost with it.

    Parameters
    ----------
    host : Host
        Where workers come from.
    load : Load
        The submission's modules.
    cells : sequence of str
        Sources of the code cells.
    limits : Limits
        ``check_seconds`` is the time of a cell, ``question_seconds`` that of the notebook.
    answerer : callable
        Answers the functions in ``load.answered``.
    """

    def __init__(
        self, host: Host, load: Load, cells: Sequence[str], limits: Limits, answerer: Answerer
    ) -> None:
        self.names = tuple(f"{CELL}{number}" for number in range(1, len(cells) + 1))
        sources = {name: source.encode() for name, source in zip(self.names, cells, strict=True)}
        self._caller = Caller(host, replace(load, files=load.files | sources), limits, answerer)
        self._done: list[str] = []

    def close(self) -> None:
        """Stop the worker."""
        self._caller.close()

    def run(self, name: str) -> str:
        """Run a cell and return what it printed.

        Raises
        ------
        CallError
            When it did not come to its end; its ``output`` says what was printed.
        """
        self._make_ready()
        self._caller.begin_check()
        try:
            self._run(name)
        finally:
            if self._caller.ready:  # it has had its effects, also when it raised
                self._done.append(name)
        return self._caller.output()

    def printed(self) -> str:
        """Return what the last cell printed, if it did not come to its end."""
        return self._caller.output()

    def figures(self) -> tuple[Picture, ...]:
        """Return the figures that are open, and close them; none where they cannot be had."""
        if not self._caller.ready:
            return ()
        try:
            kind, fields = self._caller.exchange(frames.encode("figures"))
        except CallError:
            return ()
        pixels, texts = fields.get("pixels"), fields.get("texts")
        if kind != "figures" or not isinstance(pixels, list) or not isinstance(texts, list):
            return ()
        pairs = zip(pixels[:MOST_FIGURES], texts, strict=False)
        return tuple(_picture(drawn, str(text)) for drawn, text in pairs if _drawable(drawn))

    def values(self, names: Sequence[str], seconds: float) -> dict[str, Any]:
        """Return variables by name: data, functions to call, or :class:`Absent`.

        Raises
        ------
        CallError
            When the worker does not answer.
        """
        self._make_ready()
        self._caller.begin_check(seconds)
        kind, fields = self._caller.exchange(frames.encode("values", names=list(names)))
        told = fields.get("values")
        if kind == "raised":
            self._caller.outcome(kind, fields)
        if kind != "values" or not isinstance(told, dict):
            raise self._caller.refuse()
        return {name: self._value(name, told.get(name)) for name in names}

    def _value(self, name: str, told: Any) -> Any:
        what = told.get("is") if isinstance(told, dict) else None
        if what == "value" and _bytes_of(told.get("value")) <= 2 * MAX_VALUE_BYTES:
            return told["value"]
        if what == "function":
            return self._function(name)
        if what == "unset":
            return Absent("unset")
        if what == "unusable":
            return Absent(f"unusable: {told.get('what')!s}"[:MAX_ALT])
        return Absent("missing")

    def _function(self, name: str) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            self._make_ready()
            request = frames.encode("function", function=name, args=args, kwargs=kwargs)
            return self._caller.outcome(*self._caller.exchange(request))[0]

        called.__name__ = called.__qualname__ = name
        return called

    def _make_ready(self) -> None:
        """Have a worker in which all cells have run that came to an end before."""
        if self._caller.ready:
            return
        self._caller.make_ready()
        for name in list(self._done):
            self._caller.begin_check()
            try:
                self._run(name)
            except CallError:
                if not self._caller.ready:  # the second time it did; it is left out from now on
                    self._done.remove(name)
                    raise
            self.figures()

    def _run(self, name: str) -> None:
        self._caller.outcome(*self._caller.exchange(frames.encode("cell", name=name)))


def _drawable(drawn: Any) -> bool:
    return (
        isinstance(drawn, np.ndarray)
        and drawn.dtype == np.uint8
        and drawn.ndim == 3
        and drawn.shape[2] == 3
        and 0 < drawn.shape[0] * drawn.shape[1] <= 2 * MOST_PIXELS
    )


def _picture(pixels: np.ndarray, text: str) -> Picture:
    data = io.BytesIO()
    Image.fromarray(pixels).quantize(256).save(data, "png", optimize=False)
    clean = printable(text, MAX_ALT).strip()
    return Picture(clean or NO_WORDS, base64.b64encode(data.getvalue()).decode())


def _bytes_of(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return int(value.nbytes)
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(len(key) + _bytes_of(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return sum(_bytes_of(item) + 8 for item in value)
    return 16
