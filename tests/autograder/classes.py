"""Made-up classes of any size: results such as grading gives, from a seed and nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator

from autograder.checker.isolation import Isolation
from autograder.checker.outcome import CheckResult, Diagnosis, QuestionResult
from autograder.result import SubmissionResult

CHECKS = 8
TITLES = {
    "slope": "The slope of a line",
    "area": "The area below a curve",
    "root": "Roots by bisection",
    "series": "Sums of series",
    "extra": "A second look at series",
    "essay": "What you have learned",
}
MISTAKES = {
    "slope": ["turns_the_fraction_over", "forgets_the_offset"],
    "area": ["counts_the_last_point_twice", "takes_the_left_end"],
    "root": ["stops_one_step_early"],
    "series": ["starts_at_one"],
    "extra": [],
    "essay": [],
}
MESSAGES = "It looks as if the code {words}. Try it on two numbers by hand, `x = 1` and `x = 2`."
VISIBILITY = {"public": "visible", "hidden": "after_published"}


def a_class(size: int, seed: int = 7) -> Iterator[SubmissionResult]:
    """Yield results of submissions, better and worse ones, some of which went wrong."""
    chance = random.Random(seed)
    for i in range(size):
        yield _submission(f"student-{i:04d}", chance)


def _submission(name: str, chance: random.Random) -> SubmissionResult:
    ability = chance.gauss(0.7, 1.0)
    if chance.random() < 0.004:
        return _result(name, (), ("the archive is damaged",), "failed", 0.1)
    questions = tuple(_question(question, ability, chance) for question in TITLES)
    graders = chance.random() < 0.004
    if graders:
        questions = (*questions[:-2], _stopped(questions[-2], "grader"), questions[-1])
    notes = ("a file of another name was left out: `old copy.py`",) * (chance.random() < 0.05)
    seconds = chance.lognormvariate(0.5, 0.6)
    return _result(name, questions, notes, "partial" if graders else "graded", seconds)


def _result(name, questions, notes, status, seconds) -> SubmissionResult:
    isolation = Isolation("sandbox", {"reach the network": "refused"})
    return SubmissionResult(
        *(name, "Functions of one variable", status, questions, notes, isolation),
        *(VISIBILITY, {}),
        seconds=seconds,
    )


def _question(name: str, ability: float, chance: random.Random) -> QuestionResult:
    if name == "essay":
        return _essay(ability, chance)
    bonus = name == "extra"
    if chance.random() < (0.7 if bonus else 0.05 - 0.04 * ability):
        checks = tuple(_check(name, i, "not_started") for i in range(CHECKS))
    else:
        checks = tuple(
            _check(name, i, "" if _passes(name, i, ability, chance) else "wrong")
            for i in range(CHECKS)
        )
    question = QuestionResult(name, TITLES[name], checks, bonus=bonus)
    if chance.random() < 0.02:
        return _stopped(question, chance.choice(["crash", "time", "memory", "import"]))
    known = MISTAKES[name]
    if not question.complete and not question.not_started and known and chance.random() < 0.5:
        named = (
            known if chance.random() < 0.1 else [chance.choices(known, range(len(known), 0, -1))[0]]
        )
        diagnoses = tuple(
            Diagnosis(f"{name}_{m}", MESSAGES.format(words=m.replace("_", " "))) for m in named
        )
        helped = ("slope",) if name == "area" and chance.random() < 0.2 else ()
        return QuestionResult(name, TITLES[name], checks, diagnoses, helped, bonus=bonus)
    return question


def _passes(question: str, i: int, ability: float, chance: random.Random) -> bool:
    if (question, i) == ("series", 3):  # a check that asks for nothing that was taught
        return chance.random() < 0.6 - 0.05 * ability
    hard = 3.5 if (question, i) == ("root", 7) else i / 5 - 0.9
    return ability + chance.gauss(0, 1) > hard


def _essay(ability: float, chance: random.Random) -> QuestionResult:
    """Return a written answer; of some, a person has still to say what it is worth."""
    reason = chance.choice(["missing", "marked", "marked", "marked", "by_hand"])
    points = min(max(round(2 * (ability + 3)) / 2, 0.0), 5.0) if reason == "marked" else 0.0
    outcome = "passed" if points == 5 else "failed" if reason == "marked" else "not run"
    check = CheckResult("summary", "public", points, 5.0, outcome, reason, "Summary")
    return QuestionResult("essay", TITLES["essay"], (check,), kind="report")


def _stopped(question: QuestionResult, reason: str) -> QuestionResult:
    checks = tuple(_check(question.name, i, reason) for i in range(CHECKS))
    return QuestionResult(question.name, question.title, checks, bonus=question.bonus)


def _check(question: str, i: int, reason: str) -> CheckResult:
    outcome = "passed" if not reason else "failed" if reason == "wrong" else "not run"
    visibility = "public" if i < CHECKS // 2 else "hidden"
    return CheckResult(
        *(f"{question}_case_{i}", visibility, 0.0 if reason else 2.5, 2.5, outcome, reason),
        asked=f"The function is right in case {i}, by hand and by the formula.",
        seconds=0.02,
    )
