"""The instructor's commands: what they print, what they write, and their exit status."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from autograder import __version__, cli
from autograder.builder import gate

ROWS = ["bob", "eve", "nobody", "zoë [red]"]


@dataclass(frozen=True)
class Run:
    """A command that was run, and what it wrote."""

    submissions: Path
    out: Path
    status: object
    said: str

    def grade(self, autograder: Any, course: Any, *options: str) -> tuple[int, str, str]:
        """Run the command, with one process: for so few, more would only take time to start."""
        given = (self.submissions, "--out", self.out, "--course", course.root, "--jobs", 1)
        return autograder("grade", *given, *options)

    def gradebook(self) -> list[dict[str, str]]:
        with (self.out / "gradebook.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def graded(
    tmp_path_factory: pytest.TempPathFactory,
    built: Any,
    solution: dict[str, bytes],
    mistaken: Callable[..., dict[str, bytes]],
) -> Run:
    """Return what grading a class has given: all right, a mistake, nothing, and no archive."""
    root = tmp_path_factory.mktemp("class")
    handed_in = {
        "bob": solution | mistaken("scale_adds_the_factor"),
        "nobody": {"notes.txt": b"forgot"},
        "zoë [red]": solution,
    }
    for name, files in handed_in.items():
        (root / "in" / name).mkdir(parents=True)
        for file, data in files.items():
            (root / "in" / name / file).write_bytes(data)
    (root / "in" / "eve.zip").write_bytes(b"no archive")
    said = io.StringIO()
    arguments = ["grade", root / "in", "--out", root / "out", "--course", built.root, "--jobs", 2]
    with contextlib.redirect_stdout(said), pytest.raises(SystemExit) as ended:
        cli.main([str(argument) for argument in arguments])
    return Run(root / "in", root / "out", ended.value.code, said.getvalue())


@pytest.fixture
def again(graded: Run, tmp_path: Path) -> Run:
    """Return a copy of the class and its results, to go on with."""
    shutil.copytree(graded.submissions, tmp_path / "in")
    shutil.copytree(graded.out, tmp_path / "out")
    return Run(tmp_path / "in", tmp_path / "out", None, "")


# grade --------------------------------------------------------------------------------------------


def test_grading_ends_with_1_when_a_submission_could_not_be_graded(graded):
    assert graded.status == 1


def test_grading_ends_with_0_when_all_were_graded_whatever_the_marks(
    autograder, built, hand_in, tmp_path
):
    folder = hand_in(ada={"scale.py": b"1 +"})

    status, said, _ = Run(folder, tmp_path / "out", None, "").grade(autograder, built)

    assert status == 0
    assert "1 submissions: 1 graded." in said


def test_the_gradebook_has_a_column_for_each_question_in_order(graded):
    rows = graded.gradebook()

    assert list(rows[0]) == ["submission", "scale", "summed", "total", "status", "notes"]
    assert [row["submission"] for row in rows] == ROWS


def test_the_gradebook_has_points_status_and_what_a_person_should_know(graded):
    rows = {row.pop("submission"): list(row.values()) for row in graded.gradebook()}

    assert rows["zoë [red]"][:4] == ["8", "3", "11", "graded"]
    assert rows["bob"][:4] == ["1", "3", "4", "graded"]
    assert "summed was marked with correct versions of scale" in rows["bob"][4]
    assert rows["nobody"][:4] == ["0", "0", "0", "graded"]
    assert "it has none of the files asked for" in rows["nobody"][4]
    assert rows["eve"][:4] == ["0", "0", "0", "failed"]
    assert "eve.zip is not a zip archive" in rows["eve"][4]


def test_every_submission_has_its_results_and_its_feedback(graded):
    for name in ROWS:
        results = json.loads((graded.out / name / "results.json").read_text("utf-8"))
        assert len(results["tests"]) == 8
        assert (graded.out / name / "feedback.html").read_text("utf-8").startswith("<!")


def test_the_feedback_says_what_is_wrong_and_that_one_bug_is_charged_once(graded):
    page = (graded.out / "bob" / "feedback.html").read_text("utf-8")

    assert "The factor is added to each number; multiply instead." in page
    assert "marked with a correct version of scale" in page
    for secret in ("132", "-88", "5e+299"):
        assert secret not in page


def test_the_run_says_what_it_does_and_where_to_look(graded):
    assert "bob: 4 of 11 (graded, " in graded.said
    assert "4 submissions: 1 failed, 3 graded." in graded.said
    assert f"Gradebook: {graded.out / 'gradebook.csv'}" in graded.said
    assert "zoë [red]" in graded.said


def test_the_table_shows_marks_and_what_is_to_be_had(graded):
    lines = [line.split() for line in graded.said.splitlines()]

    assert ["submission", "scale", "summed", "total", "status"] in lines
    assert ["bob", "1", "3", "4", "graded"] in lines
    assert ["to", "be", "had", "8", "3", "11"] in lines


def test_the_same_command_goes_on_and_grades_only_what_is_not_done(autograder, again, built):
    before = {name: (again.out / name / "record.json").read_bytes() for name in ROWS}

    status, said, _ = again.grade(autograder, built)

    assert status == 1
    assert "3 of 4 are graded already and unchanged; --fresh grades all." in said
    assert "eve: 0 of 11 (failed" in said and "bob: 4 of 11 (graded, " not in said
    assert {name: (again.out / name / "record.json").read_bytes() for name in ROWS} == before
    assert len(again.gradebook()) == 4


def test_what_was_changed_meanwhile_is_graded_anew(autograder, again, built, solution, zipped):
    (again.submissions / "bob" / "scale.py").write_bytes(solution["scale.py"])
    (again.submissions / "eve.zip").write_bytes(zipped(solution))

    status, said, _ = again.grade(autograder, built)

    assert status == 0
    assert "2 of 4 are graded already" in said
    assert "bob: 11 of 11" in said and "eve: 11 of 11" in said and "nobody: " not in said


def test_everything_is_graded_anew_when_asked_to(autograder, again, built):
    shutil.rmtree(again.submissions / "zoë [red]")

    _, said, _ = again.grade(autograder, built, "--fresh")

    assert "graded already" not in said
    assert "bob: 4 of 11" in said and "nobody: 0 of 11" in said


def test_a_check_that_was_changed_grades_all_anew(autograder, again, built_copy):
    shutil.rmtree(again.submissions / "zoë [red]")
    built_copy.edit("tests/public/test_summed.py", "Twice one", "Two times one")

    _, said, _ = again.grade(autograder, built_copy)

    assert "graded already" not in said
    assert "bob: 4 of 11" in said


def test_a_result_that_was_lost_is_graded_anew(autograder, again, built):
    (again.out / "bob" / "record.json").write_bytes(b"{")

    _, said, _ = again.grade(autograder, built)

    assert "2 of 4 are graded already" in said and "bob: 4 of 11" in said


def test_without_a_sandbox_nothing_is_graded_and_the_reason_is_told(
    autograder, built, hand_in, solution, tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    folder, out = hand_in(ada=solution), tmp_path / "out"

    status, _, complaint = autograder(
        "grade", folder, "--out", out, "--course", built.root, "--isolation", "sandbox"
    )

    assert status == 2
    assert complaint.startswith("autograder: ") and "--isolation limits" in complaint
    assert not (out / "ada").exists()


def test_results_inside_the_submissions_are_refused(autograder, built, hand_in, solution):
    folder = hand_in(ada=solution)

    status, _, complaint = autograder(
        "grade", folder, "--out", folder / "results", "--course", built.root
    )

    assert status == 2
    assert "taken for a submission" in " ".join(complaint.replace("│", " ").split())
    assert not (folder / "results").exists()


@pytest.mark.parametrize("where", ["gradebook", "out"])
def test_a_gradebook_that_cannot_be_written_is_told(autograder, again, built, tmp_path, where):
    out = again.out
    if where == "gradebook":
        (out / "gradebook.csv").unlink()
        (out / "gradebook.csv").mkdir()
    else:
        out = tmp_path / "a file"
        out.write_text("")

    status, _, complaint = replace(again, out=out).grade(autograder, built)

    assert status == 2
    assert "cannot be written" in complaint and "Traceback" not in complaint


# report -------------------------------------------------------------------------------------------


def test_reports_are_made_again_without_grading(autograder, again):
    pages = {name: (again.out / name / "feedback.html").read_bytes() for name in ROWS}
    book = (again.out / "gradebook.csv").read_bytes()
    for name in ROWS:
        (again.out / name / "feedback.html").unlink()
        (again.out / name / "results.json").unlink()
    (again.out / "gradebook.csv").unlink()
    shutil.rmtree(again.submissions)

    status, said, _ = autograder("report", again.out)

    assert status == 0
    assert "4 submissions" in said
    assert {name: (again.out / name / "feedback.html").read_bytes() for name in ROWS} == pages
    assert (again.out / "gradebook.csv").read_bytes() == book


def test_reports_of_nothing_are_a_usage_error(autograder, tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        status, _, complaint = autograder("report", folder)
        assert status == 2
        assert str(folder) in complaint and "autograder grade" in complaint


def test_a_damaged_record_is_told_by_its_path(autograder, again):
    (again.out / "bob" / "record.json").write_bytes(b"{}")

    status, _, complaint = autograder("report", again.out)

    assert status == 2
    assert str(Path("bob", "record.json")) in complaint and "damaged" in complaint


# build --------------------------------------------------------------------------------------------


def test_building_says_what_it_proved_and_what_it_wrote(autograder, course):
    status, said, _ = autograder("build", "--course", course.root)

    assert status == 0
    assert "proved: the solution passes all 8 checks: 11 points" in said
    assert "student/scale.py (added)" in said
    assert "the handout is dist/handout.zip" in said
    assert course.path("student/check.py").exists()


def test_checking_a_build_writes_nothing(autograder, built_copy):
    before = built_copy.files()

    status, said, _ = autograder("build", "--check", "--course", built_copy.root / "tests")

    assert status == 0
    assert "student/ and data/expected/ are what the build makes." in said
    assert built_copy.files() == before


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("student/summed.py", "sum", "Sum", "student/summed.py differs"),
        ("solution/summed.py", "Return the sum", "Give the sum", "student/summed.py differs"),
        ("tests/hidden/test_summed.py", "0.5", "0.25", "data/expected/summed.json differs"),
    ],
)
def test_checking_a_build_ends_with_1_when_something_would_change(
    autograder, built_copy, name, old, new, told
):
    text = built_copy.path(name).read_text("utf-8")
    built_copy.write(name, text.replace(old, new))

    status, _, complaint = autograder("build", "--check", "--course", built_copy.root)

    assert status == 1
    assert told in complaint


def test_a_build_that_is_refused_ends_with_1_and_writes_nothing(autograder, course):
    course.edit("solution/scale.py", "* factor\n", "* factor * 2\n")
    before = course.files()

    status, _, complaint = autograder("build", "--course", course.root)

    assert status == 1
    assert "autograder: solution/scale.py does not score 100 %" in complaint
    assert course.files() == before


# Usage --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["bake"],
        ["build", "--checked"],
        ["grade"],
        ["grade", "submissions"],
        ["grade", "submissions", "--out", "out", "--jobs", "0"],
        ["grade", "submissions", "--out", "out", "--jobs", "many"],
        ["report"],
    ],
)
def test_a_wrong_command_ends_with_2(autograder, arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    status, _, complaint = autograder(*arguments)

    assert status == 2
    assert "Traceback" not in complaint


def test_a_level_of_isolation_that_does_not_exist_ends_with_2(autograder, built, tmp_path):
    status, _, complaint = autograder(
        *("grade", tmp_path, "--out", tmp_path, "--isolation", "none", "--course", built.root)
    )

    assert status == 2
    assert "use sandbox, user, limits" in " ".join(complaint.split())


def test_without_a_course_a_command_ends_with_2(autograder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    status, _, complaint = autograder("build")

    assert status == 2
    assert "no grading.yml here" in complaint


def test_a_wrong_contract_ends_with_2_and_its_line(autograder, course):
    course.edit("grading.yml", "title: Scaling numbers", "titel: Scaling numbers")

    status, _, complaint = autograder("build", "--course", course.root)

    assert status == 2
    assert "grading.yml, line 2, titel" in complaint


@pytest.mark.parametrize("submissions", ["nowhere", "empty"])
def test_submissions_that_are_not_there_end_with_2(autograder, built, tmp_path, submissions):
    (tmp_path / "empty").mkdir()

    status, _, complaint = autograder(
        *("grade", tmp_path / submissions, "--out", tmp_path / "out", "--course", built.root)
    )

    assert status == 2
    assert str(tmp_path / submissions) in complaint


def test_stopping_by_the_keyboard_is_told_without_a_traceback(autograder, course, monkeypatch):
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(gate, "build", stopped)

    status, _, complaint = autograder("build", "--course", course.root)

    assert status == 130
    assert "the same command goes on" in complaint


@pytest.mark.parametrize("arguments", [["--help"], ["grade", "--help"], ["build", "--help"]])
def test_help_ends_with_0(autograder, arguments):
    status, said, _ = autograder(*arguments)

    assert status == 0 and "Usage" in said


def test_the_version_is_told(autograder):
    assert autograder("--version") == (0, f"autograder {__version__}\n", "")


# doctor -------------------------------------------------------------------------------------------


def test_the_doctor_tries_every_level_and_says_which_are_here(autograder, built):
    status, said, _ = autograder("doctor", "--course", built.root)

    assert status == 0
    assert "Python" in said and "bubblewrap" in said
    for level in ("sandbox", "user"):
        assert re.search(rf"^{level}: (holds|does not hold)\.", said, re.M)
    assert said.rstrip().endswith("grading.yml asks for limits: ready to grade.")


def test_the_doctor_says_what_to_install(autograder, built_copy, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    built_copy.edit("grading.yml", "isolation: limits", "isolation: sandbox")

    status, said, _ = autograder("doctor", "--course", built_copy.root)

    assert status == 1
    assert re.search(r"missing\s+bubblewrap\s+not installed.*apt-get", said, re.S)
    assert "sandbox: does not hold. bubblewrap is not installed" in said
    assert said.rstrip().endswith("grading.yml asks for sandbox: not here.")


# demo ---------------------------------------------------------------------------------------------


def test_the_demo_builds_grades_the_samples_and_names_a_page(
    autograder, course, solution, mistaken, tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path))  # no sandbox
    for name, files in {"right": solution, "wrong": mistaken("scale_always_doubles")}.items():
        course.path(f"tests/samples/{name}").mkdir(parents=True)
        for file, data in files.items():
            course.path(f"tests/samples/{name}/{file}").write_bytes(data)

    status, said, _ = autograder("demo", "--course", course.root, "--out", tmp_path / "demo")

    assert status == 0
    assert "proved: " in said and "2 submissions: 2 graded." in said
    assert (tmp_path / "demo" / "wrong" / "feedback.html").resolve().as_uri() in said
    assert "No sandbox here: " in said and "so they run at the level " in said
