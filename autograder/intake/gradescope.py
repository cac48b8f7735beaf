"""The file ``submission_metadata.yml`` of a Gradescope export.

Gradescope does not document it. What is read here is what public programs that read such files
agree on: a mapping of folder names to ``:submitters:`` (a list of ``:name:``, ``:sid:``,
``:email:``; the last two may be missing) and ``:created_at:``, beside scores, results and
history, which are not needed. Keys are Ruby's symbols, written with a colon in front. Whether a
late submission is marked was not to be found; ``late`` is read if it is there.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any

import yaml

from .handed_in import HandedIn, Person

METADATA = "submission_metadata.yml"
SUBMISSION = re.compile(r"submission_\d+")

_TOP_LEVEL = re.compile(r"^(?=[^\s#\-%])", re.MULTILINE)
_KEY = re.compile(r"( +)[\"']?:?(\w+)[\"']?:")
_WANTED = ("submitters", "created_at", "late")
_LONGEST = 200


def parse(data: bytes) -> dict[str, HandedIn]:
    """Return what is said of each submission, by the name of its folder.

    What is damaged is left out. Each submission is parsed for itself, so that damage to one is
    none to the others, and without its results, which can be long and hold any text.
    """
    said: dict[str, HandedIn] = {}
    for block in _TOP_LEVEL.split(data.decode("utf-8", "replace")):
        try:
            parsed = yaml.safe_load("".join(_needed(block)))
            if isinstance(parsed, dict):
                for name, record in parsed.items():
                    if isinstance(name, str) and isinstance(record, dict):
                        said.setdefault(name, _handed_in(record))
        except Exception:  # PyYAML does not say what odd values may raise
            continue
    return said


def _needed(block: str) -> Iterator[str]:
    """Yield the lines of a submission's record that matter here."""
    indent = ""
    keep = True
    for number, line in enumerate(block.splitlines(keepends=True)):
        key = _KEY.match(line)
        if key and not indent:
            indent = key[1]
        if number and key and key[1] == indent:
            keep = key[2] in _WANTED
        if keep:
            yield line


def _handed_in(record: dict[Any, Any]) -> HandedIn:
    late = _value(record, "late")
    submitters = _value(record, "submitters")
    return HandedIn(
        "Gradescope",
        people=tuple(
            Person(name, _text(submitter, "sid"), _text(submitter, "email"))
            for submitter in (submitters if isinstance(submitters, list) else [])
            if isinstance(submitter, dict) and (name := _text(submitter, "name"))
        ),
        at=_time(_value(record, "created_at")),
        late=late if isinstance(late, bool) else None,
    )


def _value(record: dict[Any, Any], key: str) -> Any:
    return record.get(f":{key}", record.get(key))


def _text(record: dict[Any, Any], key: str) -> str:
    value = _value(record, key)
    return str(value)[:_LONGEST].strip() if isinstance(value, str | int) else ""


def _time(value: Any) -> str:
    """Return a time in ISO 8601 to the second; YAML has made most of them times already."""
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value.removesuffix(" UTC").strip())
        except ValueError:
            return ""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime.datetime) else ""
