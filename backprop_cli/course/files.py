"""The files of a class, in folders and archives: each once, none of them opened before it is its turn.

No link is followed, no pipe or device is waited for, nothing is unpacked onto the disk, and nothing beyond its bounds.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG
from struct import Struct

from backprop_cli.checking.handed_in import ENDINGS
from backprop_cli.course.feedback_list import FEEDBACK_LIST, is_feedback, written_here
from backprop_cli.ground.errors import UsageError, reason_of
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.working import limits

DEPTH = 8  # folders within folders
INSIDE = 200_000  # files in an archive
_JUNK = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
_SAYS_UTF_8 = 1 << 11  # of the flags of a file in an archive
_UNICODE_PATH = 0x7075  # the extra field with a name in UTF-8
_FIELD = Struct("<HH")  # which extra field, and its size
_CHECKED = Struct("<BL")  # its version, and the checksum of the name that it is for


@record
class Found:
    """A file of a class: what it is called, and how it is read; `refused` says why it is not, and is empty where it is.

    `parts` are the folders below what was named, and its name; `when` it was last changed, in seconds.
    """

    file: str
    parts: tuple[str, ...]
    read: Callable[[], bytes] | None = None
    refused: str = ""
    when: float = 0.0

    @property
    def ending(self) -> str:
        """The ending of its name: .yaml"""
        return Path(self.parts[-1]).suffix.lower()


def files_of(paths: Iterable[Path]) -> Iterator[Found]:
    """The files that are named, and everything in the folders and archives, each once, by their names."""
    seen: set[str] = set()
    for path in paths:
        for one in _named(path):
            if one.file not in seen:
                seen.add(one.file)
                yield one


def _named(path: Path) -> Iterator[Found]:
    """A file that is named is read whatever it is called."""
    if path.is_dir():
        yield from _folder(path, (), path)
    elif path.is_file() and is_archive(path):
        yield from _archive(path, str(path), ())
    elif is_feedback(path, written_here(path.parent)):
        yield Found(str(path), (path.name,), refused=_says_feedback())
    else:
        yield Found(str(path), (path.name,), lambda: _bytes(path), when=_when(path))


def is_archive(path: Path) -> bool:
    """Whether a file is an archive with files of a class, and not a spreadsheet or a document."""
    return path.suffix.lower() == ".zip" and zipfile.is_zipfile(path)


def _folder(folder: Path, above: tuple[str, ...], top: Path) -> Iterator[Found]:
    try:
        inside = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        if folder == top:
            raise UsageError(f"{folder}: {reason_of(error)}") from None
        yield Found(str(folder), above or (folder.name,), refused=reason_of(error))
        return
    ours = written_here(folder)
    if ours and all(entry.name == FEEDBACK_LIST or is_feedback(Path(entry.path), ours) for entry in inside):
        yield Found(str(folder), (*above, folder.name), refused=_says_feedback())
        return
    if not inside:
        yield Found(str(folder), above or (folder.name,), refused=_("not read: the folder is empty"))
    for entry in inside:
        if entry.name == FEEDBACK_LIST or entry.name in _JUNK:
            continue
        path, parts = Path(entry.path), (*above, entry.name)
        if entry.is_dir(follow_symlinks=False):
            if len(parts) >= DEPTH:
                yield Found(str(path), parts, refused=_("not read: it lies {count} folders deep").format(count=DEPTH))
            elif not entry.name.startswith("."):
                yield from _folder(path, parts, top)
        elif is_feedback(path, ours):
            yield Found(str(path), parts, refused=_says_feedback())
        elif not (why := _why_not(path, entry)) and is_archive(path):
            yield from _archive(path, str(path), parts[:-1])
        else:
            yield Found(str(path), parts, _reader(path), why or _by_its_ending(entry.name), _when(path))


def _reader(path: Path) -> Callable[[], bytes]:
    return lambda: _bytes(path)


def _says_feedback() -> str:
    return _("not read: it is feedback that was written here")


def _why_not(path: Path, entry: os.DirEntry[str]) -> str:
    """Why a file in a folder is not opened; empty where it is."""
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
    except OSError as error:
        return reason_of(error)
    if S_ISLNK(mode):
        return _("not read: it is a link, and might lead anywhere")
    if not S_ISREG(mode):
        return _("not read: it is no regular file")
    return _("not read: it is a hidden file") if path.name.startswith(".") else ""


def _by_its_ending(name: str) -> str:
    """Why a file of this name is no sheet; empty where it may be one."""
    ending = Path(name).suffix.lower()
    if ending in ENDINGS:
        return ""
    return _("not read: a sheet ends in {endings}").format(endings=listed(ENDINGS))


def _when(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _bytes(path: Path) -> bytes:
    """The bytes of a file. Raises OSError with the reason in words."""
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


# ---- archives ----------------------------------------------------------------------------------------------------


def _archive(source: Path | BytesIO, name: str, above: tuple[str, ...]) -> Iterator[Found]:
    """The files in an archive, also in one that lies in it."""
    try:
        archive = zipfile.ZipFile(source)
        inside = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, OverflowError):
        yield Found(name, (*above, Path(name).name), refused=_("not read: the archive is damaged"))
        return
    if len(inside) > INSIDE:
        said = _("not read: the archive has {count:,} files; the limit is {limit:,}")
        yield Found(name, (*above, Path(name).name), refused=said.format(count=len(inside), limit=INSIDE))
        return
    for called, one in sorted(((name_in_archive(one), one) for one in inside), key=lambda pair: pair[0]):
        parts = tuple(part for part in called.replace("\\", "/").split("/") if part not in ("", ".", ".."))
        if one.is_dir() or not parts or any(part in _JUNK or part.startswith(".") for part in parts):
            continue
        yield from _member(archive, one, f"{name}/{'/'.join(parts)}", (*above, *parts))


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


def _member(archive: zipfile.ZipFile, one: zipfile.ZipInfo, name: str, parts: tuple[str, ...]) -> Iterator[Found]:
    if S_ISLNK(one.external_attr >> 16):
        yield Found(name, parts, refused=_("not read: it is a link, and might lead anywhere"))
        return
    if parts[-1].lower().endswith(".zip"):
        try:
            yield from _archive(BytesIO(_unpacked(archive, one)), name, parts[:-1])
        except OSError as error:
            yield Found(name, parts, refused=str(error))
        return
    when = _seconds(one.date_time)
    yield Found(name, parts, lambda: _unpacked(archive, one), _by_its_ending(parts[-1]), when)


def _seconds(date: tuple[int, int, int, int, int, int]) -> float:
    """When a file in an archive was changed, in seconds of Unix; 0 for a time that there is not."""
    try:
        return datetime(*date).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


def _unpacked(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    """A file of an archive, however small it says that it is. Raises OSError with the reason in words."""
    try:
        with archive.open(one) as file:
            data = file.read(limits.BYTES + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError, zlib.error, OSError):
        raise OSError(_("the file is damaged or locked, and cannot be opened")) from None
    if len(data) > limits.BYTES:
        raise OSError(_too_large(max(len(data), one.file_size)))
    return data
