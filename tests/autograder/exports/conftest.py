"""Folders of results, made of the golden records, for those who hand in under any name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.intake import HandedIn, Person
from autograder.result import SubmissionResult, load, save

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def record() -> Callable[..., SubmissionResult]:
    """Return a function that gives a golden result under a name: ``record("half_done", "ada")``."""

    def named(case: str, name: str, export: str = "", *people: Person, **said: Any) -> Any:
        result = load(GOLDEN / case)
        return replace(result, submission=name, handed_in=HandedIn(export, people, **said))

    return named


@pytest.fixture
def store(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that stores results in a folder, and gives the folder."""

    def stored(*results: SubmissionResult) -> Path:
        for result in results:
            save(result, tmp_path / "results" / result.submission)
        return tmp_path / "results"

    return stored


@pytest.fixture
def waiting() -> Callable[[SubmissionResult], SubmissionResult]:
    """Return a function that makes the last check of a result wait for a person."""

    def with_one(result: SubmissionResult) -> SubmissionResult:
        *questions, last = result.questions
        *checks, check = last.checks
        waits = replace(check, points=0.0, outcome="not run", reason="by_hand")
        return replace(result, questions=(*questions, replace(last, checks=(*checks, waits))))

    return with_one
