"""Archives that mean no good, or that came to harm: left out or refused, with a plain reason."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import stat
import struct
import tarfile
import time
import tracemalloc
import warnings
import zipfile
import zlib

import pytest

from autograder.errors import IntakeError
from autograder.intake import limits

MIB = 1 << 20


@pytest.fixture(params=["zip", "tar"])
def read_members(request, put, read, zip_of, tar_of):
    """Return a function that reads an archive of members, whatever they are called."""

    def from_members(*members):
        if request.param == "zip":
            return read(put({"ada.zip": zip_of(*members)}) / "ada.zip")
        return read(put({"ada.tgz": tar_of(*members)}) / "ada.tgz")

    return from_members


@pytest.fixture
def read_zip(put, read):
    return lambda data: read(put({"ada.zip": data}) / "ada.zip")


@pytest.fixture
def read_tar(put, read):
    return lambda data: read(put({"ada.tar": data}) / "ada.tar")


# Names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("../scale.py", "a/../../scale.py", "/scale.py", "/etc/cron.d/x.py", "..\\scale.py"),
        *("C:\\scale.py", "C:/scale.py", "c:scale.py", "\\\\server\\share\\scale.py"),
    ],
)
def test_a_member_that_points_out_of_the_archive_is_left_out_and_noted(read_members, both, name):
    submission = read_members((name, b"forged"), *both.items())

    assert submission.files == both
    (note,) = submission.notes
    assert note.endswith("points out of the archive and was left out")


@pytest.mark.parametrize("name", ["../x.py", "/x.py", "..\\x.py", "C:\\x.py"])
def test_a_member_that_points_out_of_the_archive_is_nobodys_submission(
    put, names, zip_of, in_folders, name
):
    data = zip_of((name, b"forged"), *in_folders("ada", "bob").items())

    assert names(put({"all.zip": data}) / "all.zip") == ["ada", "bob"]


def test_backslashes_that_some_programs_write_are_read_as_slashes(read_members, both):
    assert read_members(*((f"hw\\{name}", data) for name, data in both.items())).files == both


def test_a_member_that_is_there_twice_is_noted_and_the_first_counts(read_members, both):
    submission = read_members(*both.items(), ("scale.py", b"second"), ("./summed.py", b"second"))

    assert submission.files == both
    assert submission.notes == (
        "scale.py is in the archive twice; the first one counts",
        "summed.py is in the archive twice; the first one counts",
    )


@pytest.mark.parametrize(
    ("first", "second"), [("Pack.py", "pack.py"), ("gr\u00f6ße.py", "GRO\u0308SSE.py")]
)
def test_of_names_that_are_one_on_windows_or_macos_the_first_counts(
    read_members, both, first, second
):
    submission = read_members(*both.items(), (first, b"1"), (second, b"2"))

    assert len(submission.files) == 3
    (note,) = submission.notes
    assert note.endswith("has the name of another file, but for case or accents, and was left out")


def test_of_two_normal_forms_of_one_name_the_first_counts(read_members, both):
    submission = read_members(*both.items(), ("o\u0308.py", b"1"), ("\u00f6.py", b"2"))

    assert submission.files == both | {"\u00f6.py": b"1"}
    assert len(submission.notes) == 1


def test_a_file_that_is_asked_for_is_never_the_one_left_out(read_members, both):
    submission = read_members(("SCALE.PY", b""), ("Scale.py", b"forged"), *both.items())

    assert submission.files == both
    assert submission.notes == (
        "Scale.py has the name of another file, but for case or accents, and was left out",
    )


@pytest.mark.parametrize(
    "name",
    ["line\nbreak.py", "right\u202eto left.py", "tab\t.py", "x" * 300 + ".py", "\x1b[31mred.py"],
)
def test_a_file_with_a_name_that_misleads_is_left_out_and_noted(read_members, both, name):
    submission = read_members((name, b""), *both.items())

    assert submission.files == both
    (note,) = submission.notes
    assert note.isprintable() and len(note) < 160
    assert note.endswith("has a name that cannot be used and was left out")


def test_the_name_of_a_folder_around_may_be_anything(read_members, both):
    around = "\u200fעבודה\n1 " + "x" * 300

    submission = read_members(*((f"{around}/{name}", data) for name, data in both.items()))

    assert submission.files == both
    (note,) = submission.notes
    assert note.isprintable() and len(note) < 140


def test_a_name_with_a_nul_in_it_becomes_no_other_files_content(put, read, zip_of, both):
    data = zip_of(("scaleX.py", b"forged"), *both.items()).replace(b"scaleX.py", b"scale\0.py")

    submission = read(put({"ada.zip": data}) / "ada.zip")

    assert submission.files == both


def test_thousands_of_bad_members_make_few_notes(read_members, both):
    submission = read_members(*((f"../{n}.py", b"") for n in range(5000)), *both.items())

    assert submission.files == both
    assert len(submission.notes) == 3
    assert submission.notes[-1].endswith("(and 4997 more like it)")


# Kinds --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK]
)
def test_a_zip_member_that_is_no_ordinary_file_is_left_out_and_noted(read_zip, zip_of, kind):
    submission = read_zip(zip_of(("link.py", b"/etc/passwd"), mode=kind | 0o777))

    assert submission.files == {}
    assert "link.py is no ordinary file and was left out" in submission.notes


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE]
)
def test_a_tar_member_that_is_no_ordinary_file_is_left_out_and_noted(read_tar, tar_of, kind):
    submission = read_tar(tar_of(("scale.py", b""), how="", kind=kind, link="/etc/passwd"))

    assert submission.files == {}
    assert "scale.py is no ordinary file and was left out" in submission.notes


def test_a_hard_link_to_another_member_is_left_out_and_noted(read_tar, both):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for name, content in both.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("copy.py")
        link.type, link.linkname = tarfile.LNKTYPE, "scale.py"
        archive.addfile(link)

    submission = read_tar(data.getvalue())

    assert submission.files == both
    assert submission.notes == ("copy.py is no ordinary file and was left out",)


# Damage -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [b"", b"no archive", b"PK\x03\x04" + bytes(30), b"PK\x05\x06" + b"\xff" * 18],
)
def test_a_file_that_is_no_zip_archive_is_told(read_zip, content):
    with pytest.raises(IntakeError, match=r"ada\.zip is not a zip archive that can be read"):
        read_zip(content)


@pytest.mark.parametrize("how", ["", "gz", "bz2", "xz"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.8])
def test_a_tar_archive_that_is_cut_short_is_told(put, read, tar_of, how, share):
    noise = [(f"{name}.py", bytes(range(256)) * 40) for name in ("scale", "summed", "more")]
    whole = tar_of(*noise, how=how)
    end = len(whole) if how else 3 * (512 + 10240)  # without the zeros at its end
    path = put({"ada.tar": whole[: int(end * share)]}) / "ada.tar"

    with pytest.raises(IntakeError, match=r"ask for it again"):
        read(path)


def test_a_zip_archive_that_is_cut_short_is_told(read_zip, zipped, both):
    whole = zipped(both)

    with pytest.raises(IntakeError, match=r"ada\.zip"):
        read_zip(whole[: len(whole) // 2])


def test_a_tar_archive_with_a_damaged_header_is_no_shorter_archive(read_tar, tar_of, both):
    data = bytearray(tar_of(*both.items(), how=""))
    data[1024 + 150] ^= 1  # the second member's checksum

    with pytest.raises(IntakeError, match=r"ada\.tar is damaged or cut short; ask for it again"):
        read_tar(bytes(data))


def test_a_file_that_is_asked_for_and_damaged_ends_the_reading(read_zip, zipped, both):
    data = zipped(both).replace(b"y = 2\n", b"y = 3\n")

    with pytest.raises(IntakeError, match=r"summed\.py in ada\.zip cannot be read: Bad CRC"):
        read_zip(data)


def test_a_damaged_file_that_is_not_asked_for_is_left_out_and_noted(read_zip, zipped, both):
    data = zipped(both | {"helper.py": b"z = 3\n"}).replace(b"z = 3\n", b"z = 4\n")

    submission = read_zip(data)

    assert submission.files == both
    assert submission.notes[0].startswith("helper.py in ada.zip cannot be read: Bad CRC")


def test_an_archive_that_is_locked_is_told(read_zip, zip_of, both):
    data = bytearray(zip_of(*both.items()))
    data[6] |= 1  # the flag of encryption, beside the data and in the index
    data[data.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(
        IntakeError,
        match=r"scale\.py in ada\.zip is locked with a password and cannot be read; ask for it",
    ):
        read_zip(bytes(data))


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_archive_that_is_packed_in_an_unusual_way_is_told(read_zip, zip_of, both, how):
    with pytest.raises(IntakeError, match=r"packed in an unusual way .* ask for an ordinary zip"):
        read_zip(zip_of(*both.items(), how=how))


def test_a_gzip_file_of_several_parts_is_read(put, read, tar_of, both):
    plain = tar_of(*both.items(), how="")
    parts = gzip.compress(plain[:700]) + gzip.compress(plain[700:]) + bytes(100)

    assert read(put({"ada.tar.gz": parts}) / "ada.tar.gz").files == both


def test_a_gzip_file_that_is_no_tar_archive_is_told(put, read):
    with pytest.raises(IntakeError, match=r"ada\.gz is not a tar archive that can be read"):
        read(put({"ada.gz": gzip.compress(b"x = 1\n" * 200)}) / "ada.gz")


# Bombs --------------------------------------------------------------------------------------------


@contextlib.contextmanager
def harmless():
    """Fail when something needs more than a few seconds, or more memory than a few archives."""
    began = time.process_time()
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 48 * MIB
    assert time.process_time() - began < 20


def squeezed(how, size):
    """Return a tar archive with one large member of zeros, made without holding it."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=f"w:{how}") as archive:
        for name in ("scale.py", "summed.py"):
            archive.addfile(tarfile.TarInfo(name))
        info = tarfile.TarInfo("bomb.py")
        info.size = size
        archive.addfile(info, _Zeros(size))
    return data.getvalue()


