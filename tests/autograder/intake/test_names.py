"""Names that come from strangers: of submissions, which become folders, and of their files."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.intake.names import is_archive, is_usable, member_path, safe_name, stem
from autograder.intake.remarks import Remarks


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
        ("x" * 300, "x" * 120),
    ],
)
def test_any_name_becomes_one_harmless_line(raw, safe):
    assert safe_name(raw) == safe


@pytest.mark.parametrize("device", ["CON", "nul", "Aux.txt", "com1", "LPT9.tar", "COM¹", "CONIN$"])
def test_a_name_that_windows_keeps_for_a_device_is_changed(device):
    assert safe_name(device) == f"_{device}"


@pytest.mark.parametrize("name", ["Connor", "auxiliary", "com10", "lpt", "printer", "my nul"])
def test_a_name_that_only_begins_like_a_device_is_kept(name):
    assert safe_name(name) == name


@settings(deadline=None, max_examples=50)
@given(st.text(st.characters(), max_size=300))
def test_a_safe_name_is_a_name_for_a_folder(raw):
    name = safe_name(raw)

    assert name and Path(name).name == name and name not in (".", "..")
    assert name == name.strip(" .") and len(name.encode()) <= 120
    assert len(name.splitlines()) == 1 and not set(name) & set('/\\:*?"<>|\0')
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "without"),
    [("ada.zip", "ada"), ("Ada.L.tar.gz", "Ada.L"), ("a.TGZ", "a"), ("a.tar-1.gz", "a.tar-1")],
)
def test_an_archive_is_known_by_its_name_which_gives_a_submission_its_own(name, without):
    assert is_archive(name)
    assert stem(name) == without


@pytest.mark.parametrize("name", ["ada", "model.npz", "report.docx", "zip", "a.py"])
def test_other_files_are_no_archives(name):
    assert not is_archive(name)


@pytest.mark.parametrize(
    "raw",
    [
        *("../a.py", "a/../../b.py", "..\\a.py", "/a.py", "//server/share/a.py", "\\a.py"),
        *("C:/a.py", "C:\\a.py", "c:a.py", "\\\\server\\share\\a.py"),
    ],
)
def test_a_path_that_leads_out_of_an_archive_is_none(raw):
    assert member_path(raw) is None


def test_other_paths_are_those_below_the_archive():
    assert member_path("./hw\\a.py") == PurePosixPath("hw/a.py")


@pytest.mark.parametrize("name", ["with space.py", "größe.py", "模块.py", "😀/👩‍💻.py", "con.py"])
def test_a_file_may_have_a_name_in_any_script(name):
    assert is_usable(PurePosixPath(name))


@pytest.mark.parametrize(
    "name",
    ["a\nb.py", "a\x00.py", "a\x1b[31m.py", "a\u202eyp.b", "\u200fa.py", "\udcff.py", "x" * 256],
)
def test_a_file_may_not_have_a_name_that_misleads_or_that_some_systems_lack(name):
    assert not is_usable(PurePosixPath(name))


def test_of_many_files_left_out_alike_a_few_are_named_and_all_are_counted():
    remarks = Remarks()
    for number in range(1000):
        remarks.leave_out(f"a{number}.py", "is too large and was left out")
    remarks.say("once")
    remarks.say("once")

    assert list(remarks) == [
        "a0.py is too large and was left out",
        "a1.py is too large and was left out",
        "a2.py is too large and was left out (and 997 more like it)",
        "once",
    ]
