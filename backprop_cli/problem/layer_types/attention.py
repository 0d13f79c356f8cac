"""Dot-product attention with one or several heads: scores, a softmax over each query's scores, mixtures of values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from backprop_cli.algebra.formula import Formula, Name, number
from backprop_cli.algebra.quantities import cell, out
from backprop_cli.ground.errors import did_you_mean
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, labelled, n_
from backprop_cli.problem.fields import Count, Matrix, NameText, NeuronName, Truth, Vector, by_shape, choice, one_word
from backprop_cli.problem.file_model import Field, FileModel
from backprop_cli.problem.json_schema import exactly_one
from backprop_cli.problem.layer_types.attention_heads import Vectors, heads_of
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.layer_types.sequences import (
    Rows,
    grid_layer,
    height_of,
    marks,
    matrix,
    output_names,
    refuse_no_steps,
    steps_of,
    too_large,
)
from backprop_cli.problem.model import Cell, Layer
from backprop_cli.problem.sites import Site, weighted


class ProjectionFile(FileModel, json_schema_extra=exactly_one("weights", "weights_by_input")):
    """The weights that make queries, keys or values of the features of a step."""

    weights: Matrix | None = Field(None, description="One row per component of the query, key or value.")
    weights_by_input: Matrix | None = Field(
        None, description="One row per feature: the matrix W of X·W, where X has a row per step."
    )
    bias: Vector | None = Field(
        None, description="One number for all components, or one per component; left out: none."
    )


class AttentionFile(FileModel):
    """Attention: out = Σ softmax(q·k/√d)·v over the steps; self-attention unless inputs are named.

    With several heads, queries, keys and values are cut into as many equal parts, one after the other.
    """

    type: one_word("attention", "Dot-product attention over the steps.")
    query: by_shape(mapping=ProjectionFile, text=NameText) | None = Field(
        None,
        description="The queries' weights, or the name of the inputs that are the queries (`q` for "
        "`inputs: {q: [[1, 0], [0, 1]], …}`); left out: the features themselves.",
    )
    key: by_shape(mapping=ProjectionFile, text=NameText) | None = Field(None, description="The same for the keys.")
    value: by_shape(mapping=ProjectionFile, text=NameText) | None = Field(None, description="The same for the values.")
    heads: Count = Field(1, description="How many heads: each has its own part of queries, keys and values.")
    output: ProjectionFile | None = Field(
        None, description="The weights that make the outputs of the heads' mixtures, side by side; left out: none."
    )
    scaled: Truth = Field(
        True, description="Whether scores are divided by √d, where d is the length of a key (of one head)."
    )
    mask: choice("none", "causal", what=n_("mask")) = Field(
        "none", description="`causal`: a step sees itself and the steps before it."
    )
    neurons: by_shape(list=list[NeuronName], text=Count) | None = Field(
        None, description="The names of what is put out, to which the number of the step is added, or how many a step."
    )


@record(slots=False)
class Projection:
    """Queries, keys or values: their vectors, the lines that make them, and their biases."""

    vectors: Vectors
    cells: list[Cell]
    biases: list[Name]


PARTS = {"query": "q", "key": "k", "value": "v"}


def build(site: Site, file: Any) -> Layer | None:
    """s = q·k/√d, α = softmax(s) over the keys, mixtures Σ α·v of every head (Vaswani et al. 2017, eq. 1, §3.2.2)."""
    if not site.before.names:
        refuse_no_steps(site)
        return None
    layer = _free_mark(site)
    parts = {key: _part(site, getattr(file, key), key, f"{letter}{layer}") for key, letter in PARTS.items()}
    output = _output_weights(site, file, parts["value"])
    if not _fit(site, file, parts) or None in parts.values():
        return _outputs_alone(site, file, parts, output)
    query, key, value = (parts[one] or Projection([], [], []) for one in PARTS)
    pairs, width = len(query.vectors) * len(key.vectors), len(value.vectors[0])
    if too_large(site, pairs * (file.heads * len(key.vectors) + len(key.vectors[0]) + width)):
        return None
    heads = heads_of(site, file, layer, query.vectors, key.vectors, value.vectors)
    mixtures = [[formula for head in heads for formula in head.mixtures[step]] for step in range(len(query.vectors))]
    made = _outputs(site, file, mixtures, f"c{layer}", output)
    if made is None:
        return None
    names, mixed, outputs, last_bias = made
    sections = {_("queries"): query.cells, _("keys"): key.cells, _("values"): value.cells}
    for number_of, one in enumerate(heads, start=1):
        own = _("head {n}: ").format(n=number_of) if len(heads) > 1 else ""
        sections |= {own + _("scores"): _flat(one.scores), own + _("attention weights"): _flat(one.shares)}
    sections |= {_("mixtures"): mixed, _("outputs"): outputs}
    label = site.label(_("attention"))
    headings = {cell.quantity.name: labelled(label, word) for word, cells in sections.items() for cell in cells}
    biases = [*query.biases, *key.biases, *value.biases, *last_bias]
    made_of = grid_layer(names, _flat(sections.values()), "attention", label, biases, sections=headings)
    return replace(made_of, heads=file.heads)


Weighted = tuple[list[list[Name]], list[Name] | None]  # a row per unit, and their biases


def _output_weights(site: Site, file: Any, value: Projection | None) -> Weighted | None:
    """The weights of what is put out, and its biases; None where there are none, or nobody knows of how many values."""
    if file.output is None or value is None:
        return None
    width = len(value.vectors[0])
    weights = matrix(site, file.output, "weights", height_of(file.neurons), width, "wo", ("output",))
    if weights is None:
        return None
    return weights, site.vector(file.output.bias, len(weights), "bo", "bias", ("output",))


def _outputs(
    site: Site, file: Any, mixtures: Sequence[Sequence[Formula]], letter: str, output: Weighted | None
) -> tuple[Rows, list[Cell], list[Cell], list[Name]] | None:
    """Names and lines of what is put out, the lines of the mixtures before it, and its biases; None: complained."""
    steps, width = len(mixtures), len(mixtures[0])
    if file.output is None:
        names = output_names(site, file.neurons, steps, width)
        if names is None:
            return None
        cells = [Cell(out(name), one) for row, of_step in zip(names, mixtures, strict=True)
                 for name, one in zip(row, of_step, strict=True)]  # fmt: skip
        return names, [], cells, []
    names = output_names(site, file.neurons, steps, len(output[0])) if output is not None else None
    if output is None or names is None:
        return None
    weights, bias = output
    mixed, cells = [], []
    for step, (row, of_step) in enumerate(zip(names, mixtures, strict=True), start=1):
        quantities = [cell(f"{letter}{mark}{step}") for mark in marks(width)]
        mixed += [Cell(quantity, one) for quantity, one in zip(quantities, of_step, strict=True)]
        for component, name in enumerate(row):
            terms = weighted(weights[component], [Name(quantity) for quantity in quantities])
            cells.append(Cell(out(name), site.net_input(terms, bias[component] if bias else None)))
    return names, mixed, cells, bias or []


def _flat(rows: Any) -> list[Cell]:
    return [cell for row in rows for cell in row]


def _free_mark(site: Site) -> str:
    """What stands behind the letters q, k, v, c, s and alpha: nothing, or the layer's number where they are taken."""
    ours = re.compile(r"(q|k|v|c|[qkvc][a-z]|s|alpha)\d+(_\d+)*")
    return (
        f"{site.index + 1}_" if any(ours.fullmatch(name) for name in site.stack.named | site.parameters.taken) else ""
    )


