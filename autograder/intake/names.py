"""Names of files and people: what is safe, what is an archive, what no student has written."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

READ_SUFFIXES = (
    *(".tar.gz", ".tar.bz2", ".tar.xz", ".zip", ".tar", ".tgz", ".tbz2", ".tbz", ".txz"),
    *(".gz", ".bz2", ".xz"),
)
ARCHIVE_SUFFIXES = (*READ_SUFFIXES, ".rar", ".7z")

_SKIPPED = re.compile(r"\.|__MACOSX$|__pycache__$|(venv|env|node_modules|site-packages)$")
_DEVICES = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)", re.IGNORECASE
)
_BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_LONGEST_NAME = 255


def is_skipped(name: str) -> bool:
    """Say whether a file or folder of this name is nothing that a student has written."""
    return bool(_SKIPPED.match(name))


def is_archive(name: str) -> bool:
    """Say whether a file's name is that of an archive, also of one that cannot be read here."""
    return name.lower().endswith(ARCHIVE_SUFFIXES)


def stem(name: str) -> str:
    """Return an archive's name without its suffix, or both of them: ``ada.tar.gz`` is ``ada``."""
    lower = name.lower()
    suffix = next((suffix for suffix in ARCHIVE_SUFFIXES if lower.endswith(suffix)), "")
    return name[: len(name) - len(suffix)]


def member_path(raw: str) -> PurePosixPath | None:
    """Return the path of an archive's member, or None when it points out of the archive.

    Some programs on Windows write paths with backslashes, and some with a drive.
    """
    text = raw.replace("\\", "/")
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or PureWindowsPath(text).drive:
        return None
    return path


def is_usable(path: PurePosixPath) -> bool:
    """Say whether a file of this name can be on every system and be shown as it is."""
    return all(
        len(part.encode("utf-8", "replace")) <= _LONGEST_NAME for part in path.parts
    ) and not any(unicodedata.category(c) in ("Cc", "Cs") or c in _BIDI_CONTROLS for c in str(path))


def same_file(path: PurePosixPath | str) -> str:
    """Return what is equal for two names that are one file's on Windows or macOS."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", str(path)).casefold())


def safe_name(raw: str) -> str:
    """Return a name that is one harmless path component and one line of text.

    Names that Windows keeps for devices are not harmless there, with a suffix neither:
    https://learn.microsoft.com/windows/win32/fileio/naming-a-file
    """
    text = unicodedata.normalize("NFC", raw)
    kept = "".join(c if unicodedata.category(c)[0] not in "CZ" or c == " " else "_" for c in text)
    kept = re.sub(r'[/\\:*?"<>|]', "_", kept).strip(" .")
    if _DEVICES.match(kept):
        kept = f"_{kept}"
    short = kept.encode("utf-8", "replace")[:120].decode("utf-8", "ignore")
    return short.strip(" .") or "unnamed"


def shown(name: object, longest: int = 80) -> str:
    """Return a name as one short line of printable text."""
    text = "".join(c if c.isprintable() else "�" for c in str(name))
    return text if len(text) <= longest else f"{text[: longest - 3]}…"


def reason(error: Exception) -> str:
    """Return what a library says was wrong, which may quote any name at any length."""
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return shown(said, longest=120)
