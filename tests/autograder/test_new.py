"""A course of one's own: the assignment copied, with what was chosen of it, and built there."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.builder.gate import build, write
from autograder.builder.handout import read_solution
from autograder.errors import BuildError, ConfigurationError
from autograder.grading_file import read
from autograder.layout import Layout
from autograder.new import choose
from autograder.parts import chosen_lines, chosen_text, find_parts

MASTER = Path(__file__).with_name("labs") / "numbers.md"
LABS = """
labs:
  cell_seconds: 20
  notebook_seconds: 60
  notebooks:
    numbers: {title: Numbers, needs: [scale]}
"""
DUE = "2026-10-26T23:59+02:00"
SUMMED = re.compile(r"  summed:\n(    .*\n|      .*\n)+")


def leave_out(course: Any, pattern: str | re.Pattern[str]) -> None:
    """Delete lines of a course's ``grading.yml``."""
    text, count = re.subn(pattern, "", course.path("grading.yml").read_text("utf-8"))
    assert count == 1, pattern
    course.write("grading.yml", text)


def graded(autograder: Any, root: Path, **files: bytes) -> str:
    """Grade one submission with a course's command and return its line of the gradebook."""
    handed_in = root.parent / "in" / "ada"
    handed_in.mkdir(parents=True)
    for name, data in files.items():
        (handed_in / f"{name}.py").write_bytes(data)
    out = root.parent / "out"
    command = ["grade", handed_in.parent, "--out", out, "--course", root, "--jobs", 1]
    status, _, complaint = autograder(*command, "--isolation", "limits")
    assert status == 0, complaint
    return (out / "gradebook.csv").read_text("utf-8")


# Copying ------------------------------------------------------------------------------------------


@pytest.fixture
def copied(autograder: Any, tmp_path: Path, real_layout: Layout) -> Any:
    """Return a function that makes a course from the real one: its folder, and what was said."""

    def made(*options: str) -> tuple[Path, str]:
        folder = tmp_path / "course of mine"
        status, said, complaint = autograder("new", folder, "--course", real_layout.root, *options)
        assert status == 0, complaint
        return folder, said

    return made


def test_a_question_alone_is_copied_built_and_graded(copied, autograder, real_layout):
    root, said = copied("--questions", "bic", "--labs", "none", "--title", 'How "many"?')
    status, built, complaint = autograder("build", "--course", root, "--jobs", 1)

    assert status == 0, complaint
    assert "Questions: bic. Labs: none." in said
    assert "left out, as grading.yml does not have it: em1d, estep, loglik, mstep, seg" in built
    assert "left out with it: gmm.py, which imports estep" in built
    student = root / "student"
    modules = {path.stem for path in student.glob("*.py")}
    assert modules == {"bic", "check", "initialise", "plots"}
    assert [path.stem for path in (student / "checks").glob("test_*")] == ["test_bic"]
    assert [path.stem for path in (student / "checks/expected").iterdir()] == ["bic"]
    assert [path.name for path in (root / "data/expected").iterdir()] == ["bic.json"]
    texts = "".join((student / name).read_text("utf-8") for name in ("README.md", "handout.md"))
    assert "`bic.py`" in texts and "`labs/`" not in texts
    for other in ("estep", "mstep", "loglik", "em1d", "segment", "vbem", "gmm"):
        assert f"{other}.py" not in texts, other
    with zipfile.ZipFile(root / "dist/gradescope.zip") as archive:
        names = [name for name in archive.namelist() if name.startswith("course/")]
    assert "course/solution/bic.py" in names
    assert not [name for name in names if re.search(r"estep|em1d|vbem|gmm|labs/", name)]

    right = (real_layout.solution / "bic.py").read_bytes()
    line = graded(autograder, root, bic=right, em1d=b"raise SystemExit").splitlines()[1]
    points = read(Layout(root)).assignment.points
    assert line.startswith(f"ada,{points:g},") and points == 12


def test_all_of_it_is_copied_but_what_is_generated(copied, real_layout):
    root, _ = copied()

    def files(folder: Path, place: str) -> set[str]:
        return {
            path.relative_to(folder).as_posix()
            for path in (folder / place).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }

    for place in ("assignment", "solution", "tests/public", "tests/hidden", "tests/samples"):
        assert files(root, place) == files(real_layout.root, place) != set(), place
    assert not (root / "student").exists() and not (root / "data/expected").exists()
    assert (root / "data/old_faithful.csv").exists() and (root / "README.md").exists()
    assert not (root / "tests/autograder").exists()
    assert (root / "grading.yml").read_text("utf-8") == real_layout.contract.read_text("utf-8")


