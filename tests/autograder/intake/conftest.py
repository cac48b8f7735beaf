"""Building what students and learning platforms hand over, honest or not."""

from __future__ import annotations

import io
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from autograder.intake import Source, Submission, find_submissions, read_submission

QUESTIONS = ("scale", "summed")


@pytest.fixture(scope="session")
def questions() -> tuple[str, str]:
    return QUESTIONS


@pytest.fixture(scope="session")
def both() -> dict[str, bytes]:
    """Return a submission that has all that is asked for."""
    return {"scale.py": b"x = 1\n", "summed.py": b"y = 2\n"}


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes files below a folder ``in``, and gives that folder."""

    def written(files: Mapping[str, bytes]) -> Path:
        for name, data in files.items():
            path = tmp_path / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return tmp_path / "in"

    return written


@pytest.fixture
def names() -> Callable[[Path], list[str]]:
    """Return a function that gives the names of the submissions that are found."""
    return lambda path: [source.name for source in find_submissions(path, QUESTIONS)]


@pytest.fixture
def found() -> Callable[[Path], dict[str, Submission]]:
    """Return a function that finds submissions and reads each of them."""
    return lambda path: {
        source.name: read_submission(source, QUESTIONS)
        for source in find_submissions(path, QUESTIONS)
    }


@pytest.fixture
def read() -> Callable[..., Submission]:
    """Return a function that reads what is at a path as one submission."""
    return lambda path, inside="": read_submission(Source("ada", path, inside), QUESTIONS)


@pytest.fixture(scope="session")
def in_folders(both: dict[str, bytes]) -> Callable[..., dict[str, bytes]]:
    """Return a function that gives whole submissions in a folder each."""
    return lambda *students: {
        f"{student}/{name}": data for student in students for name, data in both.items()
    }


@pytest.fixture(scope="session")
def zip_of() -> Callable[..., bytes]:
    """Return a function that makes a zip archive of members whose names may be anything."""

    def archive(*members: tuple[str, bytes], mode: int = 0, how: int = zipfile.ZIP_DEFLATED):
        data = io.BytesIO()
        with warnings.catch_warnings(), zipfile.ZipFile(data, "w", how) as opened:
            warnings.simplefilter("ignore")  # names that are there twice
            for name, content in members:
                info = zipfile.ZipInfo("x")
                info.filename = name
                info.external_attr = mode << 16
                info.compress_type = how
                opened.writestr(info, content)
        return data.getvalue()

    return archive


@pytest.fixture(scope="session")
def tar_of() -> Callable[..., bytes]:
    """Return a function that makes a tar archive; ``kind`` and ``link`` are for odd members."""

    def archive(
        *members: tuple[str, bytes], how: str = "gz", kind: bytes = tarfile.REGTYPE, link: str = ""
    ) -> bytes:
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode=f"w:{how}") as opened:
            for name, content in members:
                info = tarfile.TarInfo(name)
                info.size = len(content)
                info.type = kind
                info.linkname = link
                opened.addfile(info, io.BytesIO(content))
        return data.getvalue()

    return archive