class _Zeros(io.RawIOBase):
    def __init__(self, size):
        self._left = size

    def readable(self):
        return True

    def read(self, size=-1):
        size = min(size, self._left)
        self._left -= size
        return bytes(size)


def test_a_bomb_does_not_go_off(read_members, both):
    submission = read_members(*both.items(), ("bomb.py", bytes(20 * MIB)))

    assert submission.files == both
    assert submission.notes == ("bomb.py is too large and was left out",)


def test_a_bomb_that_lies_about_its_size_does_not_go_off(read_zip, zip_of, both):
    size = 20 * MIB
    bomb = zip_of(*both.items(), ("bomb.py", bytes(size)))
    bomb = bomb.replace(struct.pack("<L", size), struct.pack("<L", 10))

    with harmless():
        submission = read_zip(bomb)

    assert submission.files == both
    assert submission.notes[0].startswith("bomb.py in ada.zip cannot be read")


@pytest.mark.parametrize("how", ["gz", "bz2", "xz"])
def test_a_tar_archive_that_unpacks_without_end_is_told(put, read, how, monkeypatch):
    data = squeezed(how, 40 * MIB)
    path = put({"ada.tar": data}) / "ada.tar"
    assert len(data) < MIB // 2
    monkeypatch.setattr(limits, "MAX_UNPACKED_BYTES", 8 * MIB)

    with (
        harmless(),
        pytest.raises(IntakeError, match="unpack to more than is read here; ask for the Python"),
    ):
        read(path)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_tar_header_that_is_a_bomb_is_told(put, read, kind):
    """Headers are kept in memory by tarfile, whole."""
    info = tarfile.TarInfo("scale.py")
    info.type, info.size = kind, 200 * MIB
    header = info.tobuf(tarfile.GNU_FORMAT)
    data = gzip.compress(header + bytes(30 * MIB), 1)

    with harmless(), pytest.raises(IntakeError, match="a header in the archive is too large"):
        read(put({"ada.tgz": data}) / "ada.tgz")


def test_a_tar_member_with_a_map_of_holes_without_end_is_told(put, read):
    """The map of a sparse file is a part of the header, and kept in memory as a list."""
    pax = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "scale.py"}
    info = tarfile.TarInfo("scale.py")
    info.size = 30 * MIB
    info.pax_headers = pax | {"GNU.sparse.realsize": "10"}
    data = info.tobuf(tarfile.PAX_FORMAT) + b"9999999\n" + b"1\n" * (15 * MIB)
    packed = gzip.compress(data, 1)

    with harmless(), pytest.raises(IntakeError, match="a header in the archive is too large"):
        read(put({"ada.tgz": packed}) / "ada.tgz")


def test_a_sparse_tar_member_is_left_out_and_noted(read_tar):
    info = tarfile.TarInfo("scale.py")
    info.type, info.size = tarfile.GNUTYPE_SPARSE, 0
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[483:495] = b"77777777777\0"  # the size it would have
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)

    submission = read_tar(bytes(header) + bytes(1024))

    assert submission.notes[0] == "scale.py is no ordinary file and was left out"


def test_more_tar_members_than_can_be_listed_are_told(read_tar, tar_of, monkeypatch):
    monkeypatch.setattr(limits, "MAX_MEMBERS", 100)

    with harmless(), pytest.raises(IntakeError, match="more members than are read here"):
        read_tar(tar_of(*((f"{number}/", b"") for number in range(102)), how=""))


def test_unpacking_xz_that_wants_all_memory_is_told(put, read, tar_of, both):
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
    data = bytearray(lzma.compress(tar_of(*both.items(), how=""), filters=filters))
    data[data.index(b"\x21\x01") + 2] = 38  # a dictionary of 2 GiB
    end = 12 + (data[12] + 1) * 4  # of the block's header, which ends in its checksum
    data[end - 4 : end] = struct.pack("<L", zlib.crc32(data[12 : end - 4]))

    with harmless(), pytest.raises(IntakeError, match="Memory usage limit"):
        read(put({"ada.tar.xz": bytes(data)}) / "ada.tar.xz")


