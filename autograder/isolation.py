"""Opening the sandbox for a course's submissions."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from .checker.contract import Limits
from .grading_file import Contract
from .layout import Layout
from .sandbox.host import SandboxHost


def open_sandbox(layout: Layout, contract: Contract) -> SandboxHost:
    """Start the sandbox in which submissions to a course run.

    Raises
    ------
    IsolationError
        When this machine cannot give it, or a probe could do what submissions must not.
    """
    return SandboxHost(
        contract.assignment.limits,
        readable={"/course/data": layout.student / "data"},
        hidden=list(_installed(contract.assignment.unavailable)),
        preload=contract.preload,
        repository=layout.root,
    )


def try_sandbox(layout: Layout) -> None:
    """Raise IsolationError when this machine cannot give a sandbox."""
    SandboxHost(Limits(), repository=layout.root).close()


def _installed(modules: Iterable[str]) -> Iterator[Path]:
    """Yield where these modules are installed, without importing anything."""
    for module in modules:
        for entry in sys.path:
            place = Path(entry, *module.split("."))
            yield from (path for path in (place, place.with_suffix(".py")) if path.exists())
