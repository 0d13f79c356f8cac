"""Files in archives, also in archives that lie in archives: listed without unpacking them, read one at a time.

An entry is kept as zipfile's own record of it, pickled, so that no list of them need be held while they are read.
"""

from __future__ import annotations

import pickle
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from io import BytesIO
from itertools import islice
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG
from struct import Struct
from typing import BinaryIO

from backprop_cli.course.directories import Directory
from backprop_cli.course.found import Found, by_its_ending
from backprop_cli.ground.errors import reason_of
from backprop_cli.ground.words import _
from backprop_cli.working import limits

INSIDE = 2_000_000  # files in an archive
HANDED_IN = 5_000  # files in one that lies in another one
NESTED = 3  # archives within archives
JUNK = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
_SAYS_UTF_8 = 1 << 11  # of the flags of a file in an archive
_UNICODE_PATH = 0x7075  # the extra field with a name in UTF-8
_FIELD = Struct("<HH")  # which extra field, and its size
_CHECKED = Struct("<BL")  # its version, and the checksum of the name that it is for
_OPEN = 4  # archives that are kept open
_DAMAGED = (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, OverflowError)
_LOCKED = (*_DAMAGED, RuntimeError, zlib.error)


def is_archive(path: Path) -> bool:
    """Whether a file is an archive with files of a class, and not a spreadsheet or a document."""
    return path.suffix.lower() == ".zip" and zipfile.is_zipfile(path)


def in_archive(path: Path, name: str, above: tuple[str, ...]) -> Iterator[Found]:
    """The files in an archive, below the folders `above`."""
    found = partial(Found, path=str(path))
    try:
        file = path.open("rb")
    except OSError as error:
        yield found(name, (*above, path.name), refused=reason_of(error))
        return
    with file:
        yield from _listed(file, found, (), name, above)


def _listed(
    source: BinaryIO, found: partial[Found], chain: tuple[bytes, ...], name: str, above: tuple[str, ...]
) -> Iterator[Found]:
    """The files in an archive that is reached by a chain of entries."""

    def refused(why: str) -> Found:
        return found(name, (*above, Path(name).name), refused=why)

    try:
        directory = Directory(source)
        if directory.count > INSIDE:
            yield refused(_too_many(directory.count, INSIDE))
            return
        count = 0
        with directory.opened() as archive:
            for one in directory.entries():
                count += not one.is_dir()
                if count > INSIDE:
                    yield refused(_too_many(count, INSIDE))
                    return
                parts = tuple(part for part in name_in_archive(one).replace("\\", "/").split("/")
                              if part not in ("", ".", ".."))  # fmt: skip
                if one.is_dir() or not parts or any(part in JUNK or part.startswith(".") for part in parts):
                    continue
                yield from _entry(archive, one, found, chain, f"{name}/{'/'.join(parts)}", (*above, *parts))
        if not count:
            yield refused(_("not read: the archive is empty"))
    except _DAMAGED:
        yield refused(_("not read: the archive is damaged"))


def _entry(
    archive: zipfile.ZipFile, one: zipfile.ZipInfo, found: partial[Found], chain: tuple[bytes, ...], name: str,
    parts: tuple[str, ...],
) -> Iterator[Found]:  # fmt: skip
    if S_ISLNK(one.external_attr >> 16):
        yield found(name, parts, refused=_("not read: it is a link, and might lead anywhere"))
        return
    chain = (*chain, pickle.dumps(one))
    if not parts[-1].lower().endswith(".zip"):
        yield found(name, parts, inside=chain, refused=by_its_ending(parts[-1]), when=_seconds(one.date_time))
        return
    try:
        inner = BytesIO(_unpacked(archive, one))
    except OSError as error:
        yield found(name, parts, refused=str(error))
        return
    if len(chain) > NESTED:
        yield found(name, parts, refused=_("not read: it lies {count} archives deep").format(count=NESTED))
        return
    files = _listed(inner, found, chain, name, parts[:-1])
    yield from files if len(chain) > 1 else _bounded(files, found, name, parts)


def _bounded(files: Iterator[Found], found: partial[Found], name: str, parts: tuple[str, ...]) -> Iterator[Found]:
    """The files of an archive that somebody handed in: not without end, however many archives lie in it."""
    yield from islice(files, HANDED_IN)
    if more := sum(1 for _one in islice(files, 1)):
        yield found(name, parts, refused=_too_many(HANDED_IN + more, HANDED_IN))


