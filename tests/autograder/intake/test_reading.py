"""Reading one submission, wherever in it the files are."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from autograder.errors import IntakeError
from autograder.intake import find_submissions, folders, limits, read_submission, zips


@pytest.fixture(params=["folder", "zip", "tar.gz", "tar.xz"])
def read_files(request, put, read, zipped, tar_of):
    """Return a function that reads files from a folder, and from archives."""

    def from_files(files):
        if request.param == "zip":
            return read(put({"ada.zip": zipped(files)}) / "ada.zip")
        if request.param != "folder":
            how = request.param.rpartition(".")[2]
            name = f"ada.{request.param}"
            return read(put({name: tar_of(*files.items(), how=how)}) / name)
        put({"ada/.keep": b""})
        return read(put({f"ada/{name}": data for name, data in files.items()}) / "ada")

    return from_files


def test_a_submission_is_its_python_files(read_files, both):
    others = {
        "report.md": b"text",
        "figure.png": b"\x89PNG",
        "pack/__init__.py": b"",
        "pack/deep/er/a.py": b"",
    }

    submission = read_files(both | others)

    assert submission.name == "ada"
    assert submission.files == both | {"pack/__init__.py": b"", "pack/deep/er/a.py": b""}
    assert submission.notes == ()


def test_one_folder_deeper_is_found_and_noted(read_files, both, in_folders):
    submission = read_files(in_folders("Homework 1"))

    assert submission.files == both
    assert submission.notes == ("its files were found in the folder Homework 1",)


def test_of_several_folders_the_one_with_most_questions_counts_then_the_upper(
    read_files, both, in_folders
):
    old = {"old/scale.py": b"old"}
    deeper = {f"a/copy/{name}": b"copy" for name in both}

    submission = read_files(old | deeper | in_folders("work"))

    assert submission.files == both
    assert submission.notes == ("its files were found in the folder work",)


def test_folders_that_are_just_as_good_are_named(read_files, both, in_folders):
    submission = read_files(in_folders("work") | {f"version 2/{name}": b"2" for name in both})

    assert submission.files == dict.fromkeys(both, b"2")
    assert submission.notes == (
        "its files were found in the folder version 2",
        "work has such files too, which do not count",
    )


def test_a_missing_file_is_noted(read_files):
    assert read_files({"scale.py": b""}).notes == ("missing: summed.py",)


def test_a_missing_file_that_lies_elsewhere_is_pointed_out(read_files):
    submission = read_files({"hw/scale.py": b"", "hw/x.py": b"", "old/summed.py": b""})

    assert submission.files == {"scale.py": b"", "x.py": b""}
    assert submission.notes[-2:] == (
        "missing: summed.py",
        "summed.py is in old, apart from the others, and does not count",
    )


def test_a_submission_with_none_of_the_files_is_noted(read_files):
    submission = read_files({"Scale.py": b"", "readme.txt": b""})

    assert submission.notes == ("it has none of the files asked for",)


def test_an_empty_submission_is_noted(read_files):
    submission = read_files({})

    assert (submission.files, submission.notes) == ({}, ("it has none of the files asked for",))


def test_a_notebook_in_place_of_files_is_noted(read_files):
    submission = read_files({"scale.py": b"", "Homework.ipynb": b"{}"})

    assert submission.notes == (
        "missing: summed.py",
        "it has a notebook (Homework.ipynb); what is graded are the .py files",
    )


def test_a_notebook_beside_all_files_is_nobodys_business(read_files, both):
    assert read_files(both | {"play.ipynb": b"{}"}).notes == ()


@pytest.mark.parametrize("folder", ["", "hw/"])
def test_what_was_handed_out_with_the_checks_is_not_taken_from_the_student(
    read_files, both, folder
):
    machinery = dict.fromkeys(
        ("check.py", "checker/run.py", "checks/scale.py", "data/x.py"), b"forged"
    )

    files = {f"{folder}{name}": data for name, data in (both | machinery).items()}

    assert read_files(files).files == both


@pytest.mark.parametrize(
    "name",
    [
        *(".venv/lib/scale.py", "venv/lib/summed.py", "env/scale.py", "__MACOSX/._scale.py"),
        *("__MACOSX/scale.py", "._scale.py", ".hidden.py", "__pycache__/scale.py"),
        *("lib/python3.11/site-packages/numpy/scale.py", ".git/hooks/scale.py"),
    ],
)
def test_what_no_student_has_written_is_passed_over(read_files, both, name):
    submission = read_files(both | {name: b"not theirs"})

    assert (submission.files, submission.notes) == (both, ())


def test_a_file_that_is_too_large_is_left_out_and_noted(read_files, both):
    submission = read_files(both | {"big.py": b"#" * (limits.MAX_FILE_BYTES + 1)})

    assert submission.files == both
    assert submission.notes == ("big.py is too large and was left out",)


def test_files_that_are_too_large_together_are_left_out_and_noted(read_files, both, monkeypatch):
    monkeypatch.setattr(limits, "MAX_TOTAL_BYTES", 20)

    submission = read_files(both | {"a.py": b"#" * 10})

    assert submission.files == both
    assert submission.notes == ("a.py is too large and was left out",)


def test_of_too_many_files_those_that_are_asked_for_and_the_upper_ones_count(
    read_files, both, monkeypatch
):
    monkeypatch.setattr(limits, "MAX_FILES", 3)
    others = {f"a/b/a{number}.py": b"" for number in range(5)} | {"a/z.py": b""}

    submission = read_files(others | both)

    assert submission.files == both | {"a/z.py": b""}
    assert submission.notes == ("it has more than 3 Python files; the rest was left out",)


def test_files_of_other_kinds_do_not_count(read_files, both, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILES", 2)
    others = {f"figure {number}.png": b"" for number in range(5)}

    submission = read_files(others | both | {"data.csv": b"1," * limits.MAX_FILE_BYTES})

    assert (submission.files, submission.notes) == (both, ())


def test_names_in_any_script_are_kept_as_python_looks_for_them(read_files, both):
    files = both | {"gro\u0308ße.py": b"", "模块.py": b"", "with space.py": b"", "😀.py": b""}

    expected = both | {"gr\u00f6ße.py": b"", "模块.py": b"", "with space.py": b"", "😀.py": b""}
    assert read_files(files).files == expected


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of POSIX")
def test_what_is_no_ordinary_file_is_left_out_and_noted_and_never_opened(
    put, read, tmp_path, both, in_folders
):
    secret = tmp_path / "secret.py"
    secret.write_text("secret")
    folder = put(in_folders("ada")) / "ada"
    (folder / "linked.py").symlink_to(secret)
    (folder / "folder").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.py")  # who opens it waits for a writer

    submission = read(folder)

    assert submission.files == both
    assert submission.notes == (
        "folder is no ordinary file and was left out",
        "linked.py is no ordinary file and was left out",
        "pipe.py is no ordinary file and was left out",
    )


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_file_that_becomes_a_pipe_after_it_was_listed_does_not_block(
    put, read, in_folders, monkeypatch
):
    folder = put(in_folders("ada")) / "ada"
    before = folders.open_ordinary

    def swapped(path):
        path.unlink()
        os.mkfifo(path)
        return before(path)

    monkeypatch.setattr(folders, "open_ordinary", swapped)

    with pytest.raises(IntakeError, match=r"scale\.py is no ordinary file"):
        read(folder)


def test_folders_without_end_are_left_out_and_noted(put, read, both, in_folders, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FOLDERS_DEEP", 5)

    submission = read(put(in_folders("ada") | {"ada/a/b/c/d/e/f/x.py": b""}) / "ada")

    assert submission.files == both
    assert submission.notes == ("a/b/c/d/e lies too many folders deep and was left out",)


def test_a_folder_that_must_not_be_read_is_left_out_and_noted(
    put, read, both, in_folders, monkeypatch
):
    folder = put(in_folders("ada") | {"ada/locked/x.py": b""}) / "ada"
    scan = folders.scan

    def refused(path):
        if path.name == "locked":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(folders, "scan", refused)

    submission = read(folder)

    assert submission.files == both
    assert submission.notes == ("locked cannot be read (Permission denied) and was left out",)


def test_a_submission_that_is_gone_is_told(put, read, zipped):
    folder = put({})

    with pytest.raises(IntakeError, match="cannot be read"):
        read(folder / "gone.zip")


def test_a_clone_is_read_like_a_folder_and_git_is_never_run(
    put, found, both, in_folders, monkeypatch
):
    git = {"config": b"[core]\nfsmonitor = touch /tmp/owned", "hooks/post-checkout": b"#!/bin/sh"}
    clones = in_folders("hw-ada", "hw-bob") | {f"hw-ada/.git/{n}": d for n, d in git.items()}
    submodule = {"hw-bob/.git": b"gitdir: ../../../etc", "hw-bob/.github/x.py": b""}
    folder = put(clones | submodule)
    for run in ("Popen", "run", "call"):
        monkeypatch.setattr(subprocess, run, None)

    submissions = found(folder)

    assert {name: one.files for name, one in submissions.items()} == {
        "hw-ada": both,
        "hw-bob": both,
    }
    assert not any(one.notes for one in submissions.values())


# Archives in submissions --------------------------------------------------------------------------


@pytest.fixture(params=["hw.zip", "hw.tar.gz"])
def packed(request, zipped, tar_of):
    """Return a function that gives a file that is an archive of others."""

    def archive(files):
        made = zipped(files) if request.param == "hw.zip" else tar_of(*files.items())
        return {request.param: made}

    return archive


def test_an_archive_that_is_all_there_is_is_opened(read_files, packed, both):
    submission = read_files(packed(both))

    assert (submission.files, submission.notes) == (both, ())


def test_the_folder_in_an_archive_is_noted(read_files, packed, both, in_folders):
    submission = read_files(packed(in_folders("my work")))

    assert submission.files == both
    assert submission.notes == ("its files were found in the folder my work",)


def test_an_archive_beside_other_files_is_opened_and_noted(read_files, packed, both):
    archive = packed(both)

    submission = read_files(archive | {"readme.txt": b"", "play.py": b""})

    assert submission.files == both
    assert submission.notes == (f"its files were found in {next(iter(archive))}",)


def test_an_archive_beside_all_that_is_asked_for_is_not_opened(read_files, packed, both):
    submission = read_files(packed(dict.fromkeys(both, b"old")) | both | {"broken.zip": b""})

    assert (submission.files, submission.notes) == (both, ())


def test_files_beside_an_archive_that_has_more_of_them_are_pointed_out(read_files, packed, both):
    submission = read_files(packed({"summed.py": b"y", "more.py": b""}) | {"scale.py": b"x"})

    assert submission.files == {"scale.py": b"x"}
    assert submission.notes[0] == "missing: summed.py"
    assert submission.notes[1].endswith(", apart from the others, and does not count")


def test_an_archive_in_an_archive_is_opened_two_deep(read_files, packed, zipped, both):
    assert read_files(packed({"inner.zip": zipped(both)})).files == both


def test_an_archive_three_deep_is_not_opened_and_noted(read_files, packed, zipped, both):
    submission = read_files(packed({"inner.zip": zipped({"core.zip": zipped(both)})}))

    assert submission.files == {}
    assert any("lies too deep in archives and was not opened" in note for note in submission.notes)


def test_an_archive_that_cannot_be_read_is_noted_when_there_is_more(read_files, packed):
    submission = read_files({"scale.py": b"", "rest.zip": b"no archive"})

    assert submission.files == {"scale.py": b""}
    assert submission.notes[0].startswith("rest.zip is not a zip archive that can be read")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("hw.rar", b"Rar!\x1a\x07\x01\x00", r"hw\.rar is a RAR archive, .* ask for \.zip, \.tar,"),
        ("hw.zip", b"7z\xbc\xaf\x27\x1c", r"hw\.zip is a 7-Zip archive, .* ask for \.zip, \.tar,"),
        ("hw.zip", b"<html>Log in</html>", r"hw\.zip is not a zip archive that can be read"),
        ("hw.gz", b"", r"hw\.gz is no archive that can be read; ask for"),
    ],
)
def test_a_submission_that_is_nothing_but_such_an_archive_is_told(read_files, name, content, why):
    with pytest.raises(IntakeError, match=why):
        read_files({name: content, "readme.txt": b""})


def test_the_archives_of_the_handout_are_not_opened(read_files, zipped, both):
    submission = read_files({"scale.py": b"", "data/images.zip": zipped({"summed.py": b"forged"})})

    assert submission.files == {"scale.py": b""}


def test_only_so_many_archives_are_opened(read_files, zipped, monkeypatch):
    monkeypatch.setattr(limits, "MAX_ARCHIVES", 2)
    files = {f"{letter}.zip": zipped({"x.txt": b""}) for letter in "abcd"}

    notes = read_files(files).notes

    assert "c.zip is one archive too many and was not opened" in notes


def test_an_export_that_was_replaced_is_read_anew(put, in_folders, zipped, questions):
    def read_all(path):
        sources = find_submissions(path, questions)
        return {source.name: read_submission(source, questions).files for source in sources}

    path = put({"all.zip": zipped(in_folders("ada", "bob"))}) / "all.zip"
    before = read_all(path)
    path.write_bytes(zipped({"eve/scale.py": b"new = 1", "bob/scale.py": b"new = 2"}))

    assert sorted(before) == ["ada", "bob"]
    assert read_all(path) == {"eve": {"scale.py": b"new = 1"}, "bob": {"scale.py": b"new = 2"}}


def test_submissions_in_one_archive_share_its_list_of_members(
    put, in_folders, zipped, questions, monkeypatch
):
    path = put({"all.zip": zipped(in_folders("ada", "bob", "eve"))}) / "all.zip"
    sources = find_submissions(path, questions)
    listed = []
    monkeypatch.setattr(zips, "_overlap", lambda infos: listed.append(len(infos)))

    files = [read_submission(source, questions).files for source in sources]

    assert len(files) == 3 and all(files)
    assert len(listed) == 1
