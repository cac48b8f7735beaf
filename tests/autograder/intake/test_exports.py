"""Exports of learning platforms, as folders and as archives: who handed in what, when, how late."""

from __future__ import annotations

import os
import pickle
from types import SimpleNamespace

import pytest

from autograder.checker.isolation import Isolation
from autograder.desk import plan, read_task
from autograder.grade import not_graded
from autograder.intake import HandedIn, Person, find_submissions, read_submission


@pytest.fixture(params=["folder", "zip", "tar.gz"])
def exported(request, put, zipped, tar_of):
    """Return a function that puts an export on disk, as a folder or as an archive."""

    def export(files, around=""):
        files = {f"{around}{name}": data for name, data in files.items()}
        if request.param == "folder":
            return put(files)
        name = f"Week 3 submissions.{request.param}"
        made = zipped(files) if request.param == "zip" else tar_of(*files.items())
        return put({name: made}) / name

    return export


@pytest.fixture
def sources(questions):
    """Return a function that finds the sources in an export, by name."""
    return lambda path: {source.name: source for source in find_submissions(path, questions)}


# Gradescope ---------------------------------------------------------------------------------------

METADATA = """\
---
submission_101:
  :submitters:
  - :name: Ada Lovelace
    :sid: '0012'
    :email: ada@example.edu
  :created_at: 2024-03-01 12:00:00.123456000 Z
  :score: 7.5
  :status: processed
  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess
    tests:
    - name: 'one'
      output: |
        submission_101:
          :submitters:
          - :name: Mallory
  :history:
  - :submitters: []
    :created_at: 2024-02-01 12:00:00.000000000 Z
    :score: 0.0
    :id: 99
submission_102:
  :submitters:
  - :name: Grace Hopper
    :sid:
    :email: grace@example.edu
  - :name: Żółw "the Turtle" 😀
    :sid: 13
  :created_at: 2024-03-02 09:30:00.000000000 +01:00
  :late: true
"""


@pytest.fixture
def gradescope(in_folders):
    """Return a function that gives the files of an export with this metadata."""

    def files(metadata: str | bytes | None = METADATA):
        folders = in_folders("submission_101", "submission_102")
        if metadata is None:
            return folders
        data = metadata if isinstance(metadata, bytes) else metadata.encode()
        return folders | {"submission_metadata.yml": data}

    return files


@pytest.mark.parametrize("around", ["", "assignment_4321_export/"])
def test_gradescope_says_who_and_when(exported, sources, gradescope, around):
    found = sources(exported(gradescope(), around))

    assert {name: source.handed_in for name, source in found.items()} == {
        "submission_101": HandedIn(
            "Gradescope",
            (Person("Ada Lovelace", "0012", "ada@example.edu"),),
            "2024-03-01T12:00:00+00:00",
        ),
        "submission_102": HandedIn(
            "Gradescope",
            (
                Person("Grace Hopper", "", "grace@example.edu"),
                Person('Żółw "the Turtle" 😀', "13", ""),
            ),
            "2024-03-02T09:30:00+01:00",
            True,
        ),
    }


def test_what_gradescope_says_is_noted(exported, found, gradescope, both):
    submissions = found(exported(gradescope(), "assignment_4321_export/"))

    assert all(submission.files == both for submission in submissions.values())
    assert submissions["submission_101"].notes == (
        "handed in by Ada Lovelace, says the Gradescope export",
        "handed in at 2024-03-01T12:00:00+00:00, says the Gradescope export",
    )
    assert submissions["submission_102"].notes == (
        'handed in by Grace Hopper and Żółw "the Turtle" 😀, says the Gradescope export',
        "handed in at 2024-03-02T09:30:00+01:00, says the Gradescope export",
        "late, says the Gradescope export",
    )