def _too_many(count: int, limit: int) -> str:
    return _("not read: the archive has {count:,} files; the limit is {limit:,}").format(count=count, limit=limit)


def name_in_archive(one: zipfile.ZipInfo) -> str:
    """The name of a file as it was called where the archive was made.

    Its own encoding where it says so (APPNOTE.TXT 4.4.4 and 4.6.9), else UTF-8 or GB 2312 where it is that, as many
    programs write names without saying so, and else the code page 437 of the format.
    """
    if one.flag_bits & _SAYS_UTF_8 or one.orig_filename.isascii():
        return one.filename
    raw = one.orig_filename.encode("cp437", "replace")
    for names, encoding in ((_unicode_path(one.extra, raw), "utf-8"), (raw, "utf-8"), (raw, "gb2312")):
        try:
            if names and (found := names.decode(encoding)):
                return found
        except UnicodeDecodeError:
            continue
    return one.filename


def _unicode_path(extra: bytes, raw: bytes) -> bytes:
    """The name in UTF-8 that Info-ZIP puts beside one in another encoding; nothing where there is none for it."""
    while len(extra) >= _FIELD.size:
        kind, size = _FIELD.unpack_from(extra)
        field, extra = extra[_FIELD.size : _FIELD.size + size], extra[_FIELD.size + size :]
        if kind == _UNICODE_PATH and size > _CHECKED.size and len(field) == size:
            version, check = _CHECKED.unpack_from(field)
            return field[_CHECKED.size :] if version == 1 and check == zlib.crc32(raw) else b""
    return b""


def _seconds(date: tuple[int, int, int, int, int, int]) -> float:
    """When a file in an archive was changed, in seconds of Unix; 0 for a time that there is not."""
    try:
        return datetime(*date).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


# ---- reading -----------------------------------------------------------------------------------------------------


class Opener:
    """Reads files, and keeps the archives open that it read last."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, tuple[bytes, ...]], tuple[BinaryIO, zipfile.ZipFile]] = {}

    def read(self, one: Found) -> bytes:
        """The bytes of a file. Raises OSError with the reason in words."""
        if not one.inside:
            return _on_disk(Path(one.path))
        *chain, entry = one.inside
        return _unpacked(self._archive(one.path, tuple(chain)), pickle.loads(entry))

    def _archive(self, path: str, chain: tuple[bytes, ...]) -> zipfile.ZipFile:
        """The archive at the end of a chain of entries."""
        if (path, chain) not in self._open:
            file: BinaryIO = Path(path).open("rb") if not chain else BytesIO(  # noqa: SIM115 - closed below
                _unpacked(self._archive(path, chain[:-1]), pickle.loads(chain[-1]))
            )  # fmt: skip
            try:
                archive = Directory(file).opened()  # every entry that is asked for is brought along
            except _DAMAGED:
                file.close()
                raise OSError(_("the file is damaged or locked, and cannot be opened")) from None
            while len(self._open) >= _OPEN:
                for one in self._open.pop(next(iter(self._open)))[::-1]:
                    one.close()
            self._open[path, chain] = file, archive
        return self._open[path, chain][1]


def _on_disk(path: Path) -> bytes:
    mode = path.stat()
    if S_ISDIR(mode.st_mode):
        raise OSError(_("this is a folder, not a file"))
    if not S_ISREG(mode.st_mode):
        raise OSError(_("this is not a regular file"))
    if mode.st_size > limits.BYTES:
        raise OSError(_too_large(mode.st_size))
    return path.read_bytes()


def _too_large(size: int) -> str:
    return _("{size:,} bytes; the limit is {limit:,}").format(size=size, limit=limits.BYTES)


def _unpacked(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    """A file of an archive, however small it says that it is. Raises OSError with the reason in words."""
    try:
        with archive.open(one) as file:
            data = file.read(limits.BYTES + 1)
    except _LOCKED:
        raise OSError(_("the file is damaged or locked, and cannot be opened")) from None
    if len(data) > limits.BYTES:
        raise OSError(_too_large(max(len(data), one.file_size)))
    return data
