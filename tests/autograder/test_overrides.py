"""What a person decides about one submission: told, shown, kept for ever, and taken back."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from autograder import cli
from autograder.checker.outcome import Passage
from autograder.errors import ResultsError
from autograder.intake.handed_in import HandedIn
from autograder.labs.writing import by_hand
from autograder.policies import Policies, write_policies
from autograder.policies.audit import Entry, append, holding, read_audit, take_over
from autograder.policies.by_hand import set_points
from autograder.policies.rules import LateRule
from autograder.result import load, save
from autograder.stored import Results

WHY = ("--reason", "Read by hand.")


@pytest.fixture(scope="module")
def graded(
    tmp_path_factory: pytest.TempPathFactory,
    built: Any,
    solution: dict[str, bytes],
    mistaken: Callable[..., dict[str, bytes]],
) -> Path:
    """Return the results of two, with 4 and 11 of 11 points."""
    root = tmp_path_factory.mktemp("class")
    handed_in = {"ada": solution | mistaken("scale_adds_the_factor"), "bob": solution}
    for name, files in handed_in.items():
        (root / "in" / name).mkdir(parents=True)
        for file, data in files.items():
            (root / "in" / name / file).write_bytes(data)
    arguments = ["grade", root / "in", "--out", root / "out", "--course", built.root, "--jobs", 1]
    with contextlib.redirect_stdout(io.StringIO()), pytest.raises(SystemExit):
        cli.main([str(argument) for argument in arguments])
    return root / "out"


@pytest.fixture
def out(graded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the results, in the hands of someone who is called `teacher`."""
    monkeypatch.setenv("LOGNAME", "teacher")
    return Path(shutil.copytree(graded, tmp_path / "out"))


@pytest.fixture
def override(autograder: Any, out: Path) -> Callable[..., str]:
    """Return the command on these results as a function that gives what it says."""

    def run(*arguments: object, status: int = 0) -> str:
        came, said, complaint = autograder("override", out, *arguments)
        assert came == status, said + complaint
        return " ".join((said + complaint).replace("│", " ").split())

    return run


def total(out: Path, name: str) -> float:
    return next(result.total for result in Results(out) if result.submission == name)


def book(out: Path, name: str) -> dict[str, str]:
    rows = csv.DictReader(io.StringIO((out / "gradebook.csv").read_text("utf-8")))
    return next(row for row in rows if row["submission"] == name)


def page(out: Path, name: str = "ada") -> str:
    return (out / name / "feedback.html").read_text("utf-8")


# Points -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "points", "questions", "sum_"),
    [
        ("scale/doubles", 0.5, ["1.5", "3"], "4.5"),
        ("scale", 7, ["7", "3"], "10"),
        ("summed", 0, ["1", "0"], "1"),
        ("total", 6.25, ["1", "3"], "6.25"),
    ],
)
def test_points_of_a_check_a_question_and_the_whole_can_be_set(
    override, out, target, points, questions, sum_
):
    record = (out / "ada" / "record.json").read_bytes()
    other = page(out, "bob")

    override("ada", target, points, *WHY)

    row = book(out, "ada")
    assert ([row["scale"], row["summed"]], row["total"]) == (questions, sum_)
    assert f"{target} was set by hand" in row["notes"] and "Read by hand." in row["notes"]
    told = json.loads((out / "ada" / "results.json").read_text("utf-8"))
    assert told["score"] == float(sum_) == sum(test["score"] for test in told["tests"])
    assert "Read by hand." in page(out) and "et by hand" in page(out)
    assert (out / "ada" / "record.json").read_bytes() == record
    assert page(out, "bob") == other


def test_a_check_with_all_its_points_has_passed_and_keeps_what_was_found(override, out):
    before = next(c for c in load(out / "ada").questions[0].checks if c.name == "doubles")

    override("ada", "scale/doubles", 1, *WHY)

    result = next(iter(Results(out)))
    check = next(c for c in result.questions[0].checks if c.name == "doubles")
    assert (check.outcome, check.reason) == ("passed", "override")
    assert check.found == f"Read by hand.\nThe check had found: {before.found}"
    assert "Set by hand: Read by hand." in page(out)


def test_the_whole_wins_over_questions_and_a_question_over_its_checks(override, out):
    override("ada", "total", 9, *WHY)
    override("ada", "scale", 5, *WHY)
    override("ada", "scale/doubles", 1, *WHY)

    row = book(out, "ada")

    assert (row["scale"], row["total"]) == ("5", "9")


def test_what_was_set_holds_when_the_submission_is_graded_again(
    override, autograder, graded, out, built
):
    override("ada", "scale", 7, *WHY)
    before = page(out)
    shutil.rmtree(out / "ada")

    autograder(
        *("grade", graded.parent / "in", "--out", out, "--course", built.root, "--jobs", 1),
    )

    assert book(out, "ada")["total"] == "10"
    assert page(out) == before


def test_points_that_are_set_are_late_too_and_a_total_that_is_set_is_not(override, out):
    came = HandedIn("Gradescope", at="2026-10-27T08:00:00+00:00")
    save(replace(load(out / "ada"), handed_in=came), out / "ada")
    due = datetime.fromisoformat("2026-10-26T22:00:00+00:00")
    write_policies(Policies(due=due, late=LateRule(percent_per_day=50)), out)

    override("ada", "scale", 7, *WHY)
    assert book(out, "ada")["total"] == "5"

    override("ada", "total", 7, *WHY)
    assert book(out, "ada")["total"] == "7"
    assert "late (" not in book(out, "ada")["notes"]


def test_what_was_set_for_a_check_that_is_gone_or_dropped_has_no_effect_and_is_told(override, out):
    override("ada", "scale/doubles", 1, *WHY)
    override("ada", "summed", 1, *WHY)
    drop = {"summed": {"reason": "Too hard."}, "scale/doubles": {"reason": "Wrong."}}
    write_policies(Policies.model_validate({"afterwards": {"drop": drop}}), out)

    assert total(out, "ada") == 1
    (ada, _) = Results(out)
    assert [note.partition(" have no effect")[0] for note in ada.notes[-2:]] == [
        "the points set by hand for scale/doubles",
        "the points set by hand for summed",
    ]
    assert "taken out of the marking" in override("ada", "summed", 1, *WHY, status=2)


