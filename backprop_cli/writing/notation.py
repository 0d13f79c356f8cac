"""How a book writes its quantities: a notation is a data file of templates, bundled or the reader's own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from backprop_cli.algebra.quantities import Kind
from backprop_cli.ground.extensions import added, extension
from backprop_cli.ground.records import record
from backprop_cli.ground.words import said_in, say_in, translated

SIGNS = {"net": "net", "out": "out", "target": "t", "delta": "δ", "rate": "η", "loss": "E"}  # as messages write them
OF_OUTPUTS = {Kind.OUT: "output", Kind.NET: "output_net", Kind.DELTA: "output_delta"}  # a book's own for its outputs

_AT_OUTPUTS = {kind.value: symbol for kind, symbol in OF_OUTPUTS.items()}


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
    own_words: Mapping[str, str] = field(default_factory=dict)  # that stand for the usual ones on every page

    def word(self, key: str) -> str:
        """What a quantity is called in words, alone: `net`, `out`, `delta` or `loss`."""
        own, sign = self.own_words.get(key), self.own_words.get(f"{key} sign")
        said = translated(self.words[key]) if own is None else own.partition("|")[0].strip()
        if own is not None or sign is None or not said.endswith(f" {SIGNS[key]}"):
            return said
        return said.removesuffix(SIGNS[key]) + sign

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
    plain, is_preset = _preset("plain"), name in notations()
    data = _preset(name) if is_preset else _own(name, {*plain["symbols"], *OF_OUTPUTS.values()})
    if data is None:
        raise KeyError(name)
    symbols, words = {**plain["symbols"], **data.get("symbols", {})}, data.get("words", {})
    return Notation(
        name,
        data.get("title", name),
        data.get("source", ""),
        bool(data.get("negative_delta", False)),
        symbols,
        {**plain["words"], **words},
        {**({} if is_preset else words), **dict(_signs(symbols))},
    )


def _own(name: str, symbols: Collection[str]) -> dict[str, Any] | None:
    """What a file of one's own says, or a notation of another package; None where there is neither."""
    from backprop_cli.writing.notation_file import checked, own_file  # what presets need not wait for

    if name.endswith(".toml"):
        return own_file(Path(name), symbols)
    return extension("notations", name, lambda found: checked(_mapping(found), name, symbols))


@contextmanager
def in_words_of(notation: str) -> Iterator[None]:
    """Meanwhile, everything is said in the words of the notation of this name."""
    with said_in(_saying(notation)):
        yield


def speak_in_words_of(names: Collection[str]) -> None:
    """From now on, in this context, everything is said in the words of the notation, where there is but one."""
    say_in(_saying(next(iter(names))) if len(set(names)) == 1 else None)


def _saying(notation: str) -> Callable[[str], str] | None:
    """What says messages in the words and signs of this notation; None where it has none of its own."""
    own = load_notation(notation).own_words
    if not own:
        return None
    from backprop_cli.writing.terms import terms  # what plain need not wait for

    return terms(own)


def _signs(symbols: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The signs of a notation for what messages write as plain does, where they are others.

    What has another sign at the outputs is written as in plain, since messages do not say of which they speak; but
    beside a target stands an output.
    """
    if "output" in symbols:
        yield "output sign", _INDEX.split(symbols["output"])[0]
    for key, plain in SIGNS.items():
        own = _INDEX.split(symbols[key])[0]
        if own not in ("", plain) and _AT_OUTPUTS.get(key) not in symbols:
            yield f"{key} sign", own


def _preset(name: str) -> dict[str, Any]:
    folder = files("backprop_cli.writing.notations")
    if (read_before := folder.joinpath(f"{name}.json")).is_file():  # as a page has it
        found: dict[str, Any] = json.loads(read_before.read_text("utf-8"))
        return found
    return _read(folder.joinpath(f"{name}.toml").read_text("utf-8"))


def _read(text: str) -> dict[str, Any]:
    import tomllib  # whose expressions take long to compile

    return tomllib.loads(text)


def _mapping(found: Any) -> dict[str, Any]:
    """What another package adds as a notation: a mapping with the keys of a file, or the path of one."""
    if isinstance(found, Mapping):
        return dict(found)
    return _read(Path(found).read_text("utf-8"))


_INDEX = re.compile(r"[_^]\{")
