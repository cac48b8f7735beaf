"""Importing a submission's modules from bytes, and nothing that may not be imported."""

from __future__ import annotations

import importlib.abc
import importlib.util
import linecache
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any


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


def module_named(filename: str) -> str:
    """Return the name of the module that a file holds."""
    return filename.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def forget(names: set[str]) -> None:
    """Unload modules of these names that a submission before has brought."""
    for loaded in [name for name in sys.modules if name in names]:
        loader = getattr(sys.modules[loaded], "__loader__", None)
        if loader is None or isinstance(loader, SubmissionFinder):
            del sys.modules[loaded]


def own_parts(module_name: str, source: tuple[str, bytes]) -> Callable[[str], Any]:
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
