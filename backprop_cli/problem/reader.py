"""Reads a problem from a path, from standard input, or by the name of a bundled one."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from dataclasses import replace as _replace
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Any, get_args

from pydantic import ValidationError

from backprop_cli import limits
from backprop_cli.errors import Complaint, SourceError, Span, UsageError, did_you_mean
from backprop_cli.notation import load_notation, notations
from backprop_cli.problem import synonyms
from backprop_cli.problem.builder import Builder
from backprop_cli.problem.csv_file import samples_from_csv
from backprop_cli.problem.fields import SHAPE, FileModel, expected_shape, is_tag
from backprop_cli.problem.files import decode, read_file
from backprop_cli.problem.letters import Letters, letters_in
from backprop_cli.problem.model import Problem
from backprop_cli.problem.schema import ProblemFile
from backprop_cli.problem.tree import Entries, Path, Tree, plain, read_tree, span_at, text_at
from backprop_cli.words import _


@dataclass(frozen=True)
class Loaded:
    """A problem with the text it came from, so that later complaints can be located too."""

    problem: Problem
    source: str
    text: str
    tree: Tree

    def failure(self, places: list[tuple[Path, str, str | None]]) -> SourceError:
        """A located error: path, message and suggestion of each complaint."""
        complaints = [Complaint(message, span_at(self.tree, path, key=True), hint) for path, message, hint in places]
        return SourceError(self.source, complaints, self.text)


def load(name: str, notation: str | None = None, letters: bool = False) -> Loaded:
    """The problem at a path, from `-` (standard input), or bundled under this name.

    `notation` takes the place of the file's own. Raises SourceError with every complaint, or UsageError: also for a
    problem with letters, unless the caller can do with `letters` in place of numbers.
    """
    source, text, folder = _read(name)
    loaded = load_text(text, source, notation, letters, folder)
    if name in ("-", source):
        return loaded
    return _replace(loaded, problem=_replace(loaded.problem, title=_(loaded.problem.title)))  # a bundled one


def load_text(
    text: str, source: str, notation: str | None = None, letters: bool = False, folder: FilePath | None = None
) -> Loaded:
    """The problem in a text; `source` is what complaints call it, `folder` where the files beside it are."""
    tree = read_tree(text, source)
    problem = _build(tree, source, text, folder)
    if notation is not None:
        if notation not in notations() and not notation.endswith(".toml"):
            raise UsageError(_unknown_notation(notation))
        problem = _replace(problem, notation=notation)
    if problem.letters and not letters:
        raise UsageError(needs_numbers(source, problem))
    return Loaded(_settle(problem), source, text, tree)


def needs_numbers(source: str, problem: Problem) -> str:
    """What is said where letters are of no use."""
    one = _("{source}: {letters} is a letter, and this needs numbers (`backprop solve` works with letters)")
    many = _("{source}: {letters} are letters, and this needs numbers (`backprop solve` works with letters)")
    few = ", ".join(problem.letters[:_FEW]) + (", …" if len(problem.letters) > _FEW else "")
    return (one if len(problem.letters) == 1 else many).format(source=source, letters=few)


def bundled() -> dict[str, Any]:
    """The bundled problems by name (`mazur`), in the order of the course."""
    inside = files("backprop_cli").joinpath("problems")
    folder = inside if inside.is_dir() else FilePath(__file__).resolve().parents[2] / "problems"
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name)
    return {one.name.removesuffix(".yaml").partition("-")[2]: one for one in found}


def _unknown_notation(name: str) -> str:
    hint = did_you_mean(name, notations()) or ", ".join(notations())
    return _("no notation called {name!r} ({hint})").format(name=name, hint=hint)


def _own_notation(name: str, builder: Builder, folder: FilePath | None) -> str:
    """The path of a notation file that stands in the folder of the problem."""
    if not name.endswith(".toml"):
        builder.complain(("notation",), _unknown_notation(name))
    elif folder is None or os.path.isabs(name) or ".." in FilePath(name).parts:
        builder.complain(("notation",), _("a notation file stands in the folder of its problem"))
    elif not (folder / name).is_file():
        builder.complain(("notation",), _("no file called {name!r} beside the problem").format(name=name))
    else:
        return str(folder / name)
    return "plain"


def _settle(problem: Problem) -> Problem:
    """The problem with the sign of δ that its notation is written in, unless it chose its own."""
    notation = load_notation(problem.notation)
    if problem.conventions.negative_delta is not None:
        return problem
    conventions = _replace(problem.conventions, negative_delta=notation.negative_delta)
    return _replace(problem, conventions=conventions)


# ---- the text ------------------------------------------------------------------------------------------------


def _read(name: str) -> tuple[str, str, FilePath | None]:
    if name == "-":
        return "<stdin>", decode(sys.stdin.buffer.read(limits.FILE_BYTES + 1), "<stdin>"), None
    path = FilePath(name)
    if not _exists(path):
        known = bundled()
        stem = name.removesuffix(".yaml")
        by_file = {one.name.removesuffix(".yaml"): one for one in known.values()}
        if found := known.get(stem) or by_file.get(stem):
            folder = found.parent if isinstance(found, FilePath) else None
            return found.name, decode(found.read_bytes(), found.name), folder
        hint = did_you_mean(stem, known) or _("`backprop problems` lists the bundled ones")
        named = name if len(name) <= limits.TEXT_LENGTH else f"{name[: limits.NAME_LENGTH]}…"
        raise UsageError(_("no file and no bundled problem called {name!r} ({hint})").format(name=named, hint=hint))
    return name, read_file(path), path.parent


def _exists(path: FilePath) -> bool:
    """Whether there is something at a path; a name that no file can have is none."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


