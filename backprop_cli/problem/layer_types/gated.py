"""Gated linear units (Dauphin et al. 2017; Shazeer 2020): one linear map times the activation of another, the gate."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.formula import Apply, Name
from backprop_cli.algebra.quantities import net, out
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.fields import Activation, Count, Matrix, NeuronName, Truth, Vector, by_shape, one_word
from backprop_cli.problem.file_model import Field, FileModel
from backprop_cli.problem.json_schema import all_of, exactly_one
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.layer_types.sequences import (
    Rows,
    grid_layer,
    height_of,
    matrix,
    output_names,
    refuse_no_steps,
    steps_of,
    too_large,
    units_of,
)
from backprop_cli.problem.model import Cell, Layer
from backprop_cli.problem.sites import Site, activated, weighted

_KIND = n_("gated linear units")


class GateFile(FileModel, json_schema_extra=exactly_one("weights", "weights_by_input")):
    """The weights of the gates."""

    weights: Matrix | None = Field(None, description="One row per unit.")
    weights_by_input: Matrix | None = Field(None, description="One row per sending unit.")
    bias: Vector | None = Field(None, description="One number for all gates, or one per gate; left out: none.")


class GatedUnitsFile(
    FileModel, json_schema_extra=all_of(exactly_one("weights", "weights_by_input"), {"required": ["type", "gate"]})
):
    """Gated linear units: out_h1 = net_h1·out_g1, where the gate g1 is a unit of its own.

    The gate's activation says which: sigmoid is GLU, swish is SwiGLU, gelu is GEGLU, identity is bilinear.
    """

    type: one_word("gated_units", "Gated linear units: GLU, SwiGLU, GEGLU.")
    neurons: by_shape(list=list[NeuronName], text=Count) | None = Field(
        None, description="The units' names, or how many there are."
    )
    weights: Matrix | None = Field(None, description="One row per unit.")
    weights_by_input: Matrix | None = Field(None, description="One row per sending unit.")
    bias: Vector | None = Field(None, description="One number for all units, or one per unit; left out: none.")
    gate: GateFile | None = Field(None, description="The gates' own weights: net_g1, out_g1, …")
    activation: Activation = Field("sigmoid", description="Of the gates.")
    per_step: Truth = Field(False, description="Apply the layer to every step of a sequence, with the same weights.")


def build(site: Site, file: Any) -> Layer | None:
    """out = (W·x + b) ⊙ f(V·x + c) (Dauphin et al. 2017, eq. 1; Shazeer 2020, eq. 6)."""
    before = steps_of(site)
    if not before:
        refuse_no_steps(site)
        return None
    if file.gate is None:
        hint = _("write gate: {weights: …, bias: …}")
        site.complain((), _("this layer has no {key}").format(key="gate"), hint)
        return None
    steps = before if file.per_step else [[one for features in before for one in features]]
    weights = matrix(site, file, "weights", height_of(file.neurons), len(steps[0]), "w")
    size = len(weights or ())
    gates = matrix(site, file.gate, "weights", size, len(steps[0]), "v", ("gate",)) if weights else None
    if weights is None or gates is None or too_large(site, 2 * len(steps) * size * len(steps[0])):
        return None
    biases = site.vector(file.bias, size, site.bias_letter, "bias")
    second = site.vector(file.gate.bias, size, "theta_g" if site.threshold else "c", "bias", ("gate",))
    activation = site.activation(file.activation)
    names = _names(site, file, len(steps), size)
    if names is None:
        return None
    cells: list[Cell] = []
    for row, own, features in zip(names[0], names[1], steps, strict=True):
        for unit, name in enumerate(row):
            total = site.net_input(weighted(weights[unit], features), biases[unit] if biases else None)
            cells.append(Cell(net(name), total))
        for unit, gate in enumerate(own):
            total = site.net_input(weighted(gates[unit], features), second[unit] if second else None)
            cells.append(Cell(net(gate), total))
        cells += activated(own, activation)
        cells += [
            Cell(out(name), Apply("product", (Name(net(name)), Name(out(gate)))))
            for name, gate in zip(row, own, strict=True)
        ]
    label = site.label(_(_KIND))
    rows = names[0] if file.per_step else [(name,) for name in names[0][0]]
    return grid_layer(rows, cells, "gated units", label, [*(biases or ()), *(second or ())], over_steps=file.per_step)


def _names(site: Site, file: Any, steps: int, size: int) -> tuple[Rows, Rows] | None:
    """The names of the units and of their gates, step by step; None after a complaint."""
    if not file.per_step:
        own = tuple(file.neurons) if isinstance(file.neurons, list) else tuple(site.unit_names(size))
        endings = [str(number) for number in range(1, size + 1)]
        return [own], [site.free_names(("g", f"g{site.index + 1}_"), endings)]
    names, gates = output_names(site, file.neurons, steps, size), units_of(site, None, size, steps, "g")
    return None if names is None or gates is None else (names, gates.named("g"))


GATED_UNITS = LayerType("gated_units", GatedUnitsFile, build)
