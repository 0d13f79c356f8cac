"""The commented files that `backprop init` writes: a kind in every language."""

from __future__ import annotations

from importlib.resources import files

from backprop_cli.ground.words import ENGLISH, language
from backprop_cli.problem.json_schema import editor_line


def starter(kind: str) -> str:
    """The file of a `network` or a `graph`, its comments in the language that is spoken where there is one in it."""
    folders = (files(__name__).joinpath(name) for name in (language(), ENGLISH))
    file = next(file for folder in folders if (file := folder.joinpath(f"{kind}.yaml")).is_file())
    return f"{editor_line('problem')}\n{file.read_text('utf-8')}"
