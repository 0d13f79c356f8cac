"""Prints a constraints file with the oldest version that pyproject.toml promises of every library it names.

Lower bounds of `dependencies` and of every extra are taken, but those of the linters (`dev`): what a user installs.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
_PROMISE = re.compile(r"(?P<name>[\w.-]+)\s*>=\s*(?P<version>[\w.]+)")


def oldest(project: dict[str, object]) -> list[str]:
    ...
