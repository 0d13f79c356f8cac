"""A layer of gated recurrent units: a reset gate r, an update gate z, and a candidate n for the new state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, add, multiply, negate
from backprop_cli.algebra.quantities import out
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.fields import Vector, choice, one_word
from backprop_cli.problem.file_model import Field, FileModel
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.layer_types.gated_steps import gated_layer
from backprop_cli.problem.layer_types.gates import (
    INITIAL,
    SECOND_WAY,
    Gate,
    Gated,
    GatedFile,
    GateFile,
    gate_cells,
    minus_threshold,
    times,
)
from backprop_cli.problem.layer_types.sequences import walked
from backprop_cli.problem.layer_types.step_masks import StepMasks
from backprop_cli.problem.model import Cell, Layer
from backprop_cli.problem.sites import Site, weighted

GATES = {"reset": "r", "update": "z", "candidate": "n"}


class GruPassFile(FileModel, json_schema_extra={"required": [*GATES]}):
    """The gates of one way through the steps, and where it begins."""

    reset: GateFile | None = Field(None, description="The reset gate r: net_r1, out_r1, …")
    update: GateFile | None = Field(None, description="The update gate z: net_z1, out_z1, …")
    candidate: GateFile | None = Field(None, description="The candidate n: net_n1, out_n1, …")
    initial: Vector | None = Field(None, description=INITIAL)


class GruFile(GatedFile, GruPassFile, json_schema_extra={"required": ["type", *GATES]}):
    """A GRU layer: its state is a mixture of the state before and of a candidate, step by step."""

    type: one_word("gru", "Gated recurrent units, unrolled over the steps.")
    convention: choice("pytorch", "cho", "chung", what=n_("convention")) = Field(
        "pytorch",
        description="pytorch: n = tanh(Wx + b + r·(Uh + bias_hh)) and h = z·h_before + (1 − z)·n. "
        "cho (Cho et al. 2014): n = tanh(Wx + U(r·h) + b), and the same h. "
        "chung (Chung et al. 2014, Olah): n as in cho, and h = z·n + (1 − z)·h_before.",
    )
    backward: GruPassFile | None = Field(None, description=SECOND_WAY)


def build(site: Site, file: Any) -> Layer | None:
    """r, z = σ(W·xₜ + U·hₜ₋₁ + b), n and h as the convention says; the outputs h have no net input."""
    return gated_layer(site, file, GATES, "hrzn", _("GRU"), _walk)


def _walk(site: Site, file: Any, layer: Gated) -> dict[int, list[Cell]]:
    """The lines of one way, step by step."""
    state: list[Name] | None = layer.state
    outputs, masks = layer.units.named("h"), StepMasks(site, len(layer.steps))
    lines: dict[int, list[Cell]] = {}
    for step in walked(layer.direction, len(outputs)):
        before = [(out(name), state[unit] if state else None) for unit, name in enumerate(outputs[step])]
        lines[step] = masks.carried(_step(site, layer, step, state, file.convention), step, before)
        state = [Name(out(name)) for name in outputs[step]]
    return lines


def _step(site: Site, layer: Gated, step: int, state: list[Name] | None, convention: str) -> list[Cell]:
    """The lines of one step: the two gates, the candidates, the outputs."""
    cells: list[Cell] = []
    units = range(layer.size)
    names = {key: layer.units.named(gate.letter)[step] for key, gate in layer.gates.items()}
    outs = {key: [Name(out(name)) for name in named] for key, named in names.items()}
    for key in ("reset", "update"):
        nets = [layer.gates[key].net_input(site, unit, layer.steps[step], state) for unit in units]
        cells += gate_cells(nets, names[key], layer.outer)
    candidate = _after if convention == "pytorch" else _before
    nets = [candidate(site, layer.gates["candidate"], unit, layer.steps[step], state, outs["reset"]) for unit in units]
    cells += gate_cells(nets, names["candidate"], layer.inner)
    for unit, name in enumerate(layer.units.named("h")[step]):
        old, new, share = state[unit] if state else None, outs["candidate"][unit], outs["update"][unit]
        rest = add(ONE, negate(share))
        mixed = (
            (times(share, new), times(rest, old)) if convention == "chung" else (times(share, old), times(rest, new))
        )
        cells.append(Cell(out(name), Apply("sum", mixed)))
    return cells


def _after(
    site: Site, gate: Gate, unit: int, features: Sequence[Name], state: list[Name] | None, reset: list[Name]
) -> Formula:
    """W·x + r·(U·h + b′) + b: the reset gate is applied to what the state has been weighted to (PyTorch, cuDNN)."""
    inner = weighted(gate.recurrent[unit], state) if state else []
    inner += [minus_threshold(site, gate.recurrent_bias[unit])] if gate.recurrent_bias else []
    kept = multiply(reset[unit], Apply("sum", tuple(inner)) if len(inner) > 1 else inner[0]) if inner else None
    terms = [*weighted(gate.weights[unit], features), kept or times(reset[unit], None)]
    return site.net_input(terms, gate.bias[unit] if gate.bias else None)


def _before(
    site: Site, gate: Gate, unit: int, features: Sequence[Name], state: list[Name] | None, reset: list[Name]
) -> Formula:
    """W·x + U·(r·h) + b: the reset gate is applied to the state before it is weighted (Cho et al. 2014, eq. 8)."""
    terms = weighted(gate.weights[unit], features)
    for other, weight in enumerate(gate.recurrent[unit]):
        old = (reset[other], state[other]) if state else None
        terms.append(Apply("product", (weight, *old)) if old else times(reset[other], None))
    terms += [minus_threshold(site, gate.recurrent_bias[unit])] if gate.recurrent_bias else []
    return site.net_input(terms, gate.bias[unit] if gate.bias else None)


GRU = LayerType("gru", GruFile, build, recurrent=True)
