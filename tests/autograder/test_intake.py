"""Finding submissions and reading them, whatever an archive or a folder has in store."""

from __future__ import annotations

import io
import os
import stat
import struct
import sys
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import intake
from autograder.errors import IntakeError
from autograder.intake import Source, Submission, find_submissions, read_submission

QUESTIONS = ("scale", "summed")
BOTH = {"scale.py": b"x = 1\n", "summed.py": b"y = 2\n"}


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes files below a folder ``in``, and gives that folder."""

    def written(files: dict[str, bytes]) -> Path:
        for name, data in files.items():
            path = tmp_path / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return tmp_path / "in"

    return written


def names(path: Path) -> list[str]:
    return [source.name for source in find_submissions(path, QUESTIONS)]


def in_folders(*students: str) -> dict[str, bytes]:
    return {f"{student}/{name}": data for student in students for name, data in BOTH.items()}


def read(path: Path, inside: str = "") -> Submission:
    return read_submission(Source("ada", path, inside), QUESTIONS)


# Finding ------------------------------------------------------------------------------------------


def test_a_folder_holds_a_folder_for_each_student(put):
    assert names(put(in_folders("bob", "ada", "Eve"))) == ["Eve", "ada", "bob"]


def test_a_folder_holds_an_archive_for_each_student(put, zipped):
    folder = put({"ada.zip": zipped(BOTH), "bob.ZIP": zipped(BOTH)})

    assert names(folder) == ["ada", "bob"]


def test_folders_and_archives_may_be_mixed(put, zipped):
    folder = put({"bob.zip": zipped(BOTH)} | in_folders("ada"))

    assert names(folder) == ["ada", "bob"]


def test_an_archive_holds_a_folder_for_each_student(put, zipped):
    path = put({"all.zip": zipped(in_folders("ada", "bob"))}) / "all.zip"

    sources = find_submissions(path, QUESTIONS)

    assert [(source.name, source.inside) for source in sources] == [("ada", "ada"), ("bob", "bob")]
    assert read_submission(sources[1], QUESTIONS).files == BOTH


@pytest.mark.parametrize("around", ["submissions", "export/submissions"])
def test_a_folder_around_all_submissions_is_looked_through(put, zipped, around):
    files = {f"{around}/{name}": data for name, data in in_folders("ada", "bob").items()}
    beside = {f"{around.partition('/')[0]}/readme.txt": b"", "list.csv": b""}
    folder = put(files | {"all.zip": zipped(files | beside)})

    for path in (folder / "all.zip", folder / around):
        assert names(path) == ["ada", "bob"]
        for source in find_submissions(path, QUESTIONS):
            assert read_submission(source, QUESTIONS).files == BOTH


def test_an_old_version_in_a_students_folder_is_no_student(put, zipped):
    old = {f"ada/old/{name}": b"old" for name in BOTH}
    path = put({"all.zip": zipped(in_folders("ada") | old | {"bob/notes.txt": b""})}) / "all.zip"

    sources = find_submissions(path, QUESTIONS)

    assert [source.name for source in sources] == ["ada", "bob"]
    assert read_submission(sources[0], QUESTIONS).files["scale.py"] == BOTH["scale.py"]


def test_what_holds_a_questions_file_itself_is_one_submission(put, zipped):
    folder = put({f"ada/{name}": data for name, data in BOTH.items()} | {"bob.zip": zipped(BOTH)})

    assert names(folder / "ada") == ["ada"]
    assert names(folder / "bob.zip") == ["bob"]


def test_a_folder_inside_an_archive_may_be_one_submission(put, zipped):
    path = put({"ada.zip": zipped(in_folders("my homework"))}) / "ada.zip"

    (source,) = find_submissions(path, QUESTIONS)

    assert source.name == "ada"
    assert read_submission(source, QUESTIONS).files == BOTH


def test_what_is_no_submission_is_passed_over(put, zipped):
    mac = zipped(in_folders("ada", "__MACOSX", ".hidden"))
    others = {"notes.txt": b"", ".git/config": b"", "__MACOSX/x": b"", "__pycache__/y": b""}
    folder = put(others | in_folders("ada") | {"all/all.zip": mac})

    assert names(folder) == ["ada", "all"]
    assert names(folder / "all" / "all.zip") in (["ada"], ["all"])


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs rights on Windows")
def test_a_link_is_no_submission(put, tmp_path):
    folder = put(in_folders("ada"))
    (folder / "bob").symlink_to(tmp_path)

    assert names(folder) == ["ada"]


def test_names_that_look_alike_are_told_apart(put, zipped):
    folder = put({"Ada.zip": zipped(BOTH)} | in_folders("ada", "ADA (2)"))

    found = names(folder)

    assert len({name.casefold() for name in found}) == 3
    assert sorted(found) == sorted(set(found))


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("Ünal, Öz – 学生 😀", "Ünal, Öz – 学生 😀"),
        ("U\u0308nal", "Ünal"),
        ('a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j"),
        ("line\nbreak\ttab\x00nul\x1b", "line_break_tab_nul_"),
        ("right\u202eto\u2066left", "right_to_left"),
        ("no\u00a0break\u2028space", "no_break_space"),
        ("lone \udcff half", "lone _ half"),
        ("  . dots and spaces . ", "dots and spaces"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("\u0301", "\u0301"),
        ("=SUM(A1)", "=SUM(A1)"),
    ],
)
def test_any_name_becomes_one_harmless_line(raw, safe):
    assert intake._safe_name(raw) == safe


@settings(deadline=None)
@given(st.text(st.characters(), max_size=300))
def test_a_safe_name_is_a_name_for_a_folder(raw):
    name = intake._safe_name(raw)

    assert name and Path(name).name == name and name not in (".", "..")
    assert name == name.strip(" .") and len(name.encode()) <= 120
    assert len(name.splitlines()) == 1 and not set(name) & set('/\\:*?"<>|\0')
    assert intake._safe_name(name) == name


def test_long_names_that_begin_alike_are_told_apart(put):
    folder = put(in_folders("é" * 100 + "a", "é" * 100 + "b"))

    first, second = names(folder)

    assert first != second


@pytest.mark.parametrize("reserved", ["gradebook.csv", "index.html"])
def test_a_submission_cannot_take_the_place_of_a_result(put, reserved):
    (name,) = names(put(in_folders(reserved)))

    assert name != reserved


@pytest.mark.parametrize("name", ["nothing", "file.txt", "file.tar.gz"])
def test_what_is_no_folder_and_no_archive_is_told(put, name):
    folder = put({"file.txt": b"", "file.tar.gz": b""})

    with pytest.raises(IntakeError, match="name the folder that holds one folder per student"):
        find_submissions(folder / name, QUESTIONS)


def test_an_empty_folder_is_told(tmp_path):
    with pytest.raises(IntakeError, match="there are no submissions here"):
        find_submissions(tmp_path, QUESTIONS)


def test_an_archive_that_is_none_is_told(put):
    with pytest.raises(IntakeError, match=r"all\.zip is not a zip archive that can be read"):
        find_submissions(put({"all.zip": b"no archive"}) / "all.zip", QUESTIONS)


def test_an_empty_archive_is_told_or_one_empty_submission(put, zipped):
    (source,) = find_submissions(put({"all.zip": zipped({})}) / "all.zip", QUESTIONS)

    assert read_submission(source, QUESTIONS).notes == ("it has none of the files asked for",)


# Reading ------------------------------------------------------------------------------------------


@pytest.fixture(params=["folder", "archive"])
def read_files(request: Any, put: Any, zipped: Any) -> Callable[[dict[str, bytes]], Submission]:
    """Return a function that reads files from a folder, and from an archive."""

    def from_files(files: dict[str, bytes]) -> Submission:
        if request.param == "archive":
            return read(put({"ada.zip": zipped(files)}) / "ada.zip")
        put({"ada/.keep": b""})
        return read(put({f"ada/{name}": data for name, data in files.items()}) / "ada")

    return from_files


def test_a_submission_is_its_python_files(read_files):
    others = {
        "report.md": b"text",
        "figure.png": b"\x89PNG",
        "pack/__init__.py": b"",
        "pack/a.py": b"",
    }

    submission = read_files(BOTH | others)

    assert submission.name == "ada"
    assert submission.files == BOTH | {"pack/__init__.py": b"", "pack/a.py": b""}
    assert submission.notes == ()


def test_one_folder_deeper_is_found_and_noted(read_files):
    submission = read_files({f"Homework 1/{name}": data for name, data in BOTH.items()})

    assert submission.files == BOTH
    assert submission.notes == ("its files were found in the folder Homework 1",)


def test_of_several_folders_the_one_with_most_questions_counts_then_the_upper(read_files):
    old = {"old/scale.py": b"old"}
    deeper = {f"a/copy/{name}": b"copy" for name in BOTH}

    submission = read_files(old | deeper | {f"work/{name}": data for name, data in BOTH.items()})

    assert submission.files == BOTH
    assert submission.notes == ("its files were found in the folder work",)


def test_a_missing_file_is_noted(read_files):
    assert read_files({"scale.py": b""}).notes == ("missing: summed.py",)


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


def test_a_notebook_beside_all_files_is_nobodys_business(read_files):
    assert read_files(BOTH | {"play.ipynb": b"{}"}).notes == ()


@pytest.mark.parametrize("folder", ["", "hw/"])
def test_what_was_handed_out_with_the_checks_is_not_taken_from_the_student(read_files, folder):
    machinery = dict.fromkeys(
        ("check.py", "checker/run.py", "checks/scale.py", "data/x.py"), b"forged"
    )

    files = {f"{folder}{name}": data for name, data in (BOTH | machinery).items()}

    assert read_files(files).files == BOTH


@pytest.mark.parametrize(
    "name",
    [
        *(".venv/lib/scale.py", "venv/lib/summed.py", "env/scale.py", "__MACOSX/._scale.py"),
        *("__MACOSX/scale.py", "._scale.py", ".hidden.py", "__pycache__/scale.py"),
        "lib/python3.11/site-packages/numpy/scale.py",
    ],
)
def test_what_no_student_has_written_is_passed_over(read_files, name):
    submission = read_files(BOTH | {name: b"not theirs"})

    assert (submission.files, submission.notes) == (BOTH, ())


def test_a_file_that_is_too_large_is_left_out_and_noted(read_files):
    submission = read_files(BOTH | {"big.py": b"#" * (intake.MAX_FILE_BYTES + 1)})

    assert submission.files == BOTH
    assert submission.notes == ("big.py is too large and was left out",)


def test_files_that_are_too_large_together_are_left_out_and_noted(read_files, monkeypatch):
    monkeypatch.setattr(intake, "MAX_TOTAL_BYTES", 20)

    submission = read_files(BOTH | {"z.py": b"#" * 10})

    assert submission.files == BOTH
    assert submission.notes == ("z.py is too large and was left out",)


def test_too_many_files_are_left_out_and_noted(read_files, monkeypatch):
    monkeypatch.setattr(intake, "MAX_FILES", 3)

    submission = read_files({f"a{i}.py": b"" for i in range(5)})

    assert len(submission.files) == 3
    assert "it has more than 3 files; the rest was left out" in submission.notes


def test_large_files_that_are_no_python_do_not_count(read_files):
    submission = read_files(BOTH | {"data.csv": b"1," * intake.MAX_FILE_BYTES})

    assert (submission.files, submission.notes) == (BOTH, ())


def test_names_in_any_script_are_kept(read_files):
    files = BOTH | {"größe.py": b"", "模块.py": b"", "with space.py": b""}

    assert read_files(files).files == files


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of POSIX")
def test_what_is_no_ordinary_file_is_left_out_and_noted(put, tmp_path):
    secret = tmp_path / "secret.py"
    secret.write_text("secret")
    folder = put({f"ada/{name}": data for name, data in BOTH.items()}) / "ada"
    (folder / "linked.py").symlink_to(secret)
    (folder / "folder").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.py")

    submission = read(folder)

    assert submission.files == BOTH
    assert sorted(submission.notes) == [
        "linked.py is no ordinary file and was left out",
        "pipe.py is no ordinary file and was left out",
    ]


# Archives that mean no good -----------------------------------------------------------------------


def archive(*members: tuple[str, bytes], mode: int = 0) -> bytes:
    data = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as opened:
        warnings.simplefilter("ignore")  # names that are there twice
        for name, content in members:
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.external_attr = mode << 16
            opened.writestr(info, content)
    return data.getvalue()


@pytest.mark.parametrize(
    "name",
    ["../scale.py", "a/../../scale.py", "/scale.py", "/etc/cron.d/x.py", "..\\scale.py"],
)
def test_a_member_that_points_out_of_the_archive_is_left_out_and_noted(put, name):
    data = archive((name, b"forged"), *BOTH.items())

    submission = read(put({"ada.zip": data}) / "ada.zip")

    assert submission.files == BOTH
    (note,) = submission.notes
    assert note.endswith("points out of the archive and was left out")


def test_backslashes_that_some_programs_write_are_read_as_slashes(put):
    data = archive(*((f"hw\\{name}", content) for name, content in BOTH.items()))

    assert read(put({"ada.zip": data}) / "ada.zip").files == BOTH


@pytest.mark.parametrize("name", ["../x.py", "/x.py", "..\\x.py"])
def test_a_member_that_points_out_of_the_archive_is_nobodys_submission(put, zipped, name):
    data = archive((name, b"forged"), *in_folders("ada", "bob").items())

    assert names(put({"all.zip": data}) / "all.zip") == ["ada", "bob"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_a_member_that_is_no_ordinary_file_is_left_out_and_noted(put, kind):
    linked = archive(("link.py", b"/etc/passwd"), mode=kind | 0o777)

    submission = read(put({"ada.zip": linked}) / "ada.zip")

    assert submission.files == {}
    assert "link.py is no ordinary file and was left out" in submission.notes


def test_a_member_that_is_there_twice_is_noted_and_the_first_counts(put):
    data = archive(*BOTH.items(), ("scale.py", b"second"), ("./summed.py", b"second"))

    submission = read(put({"ada.zip": data}) / "ada.zip")

    assert submission.files == BOTH | {"summed.py": submission.files["summed.py"]}
    assert "scale.py is in the archive twice; the first one counts" in submission.notes


def test_names_in_notes_are_short_and_printable(put):
    data = archive(("../\x1b[31m\u202e" + "x" * 200 + ".py", b""), *BOTH.items())

    (note,) = read(put({"ada.zip": data}) / "ada.zip").notes

    assert len(note) < 140 and note.isprintable()


def test_a_bomb_does_not_go_off(put):
    bomb = archive(*BOTH.items(), ("bomb.py", bytes(intake.MAX_FILE_BYTES * 50)))

    submission = read(put({"ada.zip": bomb}) / "ada.zip")

    assert submission.files == BOTH
    assert submission.notes == ("bomb.py is too large and was left out",)


def test_a_bomb_that_lies_about_its_size_does_not_go_off(put):
    size = intake.MAX_FILE_BYTES * 50
    bomb = archive(*BOTH.items(), ("bomb.py", bytes(size))).replace(
        struct.pack("<L", size), struct.pack("<L", 10)
    )

    try:
        submission = read(put({"ada.zip": bomb}) / "ada.zip")
    except IntakeError:
        return
    assert len(submission.files.get("bomb.py", b"")) <= 10


@pytest.mark.parametrize(
    "content",
    [b"", b"no archive", b"PK\x03\x04" + bytes(30), b"PK\x05\x06" + b"\xff" * 18],
)
def test_a_file_that_is_no_archive_is_told(put, content):
    with pytest.raises(IntakeError, match=r"ada\.zip is not a zip archive that can be read"):
        read(put({"ada.zip": content}) / "ada.zip")


def test_an_archive_that_is_cut_short_is_told(put, zipped):
    whole = zipped(BOTH)

    with pytest.raises(IntakeError, match=r"ada\.zip"):
        read(put({"ada.zip": whole[: len(whole) // 2]}) / "ada.zip")


def test_an_archive_that_is_locked_is_told(put):
    data = bytearray(archive(*BOTH.items()))
    data[6] |= 1  # the flag of encryption, beside the data and in the index
    data[data.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(IntakeError, match=r"cannot be read.*ask for it again"):
        read(put({"ada.zip": bytes(data)}) / "ada.zip")


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_damaged_archive_is_read_or_told_and_nothing_worse(tmp_path_factory, data):
    content = bytearray(archive(*((name, body * 20) for name, body in BOTH.items())))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.zip"
    path.write_bytes(content)

    try:
        sources = find_submissions(path, QUESTIONS)
        for source in sources:
            read_submission(source, QUESTIONS)
    except IntakeError as error:
        assert str(error)  # noqa: PT017 -- either way is right
