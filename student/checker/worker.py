"""The untrusted side: holds a submission's code, and answers calls to its functions.

This module runs in a process of its own, which sees the submission and the inputs of the calls
and nothing else. Whatever it says is treated as an answer that may be wrong; nothing here is
relied on for a mark.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.abc
import importlib.util
import io
import linecache
import os
import sys
import types
from collections.abc import Callable
from typing import Any, NoReturn

from . import frames
from .cells import CELL, Notebook, sendable
from .importing import SubmissionFinder, UnavailableFinder, forget, module_named, own_parts
from .portable import MAX_TEXT, UnsendableError, copied, portable, same


class OutputLimitError(Exception):
    """The code under test printed more than it may."""


class _BoundedText(io.TextIOWrapper):
    """A text stream that refuses to take more than a fixed number of characters a call."""

    limit = 1 << 20
    room = limit

    def write(self, text: str, /) -> int:
        self.room -= len(text)
        if self.room < 0:
            raise OutputLimitError
        return super().write(text)


class Work:
    """What a worker holds: the submission's modules and the functions that calls may name.

    Parameters
    ----------
    fields : dict
        The fields of a ``load`` frame: ``names`` of the files, as bytes with NUL between them;
        their ``sizes``, and their bytes one after the other in ``content``; ``functions``, which
        maps each callable function to its module; ``answered``, a list of functions that the
        other side answers instead of the submission; ``unavailable``, the names of modules that
        cannot be imported.
    ask : callable
        Sends a call to the other side and returns its answer.
    """

    def __init__(self, fields: dict[str, Any], ask: Callable[..., Any]) -> None:
        content = fields["content"].tobytes()
        names = fields["names"].tobytes().decode("utf-8", "surrogatepass").split("\0")
        sources: dict[str, tuple[str, bytes]] = {}
        cells: dict[str, bytes] = {}
        offset = 0
        for name, size in zip(names if fields["sizes"] else (), fields["sizes"], strict=True):
            if name.endswith(".py"):
                source = name, content[offset : offset + size]
                if name.endswith("/__init__.py"):  # a file of that name goes before a folder
                    sources.setdefault(module_named(name), source)
                else:
                    sources[module_named(name)] = source
            elif name.startswith(CELL):
                cells[name] = content[offset : offset + size]
            offset += size
        self.functions: dict[str, str] = fields["functions"]
        self.filenames = {name for name, _ in sources.values()} | cells.keys()
        answered = set(fields["answered"])
        first = {name: sources[name] for name in self.functions.values() if name in sources}
        forget(set(sources) | set(self.functions.values()))
        sys.meta_path[:] = [
            UnavailableFinder(fields["unavailable"]),
            SubmissionFinder(first),
            *(f for f in sys.meta_path if not isinstance(f, SubmissionFinder | UnavailableFinder)),
            SubmissionFinder(sources),
        ]
        for module_name in {self.functions[function] for function in answered}:
            module = types.ModuleType(module_name, "Answered by the grader.")
            if module_name in sources:
                rest = own_parts(module_name, sources[module_name])
                module.__getattr__ = rest  # type: ignore[method-assign]
            sys.modules[module_name] = module
            for function, owner in self.functions.items():
                if owner == module_name and function in answered:
                    setattr(module, function, _forwarder(function, ask))
        self.notebook = Notebook(cells) if cells else None

    def call(self, function: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
        """Call one of the submission's functions and return the frame that tells what came."""
        module_name = self.functions[function]
        try:
            module = importlib.import_module(module_name)
            target = getattr(module, function, None)
        except BaseException as error:
            if isinstance(error, ModuleNotFoundError) and error.name == module_name:
                return frames.encode("raised", reason="missing", file=f"{module_name}.py")
            return self._raised(error, importing=True)
        if not callable(target):
            return frames.encode("raised", reason="no_function", file=f"{module_name}.py")
        return self._answered(target, args, kwargs, portable)

    def look(self, kind: str, fields: dict[str, Any]) -> bytes:
        """Do what concerns the notebook: run a cell, tell values or figures, call a function."""
        assert self.notebook is not None
        if kind == "cell":
            try:
                self.notebook.run(fields["name"])
            except BaseException as error:
                return self._raised(error, importing=False)
            return frames.encode("returned", value=None, changed=[])
        if kind == "figures":
            pixels, texts = self.notebook.figures()
            return frames.encode("figures", pixels=pixels, texts=texts)
        if kind == "values":
            return frames.encode("values", values=self.notebook.values(fields["names"]))
        function = self.notebook.function(fields["function"])
        return self._answered(function, fields["args"], fields["kwargs"], sendable)

    def _answered(
        self,
        target: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        sent_as: Callable[[Any], Any],
    ) -> bytes:
        before = [*args, *kwargs.values()]
        copies = [copied(value) for value in before]
        try:
            value = target(*args, **kwargs)
            sent = sent_as(value)
        except UnsendableError as error:
            return frames.encode("raised", reason="unusable", message=str(error))
        except BaseException as error:
            return self._raised(error, importing=False)
        changed = [i for i, (x, y) in enumerate(zip(before, copies, strict=True)) if not same(x, y)]
        try:
            return frames.encode("returned", value=sent, changed=changed)
        except frames.FrameError as error:
            return frames.encode("raised", reason="unusable", message=str(error))

    def _raised(self, error: BaseException, importing: bool) -> bytes:
        place = self._place(error)
        reason = "exception"
        if isinstance(error, SystemExit):
            reason = "exit"
        elif isinstance(error, MemoryError):
            reason = "memory"
        elif isinstance(error, OutputLimitError):
            reason = "output"
        elif isinstance(error, NotImplementedError) and not importing:
            reason = "not_started"
        elif importing:
            reason = "import"
        return frames.encode(
            "raised",
            reason=reason,
            type=type(error).__name__[:80],
            message=_message(error),
            file=place[0],
            line=place[1],
            source=place[2],
        )

    def _place(self, error: BaseException) -> tuple[str, int, str]:
        """Return file, line and source of the innermost line that is the submission's own."""
        if isinstance(error, SyntaxError) and error.filename and error.filename in self.filenames:
            return error.filename, error.lineno or 0, (error.text or "").strip()[:MAX_TEXT]
        found = ("", 0, "")
        trace = error.__traceback__
        while trace is not None:
            filename = trace.tb_frame.f_code.co_filename
            if filename in self.filenames:
                source = linecache.getline(filename, trace.tb_lineno).strip()[:MAX_TEXT]
                found = (filename, trace.tb_lineno, source)
            trace = trace.tb_next
        return found


