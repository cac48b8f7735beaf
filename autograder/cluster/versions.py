"""What has to be the same on two machines, or they could give the same submission other marks."""

from __future__ import annotations

import hashlib
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .. import __version__

LIBRARIES = ("numpy", "scipy", "scikit-learn", "matplotlib")
MISSING = "none"

_PACKAGE = Path(__file__).resolve().parents[1]


def versions() -> dict[str, str]:
    """Return the versions of all that marks and pictures depend on, without importing any of it.

    That of the autograder has a hash of its source after it, since a copy may have been changed.
    """
    source = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        source.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0")
        source.update(hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).digest())
    return {
        "autograder": f"{__version__} ({source.hexdigest()[:10]})",
        "Python": f"{sys.version_info.major}.{sys.version_info.minor}",
        **{name: _installed(name) for name in LIBRARIES},
    }


def differences(here: dict[str, str], there: dict[str, str]) -> list[str]:
    """Say what is not the same: ``numpy 2.4.6 there, 2.4.5 here``."""
    return [
        f"{name} {there.get(name, MISSING)} there, {value} here"
        for name, value in here.items()
        if there.get(name) != value
    ]


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return MISSING