def test_comments_of_grading_yml_stay_and_what_is_not_chosen_becomes_one(copied, real_layout):
    root, said = copied("--questions", "loglik", "--labs", "none")

    before = real_layout.contract.read_text("utf-8").splitlines()
    after = (root / "grading.yml").read_text("utf-8").splitlines()
    assert len(after) == len(before)
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed and all(new.replace("# ", "", 1) == old for old, new in changed)
    assert list(yaml.safe_load("\n".join(after))["questions"]) == ["estep", "mstep", "loglik"]
    assert "estep is taken in too: loglik needs it" in said


def test_a_lab_takes_the_questions_it_needs(real_contract):
    choice = choose(real_contract, ["vbem"], ["3_segmentation"])

    assert choice.labs == ("3_segmentation",)
    assert choice.questions == tuple(q.name for q in real_contract.assignment.questions)
    assert "segment is taken in too: 3_segmentation needs it" in choice.notes


def test_without_labs_named_those_come_that_need_no_other_question(real_contract):
    choice = choose(real_contract, ["estep", "mstep"], None)

    assert choice.labs == ("1_mixtures",)
    assert "the lab 2_em is left out: it needs loglik, em1d, bic" in choice.notes


def test_dates_and_title_are_those_that_were_given(copied):
    root, _ = copied("--title", "Ours: #1", "--due", DUE, "--opens", "2026-10-05T08:00+02:00")

    contract = read(Layout(root))
    assert contract.assignment.title == "Ours: #1"
    assert contract.dates.due is not None and contract.dates.due.isoformat()[:16] == DUE[:16]
    assert contract.dates.opens is not None
    assert "# limits: plain processes" in (root / "grading.yml").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--questions", "bic,em2d"], "em2d is no question of this assignment; choose from estep"),
        (["--labs", "4_end"], "4_end is no lab of this assignment; choose from 1_mixtures"),
        (["--questions", "vbem"], "every question is a bonus; at least one must count"),
        (["--questions", ""], "no question is chosen; choose from estep, mstep"),
        (["--due", "tomorrow"], "--due tomorrow: expected date, time and time zone"),
        (["--due", "2026-10-26T23:59"], "dates.due: value error, expected date, time and time z"),
        (["--opens", DUE, "--due", DUE], "due must be later than opens"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(
    autograder, tmp_path, real_layout, options, said
):
    folder = tmp_path / "course"

    status, _, complaint = autograder("new", folder, "--course", real_layout.root, *options)

    assert status == 2 and said in complaint
    assert not folder.exists()


def test_a_folder_that_has_something_in_it_stays_as_it_is(autograder, tmp_path, real_layout):
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "notes.txt").write_text("mine")

    status, _, complaint = autograder("new", tmp_path / "course", "--course", real_layout.root)

    assert status == 2 and "is there already and not empty" in complaint
    assert [path.name for path in (tmp_path / "course").iterdir()] == ["notes.txt"]


def test_a_folder_inside_the_assignment_is_refused(autograder, course):
    status, _, complaint = autograder("new", course.path("mine"), "--course", course.root)

    assert status == 2 and "lies inside the assignment" in complaint
    assert not course.path("mine").exists()


# Leaving out --------------------------------------------------------------------------------------


def test_a_question_that_is_left_out_leaves_everything(built_copy, autograder):
    leave_out(built_copy, SUMMED)

    made = build(built_copy.layout, built_copy.contract, lambda _: None)
    changed = write(made, built_copy.layout)

    assert made.left_out == ("left out, as grading.yml does not have it: summed",)
    assert {name for name in changed if name.endswith("(removed)")} == {
        "student/summed.py (removed)",
        "student/checks/test_summed.py (removed)",
        "student/checks/expected/summed.json (removed)",
        "data/expected/summed.json (removed)",
    }
    with zipfile.ZipFile(built_copy.path("dist/gradescope.zip")) as archive:
        assert not [name for name in archive.namelist() if "summed" in name]
    for path in built_copy.path("student").rglob("*"):
        assert "summed" not in path.name
        if path.is_file() and "checker" not in path.parts:
            assert b"summed" not in path.read_bytes(), path
    right = built_copy.path("solution/scale.py").read_bytes()
    wrong = b"raise ValueError"
    book = graded(autograder, built_copy.root, scale=right, summed=wrong)
    assert book.splitlines()[1].startswith("ada,8,8,")


