"""Elman's recurrent layer: unrolled over the steps, with the same weights in each (backpropagation through time)."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.algebra.quantities import net, out
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.fields import (
    Activation,
    Count,
    FileModel,
    Matrix,
    NeuronName,
    Vector,
    by_shape,
    choice,
    one_word,
)
from backprop_cli.problem.json_schema import all_of, exactly_one
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.layer_types.sequences import (
    grid_layer,
    height_of,
    initial_state,
    matrix,
    refuse_no_steps,
    steps_of,
    too_large,
    units_of,
)
from backprop_cli.problem.model import Cell, Layer
from backprop_cli.problem.sites import Site, activated, weighted


class RecurrentFile(
    FileModel,
    json_schema_extra=all_of(
        exactly_one("weights", "weights_by_input"), exactly_one("recurrent_weights", "recurrent_weights_by_input")
    ),
):
    """A recurrent layer: net_h2 = w·x2 + u·out_h1 + b, step by step with the same weights."""

    type: one_word("recurrent", "A recurrent layer, unrolled over the steps.")
    neurons: by_shape(list=list[NeuronName], text=Count) | None = Field(
        None, description="The units' names, to which the number of the step is added (h gives h1, h2, …), or how many."
    )
    activation: Activation = Field("tanh", description="As in a dense layer.")
    weights: Matrix | None = Field(None, description="From the features of a step: one row per unit.")
    weights_by_input: Matrix | None = Field(None, description="The same with one row per feature.")
    recurrent_weights: Matrix | None = Field(None, description="From the units of the step before: one row per unit.")
    recurrent_weights_by_input: Matrix | None = Field(None, description="The same with one row per sending unit.")
    bias: Vector | None = Field(None, description="One number for all units, or one per unit.")
    initial: Vector | None = Field(
        None, description="The state before the first step (not updated); left out: 0, and not written."
    )
    returns: choice("sequence", "last", what=n_("choice")) = Field(
        "sequence", description="Whether the next layer sees every step or only the last one."
    )


def build(site: Site, file: Any) -> Layer | None:
    """net_hₜ = W·xₜ + U·out_hₜ₋₁ + b and out_hₜ = f(net_hₜ), for every step t (Elman 1990)."""
    steps = steps_of(site)
    if not steps:
        refuse_no_steps(site)
        return None
    weights = matrix(site, file, "weights", height_of(file.neurons), len(steps[0]), "w")
    size = len(weights or [])
    recurrent = matrix(site, file, "recurrent_weights", size, size, "u") if weights else None
    units = units_of(site, file.neurons, size, len(steps), "h")
    if weights is None or recurrent is None or units is None:
        return None
    if too_large(site, len(steps) * size * (len(steps[0]) + size)):
        return None
    biases = site.vector(file.bias, size, site.bias_letter, "bias")
    state = initial_state(site, file.initial, units.start("h"), "initial")
    activation = site.activation(file.activation)
    names = units.named("h")
    cells: list[Cell] = []
    for row, features in zip(names, steps, strict=True):
        for unit, name in enumerate(row):
            terms: list[Formula] = weighted(weights[unit], features)
            terms += weighted(recurrent[unit], state) if state else []
            cells.append(Cell(net(name), site.net_input(terms, biases[unit] if biases else None)))
        cells += activated(row, activation)
        state = [Name(out(name)) for name in row]
    rows = names[-1:] if file.returns == "last" else names
    return grid_layer(rows, cells, "recurrent", site.label(_("recurrent")), biases or (), activation)


RECURRENT = LayerType("recurrent", RecurrentFile, build, recurrent=True)
