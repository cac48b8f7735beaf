"""The class page: what all submissions together tell an instructor, in one HTML file."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from ..result import SubmissionResult
from .class_figures import Item, items, summary
from .class_histogram import chart
from .class_rows import CheckFacts, Key, QuestionFacts, QuestionRow, Row, Rows
from .page import ENVIRONMENT
from .wording import TROUBLES, in_words, listed, one_line

_NOT_RUN = TROUBLES | {
    "by_hand": "waiting for marks",
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
_FAILURES = {
    "Could not be loaded": {"import"},
    "Crashed or ended Python": {"crash", "exit"},
    "Out of time": {"time"},
    "Out of memory, or stopped": {"memory", "killed"},
    "Grader’s fault": {"grader"},
}
_SLOWEST = 5
_LONGEST_NOTE, _MOST_NOTES = 160, 5


@dataclass(frozen=True)
class Mistake:
    """A known mistake, and who has made it.

    Attributes
    ----------
    question, name : str
    facts : QuestionFacts
    message : str
    certain : tuple of str
        Submissions in which nothing else explains the answers.
    doubtful : tuple of (str, tuple of str)
        The other mistake, in words, that explains the answers as well, and the submissions.
    """

    question: str
    name: str
    facts: QuestionFacts
    message: str
    certain: tuple[str, ...]
    doubtful: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def words(self) -> str:
        """Its name as words, without the question's."""
        return mistake_words((self.question, self.name))

    @property
    def count(self) -> int:
        """In how many submissions it is named, alone or not."""
        return len(self.certain) + sum(len(names) for _, names in self.doubtful)


@dataclass(frozen=True)
class CheckView:
    """A check with its figures."""

    item: Item
    facts: CheckFacts

    @property
    def title(self) -> str:
        """Its name as words."""
        return in_words(self.item.key[1])


@dataclass(frozen=True)
class QuestionView:
    """A question with its figures.

    Attributes
    ----------
    name : str
    facts : QuestionFacts
    started, full, none, helped, known, waiting : int
        In how many submissions it is started, has full marks, is not started or handed in, was
        marked with right versions of others, has a mistake named; and how many answers wait.
    mean : float or None
        Of those who have started, and for whom no answer waits.
    checks : tuple of CheckView
    failures : tuple of int
        For each kind of failure, in how many submissions.
    """

    name: str
    facts: QuestionFacts
    started: int
    full: int
    none: int
    helped: int
    known: int
    waiting: int
    mean: float | None
    checks: tuple[CheckView, ...]
    failures: tuple[int, ...]

    @property
    def to_look_at(self) -> int:
        """How many of its checks a person should look at."""
        return sum(bool(check.item.remarks) for check in self.checks)


class ClassPage:
    """The class page as it grows, result by result; it keeps a small row of each."""

    def __init__(self) -> None:
        self._rows = Rows()

    def add(self, result: SubmissionResult) -> None:
        """Take in one result, with what people have decided."""
        self._rows.add(result)

    def html(self) -> str:
        """Return the page: one file, nothing from elsewhere, and a script that can be missing."""
        known = self._rows
        rows = known.sorted()
        marked = [row for row in rows if row.status != "failed"]
        totals = [row.total for row in marked]
        top = max((row.max_points for row in marked), default=0.0)
        bonus = max((row.max_bonus_points for row in marked), default=0.0)
        mistakes = _mistakes(marked, known)
        questions = _questions(rows, marked, known)
        return _TEMPLATE.render(
            assignment=rows[0].assignment if rows else "",
            rows=rows,
            statuses=Counter(row.status for row in rows),
            isolations=sorted(Counter(row.isolation for row in rows).items()),
            top=top,
            bonus=bonus,
            summary=summary(totals),
            full=sum(row.total >= row.max_points for row in marked),
            chart=chart(totals, top, bonus),
            mistakes=mistakes,
            questions=questions,
            waiting=sum(q.waiting for row in rows for q in row.questions.values()),
            waiting_in=sum(any(q.waiting for q in row.questions.values()) for row in rows),
            failures=tuple(_FAILURES),
            seconds=sum(row.seconds for row in rows),
            slowest=sorted(rows, key=lambda row: (-row.seconds, row.name))[:_SLOWEST],
            not_graded=[row for row in rows if row.status != "graded"],
            script=_SCRIPT,
            script_hash=_SCRIPT_HASH,
        )


def _mistakes(rows: Sequence[Row], known: Rows) -> list[Mistake]:
    """Return the mistakes that are named, the most frequent first."""
    certain: defaultdict[Key, list[str]] = defaultdict(list)
    doubtful: defaultdict[Key, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        for question, came in row.questions.items():
            for name in came.mistakes:
                others = [mistake_words((question, m)) for m in came.mistakes if m != name]
                if others:
                    doubtful[question, name][listed(others)].append(row.name)
                else:
                    certain[question, name].append(row.name)
    order = {name: i for i, name in enumerate(_order(rows))}
    mistakes = [
        Mistake(
            *(question, name),
            known.questions[question],
            known.mistakes[question, name],
            tuple(certain[question, name]),
            tuple((other, tuple(who)) for other, who in sorted(doubtful[question, name].items())),
        )
        for question, name in {*certain, *doubtful}
    ]
    return sorted(mistakes, key=lambda m: (-m.count, order[m.question], m.name))


def _order(rows: Iterable[Row]) -> list[str]:
    """Return the names of all questions, in order."""
    return list(dict.fromkeys(name for row in rows for name in row.questions))


def _questions(rows: Sequence[Row], marked: Sequence[Row], known: Rows) -> list[QuestionView]:
    checks: defaultdict[str, list[CheckView]] = defaultdict(list)
    for item in items(marked, known):
        checks[item.key[0]].append(CheckView(item, known.checks[item.key]))
    return [
        _question(
            name,
            known.questions[name],
            [row.questions[name] for row in marked if name in row.questions],
            tuple(checks[name]),
        )
        for name in _order(rows)
    ]


def _question(
    name: str, facts: QuestionFacts, came: Sequence[QuestionRow], checks: tuple[CheckView, ...]
) -> QuestionView:
    started = [row for row in came if row.state != "none"]
    also = Counter(word for row in came for word in row.also)
    spread = summary([row.points for row in started if not row.waiting])
    return QuestionView(
        name,
        facts,
        started=len(started),
        full=sum(row.state == "full" for row in came),
        none=len(came) - len(started),
        helped=also["helped"],
        known=also["known"],
        waiting=sum(row.waiting for row in came),
        mean=spread.mean if spread else None,
        checks=checks,
        failures=tuple(
            sum(not reasons.isdisjoint(row.troubles) for row in came)
            for reasons in _FAILURES.values()
        ),
    )


def mistake_words(key: Key) -> str:
    """Return a mistake's name as words, without that of its question."""
    question, name = key
    return in_words(name.removeprefix(f"{question}_"))


def link(submission: str) -> str:
    """Return the address of a submission's feedback, as seen from the class page."""
    return f"{quote(submission, safe='', errors='replace')}/feedback.html"


def notes(row: Row) -> list[str]:
    """Return what should be known of a submission, in short."""
    said = [one_line(note) for note in row.notes]
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
