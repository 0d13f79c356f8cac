"""Dot-product attention with one or several heads: scores, a softmax over each query's scores, mixtures of values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from backprop_cli.algebra.formula import Apply, Formula, Name, number
from backprop_cli.algebra.quantities import Quantity, cell, out
from backprop_cli.ground.errors import did_you_mean
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, labelled, n_
from backprop_cli.problem.fields import Count, Matrix, NameText, NeuronName, Truth, Vector, by_shape, choice, one_word
from backprop_cli.problem.file_model import Field, FileModel
from backprop_cli.problem.json_schema import exactly_one
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
from backprop_cli.problem.sites import Site, ruled, weighted

Vectors = list[list[Name]]  # of every step, its components


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
    if None in parts.values() or not _fit(site, file, parts):
        return None
    query, key, value = (parts[one] or Projection([], [], []) for one in PARTS)
    pairs, width = len(query.vectors) * len(key.vectors), len(value.vectors[0])
    if too_large(site, pairs * (file.heads * len(key.vectors) + len(key.vectors[0]) + width)):
        return None
    seen = [query_at + 1 if file.mask == "causal" else len(key.vectors) for query_at in range(len(query.vectors))]
    heads: list[AttentionHead] = []
    for head in range(file.heads):
        pair = QueryKey(layer, f"{head + 1}_" if file.heads > 1 else "", max(len(query.vectors), len(key.vectors)))
        parts_of = [_of_head(part.vectors, head, file.heads) for part in (query, key, value)]
        scores = _scores(parts_of[0], parts_of[1], seen, file.scaled, pair)
        shares = [_shares(row, at, pair) for at, row in enumerate(scores, start=1)]
        heads.append(AttentionHead(scores, shares, _mixtures(site, shares, parts_of[2])))
    mixtures = [[formula for head in heads for formula in head.mixtures[step]] for step in range(len(query.vectors))]
    made = _outputs(site, file, mixtures, f"c{layer}")
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


@record
class AttentionHead:
    """One head: scores and shares of every query, and what its mixtures of the values are, component by component."""

    scores: list[list[Cell]]
    shares: list[list[Cell]]
    mixtures: list[list[Formula]]


def _of_head(vectors: Vectors, head: int, heads: int) -> Vectors:
    """The part of every vector that belongs to a head (from 0)."""
    width = len(vectors[0]) // heads
    return [vector[head * width : (head + 1) * width] for vector in vectors]


def _mixtures(site: Site, shares: Sequence[Sequence[Cell]], values: Vectors) -> list[list[Formula]]:
    """Σ α·v of every query, component by component."""
    return [
        [
            site.net_input(
                weighted([Name(one.quantity) for one in share], [v[part] for v in values[: len(share)]]), None
            )
            for part in range(len(values[0]))
        ]
        for share in shares
    ]


def _outputs(
    site: Site, file: Any, mixtures: Sequence[Sequence[Formula]], letter: str
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
    weights = matrix(site, file.output, "weights", height_of(file.neurons), width, "wo", ("output",))
    names = output_names(site, file.neurons, steps, len(weights)) if weights is not None else None
    if weights is None or names is None:
        return None
    bias = site.vector(file.output.bias, len(weights), "bo", "bias", ("output",))
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
    """Whether scores and mixtures can be formed; complains where not."""
    query, key, value = (part.vectors for part in parts.values() if part)
    width = height_of(file.neurons)
    complaint: tuple[str, str] | None = None
    if len(query[0]) != len(key[0]):
        message = _("a key has {keys} numbers and a query {queries}: a score needs as many of each")
        complaint = "key", message.format(keys=len(key[0]), queries=len(query[0]))
    elif len(value) != len(key):
        message = _("{values} values and {keys} keys: every key needs its value")
        complaint = "value", message.format(values=len(value), keys=len(key))
    elif file.mask == "causal" and len(query) != len(key):
        message = _("a causal mask needs as many queries as keys, but there are {queries} and {keys}")
        complaint = "mask", message.format(queries=len(query), keys=len(key))
    elif uneven := next((one for one in (key, value) if len(one[0]) % file.heads), None):
        message = _("vectors of {size} numbers cannot be parted among {heads} heads")
        complaint = "heads", message.format(size=len(uneven[0]), heads=file.heads)
    elif file.output is None and width not in (None, len(value[0])):
        message = _("{n} neurons, but values of {size} numbers")
        complaint = "neurons", message.format(n=width, size=len(value[0]))
    if complaint is not None:
        site.complain((complaint[0],), complaint[1])
    return complaint is None


# ---- scores and what is made of them -------------------------------------------------------------------------


@record(slots=False)
class QueryKey:
    """Names the quantities of a query and a key: s12, or s1_12 where there are ten and more; of head 2, s2_1_2."""

    layer: str
    head: str
    most: int

    def __call__(self, letter: str, query: int, key: int) -> Quantity:
        between = "_" if self.head or self.most > _DIGIT else ""
        return cell(f"{letter}{self.layer}{self.head}{query}{between}{key}")


_DIGIT = 9


def _scores(query: Vectors, key: Vectors, seen: Sequence[int], scaled: bool, pair: QueryKey) -> list[list[Cell]]:
    """s11 = q1·k1/√d, s12, …: of every query with the keys that it sees."""
    size = len(key[0])
    rows: list[list[Cell]] = []
    for at, (asks, visible) in enumerate(zip(query, seen, strict=True), start=1):
        row: list[Cell] = []
        for other in range(1, visible + 1):
            terms = weighted(asks, key[other - 1])
            total = terms[0] if len(terms) == 1 else Apply("sum", tuple(terms))
            if scaled and size > 1:
                total = Apply("quotient", (total, Apply("sqrt", (number(size),))))
            row.append(Cell(pair("s", at, other), total))
        rows.append(row)
    return rows


def _shares(scores: Sequence[Cell], at: int, pair: QueryKey) -> list[Cell]:
    """α11, α12, …: the softmax of one query's scores, by which it mixes the values."""
    names: list[Formula] = [Name(one.quantity) for one in scores]
    return [
        ruled(pair("alpha", at, other), Apply("softmax", (number(other), *names))) for other in range(1, len(names) + 1)
    ]


ATTENTION = LayerType("attention", AttentionFile, build)
