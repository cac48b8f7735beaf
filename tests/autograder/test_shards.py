"""A run in parts, joined as if it had been one; and the same as jobs of Slurm."""

from __future__ import annotations

import ast
import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder import slurm
from autograder.desk import grade_task, plan
from autograder.errors import ConfigurationError, ResultsError
from autograder.grade import Grader
from autograder.intake import Source, find_submissions
from autograder.marks import Mark, read_marks, write_marks
from autograder.merging import merge
from autograder.policies import Policies, write_policies
from autograder.policies.rules import Afterwards
from autograder.shards import Shard, read_part, take_all, take_part
from autograder.stored import Results, write_course

REPORT = "report: {title: Report, parts: {evidence: 4}}\n"


def written(out: Path) -> dict[str, bytes]:
    """Return the results in a folder."""
    files = (out / "gradebook.csv", out / "index.html", *out.glob("*/*.*"))
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in files
        if path.parent.name != "slurm"
    }


def timeless(files: dict[str, bytes]) -> dict[str, bytes]:
    """Leave out what tells how long grading took."""
    return {
        name: data
        for name, data in files.items()
        if name != "index.html" and not name.endswith("record.json")
    }


def listed(names: Sequence[str]) -> list[Source]:
    return [Source(name, Path(name)) for name in names]


@dataclass(frozen=True)
class Graded:
    """A class of five, with reports, graded at once and in two parts."""

    course: Any
    submissions: Path
    whole: Path
    parts: tuple[Path, Path]


@pytest.fixture(scope="module")
def once(
    tmp_path_factory: pytest.TempPathFactory,
    built: Any,
    solution: dict[str, bytes],
    mistaken: Callable[..., dict[str, bytes]],
) -> Graded:
    root = tmp_path_factory.mktemp("shards")
    course = type(built)(Path(shutil.copytree(built.root, root / "course")))
    course.edit("grading.yml", "questions:\n", f"{REPORT}questions:\n")
    handed_in = {
        "ada": solution | {"report.md": b"It *works*.", "report.pdf": b"%PDF-1.4"},
        "bob": solution | mistaken("scale_adds_the_factor"),
        "cleo": {"report.md": b"Sorry."},
        "zo\u00eb [red]": solution,
    }
    for name, files in handed_in.items():
        (root / "in" / name).mkdir(parents=True)
        for file, data in files.items():
            (root / "in" / name / file).write_bytes(data)
    (root / "in" / "eve.zip").write_bytes(b"no archive")
    contract = course.contract
    sources = find_submissions(root / "in", contract.assignment.names, contract.papers)
    whole = root / "whole"
    with contextlib.closing(Grader(course.layout, contract, "limits")) as grader:
        for task in plan(sources, whole):
            grade_task(grader, task)
    for number in (1, 2):
        for source in take_part(Shard(number, 2), sources, root / f"part{number}"):
            shutil.copytree(whole / source.name, root / f"part{number}" / source.name)
    write_course(Results(whole), lambda _: None)
    return Graded(course, root / "in", root / "whole", (root / "part1", root / "part2"))


@pytest.fixture
def graded(once: Graded, tmp_path: Path) -> Graded:
    """Return a copy of the parts, to change."""
    parts = [Path(shutil.copytree(part, tmp_path / part.name)) for part in once.parts]
    return Graded(once.course, once.submissions, once.whole, (parts[0], parts[1]))


# Parts --------------------------------------------------------------------------------------------


def test_each_submission_is_in_one_part_and_the_parts_are_even(tmp_path):
    names = [f"s{number:02}" for number in (7, 1, 4, 0, 9, 3, 2, 8, 6, 5)]

    parts = [
        [source.name for source in take_part(Shard(i, 3), listed(names), tmp_path / str(i))]
        for i in (1, 2, 3)
    ]

    assert [sorted(part) for part in parts] == [
        ["s00", "s03", "s06", "s09"],
        ["s01", "s04", "s07"],
        ["s02", "s05", "s08"],
    ]
    notes = [read_part(tmp_path / str(i)) for i in (1, 2, 3)]
    assert [(note.shard.number, note.shard.of, note.of_all) for note in notes] == [
        (1, 3, 10),
        (2, 3, 10),
        (3, 3, 10),
    ]
    assert [list(note.submissions) for note in notes] == [sorted(part) for part in parts]
    assert len({note.list for note in notes}) == 1


