"""Marking by hand: a table to fill in, pages with the answers, and the way back."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import math
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .checker.outcome import CheckResult, QuestionResult
from .errors import ResultsError
from .labs.lab import Lab
from .marks import Mark, Marks, key, read_marks, write_marks
from .policies.audit import append, entry_of
from .report.answers import AnswerPage, Written, answers_html
from .report.gradebook import inert
from .report.wording import number
from .result import SubmissionResult, write_whole, writing

FOLDER, BLIND_FOLDER = "marking", "marking-blind"
TABLE = "marks.csv"
COLUMNS = ("submission", "question", "task", "points", "of", "comment", "answer")
_KEY = ".blind-key"


@dataclass(frozen=True)
class Export:
    """What was written for those who mark."""

    table: Path
    answers: int
    submissions: int


def export(
    results: Sequence[SubmissionResult], labs: Sequence[Lab], folder: Path, *, blind: bool
) -> Export:
    """Write a table with a row for each written answer, and a page for each submission.

    Parameters
    ----------
    results : sequence of SubmissionResult
        As they are stored, without marks.
    labs : sequence of Lab
        For rubrics and model answers.
    folder : path
        That of the results.
    blind : bool
        Show codes in place of names.
    """
    place = folder / (BLIND_FOLDER if blind else FOLDER)
    names = _codes(results, folder) if blind else {r.submission: r.submission for r in results}
    marks = read_marks(folder)
    tasks = {f"{lab.name}/{task.name}": task for lab in labs for task in lab.tasks}
    rows: list[list[str | int | float]] = []
    submissions = 0
    for result in sorted(results, key=lambda result: names[result.submission]):
        written = list(_written(result))
        if not written:
            continue
        submissions += 1
        name = names[result.submission]
        page = f"{name}.html"
        answers = []
        for question, check in written:
            known = tasks.get(key(question.name, check))
            answers.append(
                Written(
                    question.name,
                    question.title,
                    check,
                    known.rubric if known else "",
                    known.answer if known else "",
                )
            )
            mark = marks.get(result.submission, {}).get(key(question.name, check))
            rows.append(
                [
                    inert(name),
                    question.name,
                    check.name,
                    "" if mark is None else number(mark.points),
                    number(check.max_points),
                    "" if mark is None else inert(mark.comment),
                    f"{page}#{question.name}-{check.name}",
                ]
            )
        content = answers_html(AnswerPage(name, result.assignment, tuple(answers)))
        write_whole(place / page, content.encode())
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(rows)
    write_whole(place / TABLE, text.getvalue().encode())
    return Export(place / TABLE, len(rows), submissions)


def import_marks(table: Path, results: Sequence[SubmissionResult], folder: Path) -> int:
    """Take in a table that was filled in; rows without points are left as they are.

    What differs from before is told in ``audit.jsonl``, too.

    Returns
    -------
    int
        How many marks it holds.

    Raises
    ------
    ResultsError
        When a row cannot be understood; nothing is taken in then.
    """
    known = {result.submission: result for result in results}
    by_name = {inert(name): name for name in known}
    by_name |= {code: name for name, code in _codes(results, folder).items()}
    given: Marks = {}
    problems = []
    for line, row in _rows(table):
        if not (row["points"] or "").strip():
            continue
        where = f"{table}, line {line}"
        name = by_name.get(row["submission"] or "")
        if name is None:
            problems.append(f"{where}: there is no submission {row['submission']!r} here")
            continue
        check = _find(known[name], row["question"] or "", row["task"] or "")
        if check is None:
            problems.append(
                f"{where}: {name} has no written answer to {row['question']}, {row['task']}"
            )
            continue
        points = _number(row["points"] or "")
        if points is None or not 0 <= points <= check.max_points:
            problems.append(
                f"{where}: points are {row['points']!r}; expected a number from 0 to "
                f"{check.max_points:g}"
            )
            continue
        comment = (row["comment"] or "").strip()
        given.setdefault(name, {})[key(row["question"] or "", check)] = Mark(points, comment)
    if problems:
        raise ResultsError("\n".join([*problems, "Nothing was taken in. Correct the table."]))
    marks = read_marks(folder)
    changes = []
    for name, new in given.items():
        before = marks.get(name, {})
        for answer, mark in new.items():
            old = before.get(answer)
            if mark != old:
                values = (None if old is None else old.points, mark.points)
                changes.append(entry_of("mark", name, answer, values, mark.comment))
        marks[name] = before | new
    with writing(folder):
        append(changes, folder)
        write_marks(marks, folder)
    return sum(map(len, given.values()))


def _written(result: SubmissionResult) -> Iterator[tuple[QuestionResult, CheckResult]]:
    for question in result.questions:
        for check in question.to_be_marked:
            yield question, check


def _find(result: SubmissionResult, question: str, task: str) -> CheckResult | None:
    for found, check in _written(result):
        if found.name == question and check.name == task:
            return check
    return None


def _rows(table: Path) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Yield the rows of a table with their lines; spreadsheets may have changed the separator."""
    try:
        text = table.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ResultsError(f"{table}: cannot be read: {error}. Save it as CSV, UTF-8.") from None
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    missing = [name for name in COLUMNS[:6] if name not in (reader.fieldnames or ())]
    if missing:
        raise ResultsError(
            f"{table}: the columns {', '.join(missing)} are missing; expected {', '.join(COLUMNS)}"
        )
    for row in reader:
        yield reader.line_num, {str(name): value for name, value in row.items()}


def _number(text: str) -> float | None:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _codes(results: Sequence[SubmissionResult], folder: Path) -> dict[str, str]:
    """Return a code for each submission that tells nothing of it, the same in every export."""
    path = folder / _KEY
    if not path.exists():
        write_whole(path, secrets.token_bytes(32))
    secret = path.read_bytes()
    return {
        r.submission: hmac.new(secret, r.submission.encode(), hashlib.sha256).hexdigest()[:10]
        for r in results
    }