def _outputs_alone(
    site: Site, file: Any, parts: Mapping[str, Projection | None], output: Weighted | None
) -> Layer | None:
    """After a complaint, a layer that puts out as much, so that later ones are judged; None where that is unknown."""
    query, value = parts["query"], parts["value"]
    width = len(output[0]) if output is not None else len(value.vectors[0]) if value and file.output is None else 0
    names = output_names(site, file.neurons, len(query.vectors), width) if query is not None and width else None
    if names is None:
        return None
    site.stack.stands_in = True
    return grid_layer(names, [Cell(out(name), number(0)) for row in names for name in row], "attention", "")


# ---- queries, keys, values -----------------------------------------------------------------------------------


def _part(site: Site, file: Any, key: str, letter: str) -> Projection | None:
    """Queries, keys or values: of weights, of named inputs, or the features themselves."""
    if file is None:
        return Projection(steps_of(site), [], [])
    if isinstance(file, str):
        return _of_inputs(site, file, key)
    steps = steps_of(site)
    weights = matrix(site, file, "weights", None, len(steps[0]), f"w{letter[0]}", (key,))
    if weights is None:
        return None
    bias = site.vector(file.bias, len(weights), f"b{letter[0]}", "bias", (key,))
    cells: list[Cell] = []
    vectors: Vectors = []
    for step, features in enumerate(steps, start=1):
        quantities = [cell(f"{letter}{mark}{step}") for mark in marks(len(weights))]
        for component, quantity in enumerate(quantities):
            own = bias[component] if bias else None
            cells.append(Cell(quantity, site.net_input(weighted(weights[component], features), own)))
        vectors.append([Name(quantity) for quantity in quantities])
    return Projection(vectors, cells, bias or [])


