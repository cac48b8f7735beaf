"""The checks on a server, after each push: ``python check.py --report FOLDER [--of WORK]``.

The checks beside ``check.py`` are run on the files of the folder WORK. Where that is another
folder, given files are restored from here, and what was changed in them is told.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import guard
from .local import check_questions, read_assignment, read_submission
from .outcome import Picture, QuestionResult
from .pictures import Gallery
from .push_formats import (
    Report,
    annotated,
    clean,
    code_quality,
    command,
    feedback,
    first_failure,
    junit,
    result_json,
    standing_text,
    summary,
)
from .recordings import NotRecordedError

PICTURES = "pictures"
_OF_SERVERS = ("GITHUB_", "ACTIONS_", "RUNNER_", "GITLAB_", "CI_", "HANDOUT_")


@dataclass(frozen=True)
class Server:
    """What the surroundings say of the server that this runs on.

    Attributes
    ----------
    commands : bool
        Whether it reads workflow commands, as GitHub does.
    summary : path, optional
        The file that a summary is to be added to.
    root : path, optional
        The repository's folder.
    """

    commands: bool
    summary: Path | None
    root: Path | None

    @classmethod
    def here(cls) -> Server:
        """Read the environment."""
        summary = os.environ.get("GITHUB_STEP_SUMMARY")
        root = os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR")
        return cls(
            os.environ.get("GITHUB_ACTIONS") == "true",
            Path(summary) if summary else None,
            Path(root) if root else None,
        )

    def add_summary(self, text: str) -> None:
        """Add Markdown to the summary, where there is one."""
        if self.summary is not None:
            with open(self.summary, "a", encoding="utf-8", newline="\n") as file:
                file.write(text)

    def seen_from_root(self, folder: Path) -> str:
        """Return the folder as a prefix of the names of its files."""
        if self.root is None or not folder.resolve().is_relative_to(self.root.resolve()):
            return ""
        inside = folder.resolve().relative_to(self.root.resolve()).as_posix()
        return "" if inside == "." else f"{inside}/"


def main(folder: Path, arguments: Sequence[str]) -> int:
    """Run all public checks and write a report.

    Parameters
    ----------
    folder : path
        The handed-out folder, with the checks.
    arguments : sequence of str
        The folder to write into, and ``--of`` with the student's folder if it is another.

    Returns
    -------
    int
        0 when all public checks passed, 1 when not or when that cannot be trusted, 2 when they
        could not be run. A bonus question that is not started does not count.
    """
    parser = argparse.ArgumentParser(
        prog="python check.py --report", description="Run all public checks and write a report."
    )
    parser.add_argument("out", metavar="FOLDER", type=Path, help="where to write the report")
    parser.add_argument(
        "--of",
        metavar="WORK",
        type=Path,
        default=folder,
        help="the folder of the student's files; the one of check.py by default",
    )
    options = parser.parse_args(arguments)
    server = Server.here()
    try:
        report = _run(folder, options.of, options.out, server)
        _write(options.out, report)
        server.add_summary(summary(report))
    except KeyboardInterrupt:
        print("Stopped.")
        return 130
    except (OSError, ValueError, KeyError, TypeError, NotRecordedError) as error:
        return _could_not_run(server, options.out, error)
    for line in _log(report):
        print(line)
    if server.commands:
        for line in annotated(report):
            print(line)
    return report.status


def _run(folder: Path, work: Path, out: Path, server: Server) -> Report:
    assignment = read_assignment(folder)
    standing = guard.examine(folder, work)
    pictures: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
    results: list[QuestionResult] = []
    drawn = _Pictures(out / PICTURES)
    with (
        guard.restored(folder, work, leave_out=[out]) as place,
        _not_told_of_servers(),
        _last_on_path(place),
    ):
        sources = read_submission(place)
        for result in check_questions(
            folder, assignment, assignment.questions, work=place, gallery=Gallery()
        ):
            results.append(result)
            for check in result.checks:
                if kept := drawn.keep(f"{result.name}-{check.name}", check.pictures):
                    pictures[result.name, check.name] = kept
    return Report(
        assignment, tuple(results), standing, sources, pictures, server.seen_from_root(work)
    )


class _Pictures:
    """Writes pictures into a folder, each distinct one once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: set[str] = set()
        for old in folder.glob("*.png"):
            old.unlink()

    def keep(self, name: str, pictures: Sequence[Picture]) -> tuple[tuple[str, str], ...]:
        """Write the pictures of a check, and return their names and what they show."""
        kept: list[tuple[str, str]] = []
        for picture in pictures:
            data = base64.b64decode(picture.png)
            hashed = hashlib.sha256(data).hexdigest()
            if hashed in self._seen:
                continue
            self._seen.add(hashed)
            number = f"-{len(kept) + 1}" if kept else ""
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / f"{name}{number}.png").write_bytes(data)
            kept.append((f"{PICTURES}/{name}{number}.png", picture.alt))
        return tuple(kept)


def _write(out: Path, report: Report) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("summary.md", summary(report)),
        ("result.json", result_json(report)),
        ("result.xml", junit(report)),
        ("codequality.json", code_quality(report)),
    ):
        (out / name).write_text(text, "utf-8", newline="\n")


def _log(report: Report) -> Iterator[str]:
    """Yield the lines for the log; none of them begins with what others have written."""
    for said in standing_text(report.standing):
        yield _harmless(said)
    for result in report.results:
        state = "not started" if result.not_started else f"{result.points:g} points"
        yield f"{result.name}: {state} of {result.max_points:g}"
        check = first_failure(result)
        if check is not None and not result.not_started:
            for line in feedback(result, check).split("\n"):
                yield f"  | {_harmless(line)}"
    if report.passed and report.standing.trusted:
        yield "All public checks passed."


def _harmless(line: str) -> str:
    """Return a line without what GitHub reads as a command wherever it stands."""
    return line.replace("##[", "## [")


def _could_not_run(server: Server, out: Path, error: Exception) -> int:
    said = clean(
        f"The checks could not be run ({type(error).__name__}: {error}). "
        "Unpack the hand-out again and copy your own files into it."
    )
    with contextlib.suppress(OSError):
        out.mkdir(parents=True, exist_ok=True)
        plain = {"status": "not run", "exit_status": 2, "why": said}
        (out / "result.json").write_text(json.dumps(plain, indent=1) + "\n", "utf-8")
        server.add_summary("# The checks could not be run\n\nThe log says why.\n")
    said = " ".join(_harmless(said).split())
    print(command("error", said) if server.commands else said)
    return 2


@contextlib.contextmanager
def _not_told_of_servers() -> Iterator[None]:
    """Keep from the student's code what the server has told: tokens, and files to write to."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(_OF_SERVERS):
            del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(before)


@contextlib.contextmanager
def _last_on_path(folder: Path) -> Iterator[None]:
    """Let checks find modules of the folder, and none of them take the place of Python's."""
    if str(folder) in sys.path:
        yield
        return
    sys.path.append(str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
