"""What the class page shows of mistakes and questions, put together from the rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .class_figures import Item, items, summary
from .class_rows import CheckFacts, Key, QuestionFacts, QuestionRow, Row, Rows
from .wording import in_words, listed

FAILURES = {
    "Could not be loaded": {"import"},
    "Crashed or ended Python": {"crash", "exit"},
    "Out of time": {"time"},
    "Out of memory, or stopped": {"memory", "killed"},
    "Grader’s fault": {"grader"},
}
"""Kinds of failure, and the reasons of checks that each has."""


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
    full, none, helped, known, waiting : int
        In how many submissions it has full marks, is not started or handed in, was marked with
        right versions of others, has a mistake named; and how many answers wait.
    mean : float or None
        Of those who have started, and for whom no answer waits.
    checks : tuple of CheckView
    failures : tuple of int
        For each kind of failure, in how many submissions.
    """

    name: str
    facts: QuestionFacts
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


def mistakes_of(rows: Sequence[Row], known: Rows) -> list[Mistake]:
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


def questions_of(rows: Sequence[Row], marked: Sequence[Row], known: Rows) -> list[QuestionView]:
    """Return all questions in order, with the figures of the submissions that have marks."""
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
    started = [row for row in came if row.state not in ("none", "out")]
    also = Counter(word for row in came for word in row.also)
    spread = summary([row.points for row in started if not row.waiting])
    return QuestionView(
        name,
        facts,
        full=sum(row.state == "full" for row in came),
        none=sum(row.state == "none" for row in came),
        helped=also["helped"],
        known=also["known"],
        waiting=sum(row.waiting for row in came),
        mean=spread.mean if spread else None,
        checks=checks,
        failures=tuple(
            sum(not reasons.isdisjoint(row.troubles) for row in came)
            for reasons in FAILURES.values()
        ),
    )


def mistake_words(key: Key) -> str:
    """Return a mistake's name as words, without that of its question."""
    question, name = key
    return in_words(name.removeprefix(f"{question}_"))
