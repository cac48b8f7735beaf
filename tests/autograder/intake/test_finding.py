"""Finding submissions in folders and archives that no learning platform has made."""

from __future__ import annotations

import sys
import time

import pytest

from autograder.errors import IntakeError
from autograder.intake import find_submissions, read_submission


@pytest.fixture
def as_archive(zipped, tar_of):
    """Return a function that makes an archive of the kind that a file's name says."""

    def archive(name: str, files: dict[str, bytes]) -> bytes:
        if name.endswith(".zip"):
            return zipped(files)
        how = {"gz": "gz", "tgz": "gz", "tar": "", "bz2": "bz2", "xz": "xz"}
        return tar_of(*files.items(), how=how[name.rpartition(".")[2]])

    return archive


KINDS = ["all.zip", "all.tar.gz", "all.tgz", "all.tar", "all.tar.bz2", "all.tar.xz"]


def test_a_folder_holds_a_folder_for_each_student(put, names, in_folders):
    assert names(put(in_folders("bob", "ada", "Eve"))) == ["Eve", "ada", "bob"]


def test_a_folder_holds_an_archive_for_each_student(put, names, zipped, tar_of, both):
    archives = {"ada.zip": zipped(both), "bob.ZIP": zipped(both), "eve.l.tar.gz": tar_of()}

    assert names(put(archives)) == ["ada", "bob", "eve.l"]