# ---- the shape -----------------------------------------------------------------------------------------------


def _build(tree: Tree, source: str, text: str, folder: FilePath | None) -> Problem:
    if not isinstance(tree, Entries):
        complaint = Complaint(_("a problem is a mapping of keys to values"), tree.span, _("see `backprop init`"))
        raise SourceError(source, [complaint], text)
    data = plain(tree)
    letters = letters_in(data)
    file, complaints = _validated(data, tree, letters)
    if file is None:
        raise SourceError(source, complaints, text)
    if isinstance(file.samples, str) and not complaints:
        file.samples = samples_from_csv(file, source, text, tree, folder)
    builder = Builder(tree, file, letters)
    if file.notation is not None and file.notation not in notations():
        file.notation = _own_notation(str(file.notation), builder, folder)
    problem = builder.build()
    if complaints:  # what stands in the same line as a complaint may be only its consequence
        lines = {complaint.span.line for complaint in complaints if complaint.span}
        found = [one for one in builder.complaints if one.span and one.span.line not in lines]
        raise SourceError(source, list(dict.fromkeys(complaints + found)), text)
    if problem is None or builder.complaints:
        raise SourceError(source, list(dict.fromkeys(builder.complaints)), text)
    return problem


def _validated(data: Any, tree: Tree, letters: Letters) -> tuple[ProblemFile | None, list[Complaint]]:
    """The file, and what is wrong in its shape.

    What is wrong is mended (by a 1, else by leaving it out), so that the rest of the file can be checked in the same
    run; the file is None where that does not help.
    """
    complaints: list[Complaint] = []
    for mend in (_put_one, _leave_out, _leave_out):
        try:
            return ProblemFile.model_validate(data, context=letters), complaints
        except ValidationError as error:
            complaints = complaints or _complaints(error, tree)
            errors = error.errors(include_url=False)
            if len(errors) > _MANY or any(map(_takes_the_rest_with_it, errors)):
                return None, complaints
            for one in errors:
                path = tuple(step for step in one["loc"] if not is_tag(step))
                (_leave_out if one["type"] == "extra_forbidden" else mend)(data, path)
    return None, complaints


def _takes_the_rest_with_it(error: Mapping[str, Any]) -> bool:
    """Whether more complaints would only be consequences: without a name, or with a section under a misspelt key."""
    unknown = error["type"] == "extra_forbidden" and len(error["loc"]) == 1
    misspelt = unknown and did_you_mean(str(error["loc"][0]), ProblemFile.model_fields, synonyms.KEYS)
    return any(repr(section) in str(misspelt) for section in _SECTIONS) or "[key]" in error["loc"]


def _holder(data: Any, path: Path) -> Any:
    """The dict or list that holds the value at a path, or None where the path leads nowhere."""
    for step in path[:-1]:
        try:
            data = data[step]
        except (LookupError, TypeError):
            return None
    return data


