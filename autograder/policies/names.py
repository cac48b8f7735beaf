"""Names of questions and checks that policies and people use, and what was meant by a wrong one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .rules import Afterwards

Place = tuple[str, ...]


def wrong_names(
    afterwards: Afterwards, parts: Mapping[str, Sequence[str] | None]
) -> Iterator[tuple[Place, str]]:
    """Yield what in ``afterwards`` names nothing or leaves no points, with its place there.

    Parameters
    ----------
    afterwards : Afterwards
    parts : mapping of str to sequence of str or None
        For each question the names of its checks; None where they are not known.
    """
    known = [
        *parts,
        *(f"{name}/{check}" for name, checks in parts.items() for check in checks or ()),
    ]
    for target in afterwards.drop:
        question, _, check = target.partition("/")
        checks = parts.get(question, ())
        if target in known or (check and checks is None):
            continue
        if any(name.startswith(f"{check}.") for name in checks or ()) and check:
            continue
        yield ("afterwards", "drop", target), unknown(target, known)
    for name in afterwards.rescale:
        place = ("afterwards", "rescale", name)
        if name not in parts:
            yield place, unknown(name, parts)
            continue
        checks = parts[name]
        if name in afterwards.drop or (
            checks and all(afterwards.dropped(name, check) for check in checks)
        ):
            yield place, "all of it is dropped, so there is nothing to rescale; keep one of them"


def unknown(name: str, known: Iterable[str]) -> str:
    """Return the sentence that there is no such question or check, with what may be meant."""
    known = list(known)
    close = difflib.get_close_matches(name, known, 3)
    close = close or [other for other in known if other.rpartition("/")[2] == name][:3]
    if close:
        return f"there is no {name} here; is {' or '.join(close)} meant?"
    questions = [other for other in known if "/" not in other]
    return f"there is no {name} here; there are {', '.join(questions)}"
