"""The keys of a problem file: all of them, and the entry of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from backprop_cli.ground.words import _, listed
from backprop_cli.manual.generated.fields import Schema, field_in_words, fields
from backprop_cli.manual.generated.layers import PREFIX
from backprop_cli.manual.generated.markdown import bundled_example, bundled_text, heading, items, sections
from backprop_cli.problem.layer_types import LAYER_TYPES
from backprop_cli.problem.reader import bundled

SECTIONS = {  # the model of what stands under a key
    "samples": "SampleFile",
    "rounding": "RoundingFile",
    "conventions": "ConventionsFile",
    "optimizer": "OptimizerFile",
    "penalty": "PenaltyFile",
    "clip": "ClipFile",
    "stop": "StopFile",
    "report": "ReportFile",
    "ask": "AskFile",
    "marking": "MarkingFile",
    "marking.tolerance": "ToleranceFile",
    "marking.late": "LateFile",
}
EXAMPLE = "thresholds"  # a bundled problem with keys of several kinds


def every_key() -> str:
    """The keys at the top of a file, those of its sections, and where those of layers stand."""
    schema = Schema()
    numbers = _(
        "A number may be a fraction or a constant (`1/3`, `2e-3`, `ln(2)`), and have a name in a layer (`w1 = 0.15`)."
    )
    parts = [numbers, items([*fields(schema.whole), *fields({"properties": _matrices(schema)})])]
    for key, model in SECTIONS.items():
        section = schema.section(model)
        if "properties" in section and key != "conventions":  # which are those at the top
            parts += [heading(f"`{key}`"), items(fields(section))]
    said = _("The keys of a layer are those of its type: {commands}.")
    commands = listed(f"`backprop help {PREFIX}{name}`" for name in LAYER_TYPES)
    return sections(*parts, heading("`layers`"), said.format(commands=commands), bundled_example(EXAMPLE))


def entry(key: str) -> str | None:
    """The page of one key: what it means wherever it may stand, and a problem with it; None where there is none."""
    schema = Schema()
    places = dict(_places(schema, key))
    if not places:
        return None
    parts = [f"# {key}"]
    for place, (field, section) in places.items():
        parts += [place, items([field_in_words(key, field)]), items(fields(section))]
    example = next((name for name in bundled() if f"{key}:" in bundled_text(name)), None)
    more = _("`{command}` has every key.").format(command="backprop help keys")
    return sections(*parts, bundled_example(example) if example else "", more)


def all_keys() -> set[str]:
    """Every key that a problem file may have somewhere."""
    schema = Schema()
    mappings = [schema.whole, *(schema.section(model) for model in schema.whole["$defs"])]
    return {key for mapping in mappings for key in mapping.get("properties", {})} | _matrices(schema).keys()


def _matrices(schema: Schema) -> dict[str, Any]:
    """The keys that stand for a pattern: W1 for W1, W2, …"""
    return {f"{pattern[1]}1": field for pattern, field in schema.whole["patternProperties"].items()}


def _places(schema: Schema, key: str) -> Iterator[tuple[str, tuple[dict[str, Any], dict[str, Any]]]]:
    """Where a key stands, in words, with its field and with what stands under it."""
    if key in schema.whole["properties"]:
        under = schema.section(SECTIONS[key]) if key in SECTIONS else {}
        yield _("At the top of a problem file."), (schema.whole["properties"][key], under)
    if key in (matrices := _matrices(schema)):
        yield _("At the top of a problem file."), (matrices[key], {})
    for section, model in SECTIONS.items():
        found = schema.section(model).get("properties", {})
        if key in found and section != "conventions":
            under = schema.section(SECTIONS[f"{section}.{key}"]) if f"{section}.{key}" in SECTIONS else {}
            yield _("In `{section}`.").format(section=section), (found[key], under)
    layers: dict[str, tuple[list[str], dict[str, Any]]] = {}
    for name in LAYER_TYPES:
        inside = (section for _keys, section in schema.inside(schema.layer(name)))
        for mapping in (schema.layer(name), *inside):
            if key in (found := mapping["properties"]):
                layers.setdefault(field_in_words(key, found[key]), ([], found[key]))[0].append(name)
    for names, field in layers.values():
        topics = listed(f"`backprop help {PREFIX}{name}`" for name in names)
        yield _("In a layer: {types}.").format(types=topics), (field, {})
