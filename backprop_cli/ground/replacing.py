"""Writes a file whole or not at all: under a temporary name, then renamed."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex


def replace_file(path: Path, data: bytes, mode: int = 0o600) -> None:
    """The old file or the new one, never half of one; of a link, the file that it leads to. Raises OSError."""
    place_file(path.resolve(), data, mode)


def place_file(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Puts a file at the path, in place of whatever had that name: of a link itself, never of what it leads to.

    The old one or the new one, never half of one; `mode` are the permissions of the new one. Raises OSError.
    """
    name = path.parent / f".{path.name}.{token_hex(4)}"
    try:  # the file is made in here, so that Ctrl-C finds it at whatever moment
        with open(name, "xb", opener=lambda file, flags: os.open(file, flags, 0o600)) as file:
            file.write(data)
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise
