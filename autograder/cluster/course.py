"""A course as one piece of data, for machines that share no files with this one."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from ..builder.archive import make_zip
from ..grading_file import Contract
from ..layout import Layout, read_files


def pack(layout: Layout, contract: Contract) -> bytes:
    """Return an archive of the files that grading needs.

    The folders that marks depend on are in it whole, so that a fingerprint taken of what is
    unpacked is that of the course itself. No known mistakes, samples or alternatives are.
    """
    folders = (layout.given, layout.solution, layout.data, layout.student, *layout.check_folders)
    files = {layout.contract: layout.contract.read_bytes()}
    for folder in folders:
        files |= {folder / name: data for name, data in read_files(folder).items()}
    # That the labs' masters are there is looked at; what is in them, not.
    masters = [layout.labs / f"{lab.name}.md" for lab in contract.labs]
    files |= {path: path.read_bytes() for path in masters}
    return make_zip(
        {path.relative_to(layout.root).as_posix(): data for path, data in files.items()}
    )


def unpack(archive: bytes, folder: Path) -> Layout:
    """Write the course of an archive into a folder, and say where everything is."""
    with zipfile.ZipFile(io.BytesIO(archive)) as course:
        course.extractall(folder)
    return Layout(folder)
