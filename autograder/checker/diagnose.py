"""Naming the known mistake that explains a student's wrong answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .compare import agree
from .contract import Question
from .outcome import CheckResult, Diagnosis
from .proxies import Logged
from .recordings import Misconception, Recordings

MOST_TOLD = 2
"""So many that cannot be told apart are named together; more than that explain nothing."""


def diagnose(
    question: Question,
    results: Sequence[CheckResult],
    log: Sequence[Logged],
    recordings: Recordings,
    canonical: dict[str, Callable[[Any], Any]],
) -> tuple[Diagnosis, ...]:
    """Return the mistakes that explain all failures of a question, if it is one or two.

    A mistake explains them when it fails exactly the checks that failed here, when every recorded
    call was answered here just as the mistake answers it, and when one of these answers is its
    own, neither the right one nor an exception. Only a mistake that shows in no recorded call,
    such as one that loses digits, is known by the checks alone.
    """
    failed = {check.name for check in results if check.outcome != "passed"}
    if not failed or any(check.reason not in ("", *_ANSWERED) for check in results):
        return ()
    run = {check.name for check in results}
    asked = {call.key for call in log}
    answering: dict[str, set[str]] = {}
    for key, recorded in recordings.calls.items():
        for name, answer in recorded.wrong.items():
            telling = answering.setdefault(name, set())
            if not isinstance(answer, str):  # an exception has many causes
                telling.add(key)
    found = [
        Diagnosis(known.name, known.message)
        for known in recordings.misconceptions
        if known.fails & run == failed
        and (known.name not in answering or answering[known.name] & asked)
        and all(_answers_alike(known, call, question, recordings, canonical) for call in log)
    ]
    return tuple(found) if len(found) <= MOST_TOLD else ()


_ANSWERED = ("wrong", "form", "exception", "unusable")
"""The reasons of checks that failed by an answer, rather than for want of one."""


def _answers_alike(
    known: Misconception,
    call: Logged,
    question: Question,
    recordings: Recordings,
    canonical: dict[str, Callable[[Any], Any]],
) -> bool:
    recorded = recordings.calls[call.key]
    expected = recorded.wrong.get(known.name, recorded.answer)
    return same_answer(call.answer, expected, recorded.function, question, canonical)


def _form(answer: Any) -> Any:
    """Return how many parts an answer has, and the shape of each."""
    if isinstance(answer, tuple):
        return tuple(map(_form, answer))
    return getattr(answer, "shape", ())


def same_answer(
    answer: Any,
    other: Any,
    function: str,
    question: Question,
    canonical: dict[str, Callable[[Any], Any]],
) -> bool:
    """Say whether two answers of a function are the same up to the question's tolerance."""
    if isinstance(answer, str) or isinstance(other, str):
        return bool(isinstance(answer, str) and isinstance(other, str) and answer == other)
    if agree(answer, other, rtol=question.rtol, atol=question.atol):
        return True
    if function not in canonical or _form(answer) != _form(other):
        return False  # a canonical form of other sizes than are due might be of any size
    try:
        first, second = canonical[function](answer), canonical[function](other)
    except Exception:  # whatever came back is tried; what has no canonical form is different
        return False
    return agree(first, second, rtol=question.rtol, atol=question.atol)