def _put_one(data: Any, path: Path) -> None:
    """Puts a 1, which is right wherever a number is."""
    holder = _holder(data, path)
    if path and isinstance(holder, dict | list):
        holder[path[-1]] = "1"  # type: ignore[index]


def _leave_out(data: Any, path: Path) -> None:
    """Takes the value out of its mapping, its key with it."""
    while path and not isinstance(_holder(data, path), dict):
        path = path[:-1]
    if path:
        _holder(data, path).pop(path[-1], None)


_SECTIONS = ("inputs", "layers", "graph", "parameters", "samples", "gradients")  # what the rest of a file refers to
_FEW = 6  # keys that are named when none is near
_MANY = 100  # complaints after which this is no problem file: what is near each word is not looked for


def _complaints(error: ValidationError, tree: Tree) -> list[Complaint]:
    complaints: dict[Complaint, None] = {}
    errors = error.errors(include_url=False)
    keys = {one["loc"][:-1] for one in errors if one["loc"][-1:] == ("[key]",)}
    for one in errors:
        if one["loc"] in keys:  # what stands under a key that is none
            continue
        path: Path = tuple(step for step in one["loc"] if not is_tag(step) and step != "[key]")
        in_key = "[key]" in one["loc"]
        context = one.get("ctx") or {}
        if one["type"] == "extra_forbidden":
            known = _known_keys(tree, path[:-1])
            message = _("unknown key {key!r}").format(key=path[-1])
            hint = did_you_mean(str(path[-1]), known, synonyms.KEYS) if len(complaints) < _MANY else None
            complaints[Complaint(message, span_at(tree, path, key=True), hint or _keys(known))] = None
        elif one["type"].startswith(f"{SHAPE} "):
            complaints[Complaint(expected_shape(one["type"]), span_at(tree, path))] = None
        elif "message" in context:
            hint = context["hint"] or None
            if path and isinstance(path[-1], str) and path[-1].isdigit():  # {o1: 0,01} has a key 01
                hint = hint or _("decimals are written with a point")
            complaints[Complaint(context["message"], _part(tree, path, context, in_key), hint)] = None
        else:
            complaints[_of_shape(one, tree, path)] = None
    return list(complaints)


def _of_shape(error: Mapping[str, Any], tree: Tree, path: Path) -> Complaint:
    """A list or a mapping was expected: the keys that it has, where they are few."""
    if "list" in error["type"]:
        return Complaint(_("expected a list"), span_at(tree, path))
    if "model" in error["type"]:
        return Complaint(_("expected a mapping"), span_at(tree, path), _keys(_known_keys(tree, path)))
    if "dict" in error["type"]:
        return Complaint(_("expected a mapping"), span_at(tree, path))
    return Complaint(_("another value is expected here"), span_at(tree, path))


def _keys(known: Collection[str]) -> str | None:
    """The keys that there are, unless they are many."""
    return _("the keys here are {keys}").format(keys=", ".join(known)) if 0 < len(known) <= _FEW else None


def _part(tree: Tree, path: Path, context: Mapping[str, Any], in_key: bool) -> Span:
    span = span_at(tree, path, key=in_key)
    scalar = None if in_key else text_at(tree, path)
    if scalar is None or scalar.value is None or not context["length"]:
        return span
    return Span(span.line, span.column + scalar.indent + context["offset"], context["length"])


def _known_keys(tree: Tree, path: Path) -> list[str]:
    """The keys that may stand at a path of the file."""
    from backprop_cli.problem import schema
    from backprop_cli.problem.layer_types import LAYER_TYPES

    named = text_at(tree, (*path[:2], "type"))
    special = LAYER_TYPES.get(named.value.strip()) if named and named.value else None
    models = {
        "layers": special.file if special else schema.LayerFile,
        "samples": schema.SampleFile,
        "rounding": schema.RoundingFile,
        "penalty": schema.PenaltyFile,
        "clip": schema.ClipFile,
        "stop": schema.StopFile,
        "report": schema.ReportFile,
        "conventions": schema.ConventionsFile,
    }
    model: Any = models.get(str(path[0]), ProblemFile) if path else ProblemFile
    if special and len(path) > 2 and path[2] in model.model_fields:
        model = _model_in(model.model_fields[path[2]].annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> Any:
    """The mapping that may stand where the annotation is, or None."""
    if isinstance(annotation, type) and issubclass(annotation, FileModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)
