"""What an export says of a submission: who, when, late or not. Nothing is taken from inside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .names import shown


@dataclass(frozen=True)
class Person:
    """Someone who handed in, as the export names them.

    Attributes
    ----------
    name : str
    number : str
        The number by which the export knows them: Gradescope's ``sid``, Canvas's user, Moodle's
        participant.
    email : str
    """

    name: str
    number: str = ""
    email: str = ""


@dataclass(frozen=True)
class HandedIn:
    """What an export says of a submission.

    Attributes
    ----------
    export : str
        Which platform's; empty when the submission comes from none that is known.
    people : tuple of Person
    at : str
        When, in ISO 8601, with the offset if the export gives one; empty when it does not say.
    late : bool or None
        None when the export does not say.
    remarks : tuple of str
        What else a person should know of it.
    """

    export: str = ""
    people: tuple[Person, ...] = ()
    at: str = ""
    late: bool | None = None
    remarks: tuple[str, ...] = ()

    def with_remark(self, remark: str) -> HandedIn:
        """Return the same with one remark more."""
        return replace(self, remarks=(*self.remarks, remark))

    def sentences(self, name: str) -> Iterator[str]:
        """Yield it in plain sentences; people that the submission's name tells are left out."""
        if not all(person.name in name for person in self.people):
            people = " and ".join(shown(person.name) for person in self.people)
            yield f"handed in by {people}, says the {self.export} export"
        if self.at:
            yield f"handed in at {self.at}, says the {self.export} export"
        if self.late:
            yield f"late, says the {self.export} export"
        yield from self.remarks


NOTHING_SAID = HandedIn()


def same_person(one: HandedIn, other: HandedIn) -> bool:
    """Say whether two submissions of one export have a person in common."""
    return any(_same(first, second) for first in one.people for second in other.people)


def _same(one: Person, other: Person) -> bool:
    if one.number and other.number:
        return one.number == other.number
    if one.email and other.email:
        return one.email.casefold() == other.email.casefold()
    return one.name == other.name
