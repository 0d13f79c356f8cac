"""What a JSON Schema says for editors beyond the types of fields: which keys go together, and nothing that is noise."""

from __future__ import annotations

from typing import Any

from backprop_cli.ground import limits
from backprop_cli.ground.words import _

EDITOR_FILES = {
    "problem": "backprop.schema.json",
    "assignment": "backprop-assignment.schema.json",
    "answers": "backprop-answers.schema.json",
}  # beside what they describe
DRAFT = "https://json-schema.org/draft/2020-12/schema"
_FIRST = r"[^\s\d!-/:-@\[-^`{-~]"  # of a name: no blank, digit or ASCII mark but _; for ECMAScript and Python alike
NAME = rf"{_FIRST}[^\s!-/:-@\[-^`{{-~]*"
NUMBER = r"(?!\s*[-+]?\d+,\d+\s*$)[^=:\[\]{}]*"  # no decimal comma
FORMULA = r"[^\w\s]"  # in a text that is more than a word
NAME_SCHEMA = {"type": "string", "pattern": rf"^\s*{NAME}\s*$", "maxLength": limits.NAME_LENGTH}


def editor_line(kind: str) -> str:
    """The first line of a file of this kind, by which the YAML language server finds the schema beside it."""
    return f"# yaml-language-server: $schema={EDITOR_FILES[kind]}"


def schema_id(kind: str) -> str:
    """What the schema of such files calls itself: a name, not an address."""
    return f"urn:backprop-cli:{kind}"


def all_of(*rules: dict[str, Any]) -> dict[str, Any]:
    """Several such rules for one mapping."""
    return {"allOf": list(rules)}


def exactly_one(*keys: str) -> dict[str, Any]:
    """Of these keys, a mapping has one."""
    return {"oneOf": [{"required": [key]} for key in keys]}


def at_least_one(*keys: str) -> dict[str, Any]:
    """Of these keys, a mapping has one or more."""
    return {"anyOf": [{"required": [key]} for key in keys]}


def not_both(one: str, other: str) -> dict[str, Any]:
    """Of two keys, a mapping has one or none."""
    return {"not": {"required": [one, other]}}


def both_or_none(one: str, other: str) -> dict[str, Any]:
    """Where a mapping has one of two keys, it has the other."""
    return {"dependentRequired": {one: [other], other: [one]}}


def one_mapping_each(shapes: dict[str, dict[str, Any]], described: dict[str, Any]) -> dict[str, Any]:
    """A mapping whose `name` says which further keys it has: by name, the schema of each of them and `required`."""
    return {
        "type": "object",
        "anyOf": [
            {
                "properties": {"name": {**described, "const": name}, **shape["properties"]},
                "required": ["name", *shape.get("required", ())],
                "additionalProperties": False,
            }
            for name, shape in shapes.items()
        ],
    }


def for_editors(schema: Any) -> Any:
    """What pydantic wrote, without titles, defaults and nulls that say nothing, in the reader's language."""
    if isinstance(schema, list):
        return [for_editors(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    tidied = {key: _tidied(key, value) for key, value in schema.items() if not _is_noise(key, value)}
    if "patternProperties" in tidied:  # the pattern of all keys
        ((pattern, value),) = tidied.pop("patternProperties").items()
        tidied |= {"propertyNames": {"pattern": pattern}, "additionalProperties": value}
    if len(alternatives := tidied.get("anyOf", ())) == 1:
        tidied = {**tidied.pop("anyOf")[0], **{key: value for key, value in tidied.items() if key != "anyOf"}}
    assert alternatives != [], schema
    return tidied


def _tidied(key: str, value: Any) -> Any:
    match key:
        case "description":
            return _(value) if isinstance(value, str) else for_editors(value)
        case "enumDescriptions":
            return [_(one) for one in value]
        case "anyOf":
            return for_editors([one for one in value if one != {"type": "null"}])
    return for_editors(value)


def _is_noise(key: str, value: Any) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "default" and value in (None, [], {}))
