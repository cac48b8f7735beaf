"""Reading one submission's Python files, without running, extracting or following anything."""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ..errors import IntakeError
from . import limits
from .containers import TOP
from .finding import Source
from .handed_in import NOTHING_SAID, HandedIn
from .listing import CHECKERS_OWN, Listing, Piece
from .names import is_usable, reason, same_file, shown

_ONE_FILE = "has the name of another file, but for case or accents, and was left out"
_TOO_LARGE = "is too large and was left out"


@dataclass(frozen=True)
class Submission:
    """What was handed in, as far as it could be read.

    Attributes
    ----------
    name : str
    files : dict of str to bytes
        The Python files, by path below the folder that holds the questions.
    papers : dict of str to bytes
        Notebooks and reports that are asked for, by name.
    notes : tuple of str
        What a person should know of it.
    handed_in : HandedIn
        Who handed it in and when, as an export says.
    """

    name: str
    files: dict[str, bytes]
    notes: tuple[str, ...]
    papers: dict[str, bytes] = field(default_factory=dict)
    handed_in: HandedIn = NOTHING_SAID


def read_submission(
    source: Source,
    questions: Sequence[str],
    optional: Collection[str] = (),
    papers: Sequence[str] = (),
) -> Submission:
    """Read a submission's Python files, and the notebooks and reports that are asked for.

    Parameters
    ----------
    source : Source
    questions : sequence of str
    optional : collection of str
        Those of the questions that may be left out without a word.
    papers : sequence of str
        The names of notebooks and reports.

    Raises
    ------
    IntakeError
        When nothing of it can be read, or a file that is asked for is damaged: to go on without
        it would give a wrong mark.
    """
    modules = [f"{question}.py" for question in questions]
    try:
        with contextlib.closing(Listing(source, modules, papers)) as listing:
            base = listing.best_folder()
            files = _read(_chosen(listing, base, modules), listing, modules)
            found = _read(_chosen_papers(listing, base, papers), listing, papers)
    except OSError as error:
        raise IntakeError(f"{source.path} cannot be read: {reason(error)}") from None
    if not files and not found and listing.unreadable:
        raise IntakeError("; ".join(listing.unreadable))
    notes = (
        *source.handed_in.sentences(source.name),
        *listing.remarks,
        *listing.unreadable,
        *_where(listing, base),
        *_missing(
            listing, base, modules, files, [f"{name}.py" for name in optional], papers, found
        ),
    )
    return Submission(source.name, files, notes, found, source.handed_in)


def _chosen(
    listing: Listing, base: PurePosixPath, modules: Collection[str]
) -> dict[PurePosixPath, Piece]:
    """Return the Python files to read, by path below the base."""
    chosen: dict[PurePosixPath, Piece] = {}
    taken: dict[str, PurePosixPath] = {}
    total = 0
    for path, piece in _candidates(listing, base, modules):
        size = piece.entry.size
        if not is_usable(path):
            listing.remarks.leave_out(path, "has a name that cannot be used and was left out")
        elif path in chosen and chosen[path].path == piece.path:
            listing.remarks.leave_out(path, "is in the archive twice; the first one counts")
        elif taken.setdefault(same_file(path), path) != path or path in chosen:
            listing.remarks.leave_out(path, _ONE_FILE)
        elif size > limits.MAX_FILE_BYTES or total + size > limits.MAX_TOTAL_BYTES:
            listing.remarks.leave_out(path, _TOO_LARGE)
        elif len(chosen) == limits.MAX_FILES:
            listing.remarks.say(
                f"it has more than {limits.MAX_FILES} Python files; the rest was left out"
            )
            break
        else:
            chosen[path] = piece
            total += size
    return chosen


def _chosen_papers(
    listing: Listing, base: PurePosixPath, papers: Collection[str]
) -> dict[PurePosixPath, Piece]:
    """Return the notebooks and reports to read: of several of a name, the nearest the base."""
    chosen: dict[PurePosixPath, Piece] = {}
    for piece in sorted(
        listing.named(papers),
        key=lambda piece: (
            not piece.path.is_relative_to(base),
            len(piece.path.parts),
            str(piece.path),
        ),
    ):
        name = PurePosixPath(piece.path.name)
        if name in chosen:
            listing.remarks.leave_out(
                piece.path, f"does not count, since there is {shown(chosen[name].path)} too"
            )
        elif piece.entry.size > limits.MAX_PAPER_BYTES:
            listing.remarks.leave_out(piece.path, _TOO_LARGE)
        else:
            chosen[name] = piece
    return chosen


