"""An embedding: every input is the number of a row in a table of weights, and what is put out is that row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as _replace
from typing import Any

from backprop_cli.algebra.formula import Apply, Name
from backprop_cli.algebra.quantities import out
from backprop_cli.ground.words import _
from backprop_cli.problem.fields import Count, NameText, NeuronName, Vector, by_shape, one_word
from backprop_cli.problem.file_model import Field, FileModel
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.layer_types.sequences import (
    grid_layer,
    height_of,
    marks,
    output_names,
    refuse_no_steps,
    too_large,
)
from backprop_cli.problem.model import Cell, Layer
from backprop_cli.problem.needed import of_numbers
from backprop_cli.problem.sites import Site, ruled
from backprop_cli.problem.texts import NamedNumber
from backprop_cli.problem.tree import Path

Table = list[tuple[str, Path, list[tuple[Path, NamedNumber]]]]  # of every row: its name, its place, its numbers


class EmbeddingFile(FileModel, json_schema_extra={"required": ["type", "table"]}):
    """A table of vectors: an input of 2 puts out row 2, and only that row gets a gradient."""

    type: one_word("embedding", "Looks up a row of a table for every input.")
    table: by_shape(list=list[Vector], mapping=dict[NameText, Vector]) | None = Field(
        None,
        description="The rows, from row 0 on, or by the name of a token: `{the: [0.1, 0.2], cat: [0.3, -0.1]}`; inputs "
        "are then numbers of rows, or tokens: `inputs: {x: [the, cat]}`.",
    )
    neurons: by_shape(list=list[NeuronName], text=Count) | None = Field(
        None, description="The names of the columns, to which the number of the step is added, or how many there are."
    )


def build(site: Site, file: Any) -> Layer | None:
    """out_e1 = (v0, v1, v2)[x1]: the formula is the same whichever row a sample picks."""
    inputs = site.before.names
    if not inputs:
        refuse_no_steps(site)
        return None
    if computed := [name for name in inputs if name not in site.stack.inputs]:
        message = _("an embedding looks up inputs, but {name} is computed by the layer before")
        site.complain((), message.format(name=computed[0]), _("an embedding is the first layer"))
        return None
    if file.table is None:
        site.complain((), _("this layer has no {key}").format(key="table"), _("write table: [[0.1, 0.2], …]"))
        return None
    rows = _rows(file.table)
    weights = _weights(site, rows, height_of(file.neurons), isinstance(file.table, list))
    if weights is None or too_large(site, len(inputs) * len(weights) * len(weights[0])):
        return None
    names = output_names(site, file.neurons, len(inputs), len(weights[0]), "ey")
    if names is None:
        return None
    cells: list[Cell] = []
    for row, chooser in zip(names, inputs, strict=True):
        for column, name in enumerate(row):
            entries = (weight[column] for weight in weights)
            cells.append(ruled(out(name), Apply("pick", (site.sender(chooser), *entries))))
    layer = grid_layer(names, cells, "embedding", site.label(_("embedding")))
    tokens = tuple(token for token, _path, _numbers in rows)
    return _replace(layer, rows=dict.fromkeys(inputs, tokens))


def _rows(table: Any) -> Table:
    items = enumerate(table) if isinstance(table, list) else table.items()
    rows: Table = []
    for key, row in items:
        path: Path = ("table", key)
        numbers = list(row) if isinstance(row, list) else [row]
        places: Sequence[Path] = [(*path, n) for n in range(len(numbers))] if isinstance(row, list) else [path]
        rows.append((str(key), path, list(zip(places, numbers, strict=True))))
    return rows


def _weights(site: Site, rows: Table, width: int | None, numbered: bool) -> list[list[Name]] | None:
    """The table as parameters: v0, v1, … or va0, vb0, …, with tokens the, cat, … or the_1, the_2, …"""
    if not rows or not rows[0][2]:
        site.complain(("table",), _("the table has no rows"))
        return None
    width = width or len(rows[0][2])
    for _token, path, numbers in rows:
        if len(numbers) != width:
            why = _("rows of a table are equally long")
            site.complain(path, of_numbers(path, len(numbers), width, why))
            return None
    unnamed = {
        f"v{mark}{token}"
        for token, _path, numbers in rows
        for mark, (_place, one) in zip(marks(width), numbers, strict=True)
        if one.name is None
    }
    letter = f"v{site.index + 1}_" if numbered and site.taken & unnamed else "v"
    return [
        [
            site.declare_as(f"{letter}{mark}{token}" if numbered else _entry(token, place, width), one, path)
            for place, (mark, (path, one)) in enumerate(zip(marks(width), numbers, strict=True), start=1)
        ]
        for token, _path, numbers in rows
    ]


def _entry(token: str, place: int, width: int) -> str:
    return token if width == 1 else f"{token}_{place}"


EMBEDDING = LayerType("embedding", EmbeddingFile, build)
