"""Feedback files: one for each sheet, inside their folder, and never over a file that was not written here."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from stat import S_ISREG
from tempfile import TemporaryFile
from zipfile import ZIP_DEFLATED, ZipFile

from backprop_cli.checking.rows import SheetRow
from backprop_cli.course.feedback_list import FEEDBACK_LIST, digest_of, written_here
from backprop_cli.ground.errors import reason_of
from backprop_cli.ground.replacing import make_folder, place_file, write_file
from backprop_cli.ground.words import _

_LONGEST = 100  # bytes of a name: every file system takes them, with a number and an ending
_MODE = 0o644
_PIECE = 1 << 20  # bytes that are copied at a time


def write_feedback(sheets: Iterable[tuple[SheetRow, str]], folder: Path, ending: str) -> Iterator[str]:
    """Writes the feedback on each sheet into the folder; says of each one that could not be written why.

    A file is replaced only if it was written here and has not been changed since. Raises UsageError where there is no
    such folder and none can be made.
    """
    make_folder(folder)
    ours = written_here(folder)
    names = FeedbackNames(ending)
    for row, said in sheets:
        name = names.of(row)
        path = folder / name
        try:
            data = said.encode("utf-8", "replace")
            if refused := _refused(path, ours.get(name), data):
                yield _("{path} is not written: {reason}").format(path=path, reason=refused)
                continue
            place_file(path, data, _MODE)
            ours[name] = digest_of(data)
        except OSError as error:
            yield _("cannot write {path}: {reason}").format(path=path, reason=reason_of(error))
    with suppress(OSError):
        place_file(folder / FEEDBACK_LIST, json.dumps(ours, indent=0, sort_keys=True).encode(), _MODE)


def write_archive(sheets: Iterable[tuple[SheetRow, str]], path: Path, ending: str) -> int:
    """The feedback as an archive that a platform takes back: in the folders that it gave, else under the files' names.

    Returns how many there are. Raises UsageError where it cannot be written.
    """
    names = FeedbackNames(ending)
    count = 0
    with TemporaryFile() as data:
        with ZipFile(data, "w", ZIP_DEFLATED) as archive:
            for row, said in sheets:
                name = f"{row.folder}/feedback{ending}" if row.folder else names.of(row)
                archive.writestr(name, said.encode("utf-8", "replace"))
                count += 1
        data.seek(0)
        write_file(path, iter(partial(data.read, _PIECE), b""))
    return count


def _refused(path: Path, digest: str | None, data: bytes) -> str:
    """Why a file with this name is not replaced; empty where there is none, or it is as it was written here."""
    try:
        state = path.lstat()
    except FileNotFoundError:
        return ""
    if not S_ISREG(state.st_mode):
        return _("there is a link, a pipe or a folder of that name")
    there = path.read_bytes()
    if there == data or (digest is not None and digest_of(there) == digest):
        return ""
    return _("there is a file of that name that was not written by grade, or was changed since")


class FeedbackNames:
    """A file name for the feedback on each sheet: that of the sheet, with a number where two would have the same."""

    def __init__(self, ending: str) -> None:
        self.ending = ending
        self._taken: set[str] = {FEEDBACK_LIST}

    def of(self, row: SheetRow) -> str:
        """The next name."""
        stem, number = _shortened(Path(row.file).stem) or "sheet", 1
        name = f"{stem}{self.ending}"
        while name.casefold() in self._taken:
            number += 1
            name = f"{stem}-{number}{self.ending}"
        self._taken.add(name.casefold())
        return name


def _shortened(stem: str) -> str:
    """The stem, a very long one by its beginning; no half of a character is left."""
    data = os.fsencode(stem)
    if len(data) <= _LONGEST:
        return stem
    return data[:_LONGEST].decode("utf-8", "ignore")
