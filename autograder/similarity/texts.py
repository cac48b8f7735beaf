"""What is compared: for each question one text of each submission, read and never run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import ConfigurationError, IntakeError
from ..grading_file import Contract
from ..intake import HandedIn, Source, read_submission
from ..labs.notebook import read_cells
from ..layout import LABS, Layout, read_python_files

LONGEST = 200_000
"""Characters of a text; a longer one is no answer to a question, and takes long to compare."""

_DECLARED = {b"latin-1": "latin-1", b"iso-8859-1": "latin-1", b"cp1252": "cp1252"}


@dataclass(frozen=True)
class Asked:
    """A question or lab whose answers are compared.

    Attributes
    ----------
    name, title, file : str
    given : tuple of str
        The code that students were handed out, which is nobody's own.
    """

    name: str
    title: str
    file: str
    given: tuple[str, ...]


@dataclass
class Texts:
    """What was read.

    Attributes
    ----------
    submissions : list of str
    handed_in : list of HandedIn
        For each submission.
    texts : dict of str to dict of int to str
        For each question, the text of each submission that has one, by its place.
    not_compared : list of (str, str)
        Submission or file, and why it was not compared.
    """

    submissions: list[str] = field(default_factory=list)
    handed_in: list[HandedIn] = field(default_factory=list)
    texts: dict[str, dict[int, str]] = field(default_factory=dict)
    not_compared: list[tuple[str, str]] = field(default_factory=list)


def asked_for(layout: Layout, contract: Contract, names: Sequence[str] | None) -> list[Asked]:
    """Return what is to be compared: the questions and labs named, or all questions.

    Raises
    ------
    ConfigurationError
        When a name is none of the course's, or its handout is not built.
    """
    questions = {question.name: question.title for question in contract.assignment.questions}
    labs = {lab.name: lab.title for lab in contract.labs}
    unknown = [name for name in names or () if name not in questions and name not in labs]
    if unknown:
        raise ConfigurationError(
            f"{', '.join(unknown)}: no question and no lab of this course; there are "
            f"{', '.join([*questions, *labs])}"
        )
    chosen = list(questions) if names is None else list(dict.fromkeys(names))
    given = tuple(text for data in read_python_files(layout.given).values() if (text := read(data)))
    asked = []
    for name in chosen:
        is_lab = name in labs
        title = labs[name] if is_lab else questions[name]
        file = f"{name}.ipynb" if is_lab else f"{name}.py"
        path = layout.student / LABS / file if is_lab else layout.student / file
        try:
            data = path.read_bytes()
        except OSError:
            raise ConfigurationError(f"{path} is missing; run `autograder build`") from None
        stub = code_of(data, file) if is_lab else read(data)
        asked.append(Asked(name, title, file, (stub or "", *given)))
    return asked


def read_all(
    sources: Sequence[Source],
    contract: Contract,
    asked: Sequence[Asked],
    told: Callable[[int], None],
) -> Texts:
    """Read the submissions, telling after each how many there were so far."""
    found = Texts(texts={one.name: {} for one in asked})
    questions = contract.assignment.names
    optional = contract.assignment.bonus_questions
    papers = [one.file for one in asked if one.file.endswith(".ipynb")]
    for place, source in enumerate(sources):
        found.submissions.append(source.name)
        found.handed_in.append(source.handed_in)
        try:
            submission = read_submission(source, questions, optional, papers)
        except IntakeError as error:
            found.not_compared.append((source.name, str(error)))
        else:
            _take(found, place, {**submission.files, **submission.papers}, asked)
        told(place + 1)
    return found


def _take(found: Texts, place: int, files: Mapping[str, bytes], asked: Sequence[Asked]) -> None:
    for one in asked:
        data = files.get(one.file)
        if data is None:
            continue
        try:
            text = code_of(data, one.file) if one.file.endswith(".ipynb") else read(data)
        except IntakeError:
            text = None
        where = f"{found.submissions[place]}: {one.file}"
        if text is None:
            found.not_compared.append((where, "is no text that can be read"))
        elif len(text) > LONGEST:
            found.not_compared.append((where, f"has more than {LONGEST:,} characters"))
        else:
            found.texts[one.name][place] = text


def read(data: bytes) -> str | None:
    """Return a Python file's text with plain line ends; None when it is no text.

    Of the encodings that a file may declare, the ones with one byte a letter are known besides
    UTF-8.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        head = b"".join(data.splitlines()[:2]).lower()
        declared = next((known for name, known in _DECLARED.items() if name in head), None)
        if declared is None:
            return None
        text = data.decode(declared, "replace")
    return plain(text)


def plain(text: str) -> str:
    """Return the text such that a tokeniser leaves places of characters as they are."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return f"{lines}\n" if lines else ""


def code_of(data: bytes, name: str) -> str:
    """Return the code cells of a notebook, one after the other.

    Raises
    ------
    IntakeError
        When it is no notebook.
    """
    cells = (cell.source for cell in read_cells(data, name) if cell.kind == "code")
    return plain("\n\n".join(cells))
