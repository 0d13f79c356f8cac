"""From the tree of a problem file to its validated form, with a located complaint for each key and value in between."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from backprop_cli.ground.errors import Complaint, Span, did_you_mean
from backprop_cli.ground.words import _, listed
from backprop_cli.problem import synonyms
from backprop_cli.problem.fields import kinds_of
from backprop_cli.problem.file_model import KEY, Fault, FileModel, Misread
from backprop_cli.problem.layer_types import DENSE, LAYER_TYPES
from backprop_cli.problem.schema import ProblemFile
from backprop_cli.problem.tree import Path, Tree, span_at, text_at

F = TypeVar("F", bound=FileModel)


def validated(data: Any, tree: Tree, model: type[F]) -> tuple[F | None, list[Complaint], bool]:
    """The file, what is wrong in its shape, and whether what refers to its parts can be checked all the same.

    What is wrong is mended (by a word that is right there, else by leaving it out), so that the rest of the file can be
    checked in the same run; the file is None where that does not help.
    """
    complaints: list[Complaint] = []
    whole = True
    for mend in (_put("1"), _put("e"), _leave_out, _leave_out):
        try:
            return model.model_validate(data), complaints, whole
        except Misread as error:
            complaints = complaints or _complaints(error.faults, tree, model)
            if len(error.faults) > _MANY:
                break
            for one in error.faults:
                whole = whole and not _takes_the_rest_with_it(one)
                path = tuple(step for step in one.path if step != KEY)
                (_leave_out if one.kind == "unknown_key" or KEY in one.path else mend)(data, path)
    return None, complaints, False


def _takes_the_rest_with_it(fault: Fault) -> bool:
    """Whether more complaints would only be consequences: without a name, or with a section under a misspelt key."""
    unknown = fault.kind == "unknown_key" and len(fault.path) == 1
    misspelt = unknown and did_you_mean(str(fault.path[0]), ProblemFile.model_fields, synonyms.KEYS)
    return any(repr(section) in str(misspelt) for section in _SECTIONS) or KEY in fault.path


def _holder(data: Any, path: Path) -> Any:
    """The dict or list that holds the value at a path, or None where the path leads nowhere."""
    for step in path[:-1]:
        try:
            data = data[step]
        except (LookupError, TypeError):
            return None
    return data


def _put(text: str) -> Callable[[Any, Path], None]:
    """Puts a text in the place of a value: a 1 is right wherever a number is, an e where a name is."""

    def put(data: Any, path: Path) -> None:
        holder = _holder(data, path)
        if path and isinstance(holder, dict | list):
            holder[path[-1]] = text  # type: ignore[index]

    return put


def _leave_out(data: Any, path: Path) -> None:
    """Takes the value out of its mapping, its key with it."""
    while path and not isinstance(_holder(data, path), dict):
        path = path[:-1]
    if path:
        _holder(data, path).pop(path[-1], None)


_SECTIONS = ("inputs", "layers", "graph", "parameters", "samples", "gradients")  # what the rest of a file refers to
_MANY = 100  # complaints after which this is no problem file: what is near each word is not looked for


def _complaints(faults: Sequence[Fault], tree: Tree, model: type[FileModel]) -> list[Complaint]:
    complaints: dict[Complaint, None] = {}
    keys = {one.path[:-1] for one in faults if one.path[-1:] == (KEY,)}
    for one in faults:
        if one.path in keys:  # what stands under a key that is none
            continue
        path: Path = tuple(step for step in one.path if step != KEY)
        in_key = KEY in one.path
        context = one.said or {}
        if one.kind == "unknown_key":
            known = _known_keys(tree, path[:-1], model)
            message = _("unknown key {key!r}").format(key=path[-1])
            hint = did_you_mean(str(path[-1]), known, synonyms.KEYS) if len(complaints) < _MANY else None
            complaints[Complaint(message, span_at(tree, path, key=True), hint or _keys(known))] = None
        elif context:
            hint = context["hint"] or None
            if path and isinstance(path[-1], str) and path[-1].isdigit():  # {o1: 0,01} has a key 01
                hint = hint or _("decimals are written with a point")
            complaints[Complaint(context["message"], _part(tree, path, context, in_key), hint)] = None
        else:
            complaints[_of_shape(one, tree, path, model)] = None
    return list(complaints)


def _of_shape(fault: Fault, tree: Tree, path: Path, model: type[FileModel]) -> Complaint:
    """A list or a mapping was expected, with the keys that it has where they are few; or a key is missing."""
    if fault.kind == "missing":
        return Complaint(_("the key {key!r} is missing here").format(key=path[-1]), span_at(tree, path[:-1]))
    if fault.kind == "list":
        return Complaint(_("expected a list"), span_at(tree, path))
    if fault.kind == "keys":
        return Complaint(_("expected a mapping"), span_at(tree, path), _keys(_known_keys(tree, path, model)))
    if fault.kind == "mapping":
        return Complaint(_("expected a mapping"), span_at(tree, path))
    return Complaint(_("another value is expected here"), span_at(tree, path))


def _keys(known: Collection[str]) -> str | None:
    """The keys that there are."""
    return _("the keys here are {keys}").format(keys=listed(known)) if known else None


def _part(tree: Tree, path: Path, context: Mapping[str, Any], in_key: bool) -> Span:
    span = span_at(tree, path, key=in_key)
    scalar = None if in_key else text_at(tree, path)
    if scalar is None or scalar.value is None or not context["length"]:
        return span
    return Span(span.line, span.column + scalar.indent + context["offset"], context["length"])


def _known_keys(tree: Tree, path: Path, model: type[FileModel]) -> list[str]:
    """The keys that may stand at a path of the file."""
    if path and path[0] == "layers":
        return _keys_of(_model_of_layer(tree, path))
    for step in path:
        if isinstance(step, str) and (field := model.model_fields.get(step)) is not None:
            model = _model_in(field.annotation) or model
    return _keys_of(model)


def _model_of_layer(tree: Tree, path: Path) -> type[FileModel]:
    """The mapping at a path in a layer, by the layer's type."""
    named = text_at(tree, (*path[:2], "type"))
    kind = LAYER_TYPES.get(named.value.strip()) if named and named.value else None
    model = (kind or LAYER_TYPES[DENSE]).file
    inner = model.model_fields.get(str(path[2])) if len(path) > 2 else None
    return model if inner is None else _model_in(inner.annotation) or model


def _keys_of(model: type[FileModel]) -> list[str]:
    """The keys as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> Any:
    """The mapping that may stand where the annotation is, or None."""
    if isinstance(annotation, type) and issubclass(annotation, FileModel):
        return annotation
    return next(filter(None, map(_model_in, kinds_of(annotation))), None)
