"""The archive for Gradescope, unpacked and run in a plain folder as Gradescope does it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from autograder import on_gradescope
from autograder.errors import IsolationError
from autograder.isolation import strongest
from autograder.layout import Layout

Run = Callable[..., tuple[subprocess.CompletedProcess[str], dict[str, Any] | None]]


@pytest.fixture(scope="module")
def unpacked(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that Gradescope calls /autograder, of a course that asks for a sandbox."""
    root = tmp_path_factory.mktemp("gradescope")
    course = type(built)(Path(shutil.copytree(built.root, root / "course")))
    course.edit("grading.yml", "isolation: limits", "isolation: sandbox")
    course.build()
    with zipfile.ZipFile(course.path("dist/gradescope.zip")) as archive:
        archive.extractall(root / "autograder" / "source")
    shutil.rmtree(course.root)
    return root / "autograder"


@pytest.fixture
def run(unpacked: Path) -> Run:
    """Return a function that grades files, and gives what was said and ``results.json``."""

    def graded(files: Mapping[str, bytes], **environment: str) -> Any:
        for name in ("submission", "results"):
            shutil.rmtree(unpacked / name, ignore_errors=True)
            (unpacked / name).mkdir()
        for name, data in files.items():
            (unpacked / "submission" / name).write_bytes(data)
        done = subprocess.run(
            ["bash", str(unpacked / "source" / "run_autograder")],
            env={
                **os.environ,
                "AUTOGRADER_ROOT": str(unpacked),
                "AUTOGRADER_PYTHON": sys.executable,
                "PYTHONPATH": str(unpacked / "source" / "grader"),
                **environment,
            },
            cwd=unpacked,
            capture_output=True,
            text=True,
            check=False,
        )
        path = unpacked / "results" / "results.json"
        return done, json.loads(path.read_text()) if path.exists() else None

    return graded


@pytest.fixture(scope="module")
def isolated(real_layout: Any) -> None:
    if strongest(real_layout)[0] == "limits":
        pytest.skip("this machine can keep no submission from the answers")


def test_the_archive_has_the_scripts_the_grader_and_the_course(unpacked):
    source = unpacked / "source"

    assert {path.name for path in source.iterdir()} == {
        "setup.sh",
        "run_autograder",
        "grader",
        "course",
    }
    for script in ("setup.sh", "run_autograder"):
        assert (source / script).read_text().startswith("#!/usr/bin/env bash\n")
        checked = subprocess.run(["bash", "-n", str(source / script)], check=False)
        assert checked.returncode == 0
    assert (source / "grader" / "autograder" / "report" / "templates" / "feedback.html").exists()
    assert not (source / "course" / "tests" / "misconceptions").exists()


@pytest.mark.usefixtures("isolated")
def test_a_right_submission_has_full_marks_and_says_how_it_was_isolated(run, solution):
    done, results = run(solution)

    assert done.returncode == 0, done.stderr
    assert results is not None
    assert [t["output"] for t in results["tests"] if t["status"] != "passed"] == []
    assert results["score"] == 11
    assert results["extra_data"]["isolation"] in ("sandbox", "user")


@pytest.mark.usefixtures("isolated")
def test_a_submission_that_has_nothing_asked_for_has_no_marks_and_is_told(run):
    done, results = run({"notes.txt": b"sorry"})

    assert done.returncode == 0, done.stderr
    assert results is not None
    assert results["score"] == 0
    assert "it has none of the files asked for" in results["output"]


def test_where_nothing_keeps_submissions_from_the_answers_nothing_is_run(unpacked, monkeypatch):
    why = "the sandbox did not start."
    monkeypatch.setattr(on_gradescope, "strongest", lambda layout: ("limits", why))
    (unpacked / "submission").mkdir(exist_ok=True)
    (unpacked / "results" / "results.json").unlink(missing_ok=True)

    with pytest.raises(IsolationError, match=r"did not start\. Nothing was run"):
        on_gradescope.grade_in_place(Layout(unpacked / "source" / "course"), unpacked)

    assert not (unpacked / "results" / "results.json").exists()
