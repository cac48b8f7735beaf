"""The course's labs, answered, empty, half done and wrong: graded by Otter and by us."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.builder.handout import cut_stubs, read_solution
from autograder.builder.labs import BuiltLab, make_lab
from autograder.checker.threads import ONE_THREAD
from autograder.grading_file import Contract, read
from autograder.layout import Layout
from autograder.result import SubmissionResult

LAYOUT = Layout.find(Path(__file__).parent)
CONTRACT = read(LAYOUT)
LABS = [plan.name for plan in CONTRACT.labs]
WRONG = {
    lab: tomllib.loads(Path(__file__).with_name("labs").joinpath(f"{lab}.toml").read_text("utf-8"))
    for lab in LABS
}
KINDS = ("answered", "empty", "half", *(f"wrong-{number}" for number in range(3)))
PARALLEL = 2


@dataclass(frozen=True)
class Notebook:
    """A notebook to grade, and the points that tests must give for each task."""

    data: bytes
    points: dict[str, float]
    modules: Mapping[str, bytes]


def points_of_tests(built: BuiltLab) -> dict[str, float]:
    """Return the points of the tasks that have tests."""
    return {task.name: task.points for task in built.lab.tasks if task.cases}


def half_of(built: BuiltLab) -> tuple[bytes, set[str]]:
    """Return the empty notebook with the first half of the answers, and these tasks."""
    names = [task.name for task in built.lab.tasks]
    first = set(names[: len(names) // 2])
    answers = {cell["id"]: cell["source"] for cell in json.loads(built.reference)["cells"]}
    plain = json.loads(built.handed_out)
    tasks = {cell.id: cell.task for cell in built.lab.cells}
    for cell in plain["cells"]:
        if tasks.get(cell["id"]) in first and cell["id"] in answers:
            cell["source"] = answers[cell["id"]]
    return json.dumps(plain).encode(), first


def made_wrong(built: BuiltLab, variant: Mapping[str, Any]) -> bytes:
    """Return the notebook with answers, some of them changed."""
    plain = json.loads(built.reference)
    for old, new in variant["replace"]:
        changed = 0
        for cell in plain["cells"]:
            source = "".join(cell["source"])
            changed += source.count(old)
            cell["source"] = source.replace(old, new)
        assert changed == 1, f"{variant['name']}: {old!r} is {changed} times in the notebook"
    return json.dumps(plain).encode()


@pytest.fixture(scope="module")
def built() -> dict[str, BuiltLab]:
    stubs = cut_stubs(read_solution(LAYOUT, CONTRACT.assignment))
    return {plan.name: make_lab(LAYOUT, CONTRACT, plan, stubs) for plan in CONTRACT.labs}


@pytest.fixture(scope="module")
def notebooks(built: dict[str, BuiltLab]) -> dict[tuple[str, str], Notebook]:
    """Return every notebook by lab and kind."""
    right = {path.name: path.read_bytes() for path in LAYOUT.solution.glob("*.py")}
    stubs = cut_stubs(read_solution(LAYOUT, CONTRACT.assignment))
    found = {}
    for name, lab in built.items():
        full = points_of_tests(lab)
        data, first = half_of(lab)
        half = {task: points if task in first else 0.0 for task, points in full.items()}
        found[name, "answered"] = Notebook(lab.reference, full, right)
        found[name, "empty"] = Notebook(lab.handed_out, dict.fromkeys(full, 0.0), stubs)
        found[name, "half"] = Notebook(data, half, right)
        for number, variant in enumerate(WRONG[name]["wrong"]):
            left = {task: points - variant["loses"].get(task, 0) for task, points in full.items()}
            found[name, f"wrong-{number}"] = Notebook(made_wrong(lab, variant), left, right)
    return found


# By Otter -----------------------------------------------------------------------------------------


def otter(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-m", "otter", *words]
    environment = {**os.environ, **ONE_THREAD, "MPLBACKEND": "agg"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def run_by_otter(lab: BuiltLab, notebook: Notebook, folder: Path) -> dict[str, float]:
    """Grade a notebook with ``otter run``; return the points of each task."""
    (folder / "out").mkdir(parents=True)
    (folder / "autograder.zip").write_bytes(lab.otter)
    with zipfile.ZipFile(folder / "submission.zip", "w") as archive:
        archive.writestr(lab.lab.file, notebook.data)
        for name, data in notebook.modules.items():
            archive.writestr(name, data)
    done = otter("run", "-a", "autograder.zip", "submission.zip", "-o", "out", folder=folder)
    assert done.returncode == 0, done.stderr
    results = json.loads((folder / "out" / "results.json").read_text())
    return {test["name"]: test["score"] for test in results["tests"] if "max_score" in test}


@pytest.fixture(scope="module")
def by_otter(
    built: dict[str, BuiltLab],
    notebooks: dict[tuple[str, str], Notebook],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[tuple[str, str], dict[str, float]]:
    root = tmp_path_factory.mktemp("otter")
    with ThreadPoolExecutor(PARALLEL) as pool:
        futures = {
            (lab, kind): pool.submit(run_by_otter, built[lab], one, root / f"{lab}-{kind}")
            for (lab, kind), one in notebooks.items()
        }
        return {which: future.result() for which, future in futures.items()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lab", LABS)
def test_otter_run_gives_the_points_that_are_due(by_otter, notebooks, lab, kind):
    assert by_otter[lab, kind] == pytest.approx(notebooks[lab, kind].points)


@pytest.mark.parametrize("lab", LABS)
def test_otter_check_passes_for_answers_in_the_students_folder(built, notebooks, lab, tmp_path):
    folder = students_folder(tmp_path, built[lab], notebooks[lab, "answered"])

    done = otter("check", f"{lab}.ipynb", "-t", f"tests/{lab}", folder=folder)

    assert "All tests passed!" in done.stdout, done.stdout + done.stderr


def test_otter_check_tells_what_is_not_filled_in(built, notebooks, tmp_path):
    lab = LABS[0]
    folder = students_folder(tmp_path, built[lab], notebooks[lab, "empty"])

    done = otter("check", f"{lab}.ipynb", "-t", f"tests/{lab}", folder=folder)

    assert "All tests passed!" not in done.stdout
    assert "Test case failed" in done.stdout


def students_folder(place: Path, lab: BuiltLab, notebook: Notebook) -> Path:
    """Lay a notebook and its modules out as in the handout; return the notebook's folder."""
    shutil.copytree(LAYOUT.student, place / "student")
    for name, data in notebook.modules.items():
        (place / "student" / name).write_bytes(data)
    (place / "student" / "labs" / lab.lab.file).write_bytes(notebook.data)
    return place / "student" / "labs"


