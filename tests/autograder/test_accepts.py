"""Proof on the real course: the grader accepts what is right, in whatever style it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from autograder.builder.variants import read_variants, with_variant
from autograder.grading_file import read
from autograder.layout import Layout, read_python_files
from autograder.result import SubmissionResult

LAYOUT = Layout.find(Path(__file__).parent)
QUESTIONS = read(LAYOUT).assignment.questions
ALTERNATIVES = {q.name: read_variants(LAYOUT.alternatives, q) for q in QUESTIONS}
SUBMISSIONS = max(25, *map(len, ALTERNATIVES.values()))


def _edited(change: Callable[[bytes], bytes]) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda files: {name: change(source) for name, source in files.items()}


def _in_a_helper_module(files: dict[str, bytes]) -> dict[str, bytes]:
    moved = {f"my_{name}": source for name, source in files.items()}
    front = {name: f"from my_{name[:-3]} import *\n".encode() for name in files}
    return moved | front | {"my_notes.py": b"raise RuntimeError('never imported')\n"}


HABITS: dict[str, Callable[[dict[str, bytes]], dict[str, bytes]]] = {
    "plain": dict,
    "byte_order_mark": _edited(lambda source: b"\xef\xbb\xbf" + source),
    "windows_line_ends": _edited(lambda source: source.replace(b"\n", b"\r\n")),
    "mark_and_line_ends": _edited(lambda source: b"\xef\xbb\xbf" + source.replace(b"\n", b"\r\n")),
    "prints": _edited(lambda source: source + b"\nprint('imported', __name__)\n"),
    "helper_modules": _in_a_helper_module,
    "runs_as_a_script": _edited(
        lambda source: source + b"\nif __name__ == '__main__':\n    raise SystemExit\n"
    ),
}
"""What editors and people do to files that changes nothing of what the functions return."""


def right_submissions() -> dict[str, dict[str, bytes]]:
    """Return submissions that all together show every alternative and every habit."""
    habits = list(HABITS.items())
    made = {}
    for number in range(SUBMISSIONS):
        files = read_python_files(LAYOUT.solution)
        for question in QUESTIONS:
            listed = ALTERNATIVES[question.name]
            files = with_variant(files, question, listed[number % len(listed)])
        habit, apply = habits[number % len(habits)]
        made[f"{number:02}_{habit}"] = apply(files)
    return made


RIGHT = right_submissions()


@pytest.fixture(scope="module")
def results(
    grade_files: Callable[[Mapping[str, Mapping[str, bytes]]], dict[str, SubmissionResult]],
) -> dict[str, SubmissionResult]:
    return grade_files(RIGHT)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_submission_has_full_marks(results: dict[str, SubmissionResult], name: str) -> None:
    lost = [
        f"{question.name}, {check.name}: {check.reason} {check.found} {check.detail}"
        for question in results[name].questions
        for check in question.checks
        if check.outcome != "passed"
    ]

    assert lost == []
    assert results[name].points == results[name].max_points == 100
    # Parts that loop over points are right, but may be too slow to be used on an image.
    assert all(q.helped_by == () or q.helped_for == "time" for q in results[name].questions)


def test_at_least_25_right_submissions_are_graded(results: dict[str, SubmissionResult]) -> None:
    assert results.keys() == RIGHT.keys()
    assert len(RIGHT) >= 25
