"""The class page: what all submissions together tell an instructor, in one HTML file."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from markupsafe import Markup

from ..result import SubmissionResult
from .class_figures import Item, summary
from .class_histogram import chart
from .class_rows import QuestionRow, Row, Rows
from .class_views import FAILURES, mistakes_of, questions_of
from .page import ENVIRONMENT
from .wording import DROPPED, TROUBLES, in_words, listed, number, one_line

_NOT_RUN = TROUBLES | {
    "by_hand": "waiting for marks",
    DROPPED: "taken out of the marking",
    "grader": "could not be run by the grader",
    "killed": "stopped from outside",
    "malformed": "sent no answer",
    "missing": "not handed in",
    "no_function": "without that function",
    "no_time_left": "had no time left",
    "no_value": "without that value",
    "not_started": "not started",
    "waits": "waiting for another question",
}
_SLOWEST = 5
_LONGEST_NOTE, _MOST_NOTES = 160, 5


class ClassPage:
    """The class page as it grows, result by result; it keeps a small row of each."""

    def __init__(self) -> None:
        self._rows = Rows()

    def add(self, result: SubmissionResult) -> None:
        """Take in one result, with what people have decided."""
        self._rows.add(result)

    def html(
        self,
        remarks: Mapping[str, str] = MappingProxyType({}),
        superseded: Collection[str] = frozenset(),
    ) -> str:
        """Return the page: one file, nothing from elsewhere, and a script that can be missing.

        Parameters
        ----------
        remarks : mapping of str to str, optional
            For some submissions, what else their notes should begin with.
        superseded : collection of str, optional
            Submissions that count for nobody, since the same people have others. They are in the
            table, and in no figure.
        """
        known = self._rows
        rows = known.sorted()
        marked = [row for row in rows if row.counts and row.name not in superseded]
        totals = [row.total for row in marked]
        top = max((row.max_points for row in marked), default=0.0)
        bonus = max((row.max_bonus_points for row in marked), default=0.0)
        mistakes = mistakes_of(marked, known)
        questions = questions_of(rows, marked, known)
        return _TEMPLATE.render(
            assignment=rows[0].assignment if rows else "",
            rows=rows,
            remarks=remarks,
            superseded=sum(row.name in superseded for row in rows),
            without=sum(not row.counts for row in rows),
            statuses=Counter(row.status for row in rows),
            isolations=sorted(Counter(row.isolation for row in rows).items()),
            top=top,
            bonus=bonus,
            summary=summary(totals),
            full=sum(number(row.total) >= number(row.max_points) for row in marked),
            chart=chart(totals, top, bonus),
            mistakes=mistakes,
            questions=questions,
            waiting=sum(q.waiting for row in marked for q in row.questions.values()),
            waiting_in=sum(any(q.waiting for q in row.questions.values()) for row in marked),
            failures=tuple(FAILURES),
            seconds=sum(row.seconds for row in rows),
            slowest=sorted(rows, key=lambda row: (-row.seconds, row.name))[:_SLOWEST],
            not_graded=[row for row in rows if row.status != "graded"],
            script=_SCRIPT,
            script_hash=_SCRIPT_HASH,
        )


def link(submission: str) -> str:
    """Return the address of a submission's feedback, as seen from the class page."""
    return f"{quote(submission, safe='', errors='replace')}/feedback.html"


def notes(row: Row, remark: str = "") -> list[str]:
    """Return what should be known of a submission, in short."""
    said = [one_line(note) for note in (remark, *row.notes) if note]
    for name, question in row.questions.items():
        words = [_NOT_RUN[reason] for reason in question.troubles]
        said += [f"{name}: {word}" for word in words]
    waiting = sum(question.waiting for question in row.questions.values())
    if waiting:
        said.append(f"{waiting} {'answer waits' if waiting == 1 else 'answers wait'} for marks")
    helped = [name for name, question in row.questions.items() if "helped" in question.also]
    if helped:
        said.append(f"helped at {listed(helped)}")
    said = [note if len(note) <= _LONGEST_NOTE else f"{note[:_LONGEST_NOTE]} …" for note in said]
    more = len(said) - _MOST_NOTES
    return [*said[:_MOST_NOTES], f"and {more} more"] if more > 1 else said


def is_in(question: QuestionRow) -> str:
    """Return the words by which the page's script finds a question's state."""
    return " ".join(dict.fromkeys((question.state, *question.also)))


def found_in(row: Row) -> str:
    """Return the names of all mistakes in a submission, for the page's script."""
    return " ".join(f"{q}/{name}" for q, came in row.questions.items() for name in came.mistakes)


def reasons(item: Item) -> str:
    """Return why a check was not run: ``2 ran out of time, 1 not started``."""
    return ", ".join(
        f"{count} {_NOT_RUN.get(reason, in_words(reason).lower())}"
        for reason, count in item.reasons
    )


def percent(part: float, whole: float) -> int:
    """Return a share in percent; 0 and 100 are said of none and of all only."""
    if not whole or part <= 0:
        return 0
    return 100 if part >= whole else min(max(round(100 * part / whole), 1), 99)


def counted(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun: ``1 submission``, ``5,000 submissions``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """Return a time as people say it."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def slowest_question(row: Row) -> str:
    """Return the question that took most of a submission's time, if one took any."""
    name, question = max(
        row.questions.items(), key=lambda pair: pair[1].seconds, default=("", None)
    )
    return name if question is not None and question.seconds else ""


ENVIRONMENT.filters |= {
    "counted": counted,
    "duration": duration,
    "found_in": found_in,
    "is_in": is_in,
    "link": link,
    "reasons": reasons,
    "row_notes": notes,
    "slowest_question": slowest_question,
}
ENVIRONMENT.globals["percent"] = percent
_SCRIPT = Markup(Path(__file__).with_name("templates").joinpath("class.js").read_text("utf-8"))
_SCRIPT_HASH = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_TEMPLATE = ENVIRONMENT.get_template("class.html")