# By us --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def by_us(
    grade_real: Callable[[Path, Path], dict[str, SubmissionResult]],
    notebooks: dict[tuple[str, str], Notebook],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, SubmissionResult]:
    """Return the results of submissions that have all labs of one kind."""
    root = tmp_path_factory.mktemp("labs")
    for (lab, kind), notebook in notebooks.items():
        labs = root / "in" / kind / "labs"
        labs.mkdir(parents=True, exist_ok=True)
        (labs / f"{lab}.ipynb").write_bytes(notebook.data)
        for name, data in notebook.modules.items():
            (root / "in" / kind / name).write_bytes(data)
    return grade_real(root / "in", root / "out")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lab", LABS)
def test_the_grader_gives_the_points_that_are_due(by_us, notebooks, lab, kind):
    (question,) = [q for q in by_us[kind].questions if q.name == lab]

    points: dict[str, float] = {}
    for check in question.checks:
        task, dot, _ = check.name.partition(".")
        if dot:
            points[task] = points.get(task, 0.0) + check.points
    assert points == pytest.approx(notebooks[lab, kind].points)
    assert by_us[kind].status == "graded"


@pytest.mark.parametrize("lab", LABS)
def test_written_answers_wait_for_a_person_with_their_figures_described(by_us, built, lab):
    (question,) = [q for q in by_us["answered"].questions if q.name == lab]

    waiting = {check.name for check in question.to_be_marked}
    assert waiting == {task.name for task in built[lab].lab.tasks if task.written}
    pictures = [picture for check in question.checks for picture in check.pictures]
    assert pictures
    for picture in pictures:
        assert "axes " in picture.alt or picture.alt.count(" ") >= 3, picture.alt


def test_a_notebook_as_it_was_handed_out_is_not_started(by_us):
    not_started = [q.name for q in by_us["empty"].questions if q.not_started]

    assert set(LABS) <= set(not_started)


# The syllabus -------------------------------------------------------------------------------------


def test_every_line_of_the_syllabus_is_covered_by_a_task_that_exists(built):
    text = (LAYOUT.assignment / "syllabus.md").read_text("utf-8")
    tasks = {f"{lab}/{task.name}" for lab, one in built.items() for task in one.lab.tasks}
    rows = [
        [part.strip() for part in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| ") and not line.startswith(("| syllabus", "|---"))
    ]

    assert len(rows) > 50
    named = set()
    for line, where, how in rows:
        found = set(re.findall(r"`([\w]+/[\w]+)`", where))
        assert found or "report.md" in where, line
        assert found <= tasks, (line, found - tasks)
        assert how, line
        named |= found
    assert {name for name in tasks - named if not name.endswith("/variational")} == set()


def test_the_report_has_the_parts_and_points_of_the_contract():
    text = (LAYOUT.assignment / "report.md").read_text("utf-8")
    plan = CONTRACT.report

    assert plan is not None
    assert [float(n) for n in re.findall(r"^## \d+\. .*\((\d+) points\)", text, re.M)] == list(
        plan.parts.values()
    )
    assert f"## Rubric ({sum(plan.parts.values()):g} points)" in text


def test_the_contract_lists_the_labs_in_the_order_of_the_course():
    assert isinstance(CONTRACT, Contract)
    assert sorted(LABS) == LABS and len(LABS) == 3
