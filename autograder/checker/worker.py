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
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Any, NoReturn

import numpy as np

from . import frames

MAX_TEXT = 600
MAX_ITEMS = 16


class OutputLimitError(Exception):
    """The code under test printed more than it may."""


class UnsendableError(TypeError):
    """A result that is not numbers, strings or arrays of them."""


class _BoundedText(io.TextIOWrapper):
    """A text stream that refuses to take more than a fixed number of characters a call."""

    limit = 1 << 20
    room = limit

    def write(self, text: str, /) -> int:
        self.room -= len(text)
        if self.room < 0:
            raise OutputLimitError
        return super().write(text)


class SubmissionFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports modules from bytes that were handed over, never from a folder on the path.

    Parameters
    ----------
    sources : dict of str to (str, bytes)
        Module name to file name and content.
    """

    def __init__(self, sources: dict[str, tuple[str, bytes]]) -> None:
        self.sources = sources

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> Any:
        """Find a module among the handed-over files."""
        if fullname not in self.sources:
            return None
        filename = self.sources[fullname][0]
        package = filename.endswith("__init__.py")
        return importlib.util.spec_from_loader(fullname, self, origin=filename, is_package=package)

    def exec_module(self, module: types.ModuleType) -> None:
        """Compile and run the bytes of the module's file."""
        filename, content = self.sources[module.__name__]
        module.__file__ = filename
        text = content.decode("utf-8", "replace").splitlines(keepends=True)
        linecache.cache[filename] = (len(content), None, text, filename)
        exec(compile(content, filename, "exec", dont_inherit=True), module.__dict__)