def test_a_question_taken_in_again_gives_what_there_was(built_copy):
    before = built_copy.files()
    whole = built_copy.path("grading.yml").read_text("utf-8")
    leave_out(built_copy, SUMMED)
    built_copy.build()
    assert built_copy.files().keys() < before.keys()

    built_copy.write("grading.yml", whole)
    built_copy.build()

    assert built_copy.files() == before


def test_leaving_out_what_another_question_needs_is_refused(course):
    leave_out(course, r"  scale:\n(    .*\n|      .*\n)+")

    with pytest.raises(ConfigurationError, match=r"summed\.needs: scale is not .* leave summed"):
        _ = course.contract


def test_a_solution_that_imports_what_is_left_out_is_refused(course):
    leave_out(course, SUMMED)
    course.edit("solution/scale.py", "import numpy as np", "import numpy as np\nimport summed")

    with pytest.raises(ConfigurationError) as raised:
        read_solution(course.layout, course.contract.assignment)

    assert str(raised.value).startswith(
        "solution/scale.py imports summed, which grading.yml leaves out; leave scale out too"
    )


def test_given_code_that_needs_what_is_left_out_is_not_given(course):
    leave_out(course, SUMMED)
    course.write("assignment/given/loop.py", "def run():\n    from summed import summed\n")
    course.write("assignment/given/outer.py", "import loop\n")

    parts = find_parts(course.layout, ["scale"])

    assert sorted(parts.given) == ["halves.py"]
    assert parts.not_given == {"loop.py": "summed", "outer.py": "loop"}
    assert find_parts(course.layout, ["scale", "summed"]).not_given == {}


# Labs ---------------------------------------------------------------------------------------------


def with_lab(course: Any) -> Any:
    course.path("assignment/labs").mkdir()
    shutil.copy(MASTER, course.path("assignment/labs"))
    course.write("grading.yml", course.path("grading.yml").read_text("utf-8") + LABS)
    return course


def test_a_lab_is_adapted_to_the_questions_and_then_left_out(built_copy):
    course = with_lab(built_copy)
    course.edit(
        "assignment/labs/numbers.md",
        "# Numbers\n",
        "# Numbers\n\n<!-- with summed -->\nAbout sums.\n<!-- end -->\n"
        "<!-- with scale -->\nAbout scales.\n<!-- end -->\n",
    )
    leave_out(course, SUMMED)
    course.build()
    notebook = course.path("student/labs/numbers.ipynb").read_text("utf-8")
    assert "About scales." in notebook and "About sums." not in notebook
    with zipfile.ZipFile(course.path("dist/otter/numbers.zip")) as archive:
        assert "summed" not in "".join(archive.namelist())
    assert course.path("student/labs/tests/numbers").exists()

    leave_out(course, r"    numbers: .*\n")
    changed = write(build(course.layout, course.contract, lambda _: None), course.layout)

    assert "student/labs/numbers.ipynb (removed)" in changed
    assert "data/expected/labs/numbers.json (removed)" in changed
    assert "dist/otter/numbers.zip (removed)" in changed
    assert not course.path("student/labs").exists()
    assert not list(course.path("dist/otter").iterdir())
    with zipfile.ZipFile(course.path("dist/gradescope.zip")) as archive:
        assert "course/assignment/labs/numbers.md" not in archive.namelist()


def test_a_lab_whose_question_is_left_out_is_refused(course):
    with_lab(course)
    leave_out(course, r"  scale:\n(    .*\n|      .*\n)+")
    course.edit("grading.yml", "    needs: [scale]\n", "")

    with pytest.raises(ConfigurationError, match=r"numbers\.needs: scale is not a question; .*lab"):
        _ = course.contract


