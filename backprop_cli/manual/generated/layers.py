"""What the types of layers are, and their keys: read from the schema."""

from __future__ import annotations

from backprop_cli.ground.words import _, listed
from backprop_cli.manual.generated.fields import Schema, fields
from backprop_cli.manual.generated.markdown import bundled_example, heading, items, sections, table
from backprop_cli.problem.layer_types import DENSE, LAYER_TYPES

PREFIX = "layers."
EXAMPLES = {  # bundled problems that have a layer of the type
    "dense": "mazur", "recurrent": "recurrent", "lstm": "lstm", "gru": "gru", "embedding": "embedding",
    "attention": "attention", "convolution": "convolution-2d", "max_pooling": "pooling", "average_pooling": "pooling",
    "flatten": "small-cnn", "maxout": "maxout", "residual": "residual", "layer_normalization": "layer-norm",
    "batch_normalization": "batch-norm", "dropout": "dropout", "positional_encoding": "transformer-block",
    "rms_normalization": "transformer-block", "gated_units": "transformer-block", "radial_basis": "radial-basis",
    "group_normalization": "instance-norm",
}  # fmt: skip


def topics() -> tuple[str, ...]:
    """The names of their topics, that of the dense type first."""
    return tuple(f"{PREFIX}{name}" for name in LAYER_TYPES)


def every_type() -> str:
    """Every type, what it is, and where its keys stand."""
    schema = Schema()
    rows = [(f"`{PREFIX}{name}`", schema.layer(name)["description"].split("\n")[0]) for name in LAYER_TYPES]
    return table((_("type"), _("is")), rows)


def page(name: str) -> str:
    """The page of one type: what it is, its keys, those of mappings in it, and a bundled problem that has it."""
    schema = Schema()
    layer = schema.layer(name)
    first, _blank, more = layer["description"].partition("\n")
    parts = [f"# {PREFIX}{name}", first, more.strip().replace("\n", " ")]
    if name == DENSE:
        parts.append(_("A layer without a `type` is of this one."))
    parts.append(items(fields(layer)))
    for keys, section in schema.inside(layer):
        parts += [heading(listed(f"`{key}`" for key in keys)), items(fields(section))]
    return sections(*parts, bundled_example(EXAMPLES[name]))
