"""Other implementations of what students write: known mistakes, and alternatives that are right."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from ..checker.contract import Question
from ..errors import ConfigurationError


@dataclass(frozen=True)
class Variant:
    """One implementation in a file of them.

    Attributes
    ----------
    path : path
        The file.
    name : str
        Its function or class.
    text : str
        Its docstring on one line: of a known mistake, what students are told.
    replaces : dict of str to str
        The functions that it replaces, and by what.
    """

    path: Path
    name: str
    text: str
    replaces: dict[str, str]

    def __str__(self) -> str:
        return f"tests/{self.path.parent.name}/{self.path.name}: {self.name}"


def read_variants(folder: Path, question: Question) -> list[Variant]:
    """Read the folder's file of variants of a question without running it.

    A top-level function ``<function>_<what is special about it>`` replaces one function of the
    question; a class replaces those of which it has static methods.

    Raises
    ------
    ConfigurationError
        When a definition replaces nothing, has no docstring or is there twice.
    """
    path = folder / f"{question.name}.py"
    if not path.exists():
        return []
    try:
        tree = ast.parse(path.read_bytes(), path.name)
    except SyntaxError as error:
        raise ConfigurationError(f"{path}, line {error.lineno}: {error.msg}") from None
    functions = sorted((s.function for s in question.signatures), key=len, reverse=True)
    variants: dict[str, Variant] = {}
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if isinstance(node, ast.ClassDef):
            methods = [item.name for item in node.body if isinstance(item, ast.FunctionDef)]
            replaces = {m: f"{node.name}.{m}" for m in methods if m in functions}
        else:
            owner = next((f for f in functions if node.name.startswith(f + "_")), None)
            replaces = {owner: node.name} if owner else {}
        where = f"{path}, line {node.lineno}: {node.name}"
        if not replaces:
            raise ConfigurationError(
                f"{where} replaces none of {', '.join(functions)}; name it <function>_<what is "
                "special about it>, or give the class static methods of these names"
            )
        text = " ".join((ast.get_docstring(node) or "").split())
        if not text:
            raise ConfigurationError(
                f"{where} needs a docstring: of a known mistake, it is what students are told"
            )
        if node.name in variants:
            raise ConfigurationError(f"{where} is defined a second time")
        variants[node.name] = Variant(path, node.name, text, replaces)
    return list(variants.values())


def with_variant(files: dict[str, bytes], question: Question, variant: Variant) -> dict[str, bytes]:
    """Return a submission's files with a question's functions replaced by the variant's."""
    before, instead = f"other_{question.name}", f"{variant.path.parent.name}_{question.name}"
    module = "\n".join(
        [
            f"from {before} import *",
            f"import {instead}",
            *(f"{function} = {instead}.{name}" for function, name in variant.replaces.items()),
        ]
    )
    return files | {
        f"{before}.py": files[f"{question.name}.py"],
        f"{instead}.py": variant.path.read_bytes(),
        f"{question.name}.py": module.encode(),
    }