def test_a_gzip_name_without_end_takes_no_time(put, read):
    data = b"\x1f\x8b\x08\x08" + bytes(6) + b"x" * (20 * MIB)

    with harmless(), pytest.raises(IntakeError, match="cut short"):
        read(put({"ada.tgz": data}) / "ada.tgz")


def test_members_that_overlap_are_told(read_zip):
    """As in "A better zip bomb": every member is the same bytes."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = squeezer.compress(bytes(10 * MIB)) + squeezer.flush()
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(kernel), 10 * MIB, 1, 0)
    index = b""
    for number in range(200):
        name = b"%03d.py" % number
        index += struct.pack(
            *("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(kernel), 10 * MIB),
            *(len(name), 0, 0, 0, 0, 0, 0),
        )
        index += name
    body = local + b"a" + kernel
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 200, 200, len(index), len(body), 0)

    with harmless(), pytest.raises(IntakeError, match="overlap"):
        read_zip(body + index + end)


def test_an_index_that_is_larger_than_can_be_read_is_told_before_it_is(read_zip):
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *[0] * 16)
    index = entry * (limits.MAX_INDEX_BYTES // len(entry) + 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(index), 0, 0)

    with harmless(), pytest.raises(IntakeError, match="lists more files than are read here"):
        read_zip(index + end)


def test_an_index_that_only_says_it_is_large_is_told(read_zip):
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 0xFFFFFFF0, 0, 0)

    with harmless(), pytest.raises(IntakeError, match=r"ada\.zip"):
        read_zip(b"PK\x03\x04" + end)


def test_of_more_files_than_can_be_listed_the_rest_is_left_out(read_members, both, monkeypatch):
    monkeypatch.setattr(limits, "MAX_ENTRIES", 10)

    submission = read_members(*both.items(), *((f"{number}.png", b"") for number in range(20)))

    assert submission.files == both
    assert submission.notes == ("it has more than 10 files of any kind; the rest was left out",)


def test_archives_in_archives_share_what_may_be_unpacked(read_zip, zip_of, both, monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNPACKED_BYTES", 3 * MIB)
    inner = zip_of(("noise.bin", bytes(MIB)), how=zipfile.ZIP_STORED)
    bomb = zip_of(*((f"{letter}.zip", inner) for letter in "abcdefgh"), ("scale.py", b""))

    with harmless():
        submission = read_zip(bomb)

    assert submission.files == {"scale.py": b""}
    assert any("unpack to more than is read here" in note for note in submission.notes)


def test_a_tree_of_archives_stops_two_deep(read_zip, zip_of):
    """As 42.zip: each archive holds several of the next, and the last ones are bombs."""
    data = zip_of(("scale.py", bytes(8 * MIB)))
    for _ in range(5):
        data = zip_of(*((f"lib {number}.zip", data) for number in range(4)))

    with harmless():
        submission = read_zip(data)

    assert submission.files == {}
    assert any("too deep in archives" in note for note in submission.notes)


def test_archives_in_archives_without_end_are_read_two_deep(read_zip, zip_of):
    """As R. Cox's archive that holds itself, https://research.swtch.com/zip."""
    data = zip_of(("scale.py", b""))
    for _ in range(60):
        data = zip_of(("r/r.zip", data))

    with harmless():
        submission = read_zip(data)

    assert submission.files == {}
    assert any("r.zip/r/r.zip/r/r.zip lies too deep" in note for note in submission.notes)


def test_a_bzip2_bomb_is_read_in_small_pieces(put, read, monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNPACKED_BYTES", 64 * MIB)
    header = tarfile.TarInfo("bomb.bin")
    header.size = 1 << 33
    squeezer = bz2.BZ2Compressor()
    pieces = [squeezer.compress(header.tobuf(tarfile.GNU_FORMAT))]
    pieces += [squeezer.compress(bytes(MIB)) for _ in range(80)]
    data = b"".join([*pieces, squeezer.flush()])

    with harmless(), pytest.raises(IntakeError, match="unpack to more"):
        read(put({"ada.tar.bz2": data}) / "ada.tar.bz2")


def test_nothing_is_written_to_disk(read_members, put, both, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        submission = read_members(("../outside.py", b""), *both.items())

    assert submission.files == both
    assert {path.name for path in tmp_path.rglob("*")} <= {"in", "ada.zip", "ada.tgz"}