@pytest.mark.parametrize("text", ["0/4", "5/4", "2", "2/", "a/b", "-1/2", "1/4/2", "0/0", ""])
def test_a_part_that_cannot_be_is_refused(text):
    with pytest.raises(ConfigurationError, match="is no part; the second of four is 2/4"):
        Shard.parse(text)


def test_more_parts_than_submissions_are_refused(autograder, once, tmp_path):
    given = (once.submissions, "--out", tmp_path / "out", "--course", once.course.root)

    status, _, said = autograder("grade", *given, "--shard", "1/6")

    assert status == 2
    assert "5 submissions cannot be graded in 6 parts; use fewer" in said


def test_the_folder_of_another_part_or_of_a_whole_run_is_refused(graded):
    names = listed(["ada", "bob"])

    with pytest.raises(ResultsError, match="holds the results of part 1/2; name another"):
        take_part(Shard(2, 2), names, graded.parts[0])
    with pytest.raises(ResultsError, match="belong to no part"):
        take_part(Shard(2, 2), names, graded.whole)
    take_part(Shard(1, 2), names, graded.parts[0])

    assert read_part(graded.parts[0]).of_all == 2


def test_a_folder_in_which_all_are_graded_is_no_part_any_more(graded):
    take_all(listed(["ada"]), graded.parts[0])

    with pytest.raises(ResultsError, match="holds no part of a run"):
        read_part(graded.parts[0])


def test_submissions_cannot_take_the_place_of_what_stands_beside_their_results(hand_in, solution):
    folder = hand_in(**dict.fromkeys(("slurm", "shard.json", "merged.json"), solution))

    names = [source.name for source in find_submissions(folder, ["scale", "summed"])]

    assert names == ["merged.json (2)", "shard.json (2)", "slurm (2)"]


# Joining ------------------------------------------------------------------------------------------


def test_joined_parts_are_what_one_run_has_written(autograder, graded, tmp_path):
    status, said, _ = autograder("merge", *graded.parts, "--out", tmp_path / "all")

    assert written(tmp_path / "all") == written(graded.whole)
    assert (tmp_path / "all" / "ada" / "report.pdf").read_bytes() == b"%PDF-1.4"
    assert "5 submissions: 1 failed, 4 graded." in said
    assert status == 1  # one is no archive


def test_joining_again_changes_nothing(autograder, graded, tmp_path):
    autograder("merge", *graded.parts, "--out", tmp_path / "all")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("all/*/*")}

    autograder("merge", *graded.parts, "--out", tmp_path / "all")

    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("all/*/*")} == before
    assert written(tmp_path / "all") == written(graded.whole)


def test_missing_parts_are_told_and_can_be_joined_later(autograder, graded, tmp_path):
    first, second = graded.parts

    status, said, _ = autograder("merge", first, tmp_path / "none", "--out", tmp_path / "all")

    assert status == 1
    assert "3 submissions: 3 graded." in said
    assert f"{tmp_path / 'none'} is not there." in said
    assert "Of 2 parts, not here or not finished: 2." in said

    _, said, _ = autograder("merge", second, "--out", tmp_path / "all")

    assert written(tmp_path / "all") == written(graded.whole)
    assert "not finished" not in said


