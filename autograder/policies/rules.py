"""The policies of a course as ``grading.yml`` has them, and their copy beside the results."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError

from ..errors import ResultsError
from ..result import write_whole
from ..strict import Moment, Strict
from .patterns import compiled

POLICIES = "policies.json"
_Reason = Annotated[str, Field(min_length=1, max_length=1000)]


def _usable(pattern: str) -> str:
    compiled(pattern)
    return pattern


class LateRule(Strict):
    """What lateness costs.

    Attributes
    ----------
    grace_minutes : float
        So late is not late. The first day begins where the grace ends.
    percent_per_day : float
        Taken off for each day of 24 hours that has begun, in percent of all points given: those
        of bonus questions and those that people have marked are among them.
    at_most_percent : float
        No more is taken off than this.
    none_after_days : int, optional
        After so many days, there are no points at all.
    """

    grace_minutes: float = Field(0.0, ge=0, le=10080)
    percent_per_day: float = Field(gt=0, le=100)
    at_most_percent: float = Field(100.0, gt=0, le=100)
    none_after_days: int | None = Field(None, ge=1, le=366)

    def percent(self, days: int) -> float:
        """Return how many percent are taken off after so many days have begun."""
        if self.none_after_days is not None and days > self.none_after_days:
            return 100.0
        return min(days * self.percent_per_day, self.at_most_percent)

    def sentence(self) -> str:
        """Return the rule as students read it."""
        parts = [f"{self.percent_per_day:g} % of the points for each day that has begun"]
        if self.at_most_percent < 100:
            parts.append(f"at most {self.at_most_percent:g} %")
        if self.none_after_days is not None:
            parts.append(f"no points after {self.none_after_days} days")
        if self.grace_minutes:
            parts.append(f"{self.grace_minutes:g} minutes are not counted")
        return ", ".join(parts)


class AttemptsRule(Strict):
    """Which of several submissions of one student counts.

    Attributes
    ----------
    keep : str
        The one with most points (of several, the first), or the last.
    pattern : str, optional
        A regular expression for a submission's whole name, with a group ``student`` and perhaps
        a group ``attempt``; without, students are known by what an export says.
    """

    keep: Literal["best", "last"]
    pattern: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_usable)] | None = (
        None
    )

    @property
    def expression(self) -> re.Pattern[str] | None:
        """The pattern, compiled."""
        return None if self.pattern is None else compiled(self.pattern)


class Reason(Strict):
    """Why something was taken out of the marking; students read it."""

    reason: _Reason


class Rescaled(Reason):
    """How many points a question has now, and why; students read it."""

    points: float = Field(gt=0, le=1000)


class Afterwards(Strict):
    """What was changed in the marking after the assignment was handed out.

    Attributes
    ----------
    drop : dict of str to Reason
        Questions (``question``) and checks (``question/check``) that count for nobody.
    rescale : dict of str to Rescaled
        Questions that have another number of points now.
    """

    drop: dict[str, Reason] = Field({})
    rescale: dict[str, Rescaled] = Field({})

    def dropped(self, question: str, check: str) -> Reason | None:
        """Return why a check counts for nobody, if it does.

        The tests of a lab's task are called ``task.test``; with the task, all of them are dropped.
        """
        task = check.partition(".")[0]
        places = (question, f"{question}/{task}", f"{question}/{check}")
        return next((self.drop[place] for place in places if place in self.drop), None)


class Policies(Strict):
    """All that is done with marks after grading.

    Attributes
    ----------
    due : datetime, optional
        With its time zone.
    late : LateRule, optional
    attempts : AttemptsRule, optional
    afterwards : Afterwards
    """

    due: Moment | None = None
    late: LateRule | None = None
    attempts: AttemptsRule | None = None
    afterwards: Afterwards = Afterwards()

    @property
    def deadline(self) -> datetime | None:
        """When it is due, if lateness costs something."""
        return self.due if self.late is not None else None

    def without_lateness(self) -> Policies:
        """Return them for a place that has its own rules about lateness."""
        return self.model_copy(update={"late": None})


NO_POLICIES = Policies()


def read_policies(results: Path) -> Policies:
    """Return the policies that a folder of results was last written with; none, if it has none.

    Raises
    ------
    ResultsError
        When the file is damaged.
    """
    path = results / POLICIES
    try:
        return Policies.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return NO_POLICIES
    except ValidationError:
        raise ResultsError(
            f"{path}: damaged; delete it, and run `autograder report` in the course's folder"
        ) from None


def write_policies(policies: Policies, results: Path) -> None:
    """Keep a copy of the policies beside the results, for who has only these."""
    write_whole(results / POLICIES, f"{policies.model_dump_json(indent=1)}\n".encode())