def _of_inputs(site: Site, stem: str, key: str) -> Projection | None:
    """The vectors that stand in `inputs` under this name: a list of lists, or one list for a single vector."""
    places: dict[tuple[int, int], str] = {}
    for name in site.stack.inputs:
        if found := re.fullmatch(re.escape(stem) + r"(\d+)(?:_(\d+))?", name):
            first, second = int(found[1]), found[2]
            places[(first, int(second)) if second else (1, first)] = name
    if not places:
        stems = dict.fromkeys(re.sub(r"\d+(_\d+)*$", "", name) for name in site.stack.inputs)
        hint = did_you_mean(stem, stems) or _("write inputs: {{{name}: [[1, 0], [0, 1]], …}}").format(name=stem)
        site.complain((key,), _("no inputs called {name!r} are vectors").format(name=stem), hint)
        return None
    rows = max(row for row, _column in places)
    columns = max(column for _row, column in places)
    vectors = [[site.sender(places[row, column]) for column in range(1, columns + 1)] for row in range(1, rows + 1)]
    return Projection(vectors, [], [])


def _fit(site: Site, file: Any, parts: dict[str, Projection | None]) -> bool:
    """Whether scores and mixtures can be formed, of the parts that are known; complains of all that does not fit."""
    before = len(site.book)
    query, key, value = (part.vectors if part else None for part in parts.values())
    if query and key and len(query[0]) != len(key[0]):
        message = _("a key has {keys} numbers and a query {queries}: a score needs as many of each")
        site.complain(("key",), message.format(keys=len(key[0]), queries=len(query[0])))
    if key and value and len(value) != len(key):
        message = _("{values} values and {keys} keys: every key needs its value")
        site.complain(("value",), message.format(values=len(value), keys=len(key)))
    if query and key and file.mask == "causal" and len(query) != len(key):
        message = _("a causal mask needs as many queries as keys, but there are {queries} and {keys}")
        site.complain(("mask",), message.format(queries=len(query), keys=len(key)))
    if uneven := next((one for one in (key, value) if one and len(one[0]) % file.heads), None):
        message = _("vectors of {size} numbers cannot be parted among {heads} heads")
        site.complain(("heads",), message.format(size=len(uneven[0]), heads=file.heads))
    width = height_of(file.neurons)
    if value and file.output is None and width not in (None, len(value[0])):
        message = _("{n} neurons, but values of {size} numbers")
        site.complain(("neurons",), message.format(n=width, size=len(value[0])))
    return len(site.book) == before


ATTENTION = LayerType("attention", AttentionFile, build)
