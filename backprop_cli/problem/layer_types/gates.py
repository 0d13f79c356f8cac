"""The gates of LSTM and GRU layers: each is a small dense layer over a step's features and the state before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backprop_cli.algebra.formula import ZERO, Apply, Formula, Name, replace
from backprop_cli.algebra.quantities import net, out
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.fields import Activation, Matrix, Vector
from backprop_cli.problem.file_model import Field, FileModel
from backprop_cli.problem.json_schema import all_of, exactly_one
from backprop_cli.problem.layer_types.sequences import (
    NO_ACTIVATION,
    StepsFile,
    Units,
    height_of,
    matrix,
    refuse_no_steps,
    steps_of,
    too_large,
    units_of,
)
from backprop_cli.problem.layer_types.states import initial_state
from backprop_cli.problem.model import Cell
from backprop_cli.problem.sites import Site, ruled, weighted
from backprop_cli.problem.tree import Path

INITIAL = "The output h0 before the first step (not updated); left out: 0."
SECOND_WAY = (
    "The gates of a second way through the steps, from the last to the first, with units hr1, hr2, …: the layer is "
    "bidirectional, and puts out h and hr of every step."
)


class GateFile(
    FileModel,
    json_schema_extra=all_of(
        exactly_one("weights", "weights_by_input"), exactly_one("recurrent_weights", "recurrent_weights_by_input")
    ),
):
    """One gate: its weights from the step's features, from the state before, and its bias."""

    weights: Matrix | None = Field(None, description="From the features of a step: one row per unit.")
    weights_by_input: Matrix | None = Field(None, description="The same with one row per feature.")
    recurrent_weights: Matrix | None = Field(None, description="From the state before: one row per unit.")
    recurrent_weights_by_input: Matrix | None = Field(None, description="The same with one row per sending unit.")
    bias: Vector | None = Field(None, description="One number for all units, or one per unit; left out: none.")
    recurrent_bias: Vector | None = Field(
        None, description="A second bias, with the recurrent weights (PyTorch's bias_hh); left out: none."
    )


class GatedFile(StepsFile):
    """What LSTM and GRU layers have in common."""

    activation: Activation = Field("tanh", description="Of the candidate (and of an LSTM's cell state).")
    gate_activation: Activation = Field("sigmoid", description="Of the gates.")


@record(slots=False)
class Gate:
    """The parameters of one gate, a row per unit."""

    letter: str
    weights: Sequence[Sequence[Name]]
    recurrent: Sequence[Sequence[Name]]
    bias: Sequence[Name] | None
    recurrent_bias: Sequence[Name] | None

    @property
    def biases(self) -> list[Name]:
        """Both its biases."""
        return [*(self.bias or ()), *(self.recurrent_bias or ())]

    def net_input(self, site: Site, unit: int, features: Sequence[Name], state: Sequence[Formula] | None) -> Formula:
        """Σ w·x + Σ u·h + b of a unit; the state before is left out where it is 0."""
        terms = weighted(self.weights[unit], features)
        terms += weighted(self.recurrent[unit], state) if state else []
        terms += [minus_threshold(site, self.recurrent_bias[unit])] if self.recurrent_bias else []
        return site.net_input(terms, self.bias[unit] if self.bias else None)


@record(slots=False)
class Gated:
    """What one way through an LSTM or a GRU layer is built from: its gates by their keys in the file, steps, names.

    `file` is the mapping with what is the way's own, which stands `under` this path in that of the layer.
    """

    gates: Mapping[str, Gate]
    steps: Sequence[Sequence[Name]]
    units: Units
    size: int
    state: list[Name] | None  # before the first step
    inner: Formula  # the activation of the candidate
    outer: Formula  # the activation of the gates
    direction: str
    file: Any
    under: Path

    @property
    def biases(self) -> list[Name]:
        """The biases of all gates."""
        return [name for gate in self.gates.values() for name in gate.biases]


def read_gated(site: Site, file: Any, letters: Mapping[str, str], names: str, second: str = "") -> Gated | None:
    """The gates of a layer, `letters` by key, with everything that belongs to them; None after a complaint.

    `names` are the letters of all that a unit has in a step, its output's first. `second` is the key of a second way,
    from the last step to the first, whose names are hr1, hr2, …
    """
    own, under = (getattr(file, second), (second,)) if second else (file, ())
    neurons, direction, mark = (None, "backward", "r") if second else (file.neurons, file.direction, "")
    steps = steps_of(site)
    if not steps:
        refuse_no_steps(site)
        return None
    gates: dict[str, Gate] = {}
    size = height_of(file.neurons)
    for key, letter in letters.items():
        gate = _read_gate(site, getattr(own, key), (*under, key), letter, size, len(steps[0]))
        if gate is not None:
            gates[key] = gate
            size = size or len(gate.weights)
    inner, outer = (_activation(site, file, key) for key in ("activation", "gate_activation"))
    units = units_of(site, neurons, size or 1, len(steps), names, mark)
    if units is None or size is None:
        return None
    state = initial_state(site, own.initial, units.start(names[0], direction), "initial", under)
    for key in letters.keys() - gates.keys():
        gates[key] = Gate(letters[key], site.stand_in(size, len(steps[0])), site.stand_in(size, size), None, None)
    if too_large(site, len(steps) * len(gates) * size * (len(steps[0]) + size)):
        return None
    return Gated(gates, steps, units, size, state, inner, outer, direction, own, under)


def _read_gate(
    site: Site, file: GateFile | None, under: Path, letter: str, size: int | None, width: int
) -> Gate | None:
    if file is None:
        key = under[-1]
        hint = _("write {key}: {{weights: …, recurrent_weights: …, bias: …}}").format(key=key)
        site.complain(under[:-1], _("this layer has no {key}").format(key=key), hint)
        return None
    weights = matrix(site, file, "weights", size, width, f"w{letter}", under)
    size = size or len(weights or ()) or None
    recurrent = matrix(site, file, "recurrent_weights", size, size, f"u{letter}", under) if size else None
    if weights is None or recurrent is None or size is None:
        return None
    bias = site.vector(file.bias, size, f"theta_{letter}" if site.threshold else f"b{letter}", "bias", under)
    second = f"theta_h{letter}" if site.threshold else f"bh{letter}"
    return Gate(
        letter, weights, recurrent, bias, site.vector(file.recurrent_bias, size, second, "recurrent_bias", under)
    )


def _activation(site: Site, file: Any, key: str) -> Formula:
    text = getattr(file, key)
    if text.strip() == "softmax":
        site.complain((key,), _("a softmax is over several units; here every unit has its own activation"))
    return site.activation(text, key) or NO_ACTIVATION


def minus_threshold(site: Site, bias: Name) -> Formula:
    """A bias as a summand: minus it where the problem has thresholds."""
    return Apply("negative", (bias,)) if site.threshold else bias


def put_in(activation: Formula, argument: Formula) -> Formula:
    """The activation of an argument."""
    return replace(activation, lambda z: argument)


def gate_cells(nets: Sequence[Formula], names: Sequence[str], activation: Formula) -> list[Cell]:
    """Net input and output of every unit of a gate in one step."""
    cells: list[Cell] = []
    for formula, name in zip(nets, names, strict=True):
        cells += [Cell(net(name), formula), ruled(out(name), put_in(activation, Name(net(name))))]
    return cells


def times(gate: Formula, before: Formula | None) -> Formula:
    """A gate times the state before, which is written 0 where there is none."""
    return Apply("product", (gate, ZERO if before is None else before))
