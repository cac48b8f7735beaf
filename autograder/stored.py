"""A folder of results: its records one at a time, and what is written of all of them together.

Nothing here holds more than one record, so that a course of thousands needs no more memory than
one of ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .errors import ResultsError
from .marks import read_marks, with_marks
from .report import CLASS_PAGE, GRADEBOOK, ClassPage, Gradebook
from .result import RECORD, SubmissionResult, load, write_whole, writing


class Results:
    """The results in a folder, read anew each time that they are gone through.

    Parameters
    ----------
    folder : path
        What ``autograder grade`` has written.
    names : sequence of str, optional
        The submissions that are meant; without, all that have a record.

    Raises
    ------
    ResultsError
        When there are none.
    """

    def __init__(self, folder: Path, names: Sequence[str] | None = None) -> None:
        self.folder = folder
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
        marks = read_marks(self.folder)
        for result in self.stored():
            yield with_marks(result, marks)


def write_course(results: Results, also: Callable[[SubmissionResult], None]) -> None:
    """Write what is about all submissions: the gradebook and the class page.

    Parameters
    ----------
    results : Results
    also : callable
        Given each result on the way.
    """
    gradebook, page = Gradebook(), ClassPage()
    for result in results:
        gradebook.add(result)
        page.add(result)
        also(result)
    with writing(results.folder):
        write_whole(results.folder / CLASS_PAGE, page.html().encode())
        write_whole(results.folder / GRADEBOOK, gradebook.csv().encode())
