"""Grading many submissions: nothing is lost or graded twice, and none can harm another."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder import desk, fingerprint, result
from autograder.batch import grade_all
from autograder.checker.isolation import Isolation
from autograder.desk import Done, Task, grade_task, plan
from autograder.errors import IntakeError, ResultsError
from autograder.grade import Grader, not_graded
from autograder.intake import Source, find_submissions
from autograder.result import SubmissionResult, load, save, write_whole

QUESTIONS = ["scale", "summed"]
FILES = {"record.json", "results.json", "feedback.html"}


def tasks_of(folder: Path, out: Path) -> list[Task]:
    return plan(find_submissions(folder, QUESTIONS), out)


def grade(course: Any, tasks: list[Task], jobs: int = 2) -> dict[str, SubmissionResult]:
    done: list[Done] = []
    grade_all(tasks, course.layout, course.contract, "limits", jobs, done.append)
    assert len(done) == len(tasks)
    results = {task.source.name: load(task.folder) for task in tasks}
    assert {d.submission: (d.status, d.points) for d in done} == {
        name: (result.status, result.points) for name, result in results.items()
    }
    return results


# Many at once -------------------------------------------------------------------------------------


def test_every_submission_is_graded_and_one_that_cannot_be_read_is_told(
    built, hand_in, solution, tmp_path
):
    folder = hand_in(ada=solution, bob={"scale.py": solution["scale.py"]})
    (folder / "eve.zip").write_bytes(b"no archive")
    tasks = tasks_of(folder, tmp_path / "out")

    results = grade(built, tasks)

    assert {name: (r.status, r.points) for name, r in results.items()} == {
        "ada": ("graded", 11),
        "bob": ("graded", 8),
        "eve": ("failed", 0),
    }
    assert "eve.zip is not a zip archive that can be read" in results["eve"].notes[0]
    for task in tasks:
        assert {path.name for path in task.folder.iterdir()} == FILES
        assert load(task.folder) == results[task.source.name]


def test_a_submission_that_ends_the_grader_fails_alone(built_copy, hand_in, solution, tmp_path):
    built_copy.edit(
        "tests/public/test_scale.py",
        "    attach(Drawing",
        "    if y[0] == 666:\n        import os\n\n        os._exit(3)\n    attach(Drawing",
    )
    deadly = {"scale.py": b"def scale(x, factor=2.0): return [666.0] * len(x)\n"}
    folder = hand_in(ada=solution, bob=deadly, eve=solution)

    results = grade(built_copy, tasks_of(folder, tmp_path / "out"))

    assert {name: (r.status, r.points) for name, r in results.items()} == {
        "ada": ("graded", 11),
        "bob": ("failed", 0),
        "eve": ("graded", 11),
    }
    assert "look at it by hand" in results["bob"].notes[0]
    assert load(tmp_path / "out" / "bob").status == "failed"


def test_an_archive_whose_name_is_no_text_can_be_told_of(built, hand_in, solution, tmp_path):
    folder = hand_in(ada=solution)
    try:
        (folder / os.fsdecode(b"eve-\xff\xed\xa0\x80.zip")).write_bytes(b"no archive")
    except OSError:
        pytest.skip("file names are text on this system")

    results = grade(built, tasks_of(folder, tmp_path / "out"))

    assert [result.status for result in results.values()].count("failed") == 1
    assert results["ada"].points == 11


def test_a_result_that_no_report_can_be_made_of_is_told(
    built, hand_in, solution, tmp_path, monkeypatch
):
    def fails_at_marks(result: SubmissionResult, folder: Path) -> None:
        if result.points:
            raise ValueError("no such number")

    monkeypatch.setattr(desk, "render_all", fails_at_marks)
    (task,) = tasks_of(hand_in(ada=solution), tmp_path)
    with contextlib.closing(Grader(built.layout, built.contract, "limits")) as grader:
        done = grade_task(grader, task)

    assert done.status == "failed"
    assert load(task.folder).status == "failed"
    assert "its results cannot be written (ValueError)" in load(task.folder).notes[0]


@pytest.mark.parametrize("error", [RuntimeError("unforeseen"), RecursionError(), MemoryError()])
def test_a_submission_at_which_the_grader_fails_is_told(built, hand_in, solution, tmp_path, error):
    (task,) = tasks_of(hand_in(ada=solution), tmp_path)

    class Failing:
        contract = built.contract

        def grade(self, *_: object) -> None:
            raise error

        def not_graded(self, source: Source, reason: str) -> SubmissionResult:
            return not_graded(source, built.contract, Isolation("nothing was run"), reason)

    grade_task(Failing(), task)  # type: ignore[arg-type]
    result = load(task.folder)

    assert (result.submission, result.status) == ("ada", "failed")
    assert type(error).__name__ in result.notes[0] and "look at it by hand" in result.notes[0]


def test_an_error_that_a_person_can_mend_stops_the_run_with_its_own_words(
    built_copy, hand_in, solution, tmp_path
):
    built_copy.path("data/expected/scale.json").unlink()
    tasks = tasks_of(hand_in(ada=solution), tmp_path / "out")

    with pytest.raises(ResultsError, match=r"scale\.json is missing"):
        grade(built_copy, tasks)


def test_no_submissions_are_graded_at_once(built):
    assert grade(built, []) == {}


# Going on where it was ----------------------------------------------------------------------------


@pytest.fixture
def stored(built_copy: Any, hand_in: Any, solution: Any, tmp_path: Path) -> Callable[..., bool]:
    """Return a function that says whether a stored result is kept, after something was changed."""
    folder = hand_in(ada=solution)
    (task,) = tasks_of(folder, tmp_path / "out")

    def again() -> Done:
        with contextlib.closing(Grader(built_copy.layout, built_copy.contract, "limits")) as grader:
            return grade_task(grader, task)

    def kept(change: Callable[[], object] = lambda: None, *, status: Any = "graded") -> bool:
        again()
        save(replace(load(task.folder), status=status), task.folder)
        change()
        return again().kept

    return kept


def test_a_result_is_kept_while_nothing_has_changed(stored):
    assert stored()


def test_a_result_is_not_kept_when_the_submission_has_changed(stored, tmp_path):
    assert not stored(lambda: (tmp_path / "submissions/ada/more.py").write_bytes(b""))


@pytest.mark.parametrize(
    "name",
    ["tests/public/test_scale.py", "tests/hidden/test_summed.py", "data/expected/summed.json"],
)
def test_a_result_is_not_kept_when_a_check_or_an_answer_has_changed(stored, built_copy, name):
    assert not stored(lambda: built_copy.path(name).write_bytes(built_copy.files()[name] + b"\n"))


def test_a_result_is_not_kept_when_points_have_changed(stored, built_copy):
    assert not stored(lambda: built_copy.edit("grading.yml", "by_hand: 1", "by_hand: 2"))


@pytest.mark.parametrize("status", ["partial", "failed"])
def test_a_result_that_is_not_whole_is_not_kept(stored, status):
    assert not stored(status=status)


@pytest.mark.parametrize("content", [None, b"", b"{}"])
def test_a_record_that_is_missing_or_damaged_is_not_kept(stored, tmp_path, content):
    record = tmp_path / "out/ada/record.json"

    assert not stored(
        lambda: record.write_bytes(content) if content is not None else record.unlink()
    )


@pytest.mark.parametrize("error", [IntakeError("broken"), PermissionError(13, "denied")])
def test_a_submission_that_can_no_longer_be_read_is_not_kept(stored, monkeypatch, error):
    def fails(*_: object) -> None:
        raise error

    assert not stored(lambda: monkeypatch.setattr(desk, "read_submission", fails))


def test_a_result_of_another_level_of_isolation_is_not_kept(stored, built_copy, monkeypatch):
    assert not stored(lambda: monkeypatch.setattr(fingerprint, "__version__", "another"))
    course = built_copy.layout, built_copy.contract
    assert fingerprint.of_course(*course, "limits") != fingerprint.of_course(*course, "sandbox")


# Writing ------------------------------------------------------------------------------------------


@pytest.fixture
def nothing(built: Any) -> SubmissionResult:
    return not_graded(Source("ada", Path()), built.contract, Isolation("limits"), "for a test")


def test_the_record_is_written_last_so_that_where_it_is_all_is(nothing, tmp_path, monkeypatch):
    there: list[set[str]] = []

    def saved(result: SubmissionResult, folder: Path) -> None:
        there.append({path.name for path in folder.iterdir()})

    monkeypatch.setattr(desk, "save", saved)

    desk.store(nothing, tmp_path / "ada")

    assert there == [FILES - {"record.json"}]


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "No space left on device. Free some space and run the same command again"),
        (errno.EACCES, "Permission denied. Make it writable"),
        (errno.EROFS, "Read-only file system. Make it writable"),
    ],
)
def test_a_result_that_cannot_be_written_is_told_with_what_to_do(
    nothing, tmp_path, monkeypatch, number, advice
):
    def fails(*_: object) -> None:
        raise OSError(number, errno_text(number))

    monkeypatch.setattr(result.os, "replace", fails)

    with pytest.raises(ResultsError) as raised:
        desk.store(nothing, tmp_path / "ada")

    assert str(raised.value).startswith(f"{tmp_path / 'ada'}: the results cannot be written: ")
    assert advice in str(raised.value) and "what was graded stays" in str(raised.value)
    assert list((tmp_path / "ada").iterdir()) == []


def errno_text(number: int) -> str:
    return {
        errno.ENOSPC: "No space left on device",
        errno.EACCES: "Permission denied",
        errno.EROFS: "Read-only file system",
    }[number]


def test_a_file_in_the_place_of_the_results_folder_is_told(nothing, tmp_path):
    (tmp_path / "out").write_text("a file")

    with pytest.raises(ResultsError, match="cannot be written"):
        desk.store(nothing, tmp_path / "out" / "ada")


def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_whole(path, b"before")

    def fails(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(result.os, "fsync", fails)

    with pytest.raises(OSError, match="Input/output"):
        write_whole(path, b"after, but only half")

    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("file", b"before")]


def test_a_record_says_in_plain_json_what_came_of_everything(nothing, tmp_path):
    save(nothing, tmp_path)

    plain = json.loads((tmp_path / "record.json").read_text("utf-8"))

    assert (plain["submission"], plain["status"]) == ("ada", "failed")
    assert plain["questions"][0]["checks"][0]["name"] == "doubles"


def test_each_submission_has_a_folder_of_its_own(tmp_path):
    sources = [Source("ada", tmp_path / "a"), Source("bob", tmp_path / "b.zip", "inside")]

    assert [task.folder for task in plan(sources, tmp_path)] == [tmp_path / "ada", tmp_path / "bob"]
