"""Feedback files: one for each sheet, inside their folder, and never over a file that was not written here."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

from backprop_cli.checking.hand_ins import FEEDBACK_LIST, digest_of, written_here
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.replacing import place_file
from backprop_cli.ground.words import _

if TYPE_CHECKING:
    from backprop_cli.checking.grading import Graded

_LONGEST = 100  # bytes of a name: every file system takes them, with a number and an ending
_MODE = 0o644


def write_feedback(sheets: Iterable[Graded], folder: Path, report: Callable[[Graded], str]) -> Iterator[str]:
    """Writes the report on each sheet into the folder; says of each one that could not be written why.

    A file is replaced only if it was written here and has not been changed since. Raises UsageError where there is no
    such folder and none can be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = _("cannot write {path}: {reason}").format(path=folder, reason=error.strerror or error)
        raise UsageError(message) from None
    ours = written_here(folder)
    for sheet, name in feedback_names(sheets).items():
        path = folder / name
        try:
            data = report(sheet).encode("utf-8", "replace")
            if refused := _refused(path, ours.get(name), data):
                yield _("{path} is not written: {reason}").format(path=path, reason=refused)
                continue
            place_file(path, data, _MODE)
            ours[name] = digest_of(data)
        except OSError as error:
            yield _("cannot write {path}: {reason}").format(path=path, reason=error.strerror or error)
        except Exception as error:  # one report never costs the others
            yield _("{path} is not written: {reason}").format(path=path, reason=f"{type(error).__name__}: {error}")
    with suppress(OSError):
        place_file(folder / FEEDBACK_LIST, json.dumps(ours, indent=0, sort_keys=True).encode(), _MODE)


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


def feedback_names(sheets: Iterable[Graded], ending: str = ".md") -> Mapping[Graded, str]:
    """A file name for the feedback on each sheet: that of the sheet, with a number where two would have the same."""
    names: dict[Graded, str] = {}
    taken: set[str] = {FEEDBACK_LIST}
    for sheet in sheets:
        stem, number = _shortened(sheet.path.stem) or "sheet", 1
        name = f"{stem}{ending}"
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}{ending}"
        taken.add(name.casefold())
        names[sheet] = name
    return names


def _shortened(stem: str) -> str:
    """The stem, a very long one by its beginning; no half of a character is left."""
    data = os.fsencode(stem)
    if len(data) <= _LONGEST:
        return stem
    return data[:_LONGEST].decode("utf-8", "ignore")
