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

    A folder with modules in it is a package, with ``__init__.py`` or without.

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
        if not self._holds(fullname):
            return None
        filename, _ = self._source(fullname)
        package = filename.endswith("__init__.py")
        return importlib.util.spec_from_loader(fullname, self, origin=filename, is_package=package)

    def _holds(self, fullname: str) -> bool:
        # Looked for when asked for, since there can be millions of folders, one in the other.
        return fullname in self.sources or any(n.startswith(f"{fullname}.") for n in self.sources)

    def _source(self, fullname: str) -> tuple[str, bytes]:
        return self.sources.get(fullname, (f"{fullname.replace('.', '/')}/__init__.py", b""))

    def exec_module(self, module: types.ModuleType) -> None:
        """Compile and run the bytes of the module's file."""
        filename, content = self._source(module.__name__)
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
    """Unload what a submission before has brought, and modules of these names without a file."""
    for loaded, module in list(sys.modules.items()):
        loader = getattr(module, "__loader__", None)
        if isinstance(loader, SubmissionFinder) or (loader is None and loaded in names):
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
