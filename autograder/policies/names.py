"""Names of questions and checks that policies and people use, and what was meant by a wrong one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .rules import Afterwards

Place = tuple[str, ...]
_NEAR = 0.75
_MOST = 20


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
    known = dict.fromkeys(parts)
    for name, checks in parts.items():
        for check in checks or ():
            task = check.partition(".")[0]  # of a lab; with it, all its tests are meant
            known |= dict.fromkeys((f"{name}/{task}", f"{name}/{check}"))
    for target in afterwards.drop:
        question, _, check = target.partition("/")
        if target not in known and not (check and parts.get(question, ()) is None):
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
    question, _, check = name.partition("/")
    if check and (checks := [k.partition("/")[2] for k in known if k.startswith(f"{question}/")]):
        near = difflib.get_close_matches(check, checks, 2, _NEAR)
        close = [f"{question}/{other}" for other in near]
    else:
        close = difflib.get_close_matches(name, known, 3, _NEAR)
        close = close or [other for other in known if other.rpartition("/")[2] == name][:3]
    if close:
        return f"there is no {name} here; is {' or '.join(close)} meant?"
    there = [k for k in known if k.startswith(f"{question}/")]
    there = there or [k for k in known if "/" not in k]
    more = ", …" if len(there) > _MOST else ""
    return f"there is no {name} here; there are {', '.join(there[:_MOST])}{more}"
