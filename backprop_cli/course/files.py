"""The files of a class, in folders and archives: none of them is opened before it is its turn.

No link is followed, no pipe or device is waited for, nothing is unpacked onto the disk, and nothing beyond its bounds.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from stat import S_ISLNK, S_ISREG

from backprop_cli.course.archived import JUNK, in_archive, is_archive
from backprop_cli.course.feedback_list import FEEDBACK_LIST, is_feedback, written_here
from backprop_cli.course.found import Found, by_its_ending
from backprop_cli.ground.errors import UsageError, reason_of
from backprop_cli.ground.words import _

DEPTH = 8  # folders within folders


def files_of(paths: Iterable[Path]) -> Iterator[Found]:
    """The files that are named, and everything in the folders and archives."""
    for path in paths:
        yield from _named(path)


def _named(path: Path) -> Iterator[Found]:
    """A file that is named is read whatever it is called."""
    if path.is_dir():
        yield from _folder(path, (), path)
    elif path.is_file() and is_archive(path):
        yield from in_archive(path, str(path), ())
    elif is_feedback(path, written_here(path.parent)):
        yield Found(str(path), (path.name,), refused=_says_feedback())
    else:
        yield Found(str(path), (path.name,), str(path), when=_when(path))


def _folder(folder: Path, above: tuple[str, ...], top: Path) -> Iterator[Found]:
    try:
        is_empty = next(_inside(folder), None) is None
    except OSError as error:
        if folder == top:
            raise UsageError(f"{folder}: {reason_of(error)}") from None
        yield Found(str(folder), above or (folder.name,), refused=reason_of(error))
        return
    ours = written_here(folder)
    if ours and all(entry.name == FEEDBACK_LIST or is_feedback(Path(entry.path), ours) for entry in _inside(folder)):
        yield Found(str(folder), (*above, folder.name), refused=_says_feedback())
        return
    if is_empty:
        yield Found(str(folder), above or (folder.name,), refused=_("not read: the folder is empty"))
    for entry in _inside(folder):
        yield from _entry(entry, above, top, ours)


def _inside(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What lies in a folder, never all of it in memory."""
    with os.scandir(folder) as entries:
        yield from entries


def _entry(entry: os.DirEntry[str], above: tuple[str, ...], top: Path, ours: Mapping[str, str]) -> Iterator[Found]:
    """A file in a folder, or all that is in a folder or an archive in it; `ours` is the feedback that lies there."""
    path, parts = Path(entry.path), (*above, entry.name)
    if entry.name == FEEDBACK_LIST or entry.name in JUNK:
        return
    if entry.is_dir(follow_symlinks=False):
        if len(parts) >= DEPTH:
            yield Found(str(path), parts, refused=_("not read: it lies {count} folders deep").format(count=DEPTH))
        elif not entry.name.startswith("."):
            yield from _folder(path, parts, top)
    elif is_feedback(path, ours):
        yield Found(str(path), parts, refused=_says_feedback())
    elif not (why := _why_not(path, entry)) and is_archive(path):
        yield from in_archive(path, str(path), parts[:-1])
    else:
        yield Found(str(path), parts, str(path), refused=why or by_its_ending(entry.name), when=_when(path))


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


def _when(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
