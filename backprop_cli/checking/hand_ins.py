"""The files of a class: which of them are read as sheets, and of every other one why it is not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from stat import S_ISREG

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

    A file that is named is read whatever it is, but for feedback; in a folder, only regular files with the ending of a
    sheet are: no link is followed, and no pipe or device is waited for. Raises UsageError where there is nothing to
    read.
    """
    found: dict[Path, HandIn] = {}
    for path in paths:
        for one in _inside(path) if path.is_dir() else [HandIn(path, _why_no_work(path))]:
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
    ours = written_here(folder)
    if ours and all(path.name == FEEDBACK_LIST or _is_feedback(path, ours) for path in inside):
        yield HandIn(folder, _says_feedback())
        return
    for path in (one for one in inside if one.name != FEEDBACK_LIST):
        yield HandIn(path, _says_feedback() if _is_feedback(path, ours) else _why_not(path))


def _says_feedback() -> str:
    return _("not read: it is feedback that was written here")


def _why_no_work(path: Path) -> str:
    """Why a file that is named is no work of a student."""
    return _says_feedback() if _is_feedback(path, written_here(path.parent)) else ""


# ---- feedback ----------------------------------------------------------------------------------------------------

FEEDBACK_LIST = ".backprop-feedback.json"  # in a folder: the feedback that was written there, and a digest of each


def written_here(folder: Path) -> dict[str, str]:
    """The files that feedback was written into, each with its digest; nothing where the list is missing or is none."""
    path = folder / FEEDBACK_LIST
    try:
        listed = json.loads(path.read_bytes()) if S_ISREG(path.lstat().st_mode) else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return {str(name): str(digest) for name, digest in listed.items()} if isinstance(listed, dict) else {}


def digest_of(data: bytes) -> str:
    """What tells whether a file is as it was written."""
    return blake2b(data, digest_size=16).hexdigest()


def _is_feedback(path: Path, ours: Mapping[str, str]) -> bool:
    """Whether a file is feedback that nobody has changed since it was written."""
    digest = ours.get(path.name)
    try:
        return digest is not None and S_ISREG(path.lstat().st_mode) and digest_of(path.read_bytes()) == digest
    except OSError:
        return False


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