def test_folders_and_archives_may_be_mixed(put, names, zipped, both, in_folders):
    assert names(put({"bob.zip": zipped(both)} | in_folders("ada"))) == ["ada", "bob"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_holds_a_folder_for_each_student(
    put, as_archive, both, in_folders, questions, kind
):
    path = put({kind: as_archive(kind, in_folders("ada", "bob"))}) / kind

    sources = find_submissions(path, questions)

    assert [(source.name, source.inside) for source in sources] == [("ada", "ada"), ("bob", "bob")]
    assert read_submission(sources[1], questions).files == both


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("inner", ["zip", "tgz"])
def test_an_archive_holds_an_archive_for_each_student(put, found, as_archive, both, kind, inner):
    hers = as_archive(f".{inner}", both)
    files = {f"week 1/ada.{inner}": hers, f"week 1/bob.{inner}": hers, "readme.txt": b""}
    path = put({kind: as_archive(kind, files)}) / kind

    submissions = found(path)

    assert list(submissions) == ["ada", "bob"]
    assert all((one.files, one.notes) == (both, ()) for one in submissions.values())


def test_an_archive_may_hold_folders_and_archives(put, names, zipped, both, in_folders):
    files = in_folders("ada", "bob") | {"eve.zip": zipped(both)}

    assert names(put({"all.zip": zipped(files)}) / "all.zip") == ["ada", "bob", "eve"]


@pytest.mark.parametrize("around", ["submissions", "export/submissions"])
def test_a_folder_around_all_submissions_is_looked_through(
    put, names, found, zipped, both, in_folders, around
):
    files = {f"{around}/{name}": data for name, data in in_folders("ada", "bob").items()}
    beside = {f"{around.partition('/')[0]}/readme.txt": b"", "list.csv": b""}
    folder = put(files | {"all.zip": zipped(files | beside)})

    for path in (folder / "all.zip", folder / around):
        assert names(path) == ["ada", "bob"]
        assert all(submission.files == both for submission in found(path).values())


def test_an_old_version_in_a_students_folder_is_no_student(
    put, names, found, zipped, both, in_folders
):
    old = {f"ada/old/{name}": b"old" for name in both}
    path = put({"all.zip": zipped(in_folders("ada") | old | {"bob/notes.txt": b""})}) / "all.zip"

    assert names(path) == ["ada", "bob"]
    assert found(path)["ada"].files["scale.py"] == both["scale.py"]


def test_what_holds_a_questions_file_itself_is_one_submission(put, names, zipped, both, in_folders):
    folder = put(in_folders("ada") | {"bob.zip": zipped(both | {"old.zip": b"", "older.zip": b""})})

    assert names(folder / "ada") == ["ada"]
    assert names(folder / "bob.zip") == ["bob"]


def test_a_folder_inside_an_archive_may_be_one_submission(put, found, zipped, both, in_folders):
    files = in_folders("my homework") | {"backup.zip": b""}

    submissions = found(put({"ada.zip": zipped(files)}) / "ada.zip")

    assert list(submissions) == ["ada"]
    assert submissions["ada"].files == both


def test_an_archive_with_nothing_but_an_archive_is_one_submission(put, found, zipped, both):
    path = put({"ada.zip": zipped({"hw.zip": zipped(both)})}) / "ada.zip"

    assert {name: one.files for name, one in found(path).items()} == {"ada": both}


def test_what_is_no_submission_is_passed_over(put, names, zipped, in_folders):
    mac = zipped(in_folders("ada", "__MACOSX", ".hidden"))
    others = {"notes.txt": b"", ".git/config": b"", "__MACOSX/x": b"", "__pycache__/y": b""}
    folder = put(others | in_folders("ada") | {"all/all.zip": mac})

    assert names(folder) == ["ada", "all"]
    assert names(folder / "all" / "all.zip") == ["all"]


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs rights on Windows")
def test_a_link_is_no_submission_but_may_name_what_holds_them(put, names, tmp_path, in_folders):
    folder = put(in_folders("ada"))
    (folder / "bob").symlink_to(tmp_path)
    (tmp_path / "this week").symlink_to(folder)

    assert names(tmp_path / "this week") == ["ada"]


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs rights on Windows")
def test_a_link_may_name_the_archive_that_holds_all(put, names, zipped, in_folders):
    folder = put({"all.zip": zipped(in_folders("ada", "bob"))})
    (folder / "link.zip").symlink_to(folder / "all.zip")

    assert names(folder / "link.zip") == ["ada", "bob"]


def test_an_archive_that_cannot_be_read_is_a_submission_too(put, names):
    """Nobody is lost from the gradebook; the reason is told when it is read."""
    assert names(put({"ada.rar": b"Rar!\x1a\x07\x00", "bob.7z": b"", "eve.zip": b""})) == [
        *("ada", "bob", "eve")
    ]


def test_names_that_look_alike_are_told_apart(put, names, zipped, in_folders):
    alike = in_folders("Ada", "ada", "ADA (2)", "u\u0308nal", "\u00fcnal", "\u00dcnal")
    path = put({"all.zip": zipped(alike)}) / "all.zip"

    found = names(path)

    assert len({name.casefold() for name in found}) == 6
    assert {"ADA (2)", "Ada", "ünal"} < set(found)


def test_names_of_devices_become_folders_that_windows_can_make(put, names, zipped, in_folders):
    path = put({"all.zip": zipped(in_folders("CON", "nul", "ada"))}) / "all.zip"

    assert names(path) == ["_CON", "ada", "_nul"]


def test_a_name_that_macos_wrote_without_saying_in_which_code_is_understood(
    put, names, zipped, in_folders
):
    data = zipped(in_folders("ada", "Zo@@")).replace(b"Zo@@", "Zoë".encode())

    assert names(put({"all.zip": data}) / "all.zip") == ["Zoë", "ada"]


def test_long_names_that_begin_alike_are_told_apart(put, names, in_folders):
    first, second = names(put(in_folders("é" * 100 + "a", "é" * 100 + "b")))

    assert first != second


@pytest.mark.parametrize("reserved", ["gradebook.csv", "index.html", "exports"])
def test_a_submission_cannot_take_the_place_of_a_result(put, names, in_folders, reserved):
    (name,) = names(put(in_folders(reserved)))

    assert name != reserved


@pytest.mark.parametrize("name", ["nothing", "file.txt", "nothing.zip"])
def test_what_is_no_folder_and_no_archive_is_told(put, questions, name):
    folder = put({"file.txt": b""})

    with pytest.raises(IntakeError, match="name the folder that holds one folder per student"):
        find_submissions(folder / name, questions)


def test_an_empty_folder_is_told(tmp_path, questions):
    with pytest.raises(IntakeError, match="there are no submissions here"):
        find_submissions(tmp_path, questions)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("all.zip", b"no archive", "is not a zip archive that can be read"),
        ("all.tar", b"no archive", "is not a tar archive that can be read"),
        ("all.tar.gz", b"no archive", "is no archive that can be read; ask for .zip, .tar,"),
        ("all.tgz", b"\x1f\x8bno archive", "is not a tar archive that can be read"),
        ("all.zip", b"Rar!\x1a\x07\x01\x00", "is a RAR archive, which is not read here"),
        ("all.7z", b"7z\xbc\xaf\x27\x1c\x00", "is a 7-Zip archive, which is not read here"),
    ],
)
def test_an_archive_that_is_none_is_told(put, questions, name, content, why):
    with pytest.raises(IntakeError, match=f"{name} {why}"):
        find_submissions(put({name: content}) / name, questions)


def test_an_archive_is_read_as_what_it_is_whatever_it_is_called(put, names, zipped, in_folders):
    path = put({"all.tar.gz": zipped(in_folders("ada", "bob"))}) / "all.tar.gz"

    assert names(path) == ["ada", "bob"]


def test_an_empty_archive_is_one_empty_submission(put, found, zipped):
    submissions = found(put({"all.zip": zipped({})}) / "all.zip")

    assert submissions["all"].notes == ("it has none of the files asked for",)


def test_thousands_of_submissions_are_found_without_reading_any(put, questions, monkeypatch):
    folder = put({f"student {number}/.keep": b"" for number in range(600)})
    put({f"archive {number}.zip": b"not read" for number in range(600)})
    monkeypatch.setattr("builtins.open", None)

    began = time.process_time()

    assert len(find_submissions(folder, questions)) == 1200
    assert time.process_time() - began < 2
