"""The plain sentences for what can go wrong in a call, and the outcome each one means."""

from __future__ import annotations

from .calls import CallError
from .contract import Limits, Visibility
from .outcome import Outcome

REASONS: dict[str, tuple[Outcome, str]] = {
    "not_started": ("not run", "Not started: {file} still raises NotImplementedError."),
    "waits": ("not run", "{file}, which this question uses, is not written yet."),
    "missing": ("not run", "There is no file {file} in the submission."),
    "no_function": ("not run", "{file} has no function of the name that this check calls."),
    "import": ("not run", "{file} could not be loaded{told}."),
    "time": (
        "not run",
        "It did not finish within {limits.check_seconds:g} seconds. "
        "Is there a loop that cannot end, or one over all pairs of points?",
    ),
    "no_time_left": (
        "not run",
        "Not run: the checks before it used up the {limits.question_seconds:g} seconds "
        "that this question has.",
    ),
    "memory": (
        "not run",
        "It asked for more memory than the {limits.memory_mib} MiB there are. "
        "Is an array larger than the formula needs?",
    ),
    "crash": ("not run", "The Python process crashed while it ran this code."),
    "killed": (
        "not run",
        "The Python process was stopped from outside, most likely for using too much memory.",
    ),
    "exit": (
        "not run",
        "The code ended Python (sys.exit, exit, quit or os._exit) instead of returning.",
    ),
    "malformed": ("not run", "What came back was not an answer. Return the result; send nothing."),
    "exception": ("failed", "An exception was raised{told}."),
    "unusable": ("failed", "It returned {message}; numbers or arrays of numbers are due."),
    "output": (
        "failed",
        "It printed more than {limits.output_kib} KiB in one call. "
        "Is a print left in a loop over points?",
    ),
}
"""Reason: the outcome it means, and the sentence that says so."""

_WHAT_NEXT = {"import": "Fix that line first; nothing in the file can run before."}


def explain(
    error: CallError, own_file: str, limits: Limits, visibility: Visibility
) -> tuple[Outcome, str, str, str]:
    """Return outcome, reason, sentence and place for a call that brought no answer.

    Of a hidden check the student's own message is left out, since code under test could put the
    check's inputs into it.
    """
    reason = error.reason
    file = error.file or own_file
    if reason == "not_started" and file != own_file:
        reason = "waits"
    outcome, sentence = REASONS[reason]
    told = ""
    public = visibility == "public"
    if public and error.type:
        told = f": {error.type}" + (f": {error.message}" if error.message else "")
    text = sentence.format(
        file=file,
        limits=limits,
        told=told.rstrip("."),
        message=error.message if public and error.message else "something else",
    )
    place = ""
    if reason in ("exception", "import", "exit", "memory", "output") and error.line > 0:
        place = f"{error.file}, line {error.line}"
        if error.source and public:
            place += f": {error.source}"
    return outcome, reason, " ".join([text, *_WHAT_NEXT.get(reason, "").split()]), place
