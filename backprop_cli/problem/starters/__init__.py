"""The commented files that `backprop init` writes: a kind in every language."""

from __future__ import annotations

from importlib.resources import files

from backprop_cli.ground.words import ENGLISH, language
from backprop_cli.problem.json_schema import editor_line


def schema_of(kind: str) -> str:
    """The kind of file, as the schemas call it."""
    return "assignment" if kind == "assignment" else "problem"


def starter(kind: str) -> str:
    """The file of a `network`, a `graph` or an `assignment`, commented in the reader's language, or in English."""
    folders = (files(__name__).joinpath(name) for name in (language(), ENGLISH))
    file = next(file for folder in folders if (file := folder.joinpath(f"{kind}.yaml")).is_file())
    return f"{editor_line(schema_of(kind))}\n{file.read_text('utf-8')}"
