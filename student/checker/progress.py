"""How far a student has come: one line a question and one for all, in words and a plain bar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.text import Text

from .contract import Question
from .outcome import QuestionResult

_BAR = 10
_WIDEST_NAME = 11


def state_of(result: QuestionResult | None) -> str:
    """Say in words what is known of a question."""
    if result is None:
        return "not checked"
    if result.not_started:
        return "not started"
    passed = sum(check.outcome == "passed" for check in result.checks)
    if passed == len(result.checks):
        return "passed"
    return f"{passed} of {len(result.checks)} passed"


def with_bars(console: Console) -> bool:
    """Say whether bars are of use: not in a file, nor where text is read aloud."""
    return console.is_terminal and not console.is_dumb_terminal


def progress_lines(
    questions: Sequence[Question],
    results: Mapping[str, QuestionResult],
    *,
    bars: bool,
    running: str = "",
) -> list[Text]:
    """Return a line for each question and, of several, one for all.

    Parameters
    ----------
    questions : sequence of Question
    results : mapping of str to QuestionResult
        What is known so far.
    bars : bool
        Whether to draw a bar beside the words; nothing is told by bar or colour alone.
    running : str
        The question that is being checked.
    """
    width = min(max((len(q.name) for q in questions), default=0), _WIDEST_NAME)
    lines = []
    for question in questions:
        result = results.get(question.name)
        state = "checking now" if question.name == running else state_of(result)
        state += " (bonus)" * question.bonus
        style = "green" if state.startswith("passed") else ""
        points, visible = _points([question], results)
        lines.append(_line(question.name, width, points, visible, _unseen([question]), bars))
        lines[-1].append(f"  {state}", style=style)
    if len(questions) > 1:
        regular = [question for question in questions if not question.bonus]
        points, visible = _points(regular, results)
        lines.append(_line("all", width, points, visible, _unseen(regular), bars))
        lines[-1].stylize("bold")
        if extra := [question for question in questions if question.bonus]:
            points, visible = _points(extra, results)
            lines[-1].append(f"  bonus {points:g} of {visible:g} +{_unseen(extra):g} hidden")
    return lines


def _line(name: str, width: int, points: float, visible: float, unseen: float, bars: bool) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{name[:_WIDEST_NAME]:<{width}}")
    if bars:
        line.append(f"  [{_bar(points, visible)}]")
    line.append(f"  {points:>3g} of {visible:>2g} public  +{unseen:>2g} hidden")
    return line


def _bar(points: float, visible: float) -> str:
    """Return a bar that is full only when all is done, and empty only when nothing is."""
    done = int(_BAR * points / visible) if visible else 0
    if points > 0:
        done = max(done, 1)
    return "#" * done + "-" * (_BAR - done)


def _points(
    questions: Iterable[Question], results: Mapping[str, QuestionResult]
) -> tuple[float, float]:
    points = visible = 0.0
    for question in questions:
        visible += question.points - question.unseen_points
        if question.name in results:
            points += results[question.name].points
    return points, visible


def _unseen(questions: Iterable[Question]) -> float:
    return sum(question.unseen_points for question in questions)
