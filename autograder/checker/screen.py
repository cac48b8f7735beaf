"""The screen of ``--watch``: progress, one failure, the keys, and never more than fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, ConsoleOptions, RenderableType
from rich.padding import Padding
from rich.segment import Segment
from rich.text import Text

from .contract import Assignment
from .outcome import QuestionResult
from .progress import progress_lines, with_bars
from .show import all_checks, first_failure

KEYS = "n next question   h hint   l list   a all   q quit"
ALL_PASSED = "All public checks passed. The hidden ones come at grading."
_FEW_LINES = 20


@dataclass(frozen=True)
class Screen:
    """What is to be seen.

    Attributes
    ----------
    folder : path
    assignment : Assignment
    current : str
        The question that is shown.
    results : dict of str to QuestionResult
        What is known of all.
    result : QuestionResult, optional
        What is known of the current one, which may be a part while its checks are running.
    running : str
        The question that is being checked, or nothing.
    note : str
        What was saved last, or what went wrong.
    hint : tuple of str
        The paragraphs of a hint, in the place of the failure.
    listing : bool
        Whether to list all checks in the place of the failure.
    all_passed : bool
    """

    folder: Path
    assignment: Assignment
    current: str
    results: dict[str, QuestionResult]
    result: QuestionResult | None
    running: str = ""
    note: str = ""
    hint: tuple[str, ...] = ()
    listing: bool = False
    all_passed: bool = False


def draw(console: Console, screen: Screen) -> None:
    """Draw the screen in the place of the one before.

    On a terminal that cannot be cleared, such as one that is read aloud, it follows below once all
    checks are done, with the progress of all questions in one line.
    """
    if console.is_dumb_terminal:
        if not screen.running:
            for part in (*_middle(screen), *_progress(screen, bars=False)[-1:], _state(screen)):
                console.print(part)
            console.print(f"Keys: {KEYS}")
        return
    lines = compose(console, screen)
    console.clear()
    console.print(_Lines(lines))


def compose(console: Console, screen: Screen) -> list[list[Segment]]:
    """Return the lines of the screen, one fewer than the terminal has."""
    height = max(console.height - 1, 6)
    progress = _progress(screen, bars=with_bars(console))
    if height < _FEW_LINES:
        progress = progress[-1:]
    top = _lines(console, [*progress, Text()])
    bottom = _lines(console, [Text(), _state(screen), Text(KEYS, style="bold")])
    middle = _lines(console, _middle(screen))
    room = max(height - len(top) - len(bottom), 1)
    if len(middle) > room:
        more = f"  ... {len(middle) - room + 1} lines more: python check.py {screen.current}"
        middle = [*middle[: room - 1], *_lines(console, [Text(more, no_wrap=True)])]
    return [*top, *middle, *bottom]


def _middle(screen: Screen) -> list[RenderableType]:
    """Return what is told of the current question."""
    if screen.hint:
        return [Padding(Text(paragraph), (0, 0, 0, 2)) for paragraph in screen.hint]
    if screen.result is None:
        return [Text(f"{screen.current} is being checked ...", style="bold")]
    if screen.listing:
        return all_checks(screen.result)
    if screen.all_passed:
        return [Text(ALL_PASSED, style="bold green")]
    question = screen.assignment.question(screen.current)
    return first_failure(screen.folder, question, screen.result)


def _progress(screen: Screen, *, bars: bool) -> list[Text]:
    questions = screen.assignment.questions
    return progress_lines(questions, screen.results, bars=bars, running=screen.running)


def _state(screen: Screen) -> Text:
    told = f"checking {screen.running} ..." if screen.running else "waiting for a file to be saved"
    return Text(f"{told}  ({screen.note})" if screen.note else told)


def _lines(console: Console, parts: list[RenderableType]) -> list[list[Segment]]:
    options = console.options.update(height=None)
    return [line for part in parts for line in console.render_lines(part, options, pad=False)]


@dataclass(frozen=True)
class _Lines:
    """Rendered lines, to be printed as they are; none follows the last one, which would scroll."""

    lines: list[list[Segment]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for i, line in enumerate(self.lines):
            if i:
                yield Segment.line()
            yield from line
