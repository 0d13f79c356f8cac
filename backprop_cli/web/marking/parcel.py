"""What a page carries, as bytes: packed where the page is made, unpacked in the browser, by the same version."""

from __future__ import annotations

import io
import pickle
from pathlib import Path, PurePath
from typing import Any

FOLDER = "/exercise"  # in the file system of the browser, where the files beside the problems lie
_PROTOCOL = 4  # that every Python from 3.8 on reads


def packed(one: Any) -> bytes:
    """Something of the door for Python that can be pickled, as bytes."""
    file = io.BytesIO()
    _Pickler(file, _PROTOCOL).dump(one)
    return file.getvalue()


def unpacked(data: bytes) -> Any:
    """The same again, where the files that it names lie in FOLDER by now."""
    return _Unpickler(io.BytesIO(data)).load()


class _Pickler(pickle.Pickler):
    """Writes paths as texts: those of Windows mean nothing elsewhere."""

    def persistent_id(self, one: Any) -> str | None:
        return one.as_posix() if isinstance(one, PurePath) else None


class _Unpickler(pickle.Unpickler):
    """Reads them as paths of where it runs."""

    def persistent_load(self, said: Any) -> Path:
        return Path(said)
