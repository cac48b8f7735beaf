"""Finding submissions in folders, archives and exports, and reading one without running any of it.

In the order in which things happen: ``finding`` lists what there is, with ``exports`` and
``gradescope`` for what learning platforms give; ``submission`` reads one, by way of ``opening``,
which knows ``folders``, ``zips`` and ``tars``. All limits are in ``limits``.

Who handed in is told by the names of folders and files and by an export's own list (``handed_in``),
never by what is inside a submission, and never by the times of files.
"""

from __future__ import annotations

from .exports import Part
from .finding import Source, find_submissions
from .handed_in import HandedIn, Person, same_person
from .submission import Submission, read_submission

__all__ = [
    "HandedIn",
    "Part",
    "Person",
    "Source",
    "Submission",
    "find_submissions",
    "read_submission",
    "same_person",
]
