"""The list of an archive, read a piece at a time, is what zipfile reads of the whole; nothing damaged passes."""

from __future__ import annotations

import random
import struct
import zipfile
from io import BytesIO

import pytest

from backprop_cli.course.directories import Directory

FACTS = ("filename", "header_offset", "file_size", "compress_size", "CRC", "external_attr", "date_time", "extra")
ROOM = 1 << 17  # bytes before the list, in which its end is looked for


def archive(count: int, comment: bytes = b"", before: bytes = b"") -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for number in range(count):
            made.writestr(f"Jörg_{number}/sheet.yaml", f"{number}")
        made.comment = comment
    return before + file.getvalue()


def facts(entries: list[zipfile.ZipInfo]) -> list[list[object]]:
    return [[getattr(one, name) for name in FACTS] for one in entries]


@pytest.mark.parametrize(
    "data",
    [archive(0), archive(1), archive(1_200), archive(600, comment=b"of a platform"), archive(9, before=b"#!x\n" * 9),
     pytest.param(archive(66_000), id="more than the first format allows")],
    ids=lambda data: f"{len(data)} bytes" if isinstance(data, bytes) else None,
)  # fmt: skip
def test_entries_are_those_that_zipfile_lists(data: bytes) -> None:
    whole, directory = zipfile.ZipFile(BytesIO(data)), Directory(BytesIO(data))
    found = list(directory.entries())
    assert facts(found) == facts(whole.infolist())
    assert directory.count == len(found)
    opened = directory.opened()
    for one, other in [*zip(found, whole.infolist(), strict=True)][:: max(1, len(found) // 7)]:
        assert opened.read(one) == whole.read(other)


def test_an_archive_of_more_than_four_gigabytes_is_listed() -> None:
    """Its list stands where the first format has no number for it."""
    data, far = archive(3), 1 << 32
    begin = data.index(b"PK\x01\x02")
    listed = data[begin : data.index(b"PK\x05\x06")]

    class Far(BytesIO):
        """A file of which only the last bytes are there."""

        def seek(self, offset: int, whence: int = 0) -> int:
            return super().seek(offset - (far - ROOM) if whence == 0 else offset, whence) + far - ROOM

    end = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 3, 3, len(listed), far)
    end += struct.pack("<4sLQL", b"PK\x06\x07", 0, far + len(listed), 1)
    end += struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, len(listed), 0xFFFFFFFF, 0)
    found = list(Directory(Far(bytes(ROOM) + listed + end)).entries())
    assert [one.filename for one in found] == [f"Jörg_{number}/sheet.yaml" for number in range(3)]


def test_what_is_damaged_is_refused_wherever_it_is() -> None:
    data, chance = archive(40), random.Random(4)
    for _round in range(300):
        damaged = bytearray(data)
        for _byte in range(chance.randint(1, 3)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        for cut in (damaged, damaged[: chance.randrange(len(damaged))]):
            try:
                found = list(Directory(BytesIO(bytes(cut))).entries())
            except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
                continue
            assert len(found) <= 40
