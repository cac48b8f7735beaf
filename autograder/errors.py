"""The errors that a person can meet; each says what, where, and what to do next."""

from __future__ import annotations


class AutograderError(Exception):
    """An error whose text is written for the person at the keyboard."""


class ConfigurationError(AutograderError):
    """``grading.yml``, the checks or a source file is not as it must be; nothing was written."""


class BuildError(AutograderError):
    """The build found something that must not be handed out."""


class IntakeError(AutograderError):
    """A submission, or the folder of submissions, cannot be read."""


class IsolationError(AutograderError):
    """The isolation that was asked for is not to be had on this machine."""


class ClusterError(AutograderError):
    """Other machines cannot be reached, or cannot grade as this one would."""


class ResultsError(AutograderError):
    """A stored result is missing or damaged."""


class ExportError(AutograderError):
    """Marks cannot be written in the form that was asked for; nothing was written."""


INSTEAD = (
    "With `--isolation limits` submissions run without a sandbox: they can then read whatever "
    "the grader can, so keep that for code that you trust, or for a throw-away machine."
)
"""What to tell those whose machine has no stronger isolation."""
