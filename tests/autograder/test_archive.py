"""Archives: the same bytes for the same files, whatever the day and the machine."""

from __future__ import annotations

import io
import zipfile

import pytest

from autograder.builder import archive
from autograder.builder.archive import make_zip

FILES = {"b.py": b"x = 1\n", "a/c.txt": "é".encode(), "a/b.txt": b"", "data.bin": bytes(10_000)}


def opened(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(data))


def test_an_archive_holds_every_file_in_one_folder():
    with opened(make_zip(FILES, "handout")) as came:
        contents = {name: came.read(name) for name in came.namelist()}

    assert contents == {f"handout/{name}": data for name, data in FILES.items()}


def test_the_same_files_in_any_order_are_the_same_bytes():
    assert make_zip(FILES, "h") == make_zip(dict(reversed(FILES.items())), "h")


def test_the_bytes_do_not_depend_on_the_day(monkeypatch):
    before = make_zip(FILES, "h")
    monkeypatch.setattr(
        archive.zipfile.time, "localtime", lambda *_: (2031, 2, 3, 4, 5, 6, 0, 1, 0)
    )

    assert make_zip(FILES, "h") == before


def test_the_bytes_do_not_depend_on_the_system(monkeypatch):
    before = make_zip(FILES, "h")
    monkeypatch.setattr("sys.platform", "win32")

    assert make_zip(FILES, "h") == before


def test_entries_are_sorted_and_carry_no_time_and_no_owner():
    with opened(make_zip(FILES, "h")) as came:
        entries = came.infolist()

    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert {entry.extra for entry in entries} == {b""}


@pytest.mark.parametrize("changed", [FILES | {"b.py": b"x = 2\n"}, FILES | {"new": b""}])
def test_other_files_are_other_bytes(changed):
    assert make_zip(changed, "h") != make_zip(FILES, "h")