def test_a_part_that_is_not_finished_is_told_and_what_it_has_is_joined(
    autograder, graded, tmp_path
):
    first, second = graded.parts
    (first / "cleo" / "record.json").unlink()

    status, said, _ = autograder("merge", first, second, "--out", tmp_path / "all")

    assert status == 1
    assert f"{first} (part 1/2) is not finished: 1 of 3 submissions have no result." in said
    assert "Of 2 parts, not here or not finished: 1." in said
    assert {path.parent.name for path in tmp_path.glob("all/*/record.json")} == {
        *("ada", "bob", "eve", "zo\u00eb [red]")
    }


def change_note(folder: Path, **values: Any) -> None:
    note = json.loads((folder / "shard.json").read_text("utf-8"))
    (folder / "shard.json").write_text(json.dumps(note | values), "utf-8")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"list": "another", "of_all": 6}, r"different lists of submissions \(5 and 6\)"),
        ({"shard": {"number": 2, "of": 3}}, "is one of 2 parts and .* one of 3"),
    ],
)
def test_parts_that_do_not_belong_together_are_refused(graded, tmp_path, values, said):
    change_note(graded.parts[1], **values)

    with pytest.raises(ResultsError, match=said):
        merge(graded.parts, tmp_path / "all")

    assert not (tmp_path / "all").exists()


def test_the_same_submission_with_different_marks_is_refused_and_with_the_same_is_not(
    graded, tmp_path
):
    again = Path(shutil.copytree(graded.parts[0], tmp_path / "again"))
    merge([*graded.parts, again], tmp_path / "all")
    record = again / "ada" / "record.json"
    record.write_text(record.read_text("utf-8").replace('"points": 1.0', '"points": 0.5', 1))

    with pytest.raises(ResultsError, match="different marks for the same submission"):
        merge([*graded.parts, again], tmp_path / "other")

    assert not (tmp_path / "other").exists()
    assert len(list(tmp_path.glob("all/*/record.json"))) == 5


def test_what_is_no_part_is_refused(graded, tmp_path):
    with pytest.raises(ResultsError, match="holds no part of a run; name folders that"):
        merge([graded.whole], tmp_path / "all")
    with pytest.raises(ResultsError, match="is one of the parts"):
        merge(graded.parts, graded.parts[1])
    with pytest.raises(ResultsError, match="none of these folders is there"):
        merge([tmp_path / "none"], tmp_path / "all")
    (graded.parts[0] / "shard.json").write_text("{")
    with pytest.raises(ResultsError, match=r"damaged; delete .*part1 and grade this part again"):
        merge(graded.parts, tmp_path / "all")

    assert not (tmp_path / "all").exists()


def test_of_another_list_of_submissions_only_the_new_one_is_in_the_gradebook(graded, tmp_path):
    merge(graded.parts, tmp_path / "all")
    change_note(graded.parts[0], list="newer", shard={"number": 1, "of": 1})

    joined = merge(graded.parts[:1], tmp_path / "all")

    assert joined.merged.submissions == ("ada", "cleo", "zo\u00eb [red]")
    assert joined.merged.missing == ()


def test_marks_of_the_parts_are_joined_and_later_ones_stay(autograder, graded, tmp_path):
    first, _ = graded.parts
    write_marks({"ada": {"report/evidence": Mark(3.0, "good")}}, first)
    out = tmp_path / "all"

    autograder("merge", *graded.parts, "--out", out)

    assert read_marks(out) == {"ada": {"report/evidence": Mark(3.0, "good")}}
    assert "good" in (out / "ada" / "feedback.html").read_text("utf-8")
    assert "ada,8,3,3,14," in (out / "gradebook.csv").read_text("utf-8")

    write_marks(
        {
            "ada": {"report/evidence": Mark(4.0, "better")},
            "cleo": {"report/evidence": Mark(1.0)},
        },
        out,
    )
    autograder("report", out)
    before = written(out)
    autograder("merge", *graded.parts, "--out", out)

    assert written(out) == before
    assert "better" in (out / "ada" / "feedback.html").read_text("utf-8")


