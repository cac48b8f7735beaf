"""A whole course at once: thousands of submissions, graded in one run that is killed and continued.

    python benchmarks/whole_course.py [--submissions 2000] [--jobs 2] [--folder FOLDER]

Of every twenty submissions nine are right (two of these differ from the solution in one question),
nine have one known mistake, one has half of the files and one is hostile; who has no mistake in a
bonus question leaves it out. The run is killed with SIGKILL
when half of the results are there, and the same command is given again. Then every submission must
have its result, what was there at the kill must be the same bytes, right ones must have full marks,
mistakes must be named, and submissions with the same content must have the same ``results.json``,
whenever and after whatever they were graded. Prints the rate and the memory of the grader's
processes for each tenth of the run; both should be flat. Exits with 1 when something is wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import count, cycle, islice
from pathlib import Path

from autograder.builder.variants import read_variants, with_variant
from autograder.grading_file import read
from autograder.layout import Layout, read_python_files

EACH = 20
TENTHS = 10
ROOT = Path(__file__).parents[1]


def submissions(layout: Layout) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Yield kinds of submissions and their files, without end and always the same."""
    solution = read_python_files(layout.solution)
    questions = read(layout).assignment.questions
    due = [question for question in questions if not question.bonus]
    right = {f"{question.name}.py": solution[f"{question.name}.py"] for question in due}
    others = cycle(
        (question, other)
        for question in due
        for other in read_variants(layout.alternatives, question)
    )
    mistakes = cycle(
        (question, mistake)
        for question in questions
        for mistake in read_variants(layout.misconceptions, question)
    )
    attacks = cycle(sorted(ROOT.joinpath("tests", "autograder", "hostile").glob("*.py")))
    for number in count():
        turn = number % EACH
        if turn == EACH - 1:
            yield "hostile", {"estep.py": next(attacks).read_bytes()}
        elif turn == EACH // 2:
            yield "half", dict(islice(right.items(), len(right) // 2))
        elif turn % 2:
            question, mistake = next(mistakes)
            files = {**right, f"{question.name}.py": solution[f"{question.name}.py"]}
            yield f"mistake {mistake.name}", with_variant(files, question, mistake)
        else:
            question, other = next(others)
            yield "right", with_variant(right, question, other) if turn in (0, 12) else right


def memory_mib(pid: int) -> float:
    """Return the memory that a process and those it started for grading hold by themselves."""
    total = 0.0
    for process in (pid, *_children(pid)):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                if line.startswith(("Private_Clean", "Private_Dirty")):
                    total += int(line.split()[1]) / 1024
    return total


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in text.split()]
    return []


def grade(
    folder: Path, out: Path, jobs: int, until: int | None = None
) -> tuple[int, list[tuple[float, int, float]]]:
    """Grade, and kill that as soon as there are so many results.

    Returns
    -------
    status : int
    samples : list of (seconds, results, MiB)
    """
    command = [sys.executable, "-m", "autograder", "grade", str(folder), "--out", str(out)]
    command += ["--course", str(ROOT), "--jobs", str(jobs)]
    samples = []
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(1.0), samples
            there = sum(1 for _ in out.glob("*/record.json"))
            samples.append((time.monotonic() - began, there, memory_mib(process.pid)))
            if until is not None and there >= until:
                process.send_signal(signal.SIGKILL)


def records(out: Path) -> dict[str, str]:
    """Return a hash of every record, by the submission's name."""
    return {
        path.parent.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.glob("*/record.json")
    }


def problems(kinds: dict[str, str], contents: dict[str, str], out: Path) -> Iterator[str]:
    """Say what is wrong with the results."""
    same: dict[str, set[str]] = defaultdict(set)
    for name, kind in kinds.items():
        folder = out / name
        if not (folder / "record.json").exists():
            yield f"{name} has no result"
            continue
        shown = (folder / "results.json").read_bytes()
        same[contents[name]].add(hashlib.sha256(shown).hexdigest())
        result = json.loads((folder / "record.json").read_bytes())
        questions = [q for q in result["questions"] if q["kind"] == "module"]
        lost = [
            q["name"]
            for q in questions
            if any(check["points"] < check["max_points"] for check in q["checks"])
            and {check["reason"] for check in q["checks"]} != {"missing"}
        ]
        named = [d["name"] for q in questions for d in q["diagnoses"]]
        if kind == "right" and lost:
            yield f"{name} is right and lost marks at {', '.join(lost)}"
        if kind.startswith("mistake ") and (len(lost), named) != (1, [kind.split()[1]]):
            yield f"{name} ({kind}) lost marks at {', '.join(lost)}; named: {', '.join(named)}"
    for content, shown_as in same.items():
        if len(shown_as) > 1:
            names = [name for name in kinds if contents[name] == content]
            yield f"the same content has {len(shown_as)} results: {', '.join(names)}"
    with (out / "gradebook.csv").open(newline="") as file:
        rows = [row["submission"] for row in csv.DictReader(file)]
    if sorted(rows) != sorted(kinds):
        yield f"the gradebook has {len(rows)} rows for {len(kinds)} submissions"


def main() -> int:
    """Grade, kill, continue, compare; print the table and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--folder", type=Path, help="keep submissions and results here")
    options = parser.parse_args()
    layout = Layout.find(ROOT)
    with contextlib.ExitStack() as stack:
        place = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kinds: dict[str, str] = {}
        contents: dict[str, str] = {}
        for number, (kind, files) in enumerate(islice(submissions(layout), options.submissions)):
            name = f"s{number:05}"
            kinds[name] = kind
            contents[name] = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
            for file, data in files.items():
                target = place / "in" / name / file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
        print(
            f"{len(kinds)} submissions: {dict(Counter(kind.split()[0] for kind in kinds.values()))}"
        )
        out = place / "out"
        _, first = grade(place / "in", out, options.jobs, until=len(kinds) // 2)
        at_the_kill = records(out)
        print(f"killed with {len(at_the_kill)} results after {first[-1][0]:.0f} s")
        status, second = grade(place / "in", out, options.jobs)
        print(f"continued to its end in {second[-1][0]:.0f} s, exit status {status}")
        found = list(problems(kinds, contents, out))
        now = records(out)
        found += [f"{n} was graded again" for n in at_the_kill if now.get(n) != at_the_kill[n]]
        show(first, second, len(kinds))
    print("\n".join(found[:20]) or "Nothing was lost, and nothing differs.")
    return 1 if found or status != 0 else 0


def show(
    first: list[tuple[float, int, float]], second: list[tuple[float, int, float]], total: int
) -> None:
    """Print the rate and the memory of each tenth of the run."""
    print(f"{'results':>12}{'a minute':>12}{'MiB':>8}")
    for samples in (first, second):
        begin = 0
        for tenth in range(TENTHS):
            low, high = total * tenth // TENTHS, total * (tenth + 1) // TENTHS
            within = [sample for sample in samples[begin:] if low <= sample[1] <= high]
            if len(within) < 2 or within[-1][1] == within[0][1]:
                continue
            rate = 60 * (within[-1][1] - within[0][1]) / (within[-1][0] - within[0][0])
            memory = max(sample[2] for sample in within)
            print(f"{f'{low}-{high}':>12}{rate:>12.0f}{memory:>8.0f}")


if __name__ == "__main__":
    sys.exit(main())