def _forwarder(function: str, ask: Callable[..., Any]) -> Callable[..., Any]:
    def forwarded(*args: Any, **kwargs: Any) -> Any:
        return ask(
            function,
            tuple(portable(value) for value in args),
            {name: portable(value) for name, value in kwargs.items()},
        )

    forwarded.__name__ = forwarded.__qualname__ = function
    return forwarded


def _message(error: BaseException) -> str:
    """Return the exception's text; a submission's own exception may fail even at that."""
    try:
        if isinstance(error, SyntaxError):
            return str(error.msg)[:MAX_TEXT]
        return str(error)[:MAX_TEXT]
    except BaseException:
        return ""


_UNTOLD = frames.encode("raised", reason="exception")
_NO_MEMORY = frames.encode("raised", reason="memory")
"""Replies where not even a reply can be made: there is no memory left, or an exception that
cannot be looked at, or nothing works any more since builtins were replaced."""


def serve(requests: int, replies: int) -> None:
    """Answer frames from one descriptor on another until the first is closed.

    Parameters
    ----------
    requests, replies : int
        File descriptors to read from and to write to.
    """

    def read_exactly(size: int) -> bytes:
        chunks = []
        while size:
            chunk = os.read(requests, min(size, 1 << 20))
            if not chunk:
                raise EOFError
            chunks.append(chunk)
            size -= len(chunk)
        return b"".join(chunks)

    def send(data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(replies, view) :]

    def ask(function: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        send(frames.encode("ask", function=function, args=args, kwargs=kwargs))
        kind, fields = frames.read(read_exactly)
        if kind != "answer":
            raise RuntimeError(fields["message"])
        return fields["value"]

    work: Work | None = None
    with contextlib.suppress(EOFError):
        while True:
            kind, fields = frames.read(read_exactly)
            if kind == "load":
                work = Work(fields, ask)
                send(frames.encode("loaded"))
            elif work is not None:
                _reset_output()
                try:
                    if kind == "call":
                        reply = work.call(fields["function"], fields["args"], fields["kwargs"])
                    else:
                        reply = work.look(kind, fields)
                except MemoryError:
                    reply = _NO_MEMORY
                except BaseException:
                    reply = _UNTOLD
                _flush_output()
                send(reply)


def _reset_output() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, _BoundedText):
            stream.room = stream.limit


def _flush_output() -> None:
    """Flush what was printed; a submission may have closed or replaced the streams."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()


def run(requests: int, replies: int, output_bytes: int) -> NoReturn:
    """Serve with standard output bounded, then leave without running exit handlers."""
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        stream = _BoundedText(
            io.FileIO(descriptor, "w", closefd=False), "utf-8", "replace", write_through=True
        )
        stream.limit = stream.room = output_bytes
        setattr(sys, name, stream)
    try:
        serve(requests, replies)
    finally:
        os._exit(0)


def main() -> NoReturn:
    """Run as a process: requests on standard input, replies on standard output's old place.

    ``argv`` holds the number of bytes that may be printed in one call, then one ``name=value``
    for each resource limit to set.
    """
    output_bytes = int(sys.argv[1])
    requests, replies = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    _limit_resources(dict(item.split("=") for item in sys.argv[2:]))
    run(requests, replies, output_bytes)


def _limit_resources(limits: dict[str, str]) -> None:
    """Set soft and hard limits where the system has them (not on Windows)."""
    if not limits:
        return
    import resource

    for name, value in limits.items():
        number = getattr(resource, f"RLIMIT_{name}")
        # The kernel warns at the soft limit and kills at the hard one: a second of CPU time lies
        # between them, so that the worker's end tells which limit it was.
        resource.setrlimit(number, (int(value), int(value) + (name == "CPU")))