def test_overrides_of_the_parts_are_taken_over_once(autograder, graded, tmp_path):
    for part, name in zip(graded.parts, ("ada", "bob"), strict=True):
        status, _, said = autograder("override", part, name, "total", 9, "--reason", "an appeal")
        assert status == 0, said
    out = tmp_path / "all"

    autograder("merge", *graded.parts, "--out", out)
    before = written(out), (out / "audit.jsonl").read_bytes()
    autograder("merge", *graded.parts, "--out", out)

    assert (written(out), (out / "audit.jsonl").read_bytes()) == before
    assert before[1].count(b"an appeal") == 2
    for part, name in zip(graded.parts, ("ada", "bob"), strict=True):
        assert (out / name / "feedback.html").read_bytes() == (
            part / name / "feedback.html"
        ).read_bytes()
        assert f"{name}," in (out / "gradebook.csv").read_text("utf-8")
    assert (out / "gradebook.csv").read_text("utf-8").count(",9,graded,") == 2


def test_parts_that_were_graded_with_different_policies_are_refused(graded, tmp_path):
    dropped = Afterwards.model_validate({"drop": {"scale": {"reason": "unclear"}}})
    write_policies(Policies(afterwards=dropped), graded.parts[1])

    with pytest.raises(ResultsError, match="were graded with different policies"):
        merge(graded.parts, tmp_path / "all")

    assert not (tmp_path / "all").exists()


def test_joined_parts_can_be_marked_by_hand_and_reported(autograder, graded, tmp_path):
    out = tmp_path / "all"
    autograder("merge", *graded.parts, "--out", out)
    whole = Path(shutil.copytree(graded.whole, tmp_path / "whole"))

    tables = []
    for place in (out, whole):
        status, said, _ = autograder("manual", place, "--course", graded.course.root)
        assert status == 0 and "2 written answers of 2 submissions." in said
        tables.append((place / "marking" / "marks.csv").read_bytes())
        (place / "gradebook.csv").unlink()
        assert autograder("report", place)[0] == 0

    assert tables[0] == tables[1]
    assert written(out) == written(whole)


# Slurm --------------------------------------------------------------------------------------------

SBATCH = f"""#!{sys.executable}
import os, subprocess, sys
arguments = sys.argv[1:]
with open(os.environ["CALLS"], "a") as calls:
    print(repr(arguments), file=calls)
arrays = [a for a in arguments if a.startswith("--array=1-")]
numbers = range(1, int(arrays[0][len("--array=1-"):]) + 1) if arrays else [0]
for number in numbers:
    environment = dict(os.environ, SLURM_ARRAY_TASK_ID=str(number), SLURM_CPUS_PER_TASK="1")
    subprocess.run(["bash", arguments[-1]], env=environment, stdout=sys.stderr)
print("41;north" if arrays else "42")
"""


@pytest.fixture
def with_sbatch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[list[str]]]:
    """Return a function that puts an sbatch on the path, and gives what it is called with."""
    (tmp_path / "bin").mkdir()
    calls = tmp_path / "calls"
    monkeypatch.setenv("CALLS", str(calls))

    def put(source: str) -> Callable[[], list[list[str]]]:
        program = tmp_path / "bin" / "sbatch"
        program.write_text(source)
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent), prepend=":")
        return lambda: list(map(ast.literal_eval, calls.read_text().splitlines()))

    return put


def test_a_job_array_grades_the_parts_and_a_job_after_it_joins_them(
    autograder, once, with_sbatch, tmp_path, monkeypatch
):
    monkeypatch.setattr(slurm, "FEWEST", 2)
    calls = with_sbatch(SBATCH)
    out = tmp_path / "it's 100%a"
    given = (once.submissions, "--out", out, "--course", once.course.root, "--per-task", 3)

    status, said, _ = autograder("slurm", *given, "--", "--time=01:00:00", "--partition=all")

    assert status == 0
    assert "5 submissions in 2 tasks of at most 3." in said
    assert "job 41, an array of 2 tasks, and job 42, which joins the parts" in said
    array, last = calls()
    assert {"--parsable", "--array=1-2", "--time=01:00:00", "--partition=all"} < set(array)
    assert f"--output={tmp_path}/it's 100%%a/slurm/grade-%a.log" in array
    assert "--dependency=afterany:41" in last and "--partition=all" in last
    assert timeless(written(out)) == timeless(written(once.whole))


