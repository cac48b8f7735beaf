"""Proof on the real course: each known mistake is caught, named and charged once, also in pairs."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from autograder.builder.variants import Variant, read_variants, with_variant
from autograder.checker.outcome import QuestionResult
from autograder.grading_file import read
from autograder.layout import Layout, read_python_files
from autograder.result import SubmissionResult

LAYOUT = Layout.find(Path(__file__).parent)
QUESTIONS = {question.name: question for question in read(LAYOUT).assignment.questions}
MISTAKES = {
    name: read_variants(LAYOUT.misconceptions, question) for name, question in QUESTIONS.items()
}
PAIRS_OF_TWO_QUESTIONS = 2
PAIRS_WITH_A_BONUS = 1

Graded = Callable[[Mapping[str, Mapping[str, bytes]]], dict[str, SubmissionResult]]


def concerned(mistaken: Iterable[str]) -> set[str]:
    """Return these questions, those that use them in any way, and what all of these need."""
    touched = set(mistaken)
    for name, question in QUESTIONS.items():  # a question comes after those that it needs
        if touched.intersection(question.needs):
            touched.add(name)
    for name in reversed(QUESTIONS):
        if name in touched:
            touched.update(QUESTIONS[name].needs)
    return touched


def submission(**mistakes: Variant) -> dict[str, bytes]:
    """Return a submission that is right but for one known mistake in each question named.

    Questions that have nothing to do with these are not in it.
    """
    solution = read_python_files(LAYOUT.solution)
    files = {f"{name}.py": solution[f"{name}.py"] for name in concerned(mistakes)}
    for question, mistake in mistakes.items():
        files = with_variant(files, QUESTIONS[question], mistake)
    return files


def how_many(questions: Iterable[str]) -> int:
    """Return how many pairs of mistakes in these two questions are graded."""
    bonus = any(QUESTIONS[question].bonus for question in questions)
    return PAIRS_WITH_A_BONUS if bonus else PAIRS_OF_TWO_QUESTIONS


def pairs() -> Iterator[dict[str, Variant]]:
    """Yield pairs of mistakes in every two questions, from all over their lists."""
    turn = {question: itertools.cycle(mistakes[::3]) for question, mistakes in MISTAKES.items()}
    for questions in itertools.combinations(QUESTIONS, 2):
        for _ in range(how_many(questions)):
            yield {question: next(turn[question]) for question in questions}


ALONE = {m.name: {question: m} for question, listed in MISTAKES.items() for m in listed}
PAIRS = {" and ".join(m.name for m in pair.values()): pair for pair in pairs()}


@pytest.fixture(scope="module")
def results(grade_files: Graded) -> dict[str, SubmissionResult]:
    wanted = ALONE | PAIRS
    return grade_files({name: submission(**mistakes) for name, mistakes in wanted.items()})


def charged(result: SubmissionResult) -> set[str]:
    return {q.name for q in handed_in(result) if q.points < q.max_points}


def handed_in(result: SubmissionResult) -> list[QuestionResult]:
    return [q for q in result.questions if {check.reason for check in q.checks} != {"missing"}]


def named(result: SubmissionResult) -> dict[str, list[str]]:
    return {q.name: [d.name for d in q.diagnoses] for q in result.questions if q.diagnoses}


def test_there_are_at_least_75_known_mistakes_and_each_question_has_some() -> None:
    assert len(ALONE) == sum(map(len, MISTAKES.values())) >= 75
    assert all(len(listed) >= 8 for listed in MISTAKES.values())


@pytest.mark.parametrize("name", [*ALONE, *PAIRS])
def test_mistakes_are_charged_at_their_own_questions_alone(
    results: dict[str, SubmissionResult], name: str
) -> None:
    assert results[name].status == "graded"
    assert charged(results[name]) == set((ALONE | PAIRS)[name])
    assert {q.name for q in handed_in(results[name])} == concerned((ALONE | PAIRS)[name])


@pytest.mark.parametrize("name", [*ALONE, *PAIRS])
def test_mistakes_are_named_and_nothing_else_is(
    results: dict[str, SubmissionResult], name: str
) -> None:
    made = (ALONE | PAIRS)[name]

    assert named(results[name]) == {question: [made[question].name] for question in made}


def test_every_two_questions_have_pairs() -> None:
    counts = Counter(frozenset(pair) for pair in PAIRS.values())

    assert set(counts) == {frozenset(two) for two in itertools.combinations(QUESTIONS, 2)}
    assert all(count >= (how_many(pair) + 1) // 2 for pair, count in counts.items())
