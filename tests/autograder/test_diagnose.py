"""When a known mistake is named, and when it is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from autograder.checker.contract import Check, Question
from autograder.checker.diagnose import diagnose, same_answer
from autograder.checker.outcome import CheckResult
from autograder.checker.proxies import Logged
from autograder.checker.recordings import RAISED, Misconception, Recording, Recordings
from autograder.checker.signature import Signature

CHECKS = ("a", "b", "c")
QUESTION = Question(
    "f",
    "Title",
    (),
    (Signature.parse("f(x) -> y[N] float"),),
    1e-6,
    1e-9,
    tuple(Check(name, 1.0, "public") for name in CHECKS),
)
RIGHT = np.array([1.0, 2.0])
WRONG = np.array([2.0, 4.0])
OTHER = np.array([3.0, 6.0])


def results(**reasons: str) -> list[CheckResult]:
    """Return a result for each check; those that are given a reason did not pass."""
    return [
        CheckResult(
            name,
            "public",
            0.0,
            1.0,
            "failed" if name in reasons else "passed",
            reasons.get(name, ""),
        )
        for name in CHECKS
    ]


def mistake(name: str, *fails: str) -> Misconception:
    return Misconception(name, f"This is {name}.", frozenset(fails))


def told(
    came: Sequence[CheckResult],
    known: Sequence[Misconception],
    answers: dict[str, Any] | None = None,
    calls: dict[str, Recording] | None = None,
    canonical: dict[str, Any] | None = None,
) -> list[str]:
    recorded = {"k": Recording("f", RIGHT, {"double": WRONG})} if calls is None else calls
    log = [Logged("a", key, value) for key, value in (answers or {}).items()]
    found = diagnose(QUESTION, came, log, Recordings(recorded, tuple(known)), canonical or {})
    return [diagnosis.name for diagnosis in found]


DOUBLE = mistake("double", "a", "b")
FAILED = results(a="wrong", b="wrong")


def test_the_one_mistake_that_explains_all_is_named_in_its_own_words():
    recordings = Recordings({"k": Recording("f", RIGHT, {"double": WRONG})}, (DOUBLE,))

    (diagnosis,) = diagnose(QUESTION, FAILED, [Logged("a", "k", WRONG)], recordings, {})

    assert (diagnosis.name, diagnosis.message) == ("double", "This is double.")


def test_an_answer_within_tolerance_of_the_mistakes_is_explained_by_it():
    assert told(FAILED, [DOUBLE], {"k": WRONG * (1 + 1e-8)}) == ["double"]


def test_nothing_is_named_when_all_is_right():
    assert told(results(), [mistake("double"), DOUBLE], {"k": RIGHT}) == []


@pytest.mark.parametrize("answer", [RIGHT, OTHER, WRONG[:1], None, 2.0, (WRONG,), RAISED, "double"])
def test_an_answer_that_the_mistake_would_not_give_is_not_explained(answer):
    assert told(FAILED, [DOUBLE], {"k": answer}) == []


def test_every_answer_must_be_the_mistakes():
    calls = {"k": Recording("f", RIGHT, {"double": WRONG}), "l": Recording("f", RIGHT)}

    assert told(FAILED, [DOUBLE], {"k": WRONG, "l": RIGHT}, calls) == ["double"]
    assert told(FAILED, [DOUBLE], {"k": WRONG, "l": OTHER}, calls) == []


@pytest.mark.parametrize("failed", [{"a": "wrong"}, {"a": "wrong", "b": "wrong", "c": "wrong"}])
def test_a_mistake_that_fails_other_checks_than_failed_is_not_named(failed):
    assert told(results(**failed), [DOUBLE], {"k": WRONG}) == []


def test_checks_that_are_not_run_here_are_left_out_of_account():
    also_hidden = mistake("double", "a", "b", "some_hidden_check")

    assert told(FAILED, [also_hidden], {"k": WRONG}) == ["double"]


@pytest.mark.parametrize("answers", [{}, {"k": RIGHT}])
def test_failing_the_same_checks_alone_shows_nothing(answers):
    assert told(FAILED, [DOUBLE], answers) == []


def test_a_mistake_that_shows_in_no_recorded_answer_is_known_by_the_checks_alone():
    assert told(results(c="wrong"), [mistake("in_place", "c")], {"k": RIGHT}) == ["in_place"]
    assert told(results(c="wrong"), [mistake("in_place", "c")], {"k": WRONG}) == []


def alike(*names: str) -> dict[str, Recording]:
    return {"k": Recording("f", RIGHT, dict.fromkeys(names, WRONG))}


def test_two_that_cannot_be_told_apart_are_both_named():
    known = [mistake("one", "a", "b"), mistake("two", "a", "b"), mistake("three", "b")]

    assert told(FAILED, known, {"k": WRONG}, alike("one", "two", "three")) == ["one", "two"]


def test_of_three_that_cannot_be_told_apart_none_is_named():
    known = [mistake(name, "a", "b") for name in ("one", "two", "three")]

    assert told(FAILED, known, {"k": WRONG}, alike("one", "two", "three")) == []


@pytest.mark.parametrize("reason", ["wrong", "form", "exception", "unusable"])
def test_a_failure_by_an_answer_can_be_explained(reason):
    assert told(results(a=reason, b="wrong"), [DOUBLE], {"k": WRONG}) == ["double"]


@pytest.mark.parametrize(
    "reason", ["time", "no_time_left", "memory", "crash", "exit", "not_started", "waits", "grader"]
)
def test_nothing_is_named_when_a_check_failed_for_want_of_an_answer(reason):
    assert told(results(a=reason, b="wrong"), [DOUBLE], {"k": WRONG}) == []


def test_an_exception_where_the_mistake_raises_one_agrees_with_it():
    calls = {
        "k": Recording("f", RIGHT, {"double": WRONG}),
        "l": Recording("f", RIGHT, {"double": RAISED}),
    }

    assert told(FAILED, [DOUBLE], {"k": WRONG, "l": RAISED}, calls) == ["double"]
    assert told(FAILED, [DOUBLE], {"k": WRONG, "l": WRONG}, calls) == []


def test_an_exception_alone_shows_nothing():
    calls = {"k": Recording("f", RIGHT, {"double": RAISED})}

    assert told(FAILED, [DOUBLE], {"k": RAISED}, calls) == []


def test_without_known_mistakes_nothing_is_named():
    assert told(FAILED, []) == []


# Answers that count as the same -------------------------------------------------------------------


def backwards(answer: Any) -> Any:
    return np.sort(np.asarray(answer, dtype=float))


def test_the_content_may_count_different_answers_as_the_same():
    assert not same_answer(WRONG, WRONG[::-1], "f", QUESTION, {})
    assert same_answer(WRONG, WRONG[::-1], "f", QUESTION, {"f": backwards})
    assert not same_answer(WRONG, OTHER, "f", QUESTION, {"f": backwards})
    assert told(FAILED, [DOUBLE], {"k": WRONG[::-1]}, canonical={"f": backwards}) == ["double"]


@pytest.mark.parametrize(
    "answer", [None, (1.0, "x"), np.zeros((2, 2, 2)), (), {"a": 1}, [[1], [2, 3]]]
)
def test_an_answer_without_a_canonical_form_is_simply_different(answer):
    assert not same_answer(answer, WRONG, "f", QUESTION, {"f": backwards})


@pytest.mark.parametrize("answer", [np.zeros(3), np.zeros((2, 1)), 1.0, (WRONG, WRONG), (WRONG,)])
def test_no_canonical_form_is_asked_of_an_answer_of_another_form(answer):
    def asked(answer: Any) -> Any:
        raise SystemExit

    assert not same_answer(answer, WRONG, "f", QUESTION, {"f": asked})


@pytest.mark.parametrize("error", [ValueError, TypeError, IndexError, KeyError, OverflowError])
def test_whatever_goes_wrong_with_a_canonical_form_the_grader_goes_on(error):
    def fails(answer: Any) -> Any:
        raise error

    assert not same_answer(OTHER, WRONG, "f", QUESTION, {"f": fails})
