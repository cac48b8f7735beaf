"""How late a submission is, by what an export says of it and never by the times of files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..intake.handed_in import HandedIn
from .rules import LateRule

_DAY = timedelta(days=1)
_WEST = timedelta(hours=12)
"""The last place on earth where it is still the same day: https://en.wikipedia.org/wiki/UTC-12:00"""


@dataclass(frozen=True)
class Lateness:
    """What is known of a submission's lateness.

    Attributes
    ----------
    days : int
        How many days have begun since the end of the grace; 0 when it came in time.
    unclear : str
        Why a person has to decide, in a sentence; then ``days`` is 0.
    """

    days: int = 0
    unclear: str = ""


IN_TIME = Lateness()


def days_late(late: timedelta, grace_minutes: float) -> int:
    """Return how many days have begun since the end of the grace.

    Parameters
    ----------
    late : timedelta
        How long after it was due; negative when it came before.
    grace_minutes : float
    """
    return max(0, -(-(late - timedelta(minutes=grace_minutes)) // _DAY))


def judge(said: HandedIn, due: datetime, rule: LateRule) -> Lateness:
    """Return how late something is, or why that is for a person to decide.

    Parameters
    ----------
    said : HandedIn
    due : datetime
        For this submission, with its time zone.
    rule : LateRule
    """
    at = time_of(said.at)
    if at is None:
        if not said.late:
            return IN_TIME
        return _unclear(f"it is late, says the {said.export} export, and not by how much")
    if at.tzinfo is None:
        latest = at.replace(tzinfo=UTC) - due + _WEST
        if days_late(latest, rule.grace_minutes) == 0 and not said.late:
            return IN_TIME
        return _unclear(f"it was handed in at {said.at}, in a time zone that is not known")
    late = at - due
    days = days_late(late, rule.grace_minutes)
    if (said.late is True and late <= timedelta(0)) or (said.late is False and days):
        return _unclear(
            f"it is {'late' if said.late else 'not late'}, says the {said.export} export, which "
            f"has {said.at} as its time, and it is due at {due.isoformat()}"
        )
    return Lateness(days)


def time_of(text: str) -> datetime | None:
    """Return a time in ISO 8601, with its zone if it has one; None when it is none."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _unclear(why: str) -> Lateness:
    return Lateness(unclear=f"{why}; nothing is taken off for that until a person decides")