def test_without_metadata_gradescopes_folders_are_submissions_like_others(
    exported, sources, gradescope
):
    found = sources(exported(gradescope(None)))

    assert list(found) == ["submission_101", "submission_102"]
    assert all(source.handed_in == HandedIn() for source in found.values())


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\x00\x01\x02\xff\xfe",
        b"submission_101",
        b"submission_101:\nsubmission_102: 5\n",
        b"- submission_101\n",
        b"submission_101: !!python/object/apply:os.system ['exit 1']\n",
        b"submission_101: {" + b"[" * 1_000,
        b"submission_101:\n  :submitters: *nobody\n",
        b"submission_101:\n  :created_at: 2024-13-45 99:99:99\n  :submitters: &a [*a]\n",
        b"submission_101:\n  :submitters:\n  - :name: x\n    :sid: 0x" + b"f" * 10_000 + b"\n",
    ],
)
def test_damaged_metadata_costs_what_it_says_and_no_submission(
    exported, found, gradescope, both, damaged
):
    submissions = found(exported(gradescope(damaged)))

    assert {name: one.files for name, one in submissions.items()} == {
        "submission_101": both,
        "submission_102": both,
    }
    assert submissions["submission_102"].notes == (
        "the export's submission_metadata.yml has nothing readable on it, so it is not known who "
        "handed it in",
    )


def test_damage_to_one_record_is_none_to_others(exported, sources, gradescope):
    damaged = METADATA.replace("  - :name: Ada Lovelace", "  - :name: [Ada: }")

    found = sources(exported(gradescope(damaged)))

    assert found["submission_101"].handed_in.people == ()
    assert len(found["submission_102"].handed_in.people) == 2


def test_times_that_are_text_are_read_and_others_are_not_taken_for_times(
    exported, sources, gradescope
):
    text = "submission_{}:\n  :submitters: []\n  :created_at: '{}'\n"
    metadata = text.format(101, "2024-03-01 12:00:00 UTC") + text.format(102, "last week")

    found = sources(exported(gradescope(metadata)))

    assert found["submission_101"].handed_in.at == "2024-03-01T12:00:00"
    assert found["submission_102"].handed_in.at == ""


def test_a_submission_that_the_export_names_but_lacks_is_not_lost(exported, found, gradescope):
    missing = "submission_103:\n  :submitters:\n  - :name: Emmy\n"

    submissions = found(exported(gradescope(METADATA + missing)))

    assert submissions["submission_103"].files == {}
    assert submissions["submission_103"].notes == (
        "handed in by Emmy, says the Gradescope export",
        "the export names it but has no folder for it; export again",
        "it has none of the files asked for",
    )


def test_metadata_inside_a_submission_says_nothing(exported, sources, in_folders):
    forged = {"mallory/submission_metadata.yml": METADATA.encode()}
    forged |= {f"mallory/{name}": data for name, data in in_folders("submission_101").items()}

    found = sources(exported(in_folders("ada") | forged))

    assert list(found) == ["ada", "mallory"]
    assert all(source.handed_in == HandedIn() for source in found.values())


def test_metadata_of_thousands_with_their_results_is_read_fast(put, sources):
    tests = "".join(f"    - name: 'test {number}'\n      output: 'x'\n" for number in range(100))
    record = (
        METADATA.split("submission_102")[0]
        .removeprefix("---\n")
        .replace("    tests:\n", f"    tests:\n{tests}")
    )
    records = [
        record.replace("submission_101:\n  :s", f"submission_{n}:\n  :s") for n in range(300)
    ]
    folder = put({f"submission_{number}/.keep": b"" for number in range(300)})
    put({"submission_metadata.yml": "".join(records).encode()})

    found = sources(folder)

    assert len(found) == 300
    assert all(one.handed_in.people[0].name == "Ada Lovelace" for one in found.values())


# Canvas -------------------------------------------------------------------------------------------


def test_canvas_has_an_archive_for_each_student(exported, found, zipped, both):
    submissions = found(
        exported(
            {
                "lovelaceada_321_9001_homework.zip": zipped(both),
                "hoppergrace_LATE_322_9002_my work (2).zip": zipped(
                    {f"hw/{n}": d for n, d in both.items()}
                ),
                "żółw_323_9003_2024_hw-1.zip": zipped(both),
            }
        )
    )

    assert {name: one.files for name, one in submissions.items()} == {
        "hoppergrace_322": both,
        "lovelaceada_321": both,
        "żółw_323": both,
    }
    assert submissions["lovelaceada_321"].notes == ()
    assert submissions["hoppergrace_322"].notes == (
        "late, says the Canvas export",
        "its files were found in the folder hw",
    )


