"""Hints for students: three for each question, from ``hints.yml`` into the handout."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import yaml

from ..checker.contract import Assignment
from ..errors import ConfigurationError

STAGES = ("where to look", "the idea", "the shape of the line")


def read_hints(path: Path, assignment: Assignment, left_out: Collection[str] = ()) -> bytes:
    """Return the hints as JSON, so that students need no YAML.

    Parameters
    ----------
    path : path
        ``hints.yml``.
    assignment : Assignment
    left_out : collection of str
        Questions that ``grading.yml`` may leave out; their hints are passed over.

    That none holds a line of the solution is proved with the rest of the handout.

    Raises
    ------
    ConfigurationError
        When a question has not three hints, or hints are for no question.
    """
    try:
        plain = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(
            f"{path}: missing; the handout needs it: three hints for each question"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}") from None
    if not isinstance(plain, dict):
        raise ConfigurationError(f"{path}: expected names of questions, each with three hints")
    if problems := list(_problems(plain, assignment, left_out)):
        raise ConfigurationError("\n".join(f"{path}: {problem}" for problem in problems))
    hints = {
        question.name: [" ".join(text.split()) for text in plain[question.name]]
        for question in assignment.questions
    }
    return (json.dumps(hints, indent=1, ensure_ascii=False) + "\n").encode()


def _problems(
    plain: dict[Any, Any], assignment: Assignment, left_out: Collection[str]
) -> Iterator[str]:
    known = assignment.names
    for name in plain:
        if name not in known and name not in left_out:
            yield f"{name} is no question of grading.yml"
    for name in known:
        hints = plain.get(name)
        if not isinstance(hints, list) or len(hints) != len(STAGES):
            count = len(hints) if isinstance(hints, list) else "none"
            yield f"{name} needs {len(STAGES)} hints ({', '.join(STAGES)}); there are {count}"
            continue
        for stage, hint in zip(STAGES, hints, strict=True):
            if not isinstance(hint, str) or not hint.strip():
                yield f"{name}: the hint for {stage} is no text"
