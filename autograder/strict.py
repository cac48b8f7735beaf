"""What the sections of files that people write have in common: no key is guessed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict


class Strict(BaseModel):
    """A section in which every key is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def with_time_zone(value: Any) -> datetime:
    """Let through what is a moment and nothing else: no day, no number, no time without zone.

    Raises
    ------
    ValueError
        With what is expected.
    """
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError("expected date, time and time zone, such as 2026-10-26T23:59+02:00")
    return moment


Moment = Annotated[AwareDatetime, BeforeValidator(with_time_zone)]