def test_a_lab_that_uses_a_question_without_saying_so_is_refused_with_its_name(course):
    with_lab(course)
    course.edit(
        "assignment/labs/numbers.md",
        "import matplotlib.pyplot as plt\nimport numpy as np\n\n",
        "import matplotlib.pyplot as plt\nimport numpy as np\n\nimport summed\n\n",
    )
    leave_out(course, SUMMED)

    with pytest.raises(BuildError, match=r"The notebook imports summed, which grading.yml leaves"):
        course.build()


# Parts of texts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "there", "stays"),
    [
        ("a", ["a"], True),
        ("a", ["b"], False),
        ("a, b", ["a"], False),
        ("a, b", ["b", "a"], True),
        ("a or b", ["b"], True),
        ("a or b", ["c"], False),
    ],
)
def test_a_part_is_there_with_its_questions(mark, there, stays):
    text = f"one\n<!-- with {mark} -->\ntwo\n<!-- end -->\nthree\n"

    assert chosen_text(text, there, "t.md") == ("one\ntwo\nthree\n" if stays else "one\nthree\n")
    assert chosen_lines(text, there, "t.md")[-2:] == [(5, "three"), (6, "")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<!-- with a -->\n", "t.md, line 1: this part is never closed"),
        ("x\n<!-- end -->", "t.md, line 2: <!-- end --> without a beginning"),
        ("<!-- with a -->\n<!-- with b -->\n<!-- end -->", "t.md, line 2: .* cannot be nested"),
        ("<!-- with a or b, c -->\n<!-- end -->", "t.md, line 1: .* is not a mark"),
        ("<!-- With a -->", "t.md, line 1: .* is not a mark"),
    ],
)
def test_a_mark_that_is_not_right_is_refused_with_its_line(text, said):
    with pytest.raises(ConfigurationError, match=said):
        chosen_lines(text, ["a"], "t.md")


def test_the_real_texts_marks_name_what_there_is(real_layout, real_contract):
    texts = [*real_layout.assignment.glob("*.md"), *real_layout.labs.glob("*.md")]
    marks = [m for path in texts for m in re.findall(r"<!-- with (.+) -->", path.read_text())]

    named = {name for mark in marks for name in re.split(" or |, ", mark)}
    assert "vbem" in named and named <= real_contract.names


# Dates --------------------------------------------------------------------------------------------


def test_dates_are_in_the_handouts_table_and_the_readme(course):
    course.write("assignment/student_readme.md", "# Folder\n\n<!-- dates -->\n\nText.\n")
    course.build()
    assert course.path("student/README.md").read_text("utf-8") == "# Folder\n\nText.\n"
    dates = f"dates: {{opens: 2026-10-05T06:00:00Z, due: '{DUE}'}}\n"
    course.edit("grading.yml", "isolation: limits\n", f"isolation: limits\n{dates}")

    course.build()

    opens, due = "Monday, 5 October 2026, 06:00 (UTC+00:00)", "Monday, 26 October 2026, 23:59"
    assert course.path("student/README.md").read_text("utf-8") == (
        f"# Folder\n\nOpens {opens}; due {due} (UTC+02:00).\n\nText.\n"
    )
    table = course.path("student/handout.md").read_text("utf-8").splitlines()
    assert f"| **opens** | {opens} | | | |" in table
    assert f"| **due** | {due} (UTC+02:00) | | | |" in table


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ("{due: 2026-10-26}", "dates.due: .*expected date, time and time zone"),
        ("{due: 2026-10-26T23:59:00}", "dates.due: .*expected date, time and time zone"),
        ("{due: 1793052000}", "dates.due: .*expected date, time and time zone"),
        (f"{{opens: {DUE}, due: 2026-10-26T20:00+00:00}}", "dates: .*due must be later than opens"),
        (f"{{until: {DUE}}}", "dates.until: .*remove this key"),
    ],
)
def test_dates_that_are_not_right_are_refused(course, dates, said):
    course.edit("grading.yml", "isolation: limits\n", f"isolation: limits\ndates: {dates}\n")

    with pytest.raises(ConfigurationError, match=said):
        _ = course.contract


def test_dates_that_students_would_not_see_are_refused(course):
    course.edit("grading.yml", "isolation: limits\n", f"isolation: limits\ndates: {{due: {DUE}}}\n")

    with pytest.raises(ConfigurationError, match="expected the line <!-- dates --> once"):
        course.build()
