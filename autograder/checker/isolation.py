"""What kept submissions apart from the grader, as it was observed."""

from __future__ import annotations

from dataclasses import dataclass, field

REFUSED = "refused"
POSSIBLE = "possible"


@dataclass(frozen=True)
class Isolation:
    """What kept submissions apart from the grader.

    Attributes
    ----------
    level : str
        ``sandbox``, ``user`` or ``limits``.
    observed : dict of str to str
        What a probe in a submission's place has tried, and whether it was refused or possible;
        and which of the kernel's filters were in force.
    """

    level: str
    observed: dict[str, str] = field(default_factory=dict)
