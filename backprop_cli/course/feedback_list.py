"""The list of the feedback that was written into a folder, by which it is known again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from stat import S_ISREG

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


def is_feedback(path: Path, ours: Mapping[str, str]) -> bool:
    """Whether a file is feedback that nobody has changed since it was written."""
    digest = ours.get(path.name)
    try:
        return digest is not None and S_ISREG(path.lstat().st_mode) and digest_of(path.read_bytes()) == digest
    except OSError:
        return False