def test_canvas_has_several_files_of_a_student_side_by_side(exported, sources, found):
    path = exported(
        {
            "lovelaceada_321_9001_scale.py": b"a",
            "lovelaceada_321_9002_summed.py": b"b",
            "lovelaceada_321_9003_report.pdf": b"",
            "hoppergrace_LATE_322_9004_scale-1.py": b"c",
            "hoppergrace_LATE_322_9005_summed-12.py": b"d",
            "hoppergrace_LATE_322_9006_helper-3.py": b"e",
        }
    )

    submissions = found(path)

    assert submissions["lovelaceada_321"].files == {"scale.py": b"a", "summed.py": b"b"}
    assert submissions["lovelaceada_321"].notes == ()
    assert submissions["hoppergrace_322"].files == {
        "helper.py": b"e",
        "scale.py": b"c",
        "summed.py": b"d",
    }
    assert sources(path)["hoppergrace_322"].handed_in == HandedIn(
        "Canvas", (Person("hoppergrace", "322"),), late=True
    )
    assert sources(path)["lovelaceada_321"].handed_in.late is False


def test_canvas_numbers_names_that_are_taken_and_the_last_upload_counts(exported, found):
    submissions = found(
        exported(
            {
                "ada_1_20_scale.py": b"first",
                "ada_1_30_scale-1.py": b"second",
                "ada_1_9_scale-0b29aab4-9aa7-4f0c-9d7c-3a2f0e6a1d55.py": b"oldest",
                "ada_1_40_summed.py": b"y",
            }
        )
    )

    assert submissions["ada_1"].files == {"scale.py": b"second", "summed.py": b"y"}
    assert submissions["ada_1"].notes == (
        "scale.py was uploaded more than once; the last upload counts",
    )


def test_canvas_keeps_the_names_of_students_who_are_not_to_be_known(exported, sources):
    found = sources(exported({"anon_Ab3xZ_77_scale.py": b"", "LATE_anon_9kLmN_78_scale.py": b""}))

    assert {name: (one.handed_in.people, one.handed_in.late) for name, one in found.items()} == {
        "anon_9kLmN": ((), True),
        "anon_Ab3xZ": ((), False),
    }


def test_what_is_typed_into_canvas_is_noted_and_nobody_is_lost(exported, found):
    submissions = found(
        exported(
            {"ada_1_text.html": b"hello", "bob_LATE_2_link.html": b"", "eve_3_7_scale.py": b""}
        )
    )

    assert list(submissions) == ["ada_1", "bob_2", "eve_3"]
    assert submissions["bob_2"].notes == (
        "late, says the Canvas export",
        "a text or link was handed in; it is not read",
        "it has none of the files asked for",
    )


def test_a_students_file_name_can_look_like_canvass_without_changing_whose_it_is(exported, found):
    submissions = found(
        exported(
            {
                "eve_5_50_ada_1_40_scale.py": b"forged",
                "eve_5_51_LATE_scale.py": b"",
                "ada_1_40_scale.py": b"hers",
            }
        )
    )

    assert submissions["ada_1"].files == {"scale.py": b"hers"}
    assert "scale.py" not in submissions["eve_5"].files


@pytest.mark.parametrize(
    "archives",
    [
        ["lab_2024_01_ada.zip", "lab_2024_01_bob.zip"],
        ["lab_2024_1_ada.zip", "lab_2024_2_bob.zip"],
        ["ada_3_4_lab.zip", "bob.zip", "carol.zip", "dan.zip"],
    ],
)
def test_names_that_only_look_like_canvass_are_names_like_others(
    exported, names, zipped, both, archives
):
    assert names(exported(dict.fromkeys(archives, zipped(both)))) == [
        name.removesuffix(".zip") for name in archives
    ]


def test_what_lies_beside_canvass_files_is_found_too(exported, names, zipped, both):
    files = {f"s{number}_{number}_{number}_hw.zip": zipped(both) for number in (1, 2)}

    assert names(exported(files | {"by mail.zip": zipped(both)})) == ["by mail", "s1_1", "s2_2"]


