"""An assignment as bytes that a page carries, with the files beside its problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as _replace
from pathlib import Path, PurePosixPath

from backprop_cli.api.assignments import Assignment as Opened
from backprop_cli.ground.records import record
from backprop_cli.problem.assignment import Assignment, Exercise
from backprop_cli.problem.files import read_file
from backprop_cli.problem.reader import Above, Loaded
from backprop_cli.problem.tree import text_at
from backprop_cli.web.marking.parcel import FOLDER, packed


@record
class Carried:
    """An assignment without a trace of whose machine it was on, and the files beside it by their paths in FOLDER."""

    assignment: bytes
    files: Mapping[str, str]


def carried(assignment: Assignment) -> Carried:
    """What a page carries. Raises SourceError where a file beside a problem cannot be read."""
    files: dict[str, str] = {}
    exercises = tuple(_moved(one, files) for one in assignment.exercises)
    head = assignment.head and _replace(assignment.head, logo=None)
    source = PurePosixPath(assignment.source.replace("\\", "/")).name
    plain = _replace(assignment, source=source, exercises=exercises, head=head, folder=None, students=None)
    return Carried(packed(Opened(plain)), files)


def _moved(one: Exercise, files: dict[str, str]) -> Exercise:
    """The exercise with the folder of its problem in the browser, whose files are noted."""
    loaded = one.loaded
    folder = Path(f"{FOLDER}/{one.number}")
    for name, path in _beside(loaded).items():
        files[f"{one.number}/{name}"] = read_file(path)
    notation = loaded.problem.notation
    if notation.endswith(".toml"):
        notation = (folder / _in_folder(loaded, notation)).as_posix()
    above = loaded.above
    if isinstance(above, Above):
        above = _replace(above, source=PurePosixPath(above.source).name)
    problem = _replace(loaded.problem, notation=notation)
    source = Path(loaded.source).name
    return _replace(one, loaded=_replace(loaded, problem=problem, source=source, folder=folder, above=above))


def _beside(loaded: Loaded) -> dict[str, Path]:
    """The files that a problem reads besides its own, by what they are called in its folder."""
    found: dict[str, Path] = {}
    samples = text_at(loaded.tree, ("samples",))
    if samples is not None and samples.value and loaded.folder is not None:
        found[samples.value] = loaded.folder / samples.value
    notation = loaded.problem.notation
    if notation.endswith(".toml"):
        found[_in_folder(loaded, notation)] = Path(notation)
    return found


def _in_folder(loaded: Loaded, notation: str) -> str:
    """What a notation file is called in the folder of its problem; its name alone where it came from elsewhere."""
    path, folder = Path(notation), loaded.folder
    return (
        path.relative_to(folder) if folder is not None and path.is_relative_to(folder) else Path(path.name)
    ).as_posix()