class UnavailableFinder(importlib.abc.MetaPathFinder):
    """Refuses to import modules that are not to be used in this assignment."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> None:
        """Raise ImportError for the named modules and everything below them."""
        for name in self.names:
            if fullname == name or fullname.startswith(name + "."):
                raise ImportError(f"{name} may not be used in this assignment", name=fullname)


class Work:
    """What a worker holds: the submission's modules and the functions that calls may name.

    Parameters
    ----------
    fields : dict
        The fields of a ``load`` frame: ``names`` and ``sizes`` of the files, whose bytes follow
        each other in ``content``; ``functions``, which maps each callable function to its
        module; ``answered``, a list of functions that the other side answers instead of the
        submission; ``unavailable``, the names of modules that cannot be imported.
    ask : callable
        Sends a call to the other side and returns its answer.
    """

    def __init__(self, fields: dict[str, Any], ask: Callable[..., Any]) -> None:
        content = fields["content"].tobytes()
        sources = {}
        offset = 0
        for name, size in zip(fields["names"], fields["sizes"], strict=True):
            if name.endswith(".py"):
                sources[_module_name(name)] = (name, content[offset : offset + size])
            offset += size
        for name, _ in list(sources.values()):
            for folder in PurePosixPath(name).parents[:-1]:  # a package, with __init__.py or not
                sources.setdefault(_module_name(f"{folder}.py"), (f"{folder}/__init__.py", b""))
        self.functions: dict[str, str] = fields["functions"]
        self.filenames = {name for name, _ in sources.values()}
        answered = set(fields["answered"])
        first = {name: sources[name] for name in self.functions.values() if name in sources}
        _forget(set(sources) | set(self.functions.values()))
        sys.meta_path[:] = [
            UnavailableFinder(fields["unavailable"]),
            SubmissionFinder(first),
            *(f for f in sys.meta_path if not isinstance(f, SubmissionFinder | UnavailableFinder)),
            SubmissionFinder(sources),
        ]
        for module_name in {self.functions[function] for function in answered}:
            module = types.ModuleType(module_name, "Answered by the grader.")
            if module_name in sources:
                own_parts = _own_parts(module_name, sources[module_name])
                module.__getattr__ = own_parts  # type: ignore[method-assign]
            sys.modules[module_name] = module
            for function, owner in self.functions.items():
                if owner == module_name and function in answered:
                    setattr(module, function, _forwarder(function, ask))

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
        before = [*args, *kwargs.values()]
        copies = [_copied(value) for value in before]
        try:
            value = target(*args, **kwargs)
            sent = _portable(value)
        except UnsendableError as error:
            return frames.encode("raised", reason="unusable", message=str(error))
        except BaseException as error:
            return self._raised(error, importing=False)
        changed = [
            i for i, (x, y) in enumerate(zip(before, copies, strict=True)) if not _same(x, y)
        ]
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


def _module_name(filename: str) -> str:
    return filename.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _forget(names: set[str]) -> None:
    for loaded in [name for name in sys.modules if name in names]:
        loader = getattr(sys.modules[loaded], "__loader__", None)
        if loader is None or isinstance(loader, SubmissionFinder):
            del sys.modules[loaded]


def _own_parts(module_name: str, source: tuple[str, bytes]) -> Callable[[str], Any]:
    """Return a module's ``__getattr__`` that finds there what the submission itself has written.

    Modules may import more from each other than the functions that are answered.
    """
    loaded: list[types.ModuleType] = []

    def find(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if not loaded:
            own = types.ModuleType(module_name)
            SubmissionFinder({module_name: source}).exec_module(own)
            loaded.append(own)
        return getattr(loaded[0], name)

    return find


def _forwarder(function: str, ask: Callable[..., Any]) -> Callable[..., Any]:
    def forwarded(*args: Any, **kwargs: Any) -> Any:
        return ask(
            function,
            tuple(_portable(value) for value in args),
            {name: _portable(value) for name, value in kwargs.items()},
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


def _portable(value: Any) -> Any:
    """Turn a result into something that a frame can hold, or raise UnsendableError."""
    if value is None or type(value) in (bool, int, float, str):
        if type(value) is int and not -(2**63) <= value < 2**63:
            raise UnsendableError("an integer of more than 64 bits")
        return value
    if isinstance(value, tuple):
        if len(value) > MAX_ITEMS:
            return _plain_array(np.asarray(value), value)
        return tuple(_portable(item) for item in value)
    if isinstance(value, list):
        try:
            array = np.asarray(value)
        except ValueError:  # ragged: a list of arrays of different shapes
            array = None
        if array is None or array.dtype.kind == "O":
            if len(value) > MAX_ITEMS:
                raise UnsendableError("a list of things that are not numbers")
            return tuple(_portable(item) for item in value)
        return _plain_array(array, value)
    if isinstance(value, dict | set | str | bytes) or callable(value):
        raise UnsendableError(f"a {type(value).__name__}")
    return _plain_array(np.asarray(value), value)


def _plain_array(array: np.ndarray, value: Any) -> Any:
    if array.dtype.kind in "biuf" and array.ndim == 0:
        return array.item()
    if array.dtype.kind == "b":
        return np.asarray(array, dtype=np.bool_)
    if array.dtype.kind in "iu":
        return np.asarray(array, dtype="<i8")
    if array.dtype.kind == "f":
        return np.asarray(array, dtype="<f8")
    if array.dtype.kind == "c":
        raise UnsendableError("an array of complex numbers")
    if isinstance(value, np.ndarray | list | tuple):
        raise UnsendableError(f"an array of dtype {array.dtype.name}"[:MAX_TEXT])
    raise UnsendableError(f"an object of type {type(value).__name__}"[:MAX_TEXT])


def _copied(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple):
        return [_copied(item) for item in value]
    return value


def _same(value: Any, copy: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.shape == copy.shape and bool(value.tobytes() == copy.tobytes())
    if isinstance(value, list | tuple):
        return len(value) == len(copy) and all(map(_same, value, copy))
    return bool(value is copy or value == copy)


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
            elif kind == "call" and work is not None:
                _reset_output()
                reply = work.call(fields["function"], fields["args"], fields["kwargs"])
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
