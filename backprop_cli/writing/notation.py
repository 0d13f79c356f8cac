"""How a book writes its quantities: a notation is a data file of templates, bundled or the reader's own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from backprop_cli.algebra.quantities import Kind
from backprop_cli.ground import limits
from backprop_cli.ground.errors import UsageError, did_you_mean, reason_of
from backprop_cli.ground.extensions import added, extension
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed

OF_OUTPUTS = {Kind.OUT: "output", Kind.NET: "output_net", Kind.DELTA: "output_delta"}  # a book's own for its outputs


@record
class Notation:
    """How a book writes its quantities: a template a kind, with `_{…}` and `^{…}` for indices.

    In a template, {n} is the neuron's name, {j} its number in its layer, {l} the number of its layer (the inputs are
    layer 1), {m} the same counted from the first layer with weights, {w} a parameter, {of} and {by} the two ends of a
    derivative, {via} where a path goes through. What `OF_OUTPUTS` names is, where a notation has it, written for the
    last layer.
    """

    name: str
    title: str
    source: str
    negative_delta: bool
    symbols: Mapping[str, str]
    words: Mapping[str, str]

    def template(self, kind: Kind) -> str:
        """The template of a kind of quantity."""
        return self.symbols[kind.value]


@cache
def notations() -> list[str]:
    """The names of the notation presets, plain first."""
    names = sorted(
        one.name.removesuffix(".toml")
        for one in files("backprop_cli.writing.notations").iterdir()
        if one.name.endswith(".toml")
    )
    return sorted(names, key=lambda name: name != "plain")


def known_notations() -> list[str]:
    """The names of the presets, and of the notations of other packages."""
    return [*notations(), *(name for name in added("notations") if name not in notations())]


def is_notation(name: str) -> bool:
    """Whether there is a notation of this name, here or in another package."""
    return name in notations() or name in added("notations")


@cache
def load_notation(name: str) -> Notation:
    """A notation preset, one of another package, or a file of one's own (its name ends in .toml).

    What it leaves out is as in plain. Raises UsageError where it cannot be read or has a key that no notation has, and
    KeyError for a name that is not among `known_notations`.
    """
    plain = _preset("plain")
    data = _preset(name) if name in notations() else _own_file(Path(name), plain) if name.endswith(".toml") else None
    if data is None:
        data = extension("notations", name, lambda found: _checked(_mapping(found), name, plain))
    if data is None:
        raise KeyError(name)
    return Notation(
        name,
        data.get("title", name),
        data.get("source", ""),
        bool(data.get("negative_delta", False)),
        {**plain["symbols"], **data.get("symbols", {})},
        {**plain.get("words", {}), **data.get("words", {})},
    )


def _preset(name: str) -> dict[str, Any]:
    return tomllib.loads(files("backprop_cli.writing.notations").joinpath(f"{name}.toml").read_text("utf-8"))


def _own_file(path: Path, plain: dict[str, Any]) -> dict[str, Any]:
    try:
        if path.exists() and not path.is_file():
            raise UsageError(_("cannot read the notation {path}: {reason}").format(path=path, reason=_("not a file")))
        with path.open("rb") as file:
            data = tomllib.loads(file.read(limits.NOTATION_BYTES).decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        said = _("cannot read the notation {path}: {reason}")
        raise UsageError(said.format(path=path, reason=_why_unread(error))) from None
    return _checked(data, path, plain)


def _mapping(found: Any) -> dict[str, Any]:
    """What another package adds as a notation: a mapping with the keys of a file, or the path of one."""
    if isinstance(found, Mapping):
        return dict(found)
    return tomllib.loads(Path(found).read_text("utf-8"))


def _checked(data: dict[str, Any], path: Path | str, plain: dict[str, Any]) -> dict[str, Any]:
    """The data, in which every key is one that a notation has; `path` is what complaints call it."""
    for key, kind in _KEYS.items():
        if not isinstance(data.get(key, kind()), kind):
            raise UsageError(_("{path}: {key} has a value of another kind in a notation").format(path=path, key=key))
    symbols, words = data.get("symbols", {}), data.get("words", {})
    known = {*plain["symbols"], *OF_OUTPUTS.values()}
    unknown = [key for key in data if key not in _KEYS] + [key for key in symbols if key not in known]
    for key in unknown + [key for key in words if key not in plain["words"]]:
        hint = did_you_mean(key, {*_KEYS, *known}) or _("its keys are {keys}").format(keys=listed(sorted(known)))
        raise UsageError(_("{path}: no notation has a key {key!r} ({hint})").format(path=path, key=key, hint=hint))
    for key, text in [*data.items(), *words.items(), *symbols.items()]:
        if isinstance(text, str) and not (text.isprintable() and len(text) <= limits.TEXT_LENGTH):
            raise UsageError(_("{path}: {key} is not a text of one line").format(path=path, key=key))
        if not isinstance(text, str) and key not in ("symbols", "words", "negative_delta"):
            raise UsageError(_("{path}: {key} is not a text of one line").format(path=path, key=key))
    for key, text in symbols.items():
        if len(text) > limits.NAME_LENGTH or not _TEMPLATE.fullmatch(text):
            raise UsageError(_("{path}: {key} is not a template of one line").format(path=path, key=key))
    return data


def _why_unread(error: Exception) -> str:
    """What the system says; of a parser only the place, since its words are another's in every version of Python."""
    if isinstance(error, OSError):
        return reason_of(error)
    if isinstance(error, UnicodeDecodeError):
        return _("not a text in UTF-8")
    if place := re.search(r"line (\d+), column (\d+)", str(error)):
        return _("not TOML in line {line}, column {column}").format(line=place[1], column=place[2])
    return _("not TOML")


_KEYS: dict[str, type] = {"title": str, "source": str, "negative_delta": bool, "symbols": dict, "words": dict}
_FIELD = r"\{(?:n|l|m|j|w|of|by|via)\}"
_TEMPLATE = re.compile(
    rf"(?:[_^]\{{(?:[^{{}}]|{_FIELD})*+\}}|{_FIELD}|[^{{}}])++"
)  # its brackets are fields or indices
