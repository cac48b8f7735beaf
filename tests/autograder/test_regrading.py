"""Grading again: what has changed since is graded, and nothing else; the marks are the same."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.desk import Done, grade_task, plan
from autograder.grade import Grader
from autograder.intake import find_submissions
from autograder.result import RECORD, load

WRONG = b"def scale(x, factor=2.0): return [7.0 for v in x]\n"
OWN_SUM = b"def summed(x, factor=2.0): return float(sum(factor * v for v in x))\n"


@pytest.fixture
def again(
    built_copy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Done, list[str]]]:
    """Return a function that hands in files, grades, and says which questions were run."""
    ran: list[str] = []
    run = Grader._run

    def noted(self: Grader, host: Any, question: Any, *others: Any) -> Any:
        ran.append(question.name)
        return run(self, host, question, *others)

    monkeypatch.setattr(Grader, "_run", noted)

    def graded(files: dict[str, bytes], out: str = "out", **others: Any) -> tuple[Done, list[str]]:
        folder = tmp_path / "in" / "ada"
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        ran.clear()
        (task,) = plan(find_submissions(tmp_path / "in", ["scale", "summed"]), tmp_path / out)
        with contextlib.closing(Grader(built_copy.layout, built_copy.contract, "limits")) as grader:
            done = grade_task(grader, task, **others)
        return done, list(ran)

    return graded


def add_line(course: Any, name: str, line: str = "# changed\n") -> None:
    course.write(name, course.path(name).read_text("utf-8") + line)


def test_what_is_unchanged_is_kept_unless_asked_for(again, solution):
    first, ran = again(solution)
    second, ran_again = again(solution)
    third, ran_afresh = again(solution, fresh=True)

    assert (first.kept, second.kept, third.kept) == (False, True, False)
    assert (ran, ran_again, ran_afresh) == (["scale", "summed"], [], ["scale", "summed"])
    assert second.points == first.points == 11


@pytest.mark.parametrize(
    ("name", "expected", "said"),
    [
        ("tests/hidden/test_summed.py", ["summed"], "checks of summed"),
        ("tests/public/test_scale.py", ["scale"], "checks of scale"),
        ("data/expected/summed.json", ["summed"], "checks of summed"),
        ("tests/public/some_numbers.py", ["scale", "summed"], "shared checks"),
        ("solution/summed.py", ["scale", "summed"], "the solution"),
        ("data/numbers.csv", ["scale", "summed"], "data"),
        ("assignment/given/halves.py", ["scale", "summed"], "given code"),
    ],
)
def test_a_change_of_the_course_is_graded_where_it_matters(
    again, built_copy, solution, name, expected, said
):
    again(solution)
    add_line(built_copy, name, "\n")

    done, ran = again(solution)

    assert ran == expected
    assert (done.kept, done.changed) == (False, (said,))


def test_limits_concern_all_questions(again, built_copy, solution):
    again(solution)
    built_copy.edit("grading.yml", "check_seconds: 10", "check_seconds: 9")

    done, ran = again(solution)

    assert (ran, done.changed) == (["scale", "summed"], ("limits",))


def test_points_of_one_check_concern_one_question(again, built_copy, solution):
    again(solution)
    built_copy.edit("grading.yml", "by_hand: 1", "by_hand: 2")

    done, ran = again(solution)

    assert (ran, done.points, done.changed) == (["summed"], 12, ("checks of summed",))


def test_another_submission_is_graded_whole(again, solution):
    again(solution)

    done, ran = again({"scale.py": WRONG, "summed.py": OWN_SUM})

    assert ran == ["scale", "summed"]
    assert done.changed == ("its modules",)


def test_a_question_is_graded_again_when_one_that_it_needs_has_other_marks(
    again, built_copy, tmp_path
):
    nearly = b"def scale(x, factor=2.0): return [1.00001 * factor * v for v in x]\n"
    using_it = (
        b"from scale import scale\n\ndef summed(x, factor=2.0): return sum(scale(x, factor))\n"
    )
    files = {"scale.py": nearly, "summed.py": using_it}
    again(files)
    helped = load(tmp_path / "out" / "ada").questions[1]
    built_copy.edit(
        "grading.yml", "title: Scaling\n", "title: Scaling\n    tolerance: {rtol: 1.0e-3}\n"
    )

    done, ran = again(files)
    own = load(tmp_path / "out" / "ada").questions

    assert helped.helped_by == ("scale",)
    assert done.changed == ("checks of scale",)
    assert ran == ["scale", "summed"]
    assert own[0].points == own[0].max_points
    assert own[1].helped_by == () and own[1].points < own[1].max_points


def test_what_is_kept_of_a_result_is_as_if_all_had_been_graded(again, built_copy, tmp_path):
    files = {"scale.py": WRONG, "summed.py": b"from scale import scale\n" + OWN_SUM}
    again(files)
    add_line(built_copy, "tests/hidden/test_summed.py")

    again(files)
    again(files, out="afresh")

    kept, afresh = (tmp_path / out / "ada" for out in ("out", "afresh"))
    for name in ("results.json", "feedback.html"):
        assert (kept / name).read_bytes() == (afresh / name).read_bytes()
    assert load(kept).fingerprint == load(afresh).fingerprint


def test_a_question_at_which_the_grader_failed_is_tried_again(again, built_copy, solution):
    recordings = built_copy.path("data/expected/summed.json")
    whole = recordings.read_text()
    recordings.write_text(whole.replace('"calls": {', '"calls": {}, "no": {', 1))
    partial, _ = again(solution)
    recordings.write_text(whole)

    done, ran = again(solution)

    assert (partial.status, done.status, done.points) == ("partial", "graded", 11)
    assert ran == ["summed"]


def test_the_command_says_how_many_were_kept_and_why_others_were_not(
    autograder, built_copy, hand_in, solution, tmp_path
):
    folder = hand_in(ada=solution, bob=solution, eve=solution)
    command = ("grade", folder, "--out", tmp_path / "out", "--course", built_copy.root)
    autograder(*command)
    (folder / "bob" / "scale.py").write_bytes(WRONG)
    (tmp_path / "out" / "eve" / RECORD).unlink()

    status, said, _ = autograder(*command)

    assert status == 0
    assert "1 of 3 are graded already and unchanged; --fresh grades all." in said
    assert "Graded again, as far as it matters, where this has changed: its modules (1)." in said
