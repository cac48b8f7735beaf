"""A folder of results: its records one at a time, and what is written of all of them together.

Nothing here holds more than one record, so that a course of thousands needs no more memory than
one of ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .errors import ResultsError
from .policies import Attempt, Grade, Policies, attempt_of, counted, read_policies, write_policies
from .policies.attempts import remarks, superseded, unmatched
from .policies.decided import Decisions, decided, read_decisions
from .report import (
    CLASS_PAGE,
    GRADEBOOK,
    GRADES,
    ClassPage,
    Gradebook,
    grades_csv,
    render_all,
)
from .report.wording import plural
from .result import RECORD, SubmissionResult, load, write_whole, writing


class Results:
    """The results in a folder, read anew each time that they are gone through.

    Parameters
    ----------
    folder : path
        What ``autograder grade`` has written.
    names : sequence of str, optional
        The submissions that are meant; without, all that have a record.
    policies : Policies, optional
        In place of those that are stored with the results.

    Raises
    ------
    ResultsError
        When there are none.
    """

    def __init__(
        self,
        folder: Path,
        names: Sequence[str] | None = None,
        policies: Policies | None = None,
    ) -> None:
        self.folder = folder
        self._policies = policies
        if names is None:
            if not folder.is_dir():
                raise ResultsError(
                    f"{folder} is no folder; name the one that `autograder grade` wrote"
                )
            names = [path.parent.name for path in folder.glob(f"*/{RECORD}")]
            if not names:
                raise ResultsError(
                    f"{folder}: there are no results here; run `autograder grade` first"
                )
        self.names = sorted(names)

    def __len__(self) -> int:
        return len(self.names)

    def stored(self) -> Iterator[SubmissionResult]:
        """Yield the results as they were graded, in the order of their names."""
        for name in self.names:
            yield load(self.folder / name)

    def __iter__(self) -> Iterator[SubmissionResult]:
        """Yield the results with all that people have decided since."""
        decisions = self.decisions()
        for result in self.stored():
            yield decided(result, decisions)

    def decisions(self) -> Decisions:
        """Return all that people have decided about these results."""
        return read_decisions(self.folder, self._policies)

    def grades(self) -> tuple[Grade, ...]:
        """Return which submission counts for whom; goes through all results."""
        return counted(map(attempt_of, self), self.decisions().policies.attempts)


def write_course(
    results: Results, also: Callable[[SubmissionResult], None] = lambda _: None
) -> list[str]:
    """Write what is about all submissions: gradebook, class page, and grades if there is a rule.

    Parameters
    ----------
    results : Results
    also : callable
        Given each result on the way.

    Returns
    -------
    list of str
        What a person should know of how the policies could be applied, in sentences.
    """
    policies = results.decisions().policies
    gradebook, page = Gradebook(), ClassPage()
    attempts: list[Attempt] = []
    times_unknown = 0
    for result in results:
        gradebook.add(result)
        page.add(result)
        attempts.append(attempt_of(result))
        times_unknown += not result.handed_in.at and result.handed_in.late is None
        also(result)
    grades = counted(attempts, policies.attempts)
    with writing(results.folder):
        notes = remarks(grades, policies.attempts)
        html = page.html(notes, superseded(grades))
        write_whole(results.folder / CLASS_PAGE, html.encode())
        write_whole(results.folder / GRADEBOOK, gradebook.csv(notes).encode())
        if policies.attempts is None:
            (results.folder / GRADES).unlink(missing_ok=True)  # of a rule that is gone
        else:
            write_whole(results.folder / GRADES, grades_csv(grades).encode())
    said = []
    if policies.late is not None and times_unknown:
        said.append(
            f"When {plural(times_unknown, 'submission')} came is not known, so nothing is taken "
            "off for lateness there; `autograder override --handed-in` says it."
        )
    if strangers := unmatched(attempts, policies.attempts):
        said.append(
            f"attempts.pattern does not match the names of {plural(strangers, 'submission')}: "
            "these are known by what an export says, or are students of their own."
        )
    if undecided := sum(grade.counts is None for grade in grades):
        said.append(
            f"For {plural(undecided, 'student')} it is not known which submission is the last; "
            f"{GRADES} has no total there, and the gradebook's notes say why."
        )
    return said


def take_policies(policies: Policies, folder: Path) -> None:
    """Make policies those of a folder of results; pages that were written by others are renewed.

    They are stored last, so that a run that was stopped does all of it again.

    Raises
    ------
    ResultsError
        When the results cannot be written.
    """
    with writing(folder):
        try:
            before = read_policies(folder)
        except ResultsError:  # damaged, and about to be replaced
            before = None
        if before != policies:
            decisions = read_decisions(folder, policies)
            for path in sorted(folder.glob(f"*/{RECORD}")):
                try:
                    result = load(path.parent)
                except (ResultsError, OSError):  # it will be graded anew
                    continue
                render_all(decided(result, decisions), path.parent)
        write_policies(policies, folder)