def test_a_submission_that_could_not_be_graded_can_be_given_points(override, out):
    save(replace(load(out / "ada"), status="failed"), out / "ada")

    override("ada", "total", 3, *WHY)

    assert "<strong>3</strong> of 11 points" in page(out)
    assert "Not graded" not in page(out)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ada", "scale", 9, *WHY), "scale has 8 points, and 9 are more; --beyond lets that"),
        (("ada", "total", 12, *WHY), "total has 11 points, and 12 are more"),
        (("ada", "scale/doubles", 1.5, *WHY), "scale/doubles has 1 points"),
        (("ada", "scale", "nan", *WHY), "nan points cannot be"),
        (("ada", "scale", "inf", "--beyond", *WHY), "inf points cannot be"),
        (("ada", "scale", 3), "a reason is needed"),
        (("ada", "scale", 3, "--reason", " \x1b[31m "), "a reason is needed"),
        (("ada", "scale", 3, "--reason", "x" * 1001), "the reason has 1001 characters"),
        (("ada", "scale/doubels", 1, *WHY), "is scale/doubles meant?"),
        (("ada", "scales", 1, *WHY), "is scale meant?"),
        (("adda", "scale", 1, *WHY), "there is no adda here; is ada meant?"),
        (("../out/ada", "scale", 1, *WHY), "there is no ../out/ada here"),
        (("ada", "scale", *WHY), "how many"),
        (("ada", *WHY), "say what the points are of"),
        ((), "name a submission"),
        (("ada", "scale", "--due", "2026-10-28T23:59+01:00", *WHY), "name no question"),
        (("ada", "--due", "2026-10-28", *WHY), "expected date, time and time zone"),
        (("ada", "--due", "2026-10-28T23:59", *WHY), "expected date, time and time zone"),
        (("ada", "--due", "2026-10-28T23:59+01:00"), "a reason is needed"),
        (("ada", "--undo"), "--undo takes a submission, and what was decided about"),
        (("ada", "scale", "--undo"), "nothing was set for scale; there are none"),
        (("ada", "scale", "--list"), "--list takes a submission at most"),
        (("adda", "--list"), "there is no adda here; is ada meant?"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(override, out, arguments, said):
    assert said in override(*arguments, status=2)
    assert not (out / "audit.jsonl").exists()


def test_less_than_nothing_cannot_be_given(out):
    with pytest.raises(ResultsError, match="expected a number from 0"):
        set_points(out, "ada", "scale", -1, "x", beyond=True)


def test_more_than_is_to_be_had_needs_a_word(override, out):
    override("ada", "scale", 20, "--beyond", *WHY)

    assert book(out, "ada")["total"] == "23"


def test_hostile_reasons_and_names_are_shown_as_text(override, autograder, out):
    name = "=cmd <b>\u202e"
    shutil.copytree(out / "ada", out / name)
    save(replace(load(out / name), submission=name), out / name)

    override(name, "scale", 2, "--reason", "=HYPERLINK() <script>\x1b[2J {{7*7}}")

    text = page(out, name)
    assert "<script" not in text and "&lt;script&gt;" in text and "{{7*7}}" in text
    for place in (out / "audit.jsonl", out / "gradebook.csv"):
        assert "\x1b" not in place.read_text("utf-8")
    said = autograder("override", out, "--list")[1]
    assert "\x1b" not in said and "\u202e" not in said
    assert not any(
        line.startswith("=") for line in (out / "gradebook.csv").read_text("utf-8").splitlines()
    )


# Moments ------------------------------------------------------------------------------------------


@pytest.fixture
def late(out: Path) -> Path:
    """Return the results with a late rule, by which ada has lost half of 4 points."""
    came = HandedIn("Gradescope", at="2026-10-27T08:00:00+00:00", late=True)
    save(replace(load(out / "ada"), handed_in=came), out / "ada")
    due = datetime.fromisoformat("2026-10-26T22:00:00+00:00")
    write_policies(Policies(due=due, late=LateRule(percent_per_day=50)), out)
    assert total(out, "ada") == 2
    return out


def test_an_extension_moves_what_is_late_for_one(override, late):
    override("ada", "--due", "2026-10-27T09:00+01:00", "--reason", "Ill.")

    row = book(late, "ada")
    assert row["total"] == "4"
    assert "due at 2026-10-27T09:00:00+01:00, by an extension: Ill." in row["notes"]
    assert "by an extension: Ill." in page(late)

    override("ada", "--due", "2026-10-27T08:59+01:00", "--reason", "Less ill.")
    assert book(late, "ada")["total"] == "2"
    override("ada", "due", "--undo")
    assert book(late, "ada")["total"] == "4"
    override("ada", "due", "--undo")
    assert book(late, "ada")["total"] == "2"

    entries = read_audit(late).entries
    assert [(e.what, e.before, e.after) for e in entries] == [
        ("set", "2026-10-26T22:00:00+00:00", "2026-10-27T09:00:00+01:00"),
        ("set", "2026-10-27T09:00:00+01:00", "2026-10-27T08:59:00+01:00"),
        ("undo", "2026-10-27T08:59:00+01:00", "2026-10-27T09:00:00+01:00"),
        ("undo", "2026-10-27T09:00:00+01:00", "2026-10-26T22:00:00+00:00"),
    ]


def test_an_extension_alone_does_not_settle_what_has_no_time(override, late):
    save(replace(load(late / "ada"), handed_in=HandedIn("Canvas", late=True)), late / "ada")

    override("ada", "--due", "2026-11-27T09:00+01:00", "--reason", "Ill.")
    assert "until a person decides" in book(late, "ada")["notes"]

    override("ada", "--handed-in", "2026-11-28T08:00+01:00", "--reason", "By e-mail.")
    row = book(late, "ada")
    assert row["total"] == "2" and "until a person decides" not in row["notes"]
    assert "taken as handed in at 2026-11-28T08:00:00+01:00: By e-mail." in row["notes"]


# The file of decisions ----------------------------------------------------------------------------


def test_every_decision_is_told_with_who_when_what_and_why(override, out):
    override("ada", "scale", 5, *WHY)
    override("ada", "scale", 6, "--reason", "Read twice.")
    override("ada", "scale", "--undo", "--reason", "Once was enough.")

    lines = (out / "audit.jsonl").read_text("utf-8").splitlines()
    plain = [json.loads(line) for line in lines]

    assert all(datetime.fromisoformat(p.pop("at")).utcoffset() == timedelta(0) for p in plain)
    common = {"who": "teacher", "submission": "ada", "target": "scale"}
    assert plain == [
        common | {"what": "set", "before": 1, "after": 5, "reason": "Read by hand."},
        common | {"what": "set", "before": 5, "after": 6, "reason": "Read twice."},
        common | {"what": "undo", "before": 6, "after": 5, "reason": "Once was enough."},
    ]
    assert book(out, "ada")["total"] == "8"


def test_undoing_brings_back_what_held_before_and_at_last_what_was_graded(override, out):
    before = page(out), (out / "ada" / "results.json").read_bytes()
    override("ada", "scale", 5, *WHY)
    override("bob", "scale", 2, *WHY)

    override("ada", "scale", "--undo")

    assert (page(out), (out / "ada" / "results.json").read_bytes()) == before
    assert book(out, "bob")["total"] == "5"
    assert "there are none" in override("ada", "scale", "--undo", status=2)
    assert "there are decisions about scale" in override("bob", "total", "--undo", status=2)


def test_the_list_shows_what_was_decided_and_what_no_longer_holds(override):
    assert override("--list") == "Nothing was decided by hand."
    override("ada", "scale", 5, *WHY)
    override("ada", "scale", 6, *WHY)
    override("bob", "total", 2, *WHY)

    said = override("--list")

    assert "ada: scale set, 1 → 5, by teacher: Read by hand. (no longer)" in said
    assert "ada: scale set, 5 → 6, by teacher: Read by hand. 20" in said
    assert "bob: total set, 11 → 2" in said
    assert "bob" not in override("ada", "--list")


@pytest.mark.parametrize("torn", [b'{"at":"2026', b"\0\0\0\0", b"\xff"])
def test_a_last_line_that_a_crash_has_torn_is_told_and_left_out(override, autograder, out, torn):
    override("ada", "scale", 5, *WHY)
    whole = (out / "audit.jsonl").read_bytes()
    (out / "audit.jsonl").write_bytes(whole + torn)

    assert total(out, "ada") == 8
    for said in (autograder("report", out)[1], override("--list")):
        assert "the last line was not written to its end" in said
    override("ada", "summed", 1, *WHY)

    assert (out / "audit.jsonl").read_bytes().startswith(whole + b"{")
    assert len(read_audit(out).entries) == 2 and not read_audit(out).torn


def test_a_last_line_that_only_lacks_its_end_is_kept(override, out):
    override("ada", "scale", 5, *WHY)
    path = out / "audit.jsonl"
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))

    assert total(out, "ada") == 8
    override("ada", "summed", 1, *WHY)
    assert [entry.target for entry in read_audit(out).entries] == ["scale", "summed"]


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line[:-5],
        lambda line: b"",
        lambda line: line.replace(b":5.0", b':"many"'),
        lambda line: line.replace(b":5.0", b":-5"),
        lambda line: line.replace(b'"scale"', b'"due"'),
        lambda line: line.replace(b'"set"', b'"sets"'),
    ],
)
def test_a_line_that_is_damaged_is_an_error_with_its_number(override, autograder, out, change):
    override("bob", "scale", 5, *WHY)
    override("ada", "scale", 5, *WHY)
    path = out / "audit.jsonl"
    first, second = path.read_bytes().splitlines()
    path.write_bytes(first + b"\n" + change(second) + b"\n")

    status, _, complaint = autograder("report", out)

    assert status == 2
    assert "audit.jsonl, line 2: damaged" in complaint


