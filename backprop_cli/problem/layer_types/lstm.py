"""A layer of long short-term memory: gates f, i and o, a candidate g, and a cell state c that is carried along."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.formula import Apply, Formula, Name
from backprop_cli.algebra.quantities import cell, out
from backprop_cli.ground.words import _
from backprop_cli.problem.fields import Vector, one_word
from backprop_cli.problem.file_model import Field, FileModel
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.layer_types.gated_steps import gated_layer
from backprop_cli.problem.layer_types.gates import (
    INITIAL,
    SECOND_WAY,
    Gated,
    GatedFile,
    GateFile,
    gate_cells,
    put_in,
    times,
)
from backprop_cli.problem.layer_types.sequences import walked
from backprop_cli.problem.layer_types.states import initial_state
from backprop_cli.problem.layer_types.step_masks import StepMasks
from backprop_cli.problem.model import Cell, Layer
from backprop_cli.problem.sites import Site, ruled

GATES = {"forget": "f", "input": "i", "candidate": "g", "output": "o"}


class LstmPassFile(FileModel, json_schema_extra={"required": [*GATES]}):
    """The gates of one way through the steps, and where it begins."""

    forget: GateFile | None = Field(None, description="The forget gate f: net_f1, out_f1, …")
    input: GateFile | None = Field(None, description="The input gate i: net_i1, out_i1, …")
    candidate: GateFile | None = Field(None, description="The candidate g for the cell state: net_g1, out_g1, …")
    output: GateFile | None = Field(None, description="The output gate o: net_o1, out_o1, …")
    initial: Vector | None = Field(None, description=INITIAL)
    initial_cell: Vector | None = Field(
        None, description="The cell state c0 before the first step (not updated); left out: 0."
    )


class LstmFile(GatedFile, LstmPassFile, json_schema_extra={"required": ["type", *GATES]}):
    """An LSTM layer: c = f·c_before + i·g and h = o·tanh(c), step by step with the same weights."""

    type: one_word("lstm", "Long short-term memory, unrolled over the steps.")
    backward: LstmPassFile | None = Field(None, description=SECOND_WAY)


def build(site: Site, file: Any) -> Layer | None:
    """Hochreiter and Schmidhuber's unit (1997) with the forget gate of Gers, Schmidhuber and Cummins (2000).

    f, i, o = σ(W·xₜ + U·hₜ₋₁ + b), g = tanh(…) alike, cₜ = f·cₜ₋₁ + i·g, hₜ = o·tanh(cₜ). The cell states are the
    quantities c1, c2, …; the outputs are out_h1, out_h2, …, without a net input.
    """
    return gated_layer(site, file, GATES, "hfigoc", _("LSTM"), _walk)


def _walk(site: Site, file: Any, layer: Gated) -> dict[int, list[Cell]]:
    """The lines of one way, step by step."""
    start = layer.units.start("c", layer.direction)
    before: list[Name] | None = initial_state(site, layer.file.initial_cell, start, "initial_cell", layer.under)
    state: list[Name] | None = layer.state
    outputs, carried = layer.units.named("h"), layer.units.named("c")
    masks = StepMasks(site, len(layer.steps))
    lines: dict[int, list[Cell]] = {}
    for step in walked(layer.direction, len(outputs)):
        own = [*map(out, outputs[step]), *map(cell, carried[step])]
        known: list[Name | None] = []
        for carries in (state, before):
            known += carries or [None] * layer.size
        lines[step] = masks.carried(_step(site, layer, step, state, before), step, [*zip(own, known, strict=True)])
        before = [Name(cell(name)) for name in carried[step]]
        state = [Name(out(name)) for name in outputs[step]]
    return lines


def _step(site: Site, layer: Gated, step: int, state: list[Name] | None, before: list[Name] | None) -> list[Cell]:
    """The lines of one step: the gates, the cell states, the outputs."""
    cells: list[Cell] = []
    gate: dict[str, list[Name]] = {}
    for key, parameters in layer.gates.items():
        names = layer.units.named(parameters.letter)[step]
        nets = [parameters.net_input(site, unit, layer.steps[step], state) for unit in range(layer.size)]
        cells += gate_cells(nets, names, layer.inner if key == "candidate" else layer.outer)
        gate[key] = [Name(out(name)) for name in names]
    carried = [cell(name) for name in layer.units.named("c")[step]]
    for unit, carries in enumerate(carried):
        kept = times(gate["forget"][unit], before[unit] if before else None)
        new: Formula = Apply("product", (gate["input"][unit], gate["candidate"][unit]))
        cells.append(Cell(carries, Apply("sum", (kept, new))))
    for unit, name in enumerate(layer.units.named("h")[step]):
        shown = put_in(layer.inner, Name(carried[unit]))
        cells.append(ruled(out(name), Apply("product", (gate["output"][unit], shown))))
    return cells


LSTM = LayerType("lstm", LstmFile, build, recurrent=True)
