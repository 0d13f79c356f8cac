"""The fields of the schema in words: what may stand in each, and what it means."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from backprop_cli.ground.words import _, language, listed, n_, sentences
from backprop_cli.problem.fields import NAMED_SCHEMA, NUMBER_SCHEMA
from backprop_cli.problem.json_schema import FORMULA, NAME_SCHEMA
from backprop_cli.problem.layer_types import LAYER_TYPES
from backprop_cli.problem.schema import json_schema

_MOST = 12  # words that are listed; of more, the topic with their table has all
_TABLES = {"activation": "activations", "loss": "losses", "optimizer": "optimizers", "schedule": "schedules",
           "notation": "notations"}  # fmt: skip


@cache
def _schema(_language: str) -> dict[str, Any]:
    return json_schema()


class Schema:
    """The JSON Schema of problem files, its sections by the keys that they stand under."""

    def __init__(self) -> None:
        self.whole = _schema(language())

    def layer(self, name: str) -> dict[str, Any]:
        """What a type of layer may have."""
        return self.section(LAYER_TYPES[name].file.__name__)

    def section(self, name: str) -> dict[str, Any]:
        """A mapping by the name of its model."""
        found: dict[str, Any] = self.whole["$defs"][name]
        return found

    def inside(self, mapping: dict[str, Any]) -> Iterator[tuple[list[str], dict[str, Any]]]:
        """The mappings that stand under keys of a mapping, each with the keys that it stands under."""
        found: dict[str, list[str]] = {}
        for key, field in mapping["properties"].items():
            for name in re.findall(r"#/\$defs/(\w+)", json.dumps(field)):
                found.setdefault(name, []).append(key)
        yield from ((keys, self.section(name)) for name, keys in found.items())


def fields(mapping: dict[str, Any]) -> Iterator[str]:
    """An item for every key of a mapping: its name, what may stand there, and what it means."""
    for key, field in mapping.get("properties", {}).items():
        yield field_in_words(key, field)


def field_in_words(key: str, field: dict[str, Any]) -> str:
    """`key`: a number. What it means."""
    said, usual = field["description"], field.get("default")
    if usual not in (None, ""):
        value = json.dumps(usual, ensure_ascii=False).strip('"')
        said = sentences([said, _("Unless it is given: `{value}`.").format(value=value)])
    return _("`{key}` ({kind}): {said}").format(key=key, kind=kind_of(key, field), said=said)


def kind_of(key: str, schema: dict[str, Any]) -> str:
    """What may stand there: a number, a list of numbers, one of some words, …"""
    return _(" or ").join(dict.fromkeys(_kinds(key, schema)))


def _kinds(key: str, schema: dict[str, Any]) -> Iterator[str]:
    match schema:
        case {"anyOf": alternatives} | {"oneOf": alternatives} if "properties" not in schema and "type" not in schema:
            for one in alternatives:
                yield from _kinds(key, one)
        case {"enum": words}:
            yield _words(key, [str(word).lower() if isinstance(word, bool) else str(word) for word in words])
        case {"const": word}:
            yield f"`{word}`"
        case {"$ref": _name} | {"type": "object", "properties": _name}:
            yield _("a mapping")
        case {"type": "object"}:
            yield _("a mapping of names")
        case {"type": "array", "items": one}:
            yield _list(key, one)
        case {"type": "boolean"}:
            yield from ("`true`", "`false`")
        case {"type": "integer"}:
            yield _("a whole number")
        case _:
            yield _text(schema)


def _list(key: str, item: dict[str, Any]) -> str:
    """What a list of such items is called: of numbers, of names, or of lists, which are rows."""
    inside = list(_kinds(key, item))
    one = inside[0]
    if any(part.get("type") == "array" for part in (item, *item.get("oneOf", ()), *item.get("anyOf", ()))):
        return _("rows of numbers")
    several = {_(single): _(many) for single, many in _SEVERAL.items()}
    return _("a list of {items}").format(items=several.get(one, one))


_SEVERAL = {
    n_("a number"): n_("numbers"), n_("a name"): n_("names"), n_("a text"): n_("texts"),
    n_("a whole number"): n_("whole numbers"), n_("a mapping"): n_("mappings"),
}  # fmt: skip


def _words(key: str, words: list[str]) -> str:
    topic = next((topic for word, topic in _TABLES.items() if word in key), "")
    if topic:
        return _("a name of `{command}`").format(command=f"backprop help {topic}")
    return listed(f"`{word}`" for word in words[:_MOST]) + ("…" if len(words) > _MOST else "")


def _text(schema: dict[str, Any]) -> str:
    """A number, a name or a text, told apart by their patterns."""
    match schema.get("pattern"), schema.get("type"):
        case pattern, _kind if pattern in (NUMBER_SCHEMA["pattern"], NAMED_SCHEMA["pattern"]):
            return _("a number")
        case pattern, _kind if pattern == NAME_SCHEMA["pattern"]:
            return _("a name")
        case str(pattern), _kind if pattern.startswith(FORMULA):
            return _("a formula")
        case _pattern, ["string", "integer"]:
            return _("a name")
    return _("a text")
