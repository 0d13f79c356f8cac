"""An archive of which the list of entries is read a piece at a time: however long it is, little of it is in memory.

zipfile reads the whole list when it opens an archive, and keeps it. So it is given a file that ends after a piece of
the list, as if there were no more entries: what it reads in that is what it would have read in the whole.
APPNOTE.TXT 4.3.12 (an entry of the list), 4.3.14 to 4.3.16 (the records after it).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import SEEK_CUR, SEEK_END, SEEK_SET
from struct import Struct
from typing import BinaryIO

_ENTRY = Struct("<4s24s3H12s")  # its mark, what we leave to zipfile, the lengths of its three texts, the rest
_END = Struct("<4s4H2LH")  # its mark, disks and counts, the size and the place of the list, the length of a comment
_LOCATOR = Struct("<4sLQL")  # of the record of large archives: its mark, a disk, its place, disks
_LARGE = Struct("<4sQ2H2L4Q")  # that record: its mark and size, versions, disks, counts, size and place of the list
_COMMENT = 1 << 16  # the longest comment after the end
_NONE = 0xFFFFFFFF  # a size that stands in the record of large archives
_AT_ONCE = 500  # entries


class Directory:
    """The list of an archive: where it begins in the file, how long it is, and how many entries it says it has.

    Raises BadZipFile where there is none, or where it is not what zipfile would read, too.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        end = file.seek(0, SEEK_END)
        begin = max(0, end - _COMMENT - _END.size)
        file.seek(begin)
        tail = file.read()
        place = tail.rfind(b"PK\x05\x06")
        if place < 0 or len(tail) - place < _END.size:
            raise zipfile.BadZipFile
        *_mark, self.count, size, offset, _length = _END.unpack_from(tail, place)
        after = begin + place
        size, offset, after = self._large(after, size, offset)
        self.begin, self.size, self.offset = after - size, size, offset
        if self.begin < offset:
            raise zipfile.BadZipFile

    def _large(self, end: int, size: int, offset: int) -> tuple[int, int, int]:
        """Size and place of the list of a large archive, and where it ends; as they were where it is none."""
        self.file.seek(max(0, end - _LOCATOR.size))
        locator = self.file.read(_LOCATOR.size)
        self.file.seek(max(0, end - _LOCATOR.size - _LARGE.size))
        record = self.file.read(_LARGE.size)
        if locator[:4] != b"PK\x06\x07" or record[:4] != b"PK\x06\x06" or len(record) < _LARGE.size:
            return size, offset, end
        *_other, self.count, size, offset = _LARGE.unpack(record)
        return size, offset, end - _LOCATOR.size - _LARGE.size

    def entries(self) -> Iterator[zipfile.ZipInfo]:
        """The entries, one after the other. Raises BadZipFile where the list is damaged."""
        place, end = self.begin, self.begin + self.size
        while place < end:
            self.file.seek(place)
            piece = self._piece(end - place)
            with self.opened(piece) as archive:
                yield from archive.infolist()
            place += len(piece)

    def _piece(self, left: int) -> bytes:
        """The next entries as they stand in the file."""
        found = bytearray()
        for _entry in range(_AT_ONCE):
            if len(found) >= left:
                break
            fixed = self.file.read(_ENTRY.size)
            if len(fixed) < _ENTRY.size or not fixed.startswith(b"PK\x01\x02"):
                raise zipfile.BadZipFile
            _mark, _own, *lengths, _rest = _ENTRY.unpack(fixed)
            found += fixed + self.file.read(sum(lengths))
        if len(found) > left:
            raise zipfile.BadZipFile
        return bytes(found)

    def opened(self, piece: bytes = b"") -> zipfile.ZipFile:
        """The archive as if it had these entries alone; any entry of it can be read, though."""
        after = self.offset + len(piece)
        large = _LARGE.pack(b"PK\x06\x06", _LARGE.size - 12, 45, 45, 0, 0, 1, 1, len(piece), self.offset)
        large += _LOCATOR.pack(b"PK\x06\x07", 0, after, 1)
        end = _END.pack(b"PK\x05\x06", 0, 0, 1, 1, len(piece), min(self.offset, _NONE), 0)
        end = piece + (large if self.offset >= _NONE else b"") + end
        return zipfile.ZipFile(_Ending(self.file, self.begin, end))


class _Ending:
    """A file to read, with other bytes from a place on."""

    def __init__(self, file: BinaryIO, begin: int, end: bytes) -> None:
        self.file, self.begin, self.end, self.place = file, begin, end, 0

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        from_ = {SEEK_SET: 0, SEEK_CUR: self.place, SEEK_END: self.begin + len(self.end)}[whence]
        self.place = max(0, from_ + offset)
        return self.place

    def read(self, size: int = -1) -> bytes:
        stop = self.begin + len(self.end) if size < 0 else self.place + size
        found = b""
        if self.place < self.begin:
            self.file.seek(self.place)
            found = self.file.read(min(stop, self.begin) - self.place)
        found += self.end[max(0, self.place - self.begin) : max(0, stop - self.begin)]
        self.place += len(found)
        return found

    def close(self) -> None:
        """Closes nothing: whoever opened the file does."""
