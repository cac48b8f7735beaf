"""A run as a job array of Slurm, and a job that joins its parts; Slurm does all the scheduling."""

from __future__ import annotations

import math
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import ClusterError, ConfigurationError
from .result import write_whole, writing

FOLDER = "slurm"
FEWEST, MOST = 100, 500
"""Submissions for each task of the array."""

_OURS = ("--array", "-a", "--wrap")


@dataclass(frozen=True)
class Plan:
    """What is to be run.

    Attributes
    ----------
    submissions, out, course : path
        For ``autograder grade``; absolute.
    parts : int
    options : tuple of str
        More options of ``autograder grade``.
    sbatch : tuple of str
        Options of ``sbatch``, which may be repeated there and override others.
    """

    submissions: Path
    out: Path
    course: Path
    parts: int
    options: tuple[str, ...] = ()
    sbatch: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where scripts, logs and parts are."""
        return self.out / FOLDER

    def part(self, number: int) -> Path:
        """Return a part's folder."""
        return self.folder / "parts" / str(number)


def parts_for(count: int, per_task: int) -> int:
    """Return into how many parts a number of submissions is split, evenly.

    Raises
    ------
    ConfigurationError
        When a part would be too small or too large to be worth a task.
    """
    if not FEWEST <= per_task <= MOST:
        why = (
            "starting a task would take longer than its work, and thousands of tasks burden the "
            "scheduler that all share"
            if per_task < FEWEST
            else "a task that meets its time limit would leave too much to be done again"
        )
        raise ConfigurationError(
            f"{per_task} submissions a task: {why}; choose from {FEWEST} to {MOST}"
        )
    return max(1, min(math.ceil(count / per_task), count // FEWEST))


def scripts(plan: Plan) -> dict[Path, str]:
    """Return the texts of the scripts of the array's tasks and of the last job."""
    task = '"$SLURM_ARRAY_TASK_ID"'
    python = (sys.executable, "-m", __package__)
    grade = [
        shlex.join((*python, "grade", str(plan.submissions))),
        f"--out {shlex.quote(str(plan.folder / 'parts'))}/{task}",
        f"--shard {task}/{plan.parts}",
        '--jobs "${SLURM_CPUS_PER_TASK:-1}"',
        shlex.join(("--course", str(plan.course), *plan.options)),
    ]
    merge = [
        shlex.join((*python, "merge")),
        *(shlex.quote(str(plan.part(number))) for number in range(1, plan.parts + 1)),
        shlex.join(("--out", str(plan.out))),
    ]
    return {
        plan.folder / "grade.sh": _script(grade),
        plan.folder / "merge.sh": _script(merge),
    }


def _script(words: Sequence[str]) -> str:
    command = " \\\n  ".join(words)
    return f"#!/bin/bash\nset -euo pipefail\nexec {command}\n"


def commands(plan: Plan) -> tuple[list[str], list[str]]:
    """Return the commands that submit both jobs; the second lacks the first one's number.

    Raises
    ------
    ConfigurationError
        When an option would change what belongs to the plan.
    """
    for option in plan.sbatch:
        if not option.startswith("-"):
            raise ConfigurationError(
                f"{option!r} is no option of sbatch; write them as --time=01:00:00"
            )
        if option.startswith(_OURS):
            raise ConfigurationError(f"{option} is decided by --per-task; leave it out")
    logs = str(plan.folder).replace("%", "%%")
    grade, merge = plan.folder / "grade.sh", plan.folder / "merge.sh"
    array = ["sbatch", "--parsable", f"--array=1-{plan.parts}", "--job-name=autograder"]
    array += ["--cpus-per-task=1", f"--output={logs}/grade-%a.log", *plan.sbatch, str(grade)]
    last = ["sbatch", "--parsable", "--job-name=autograder-merge", f"--output={logs}/merge.log"]
    last += [*plan.sbatch, "--ntasks=1", "--cpus-per-task=1", str(merge)]
    return array, last


def after(command: Sequence[str], job: str) -> list[str]:
    """Return the command with the condition that all tasks of a job have ended, however."""
    return [*command[:-1], f"--dependency=afterany:{job}", command[-1]]


def write_scripts(plan: Plan) -> list[Path]:
    """Write the scripts, and return where they are."""
    written = []
    with writing(plan.folder):
        for path, text in scripts(plan).items():
            write_whole(path, text.encode())
            written.append(path)
    return written


def submit(plan: Plan) -> tuple[str, str]:
    """Hand both jobs to Slurm, and return their numbers.

    Raises
    ------
    ClusterError
        When there is no Slurm here, or it does not take them.
    """
    if shutil.which("sbatch") is None:
        raise ClusterError(
            "sbatch is not to be found here; run this on a machine where Slurm takes jobs, or "
            "with --dry-run, which only writes the scripts"
        )
    array, last = commands(plan)
    job = _sbatch(array)
    try:
        return job, _sbatch(after(last, job))
    except ClusterError as error:
        raise ClusterError(
            f"{error} The array {job} is submitted; when it has ended, run "
            f"`bash {shlex.quote(str(plan.folder / 'merge.sh'))}`."
        ) from None


def _sbatch(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
        )
    except subprocess.CalledProcessError as error:
        said = " ".join((error.stderr or error.stdout or f"status {error.returncode}").split())
        raise ClusterError(f"sbatch refused {Path(command[-1]).name}: {said}.") from None
    job = done.stdout.strip().partition(";")[0]  # the cluster's name may follow
    if not job.isdecimal():
        raise ClusterError(f"sbatch said {done.stdout.strip()!r} where a job's number belongs.")
    return job
