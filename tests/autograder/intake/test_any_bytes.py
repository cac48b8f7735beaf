"""Whatever is handed over, it is read or refused with an IntakeError, and never anything else."""

from __future__ import annotations

import gzip
import io
import tarfile
import unicodedata
import warnings
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.errors import IntakeError
from autograder.intake import find_submissions, limits, read_submission

QUESTIONS = ("scale", "summed")
FILES = {"scale.py": b"x = 1\n" * 20, "summed.py": b"y = 2\n" * 20, "lib/a.py": b""}

quick = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def graded(tmp_path):
    """Return a function that finds and reads what bytes hold, and checks what comes of it."""

    def from_bytes(name: str, content: bytes) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        try:
            sources = find_submissions(path, QUESTIONS)
        except IntakeError as error:
            assert str(error).isprintable()  # noqa: PT017 -- either way is right
            return
        assert len({source.name.casefold() for source in sources}) == len(sources)
        for source in sources:
            assert Path(source.name).name == source.name
            try:
                submission = read_submission(source, QUESTIONS)
            except IntakeError as error:
                assert str(error).isprintable()  # noqa: PT017
                continue
            assert all(note.isprintable() and len(note) < 400 for note in submission.notes)
            assert len(submission.files) <= limits.MAX_FILES
            assert sum(map(len, submission.files.values())) <= limits.MAX_TOTAL_BYTES
            for file in submission.files:
                assert not PurePosixPath(file).is_absolute() and ".." not in file.split("/")
                assert file == unicodedata.normalize("NFC", file)
                file.encode()

    return from_bytes


def zipped(names) -> bytes:
    data = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # names that are there twice
        for name, content in names:
            info = zipfile.ZipInfo("x")
            info.filename = name
            archive.writestr(info, content)
    return data.getvalue()


def tarred(names) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in names:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


ZIP = zipped([*FILES.items(), ("inner.zip", zipped(FILES.items()))])
TAR = tarred([*FILES.items(), ("größe/" * 30 + "a.py", b""), ("inner.tar", tarred(FILES.items()))])


@quick
@given(
    st.sampled_from(["a.zip", "a.tar.gz", "a.tar"]),
    st.sampled_from(
        [b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\x00", b"Rar!\x1a\x07"]
    ),
    st.binary(max_size=2000),
)
def test_any_bytes(graded, name, magic, content):
    graded(name, magic + content)


@st.composite
def damaged(draw, whole: bytes):
    """Return an archive with some bytes changed, cut out or doubled."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content) - 1))
        end = start + draw(st.sampled_from([1, 1, 2, 8, 600]))
        content[start:end] = draw(
            st.sampled_from([b"", bytes(content[start:end]) * 2]) | st.binary(max_size=8)
        )
        if not content:
            break
    return bytes(content)


@settings(quick, max_examples=150)
@given(damaged(ZIP))
def test_a_damaged_zip_archive(graded, content):
    graded("a.zip", content)


@settings(quick, max_examples=150)
@given(damaged(TAR))
def test_a_damaged_tar_archive(graded, content):
    graded("a.tar", content)


@quick
@given(damaged(gzip.compress(TAR)))
def test_a_damaged_tar_gz_archive(graded, content):
    graded("a.tar.gz", content)


@quick
@given(damaged(TAR).map(lambda tar: gzip.compress(tar, 1)))
def test_a_damaged_tar_archive_in_a_whole_gz(graded, content):
    graded("a.tar.gz", content)


member = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="aA/.\\:_\0\n\u202eöo\u0308😀 CON019", max_size=30),
    st.builds(
        "{}{}{}".format,
        st.text(alphabet="aE_0/. \u202e", max_size=6),
        st.sampled_from(
            [
                *("_1_2_", "_LATE_7_8_", "_12_assignsubmission_file_", "_assignsubmission_file/"),
                *("submission_1/", "submission_metadata.yml", "anon_Ab_5_", "_3_text.html"),
            ]
        ),
        st.sampled_from(["scale.py", "summed-1.py", "hw.zip", "..", "", ".py", "/x/scale.py"]),
    ),
)


@quick
@given(st.lists(st.tuples(member, st.sampled_from([b"", b"x", ZIP[:300], b"a:\n  :late: 1\n"]))))
def test_members_of_any_name(graded, members):
    graded("a.zip", zipped(members))
    graded("a.tar", tarred(members))


@quick
@given(st.lists(member, max_size=8))
def test_files_of_any_name_in_a_folder(tmp_path_factory, names):
    folder = tmp_path_factory.mktemp("any")
    for name in names:
        path = folder / "in" / name.replace("..", "").lstrip("/")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
        except (OSError, ValueError):
            continue  # no name for a file here
    try:
        for source in find_submissions(folder / "in", QUESTIONS):
            read_submission(source, QUESTIONS)
    except IntakeError as error:
        assert str(error)  # noqa: PT017 -- either way is right
