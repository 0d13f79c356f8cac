"""The files of a class: which of them are read as sheets, and of every other one why it is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from backprop_cli.checking.handed_in import ENDINGS
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _

MOST_SHEETS = 5_000


@dataclass(frozen=True, slots=True)
class HandIn:
    """A file that was handed in; `refused` says why it is not read, and is empty where it is."""

    path: Path
    refused: str = ""


def hand_ins(paths: Iterable[Path]) -> list[HandIn]:
    """The files, and everything that lies in the folders, each once.

    A file that is named is read whatever it is; in a folder, only regular files with the ending of a sheet are: no
    link is followed, and no pipe or device is waited for. Raises UsageError where there is nothing to read.
    """
    found: dict[Path, HandIn] = {}
    for path in paths:
        for one in _inside(path) if path.is_dir() else [HandIn(path)]:
            found.setdefault(one.path, one)
    sheets = sum(not one.refused for one in found.values())
    if not sheets:
        listed = [f"{one.path}: {one.refused}" for one in found.values()]
        said = _("no sheets: give files or folders with {endings}").format(endings=", ".join(ENDINGS))
        raise UsageError("\n".join([said, *listed]))
    if sheets > MOST_SHEETS:
        message = _("{count:,} sheets; the limit is {limit:,}")
        raise UsageError(message.format(count=sheets, limit=MOST_SHEETS))
    return list(found.values())


def _inside(folder: Path) -> Iterator[HandIn]:
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror or error}") from None
    for path in inside:
        yield HandIn(path, _why_not(path))


def _why_not(path: Path) -> str:
    """Why a file in a folder is not read as a sheet; empty where it is."""
    if path.is_symlink():
        return _("not read: it is a link, and might lead anywhere")
    if path.is_dir():
        return _("not read: it is a folder inside the folder; name it to have it read")
    if not path.is_file():
        return _("not read: it is no regular file")
    if path.name.startswith("."):
        return _("not read: it is a hidden file")
    if path.suffix.lower() not in ENDINGS:
        return _("not read: a sheet ends in {endings}").format(endings=", ".join(ENDINGS))
    return ""
