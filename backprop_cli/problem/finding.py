"""Finds a problem or an assignment: at a path, on standard input, or by the name of a bundled one."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Any

from backprop_cli.ground import limits
from backprop_cli.ground.errors import UsageError, did_you_mean
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.cases import named_case
from backprop_cli.problem.files import decode, read_file


@record
class File:
    """A text that was found: what complaints call it, the folder of the files beside it, and which case is meant."""

    source: str
    text: str
    folder: FilePath | None
    is_bundled: bool = False
    case: int | None = None  # from 1


def find(name: str, beside: FilePath | None = None) -> File:
    """The file at a path, looked for `beside` an assignment; standard input for `-`; or what is bundled by this name.

    Behind a name, `#2` is the second of its cases.
    Raises SourceError or UsageError.
    """
    if name == "-" and beside is None:
        return File("<stdin>", decode(sys.stdin.buffer.read(limits.FILE_BYTES + 1), "<stdin>"), None)
    path = FilePath(name) if beside is None else beside / name
    file, case = named_case(name)
    if case is not None and not _exists(path):
        return replace(find(file, beside), case=case)
    if not _exists(path):
        known = bundled() if beside is not None else bundled() | bundled_assignments()
        stem = name.removesuffix(".yaml")
        by_file = {one.name.removesuffix(".yaml"): one for one in known.values()}
        if found := known.get(stem) or by_file.get(stem):
            return as_bundled(found)
        hint = did_you_mean(stem, known) or _("`backprop problems` lists the bundled ones")
        named = name if len(name) <= limits.TEXT_LENGTH else f"{name[: limits.NAME_LENGTH]}…"
        raise UsageError(_("no file and no bundled problem called {name!r} ({hint})").format(name=named, hint=hint))
    return File(str(path), read_file(path), path.parent)


def as_bundled(found: Any) -> File:
    """One of those that `bundled` and `bundled_assignments` have, whatever lies under its name in this folder."""
    folder = found.parent if isinstance(found, FilePath) else None
    return File(found.name, decode(found.read_bytes(), found.name), folder, is_bundled=True)


def _exists(path: FilePath) -> bool:
    """Whether there is something at a path; a name that no file can have is none."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def title_line(text: str) -> str:
    """The title of a problem file by its line, without reading the whole problem; it is a message in the catalogues."""
    line = next((line for line in text.split("\n") if line.startswith("title:")), "")
    return line.removeprefix("title:").strip().strip("\"'")


def bundled() -> dict[str, Any]:
    """The bundled problems by name (`mazur`), in the order of their files."""
    found = sorted((one for one in _bundled().iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name)
    return {one.name.removesuffix(".yaml").partition("-")[2]: one for one in found}


def bundled_assignments() -> dict[str, Any]:
    """The bundled assignments by name."""
    found = sorted(_bundled().joinpath("assignments").iterdir(), key=lambda one: one.name)
    return {one.name.removesuffix(".yaml"): one for one in found if one.name.endswith(".yaml")}


def _bundled() -> Any:
    inside = files("backprop_cli").joinpath("problems")
    return inside if inside.is_dir() else FilePath(__file__).resolve().parents[2] / "problems"
