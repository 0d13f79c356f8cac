"""Writes a file whole or not at all: under a temporary name, then renamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from backprop_cli.ground.errors import UsageError, reason_of
from backprop_cli.ground.words import _


def make_folder(path: Path) -> None:
    """Makes the folder, and those that it is in, where they are not there. Raises UsageError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = _("cannot write {path}: {reason}").format(path=path, reason=reason_of(error))
        raise UsageError(message) from None


def write_file(path: Path, content: str | bytes | Iterator[str] | Iterator[bytes]) -> None:
    """Writes the file whole or not at all; a pipe or a device is written to, not replaced. Raises UsageError."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    if not isinstance(data, bytes):
        data = (piece.encode("utf-8") if isinstance(piece, str) else piece for piece in data)
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                file.writelines([data] if isinstance(data, bytes) else data)
            return
        replace_file(path, data, _mode(path))
    except OSError as error:
        message = _("cannot write {path}: {reason}").format(path=path, reason=reason_of(error))
        raise UsageError(message) from None


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced, or those of a new one."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def replace_file(path: Path, data: bytes | Iterator[bytes], mode: int = 0o600) -> None:
    """The old file or the new one, never half of one; of a link, the file that it leads to. Raises OSError."""
    place_file(path.resolve(), data, mode)


def place_file(path: Path, data: bytes | Iterator[bytes], mode: int = 0o600) -> None:
    """Puts a file at the path, in place of whatever had that name: of a link itself, never of what it leads to.

    The old one or the new one, never half of one; `mode` are the permissions of the new one. Raises OSError.
    """
    name = path.parent / f".{path.name}.{os.urandom(4).hex()}"
    try:  # the file is made in here, so that Ctrl-C finds it at whatever moment
        with open(name, "xb", opener=lambda file, flags: os.open(file, flags, 0o600)) as file:
            file.writelines([data] if isinstance(data, bytes) else data)
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise
