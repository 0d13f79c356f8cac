"""Maxout: each unit is the largest of several linear pieces (Goodfellow and others 2013)."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.formula import Apply, Name
from backprop_cli.algebra.quantities import net, out
from backprop_cli.ground import limits
from backprop_cli.ground.words import _, n_
from backprop_cli.problem import counts
from backprop_cli.problem.fields import Count, Named, NeuronName, by_shape, nested, one_word
from backprop_cli.problem.file_model import Field, FileModel
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.model import Cell, Layer, Neuron
from backprop_cli.problem.needed import of_numbers
from backprop_cli.problem.sites import Site, ruled, weighted

_KIND = n_("maxout")


class MaxoutFile(FileModel, json_schema_extra={"required": ["type", "weights"]}):
    """Each unit has several linear pieces and puts out the largest of them; only the winning piece learns.

    Equally large pieces share the gradient in equal parts.
    """

    type: one_word("maxout", "A layer of units that are the largest of several linear pieces.")
    neurons: by_shape(list=list[NeuronName], text=Count) | None = Field(None, description="As in a dense layer.")
    weights: nested(Named, 3) | None = Field(
        None,
        description="For each unit the rows of its pieces: `[[[1, 2], [0, 1]], [[2, 0], [1, 1]]]` is two units of two "
        "pieces with two inputs; of a single unit, only the rows.",
    )
    bias: nested(Named, 2) | None = Field(
        None, description="One number for all, one per unit, or for each unit a list with one per piece."
    )


def build(site: Site, file: Any) -> Layer | None:
    """net_h1_1, net_h1_2, … = the linear pieces of h1, out_h1 = the largest of them."""
    weights = _weights(site, file)
    biases = _biases(site, file.bias, [len(pieces) for pieces in weights]) if weights else None
    if weights is None or biases is None:
        return None
    names = _names(site, file.neurons, len(weights))
    if names is None:
        return None
    senders = [site.sender(name) for name in site.before.names]
    cells: list[Cell] = []
    for name, pieces, its_biases in zip(names, weights, biases, strict=True):
        parts = [net(f"{name}_{number}") for number in range(1, len(pieces) + 1)]
        for part, row, bias in zip(parts, pieces, its_biases, strict=True):
            cells.append(Cell(part, site.net_input(weighted(row, senders), bias)))
        cells.append(ruled(out(name), Apply("max", tuple(map(Name, parts)))))
    used = frozenset(str(bias.symbol) for row in biases for bias in row if bias is not None)
    return Layer(tuple(map(Neuron, names)), Name("z"), site.label(_(_KIND)), _KIND, tuple(cells), biases=used)


def _weights(site: Site, file: Any) -> list[list[list[Name]]] | None:
    """The rows of each unit's pieces; None after a complaint."""
    given = file.weights
    if not isinstance(given, list) or not given or not all(isinstance(row, list) and row for row in given):
        hint = _("write one list of rows per unit: weights: [[[1, 2], [0, 1]]]")
        site.complain(("weights",) if given is not None else (), _("a maxout unit has a row for each piece"), hint)
        return None
    single = not any(isinstance(one, list) for row in given for one in row)
    units = [given] if single else given
    declared: list[list[list[Name]]] = []
    for unit, rows in enumerate(units):
        if len(rows) > limits.WINDOW:
            message = _("a unit of {count:,} pieces; the limit is {limit:,}")
            site.complain(("weights",), message.format(count=len(rows), limit=limits.WINDOW))
            return None
        pieces = [
            _row(site, row, ("weights", piece) if single else ("weights", unit, piece))
            for piece, row in enumerate(rows)
        ]
        if None in pieces:
            return None
        declared.append(pieces)  # type: ignore[arg-type]
    return declared


def _row(site: Site, row: Any, steps: tuple[str | int, ...]) -> list[Name] | None:
    listed, width = row if isinstance(row, list) else [row], len(site.before.names)
    if len(listed) != width:
        why = _("one for each value that comes in")
        site.complain(steps, of_numbers(steps, len(listed), width, why))
        return None
    return [site.declare(one, "w", (*steps, place)) for place, one in enumerate(listed)]


def _biases(site: Site, given: Any, pieces: list[int]) -> list[list[Name | None]] | None:
    """The bias of every piece of every unit; None after a complaint."""
    if given is None:
        return [[None] * count for count in pieces]
    letter = site.bias_letter
    if not isinstance(given, list):
        shared = site.declare(given, letter, ("bias",))
        return [[shared] * count for count in pieces]
    if len(pieces) == 1 and len(given) == pieces[0] and not isinstance(given[0], list):
        return [[site.declare(one, letter, ("bias", place)) for place, one in enumerate(given)]]
    if len(given) != len(pieces):
        site.complain(("bias",), of_numbers(("bias",), len(given), len(pieces)))
        return None
    biases: list[list[Name | None]] = []
    for unit, (one, count) in enumerate(zip(given, pieces, strict=True)):
        if not isinstance(one, list):
            biases.append([site.declare(one, letter, ("bias", unit))] * count)
        elif len(one) == count:
            biases.append([site.declare(number, letter, ("bias", unit, place)) for place, number in enumerate(one)])
        else:
            said = of_numbers(("bias", unit), len(one), count, _("one for each piece of this unit"))
            site.complain(("bias", unit), said)
            return None
    return biases


def _names(site: Site, neurons: Any, size: int) -> list[str] | None:
    """The units' names: their own, those of the targets, or h1, h2, …; None after a complaint."""
    given = len(neurons) if isinstance(neurons, list) else size if neurons is None else neurons
    if given != size:
        message = _("{neurons}, but weights for {size}")
        site.complain(("neurons",), message.format(neurons=counts.neurons(given), size=size))
        return None
    if isinstance(neurons, list):
        return neurons
    return site.unit_names(size)


MAXOUT = LayerType("maxout", MaxoutFile, build)