def test_decisions_that_cannot_be_written_are_told(override, out):
    (out / "audit.jsonl").mkdir()

    assert "cannot be" in override("ada", "scale", 5, *WHY, status=2)


def test_decisions_are_taken_over_from_another_folder_once(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    entries = [
        Entry("2026-10-30T09:00:00+00:00", "t", "set", name, "scale", 1.0, points, "x")
        for name, points in (("ada", 2.0), ("bob", 3.0), ("ada", 4.0))
    ]
    append(entries, there)

    counts = [take_over(there, here, ["ada"]) for _ in range(2)]

    assert counts == [2, 0]
    held = holding(read_audit(here).entries)
    assert {name: targets["scale"].after for name, targets in held.items()} == {"ada": 4.0}


# Marks of written answers -------------------------------------------------------------------------


def test_marks_that_are_taken_in_are_told_line_by_line_when_they_change(autograder, out):
    result = load(out / "ada")
    answer = by_hand("essay", "Essay", 4.0, (Passage("markdown", "My answer."),))
    first, *others = result.questions
    with_answer = replace(first, checks=(*first.checks, answer))
    save(replace(result, questions=(with_answer, *others)), out / "ada")
    table = out / "marks.csv"
    header = "submission,question,task,points,of,comment\n"

    for points, comment in ((2, "short"), (2, "short"), (3, "longer")):
        table.write_text(f"{header}ada,scale,essay,{points},4,{comment}\n")
        assert autograder("manual", out, "--import", table)[0] == 0

    entries = read_audit(out).entries
    assert [(e.what, e.target, e.before, e.after, e.reason) for e in entries] == [
        ("mark", "scale/essay", None, 2.0, "short"),
        ("mark", "scale/essay", 2.0, 3.0, "longer"),
    ]
    assert book(out, "ada")["scale"] == "4"


def test_an_answer_that_waits_for_a_mark_can_be_given_points(override, out):
    result = load(out / "ada")
    first, *others = result.questions
    with_answer = replace(first, checks=(*first.checks, by_hand("essay", "Essay", 4.0, ())))
    save(replace(result, questions=(with_answer, *others)), out / "ada")

    override("ada", "scale/essay", 3, "--reason", "Read aloud.")

    assert "wait for marks" not in book(out, "ada")["notes"]
    assert "The check had found" not in page(out) and "Read aloud." in page(out)