# Moodle -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["", "_"])
@pytest.mark.parametrize("around", ["", "CS101-Week 3-4567/"])
def test_moodle_has_a_folder_for_each_student(exported, sources, found, zipped, both, end, around):
    path = exported(
        {
            f"Ada King-Noel_1234567_assignsubmission_file{end}/hw.zip": zipped(both),
            f"Grace Hopper_1234568_assignsubmission_file{end}/sub/scale.py": b"x",
            f"Grace Hopper_1234568_assignsubmission_file{end}/sub/summed.py": b"y",
            f"Grace Hopper_1234568_assignsubmission_onlinetext{end}/onlinetext.html": b"hi",
            f"学生 😀_1234569_assignsubmission_onlinetext{end}/onlinetext.html": b"hi",
            f"Default group_assignsubmission_file{end}/scale.py": b"",
        },
        around,
    )

    submissions = found(path)

    assert list(submissions) == [
        *("Ada King-Noel_1234567", "Default group", "Grace Hopper_1234568", "学生 😀_1234569")
    ]
    assert submissions["Ada King-Noel_1234567"].files == both
    assert submissions["Ada King-Noel_1234567"].notes == ()
    assert submissions["Grace Hopper_1234568"].files == {"scale.py": b"x", "summed.py": b"y"}
    assert submissions["Grace Hopper_1234568"].notes == (
        "a text or link was handed in; it is not read",
        "its files were found in the folder sub",
    )
    assert submissions["学生 😀_1234569"].files == {}
    assert sources(path)["Ada King-Noel_1234567"].handed_in == HandedIn(
        "Moodle", (Person("Ada King-Noel", "1234567"),)
    )


def test_moodle_has_files_side_by_side_when_folders_are_not_wanted(exported, found, zipped, both):
    submissions = found(
        exported(
            {
                "Ada King-Noel_1234567_assignsubmission_file_my hw.zip": zipped(both),
                "Grace Hopper_1234568_assignsubmission_file_scale.py": b"x",
                "Grace Hopper_1234568_assignsubmission_file_summed.py": b"y",
                "Grace Hopper_1234568_assignsubmission_onlinetext_onlinetext.html": b"",
                "Eve_1_assignsubmission_file_Ada_2_assignsubmission_file_scale.py": b"forged",
            }
        )
    )

    assert {name: one.files for name, one in submissions.items()} == {
        "Ada King-Noel_1234567": both,
        "Eve_1": {"Ada_2_assignsubmission_file_scale.py": b"forged"},
        "Grace Hopper_1234568": {"scale.py": b"x", "summed.py": b"y"},
    }


def test_what_lies_beside_moodles_folders_is_found_too(exported, names, in_folders):
    files = in_folders("Ada_1_assignsubmission_file", "by mail")

    assert names(exported(files)) == ["Ada_1", "by mail"]


# All ----------------------------------------------------------------------------------------------


def test_the_times_of_files_say_nothing(put, sources, in_folders):
    folder = put(in_folders("ada"))
    os.utime(folder / "ada" / "scale.py", (0, 0))

    assert sources(folder)["ada"].handed_in == HandedIn()


def test_sources_can_be_sent_to_other_processes_and_told_apart(exported, sources, gradescope):
    found = list(sources(exported(gradescope())).values())

    assert pickle.loads(pickle.dumps(found)) == found
    assert len(set(found)) == 2


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be on Windows")
def test_names_from_an_export_are_harmless(exported, found):
    evil = "Mallory\u202e\n<script>"
    name = f"{evil}_1_assignsubmission_file/scale.py"

    (submission,) = found(exported({name: b""})).values()

    assert submission.name == "Mallory___script__1"
    assert all(note.isprintable() for note in submission.notes)


def test_what_an_export_says_is_kept_when_nothing_can_be_read(exported, questions, built, tmp_path):
    path = exported({"ada_LATE_1_7_hw.rar": b"Rar!\x1a\x07\x00"})
    (task,) = plan(find_submissions(path, questions), tmp_path)

    def failed(source, reason):
        return not_graded(source, built.contract, Isolation("nothing was run"), reason)

    result = read_task(SimpleNamespace(contract=built.contract, not_graded=failed), task, None)

    assert result.status == "failed"
    assert result.notes[0].startswith("late, says the Canvas export; ")
    assert "hw.rar is a RAR archive" in result.notes[0]


def test_reading_again_gives_the_same(exported, questions, gradescope):
    path = exported(gradescope())

    once, again = (
        [read_submission(source, questions) for source in find_submissions(path, questions)]
        for _ in range(2)
    )

    assert once == again