def _candidates(
    listing: Listing, base: PurePosixPath, modules: Collection[str]
) -> list[tuple[PurePosixPath, Piece]]:
    """Return the student's Python files below the base: what is asked for first, then by depth.

    Their paths are in the normal form in which Python looks for the names of modules.
    """
    inner = [path for path in listing.archives if path != base and path.is_relative_to(base)]
    candidates = []
    for piece in listing.pieces:
        if piece.path.suffix != ".py" or not piece.path.is_relative_to(base):
            continue
        path = PurePosixPath(unicodedata.normalize("NFC", str(piece.path.relative_to(base))))
        machinery = path.parts[0] in CHECKERS_OWN or str(path) == "check.py"
        machinery = machinery or path.parts[:2] == ("labs", "tests")
        if not machinery and not any(map(piece.path.is_relative_to, inner)):
            candidates.append((path, piece))
    candidates.sort(key=lambda item: (str(item[0]) not in modules, len(item[0].parts), item[0]))
    return candidates


def _read(
    chosen: Mapping[PurePosixPath, Piece], listing: Listing, modules: Collection[str]
) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for container in dict.fromkeys(piece.container for piece in chosen.values()):
        paths = {p.entry: path for path, p in chosen.items() if p.container is container}
        for entry, content in container.contents(list(paths)):
            path = paths[entry]
            try:
                most = limits.MAX_FILE_BYTES if path.suffix == ".py" else limits.MAX_PAPER_BYTES
                data = content.read(most + 1)
            except IntakeError as error:
                if str(path) in modules:
                    raise
                listing.remarks.say(str(error))
                continue
            if len(data) > most:
                listing.remarks.leave_out(path, _TOO_LARGE)
            else:
                files[str(path)] = data
    return dict(sorted(files.items()))


def _where(listing: Listing, base: PurePosixPath) -> Iterator[str]:
    """Say in which archive and folder the files were found, if it is not where one would look."""
    around = [archive for archive in listing.archives if base.is_relative_to(archive)]
    archive = max(around, key=lambda path: len(path.parts), default=TOP)
    folder = base.relative_to(archive)
    alone = all(piece.path.is_relative_to(archive) for piece in listing.pieces)
    places = [] if alone else [shown(archive)]
    if folder != TOP:
        places.append(f"the folder {shown(folder)}")
    if places:
        yield f"its files were found in {', in '.join(places)}"
    for folder in listing.just_as_good()[:3]:
        yield f"{shown(folder)} has such files too, which do not count"


def _missing(
    listing: Listing,
    base: PurePosixPath,
    modules: Sequence[str],
    files: Collection[str],
    optional: Collection[str],
    papers: Sequence[str],
    found: Collection[str],
) -> Iterator[str]:
    """Say what is missing, and what was perhaps meant to be it.

    Modules and notebooks may be handed in apart: of those of which there are none, none is missed.
    """
    notebooks = [paper for paper in papers if paper.endswith(".ipynb")]
    absent = [paper for paper in notebooks if paper not in found]
    if absent and len(absent) < len(notebooks):
        yield f"missing: {', '.join(absent)}"
    missing = [module for module in modules if module not in files]
    if not missing or (found and len(missing) == len(modules)):
        return
    if len(missing) == len(modules):
        yield "it has none of the files asked for"
    elif due := [module for module in missing if module not in optional]:
        yield f"missing: {', '.join(due)}"
    for module in missing:
        for piece in listing.pieces:
            path = piece.path
            if path.name == module and path.parent != base and path.parts[0] not in CHECKERS_OWN:
                folder = "the folder above" if path.parent == TOP else shown(path.parent)
                yield f"{module} is in {folder}, apart from the others, and does not count"
                break
    for piece in listing.pieces:
        if piece.path.suffix == ".ipynb" and piece.path.name not in papers:
            why = "whose name is none asked for" if papers else "; what is graded are the .py files"
            yield f"it has a notebook ({shown(piece.path)}){' ' if papers else ''}{why}"
            break