def test_a_dry_run_writes_scripts_in_which_every_name_is_safe(autograder, once, tmp_path):
    out = tmp_path / "a b;$(touch x)'\"`"
    given = (once.submissions, "--out", out, "--course", once.course.root, "--dry-run")

    status, said, _ = autograder("slurm", *given, "--fresh", "--isolation", "limits")

    assert status == 0
    assert "5 submissions in 1 task of at most 5." in said
    assert "sbatch --parsable --array=1-1 " in said and "--dependency=afterany:NUMBER" in said
    words = {}
    for name in ("grade", "merge"):
        text = (out / "slurm" / f"{name}.sh").read_text("utf-8")
        words[name] = subprocess.run(
            ["bash", "-c", text.replace("exec ", "printf '%s\\n' ", 1)],
            env={"SLURM_ARRAY_TASK_ID": "7", "SLURM_CPUS_PER_TASK": "4"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
    python = [sys.executable, "-m", "autograder"]
    parts = out / "slurm" / "parts"
    assert words["merge"] == [*python, "merge", str(parts / "1"), "--out", str(out)]
    assert words["grade"] == [
        *(*python, "grade", str(once.submissions), "--out", str(parts / "7")),
        *("--shard", "7/1", "--jobs", "4", "--course", str(once.course.root)),
        *("--isolation", "limits", "--fresh"),
    ]


@pytest.mark.parametrize(
    ("count", "per_task", "parts"),
    [(1, 250, 1), (99, 100, 1), (199, 100, 1), (200, 100, 2), (501, 500, 2), (5000, 250, 20)],
)
def test_parts_are_of_a_hundred_to_five_hundred_submissions(count, per_task, parts):
    assert slurm.parts_for(count, per_task) == parts


@pytest.mark.parametrize(
    ("per_task", "why"), [(99, "burden the scheduler"), (501, "too much to be done again")]
)
def test_tasks_of_another_size_are_refused_with_the_reason(per_task, why):
    with pytest.raises(ConfigurationError, match=f"{why}.*choose from 100 to 500"):
        slurm.parts_for(1000, per_task)


def test_without_slurm_the_way_to_the_scripts_is_told(autograder, once, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    given = (once.submissions, "--out", tmp_path / "out", "--course", once.course.root)

    status, _, said = autograder("slurm", *given)

    assert status == 2
    assert "sbatch is not to be found here" in said and "--dry-run" in said


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (
            "#!/bin/sh\necho 'invalid partition' >&2; exit 1\n",
            "refused grade.sh: invalid partition",
        ),
        ("#!/bin/sh\necho welcome\n", "said 'welcome' where a job's number belongs"),
        (
            '#!/bin/sh\ncase "$*" in *--array=*) echo 41;; *) exit 1;; esac\n',
            "refused merge.sh: status 1. The array 41 is submitted",
        ),
    ],
)
def test_what_sbatch_refuses_is_told(autograder, once, with_sbatch, tmp_path, source, why):
    with_sbatch(source)
    given = (once.submissions, "--out", tmp_path / "out", "--course", once.course.root)

    status, _, said = autograder("slurm", *given)

    assert status == 2
    assert why in said


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ("--array=1-9", "is decided by --per-task"),
        ("-a1-9", "is decided"),
        ("all", "is no option of sbatch"),
    ],
)
def test_options_that_would_break_the_plan_are_refused(autograder, once, tmp_path, option, why):
    given = (once.submissions, "--out", tmp_path / "out", "--course", once.course.root)

    status, _, said = autograder("slurm", *given, "--dry-run", "--", option)

    assert status == 2
    assert why in said
    assert not (tmp_path / "out").exists()
