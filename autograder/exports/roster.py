"""A table that a learning platform gave: read, filled in, and given back as it was elsewhere."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import ExportError
from ..intake import Person
from .people import Counted, LeftOut

_LONGEST_CELL = 1 << 26
_DELIMITERS = ",;\t"


@dataclass
class Roster:
    """The table, by rows of cells; only what is filled in is changed.

    Attributes
    ----------
    path : path
    header : list of str
    rows : list of list of str
        Without the header.
    delimiter, newline : str
    marked : bool
        Whether a byte-order mark is in front.
    """

    path: Path
    header: list[str]
    rows: list[list[str]]
    delimiter: str
    newline: str
    marked: bool

    @classmethod
    def read(cls, path: Path) -> Roster:
        """Read a CSV file in UTF-8, with commas, semicolons or tabs.

        Raises
        ------
        ExportError
            When it is not there or is no such table.
        """
        try:
            data = path.read_bytes()
            text = data.decode("utf-8-sig")
        except OSError as error:
            raise ExportError(f"{path} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise ExportError(
                f"{path} is no text in UTF-8; take it as the platform gives it, saved by no other "
                "program"
            ) from None
        first = text.partition("\n")[0]
        delimiter = max(_DELIMITERS, key=first.count)
        before = csv.field_size_limit(_LONGEST_CELL)
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
        except csv.Error as error:
            raise ExportError(f"{path} is no CSV file: {error}; export it again") from None
        finally:
            csv.field_size_limit(before)
        if not rows or len(rows[0]) < 2:
            raise ExportError(f"{path} has no columns; name the CSV file that the platform gave")
        newline = "\r\n" if first.endswith("\r") else "\n"
        return cls(path, rows[0], rows[1:], delimiter, newline, data.startswith(b"\xef\xbb\xbf"))

    def column(self, name: str) -> int | None:
        """Return the place of a column, or None when there is none of that name, or several."""
        places = [i for i, title in enumerate(self.header) if title.strip() == name]
        return places[0] if len(places) == 1 else None

    def columns(self, names: Iterable[str]) -> list[int]:
        """Return the places of those of the columns that are there."""
        return [place for name in names if (place := self.column(name)) is not None]

    def cell(self, row: int, column: int | None) -> str:
        """Return a cell; empty when the row is too short for it."""
        cells = self.rows[row]
        return cells[column] if column is not None and column < len(cells) else ""

    def fill(self, row: int, column: int, text: str) -> None:
        """Change a cell."""
        cells = self.rows[row]
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = text

    def csv(self) -> bytes:
        """Return the table as the platform takes it back."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator=self.newline)
        writer.writerows([self.header, *self.rows])
        return text.getvalue().encode("utf-8-sig" if self.marked else "utf-8")


@dataclass(frozen=True)
class Keys:
    """By which columns people are found.

    Attributes
    ----------
    numbers : dict of str to sequence of int
        For each platform whose numbers people may have, the columns with such numbers; under the
        empty name those for people of whom only the submission's name is known.
    emails : sequence of int
    names : sequence of sequence of int
        Columns whose cells, put together, are a name.
    teams : sequence of int
        Columns with the name of a group that hands in together.
    numbered : sequence of int
        Of the columns with numbers, those that have words in front of them.
    """

    numbers: Mapping[str, Sequence[int]]
    emails: Sequence[int]
    names: Sequence[Sequence[int]]
    teams: Sequence[int] = ()
    numbered: Sequence[int] = ()


class Finder:
    """Finds the row of a person: by number and e-mail address, else by name; guesses nothing.

    Parameters
    ----------
    roster : Roster
    rows : iterable of int
        Those that are about people.
    keys : Keys
    """

    def __init__(self, roster: Roster, rows: Iterable[int], keys: Keys) -> None:
        self._numbers: dict[str, dict[str, set[int]]] = {export: {} for export in keys.numbers}
        self._emails: dict[str, set[int]] = {}
        self._names: dict[str, set[int]] = {}
        self._teams: dict[str, set[int]] = {}
        for row in rows:
            for export, columns in keys.numbers.items():
                for column in columns:
                    cell = roster.cell(row, column)
                    number = cell.split()[-1:] if column in keys.numbered else [cell]
                    _add(self._numbers[export], _plain("".join(number)), row)
            for column in keys.emails:
                _add(self._emails, _plain(roster.cell(row, column)), row)
            for columns in keys.names:
                name = " ".join(roster.cell(row, column) for column in columns)
                _add(self._names, _in_order(name), row)
            for column in keys.teams:
                _add(self._teams, _plain(roster.cell(row, column)), row)

    def find(self, person: Person, export: str) -> set[int] | str:
        """Return a person's row, or those of a team, or in words why they are not known."""
        by_number = self._numbers.get(export, {}).get(_plain(person.number), set())
        by_email = self._emails.get(_plain(person.email), set())
        if by_number and by_email:
            found = by_number & by_email
            if not found:
                return "the number and the e-mail address are in rows of different people"
        else:
            found = by_number or by_email or self._names.get(_in_order(person.name), set())
        if not found and not person.number:
            return self._teams.get(_plain(person.name), "no row fits")
        if len(found) > 1:
            return f"{len(found)} rows fit"
        return found or "no row fits"


def assign(counted: Iterable[Counted], finder: Finder) -> tuple[dict[int, Counted], list[LeftOut]]:
    """Return what belongs into which row, and for whom there is no row of their own."""
    claims: dict[int, dict[str, Counted]] = {}
    left_out: list[LeftOut] = []
    for one in counted:
        for person in one.people:
            rows = finder.find(person, one.export)
            if isinstance(rows, str):
                left_out.append(LeftOut(_who(person, one), rows))
                continue
            for row in rows:
                claims.setdefault(row, {})[one.submission] = one
    filled = {}
    for row, held in sorted(claims.items()):
        if len(held) == 1:
            filled[row] = next(iter(held.values()))
            continue
        for name in held:
            others = ", ".join(other for other in held if other != name)
            left_out.append(LeftOut(name, f"has the same row as {others}"))
    return filled, left_out


def _who(person: Person, counted: Counted) -> str:
    if person.name == counted.submission:
        return person.name
    return f"{person.name} ({counted.submission})"


def _add(index: dict[str, set[int]], key: str, row: int) -> None:
    if key:
        index.setdefault(key, set()).add(row)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip()).casefold()


def _in_order(name: str) -> str:
    """Return a name such that ``Lovelace, Ada`` is ``Ada Lovelace``."""
    last, comma, first = name.partition(",")
    ordered = f"{first} {last}" if comma and "," not in first else name
    return " ".join(_plain(ordered).split())
