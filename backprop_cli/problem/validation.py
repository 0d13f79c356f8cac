"""From the tree of a problem file to its validated form, with a located complaint for each key and value in between."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Generic, TypeVar

from backprop_cli.ground.errors import Complaint, Span, did_you_mean, nearest
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.problem import synonyms
from backprop_cli.problem.fields import kinds_of
from backprop_cli.problem.file_model import KEY, Fault, FileModel, Misread
from backprop_cli.problem.layer_types import DENSE, LAYER_TYPES
from backprop_cli.problem.tree import Path, Tree, plain, renamed, span_at, text_at

F = TypeVar("F", bound=FileModel)


@record
class Mended(Generic[F]):
    """A file as it was probably meant, with the tree in which keys have the names that may be meant.

    `complaints` are what is wrong, of which `keys` are about keys that there are not; `whole` is whether what refers to
    the parts of the file can be checked all the same; at `places`, more complaints may be only consequences.
    """

    file: F | None
    tree: Tree
    complaints: list[Complaint]
    keys: frozenset[Complaint] = frozenset()
    whole: bool = True
    places: frozenset[Span] = frozenset()

    def and_more(self, found: Sequence[Complaint]) -> list[Complaint]:
        """All that is wrong, with what was found in the mended file, but for what may be only a consequence.

        That is what stands in the same line as a value that is wrong, and what has no place.
        """
        if not self.complaints:
            return list(dict.fromkeys(found))
        lines = {one.span.line for one in self.complaints if one.span and one not in self.keys}
        more = [one for one in found if one.span and one.span.line not in lines and one.span not in self.places]
        return list(dict.fromkeys([*self.complaints, *more]))


def validated(tree: Tree, model: type[F]) -> Mended[F]:
    """The file, with what is wrong in its shape, mended so that the rest of it can be checked in the same run.

    A key that there is not is taken for the one that may be meant, where that is not there yet, else it is left out. A
    value is mended by a word that is right there, else by leaving it out. The file is None where that does not help.
    """
    mending = _Mending(tree, model)
    file = mending.file()
    return Mended(file, mending.tree, mending.complaints, frozenset(mending.keys), mending.whole,
                  frozenset(mending.places))  # fmt: skip


class _Mending(Generic[F]):
    """One file while it is mended; see Mended."""

    def __init__(self, tree: Tree, model: type[F]) -> None:
        self.tree, self.model = tree, model
        self.complaints: list[Complaint] = []
        self.keys: list[Complaint] = []
        self.places: set[Span] = set()
        self.whole = True
        self.taken: dict[Path, bool] = {}  # keys that were renamed, and whether that is a slip of the pen

    def file(self) -> F | None:
        """The mended file; None where it cannot be mended."""
        while True:
            try:
                return self.model.model_validate(plain(self.tree))
            except Misread as error:
                faults = error.faults
            if len(faults) + len(self.keys) > _MANY or not (self.drops_a_guess(faults) or self.renames_a_key(faults)):
                return self.mended(faults)

    def drops_a_guess(self, faults: Sequence[Fault]) -> bool:
        """Leaves out what does not fit under the key that may be meant by its own."""
        for path, is_slip in self.taken.items():
            inside = [one for one in faults if one.path[: len(path)] == path]
            if any(not one.said and one.path == path for one in inside) if is_slip else inside:
                del self.taken[path]
                self.whole = self.whole and path[-1] not in _SECTIONS
                self.tree = renamed(self.tree, path, None)
                return True
        return False

    def renames_a_key(self, faults: Sequence[Fault]) -> bool:
        """Takes the first key that there is not for the one that may be meant."""
        for one in faults:
            known = _known_keys(self.tree, one.path[:-1], self.model) if one.kind == "unknown_key" else []
            name = nearest(str(one.path[-1]), known, synonyms.KEYS) if known else None
            if name is None or name in _holder(plain(self.tree), one.path):
                continue
            self.complain([one])
            path = (*one.path[:-1], name)
            self.tree = renamed(self.tree, one.path, name)
            self.taken[path] = _is_a_slip(str(one.path[-1]), name)  # or what other books and programs call it
            if not self.taken[path]:
                self.places |= {span_at(self.tree, path, key=is_key) for is_key in (False, True)}
            return True
        return False

    def complain(self, faults: Sequence[Fault]) -> None:
        """Notes what is wrong."""
        self.complaints += _complaints(faults, self.tree, self.model)
        self.keys += _complaints([one for one in faults if one.kind == "unknown_key"], self.tree, self.model)

    def mended(self, faults: Sequence[Fault]) -> F | None:
        """The file in which values are mended; what is wrong in it after that is not told."""
        self.complain(faults)
        data = plain(self.tree)
        for mend in (_put("1"), _put("e"), _leave_out, _leave_out):
            if len(faults) > _MANY:
                break
            for one in faults:
                self.whole = self.whole and KEY not in one.path  # without a name, more would only be consequences
                path = tuple(step for step in one.path if step != KEY)
                if one.kind == "unknown_key":
                    self.places |= {span_at(self.tree, path[:-1], key=is_key) for is_key in (False, True)}
                (_leave_out if one.kind == "unknown_key" or KEY in one.path else mend)(data, path)
            try:
                return self.model.model_validate(data)
            except Misread as error:
                faults = error.faults
        self.whole = False
        return None


def _is_a_slip(word: str, name: str) -> bool:
    """Whether a word is a name with letters exchanged, or but for one letter in some."""
    return sorted(word) == sorted(name) or SequenceMatcher(None, word.lower(), name).ratio() >= _ALIKE


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
_ALIKE = 0.8
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
