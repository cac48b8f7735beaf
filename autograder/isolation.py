"""Opening what keeps a course's submissions apart from the grader, at the level asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .checker.contract import Limits
from .checker.isolation import Isolation
from .errors import INSTEAD, IsolationError
from .grading_file import Contract, Level
from .layout import Layout

if TYPE_CHECKING:
    from .sandbox.host import ConfinedHost, SandboxHost
    from .sandbox.user import UserHost


def open_host(layout: Layout, contract: Contract, level: Level) -> ConfinedHost | None:
    """Start what keeps submissions to a course apart; nothing for the level ``limits``.

    Raises
    ------
    IsolationError
        When this machine cannot give the level, or a probe could do what submissions must not.
    """
    if level == "limits":
        return None
    hidden = list(_installed(contract.assignment.unavailable))
    return _open(layout, level, contract.assignment.limits, hidden, contract.preload)


def open_lab_host(layout: Layout, contract: Contract, level: Level) -> ConfinedHost:
    """Start what keeps notebooks apart, which may use all libraries.

    Raises
    ------
    IsolationError
        As :func:`open_host`.
    """
    return _open(layout, level, contract.lab_limits, (), contract.lab_preload)


def _open(
    layout: Layout,
    level: Level,
    limits: Limits,
    hidden: Sequence[Path],
    preload: Sequence[str],
) -> ConfinedHost:
    data = layout.student / "data"
    where = {"/course/data": data} if level == "sandbox" else {"data": data}
    return _kind(level)(limits, where, hidden, preload, layout.root, layout.secrets)


def try_level(layout: Layout, level: Level) -> Isolation:
    """Return what a probe observes at a level; raise IsolationError when it does not hold."""
    if level == "limits":
        return Isolation("limits")
    host = _kind(level)(Limits(), repository=layout.root, secrets=layout.secrets)
    host.close()
    return host.isolation


def strongest(layout: Layout) -> tuple[Level, str]:
    """Return the strongest level that holds here, and why no stronger one does."""
    why: list[str] = []
    levels: tuple[Level, ...] = ("sandbox", "user")
    for level in levels:
        try:
            try_level(layout, level)
        except IsolationError as error:
            why.append(str(error))
        else:
            return level, " ".join(why)
    return "limits", " ".join(why)


def _kind(level: Level) -> type[SandboxHost] | type[UserHost]:
    if sys.platform != "linux":
        raise IsolationError(
            f"isolation at level {level} needs Linux; on Windows, WSL2 is one. {INSTEAD}"
        )
    from .sandbox.host import SandboxHost
    from .sandbox.user import UserHost

    return SandboxHost if level == "sandbox" else UserHost


def _installed(modules: Iterable[str]) -> Iterator[Path]:
    """Yield where these modules are installed, without importing anything."""
    for module in modules:
        for entry in sys.path:
            place = Path(entry, *module.split("."))
            yield from (path for path in (place, place.with_suffix(".py")) if path.exists())
