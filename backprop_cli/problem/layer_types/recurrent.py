"""Elman's recurrent layer: unrolled over the steps, with the same weights in each (backpropagation through time)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.algebra.quantities import net, out
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.fields import Activation, Matrix, Vector, one_word
from backprop_cli.problem.file_model import Field, FileModel
from backprop_cli.problem.json_schema import all_of, exactly_one
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.layer_types.both_ways import headed, joined, refuse_direction
from backprop_cli.problem.layer_types.sequences import (
    Rows,
    StepsFile,
    Units,
    grid_layer,
    height_of,
    matrix,
    refuse_no_steps,
    seen_by_next,
    steps_of,
    too_large,
    units_of,
    walked,
)
from backprop_cli.problem.layer_types.states import initial_state
from backprop_cli.problem.layer_types.step_masks import StepMasks
from backprop_cli.problem.model import Cell, Layer
from backprop_cli.problem.sites import Site, activated, weighted
from backprop_cli.problem.tree import Path

_ONE_OF_EACH = all_of(
    exactly_one("weights", "weights_by_input"), exactly_one("recurrent_weights", "recurrent_weights_by_input")
)


class PassFile(FileModel, json_schema_extra=_ONE_OF_EACH):
    """The weights of one way through the steps."""

    weights: Matrix | None = Field(None, description="From the features of a step: one row per unit.")
    weights_by_input: Matrix | None = Field(None, description="The same with one row per feature.")
    recurrent_weights: Matrix | None = Field(None, description="From the units of the step before: one row per unit.")
    recurrent_weights_by_input: Matrix | None = Field(None, description="The same with one row per sending unit.")
    bias: Vector | None = Field(None, description="One number for all units, or one per unit.")
    initial: Vector | None = Field(
        None, description="The state before the first step (not updated); left out: 0, and not written."
    )


class RecurrentFile(StepsFile, PassFile, json_schema_extra=_ONE_OF_EACH):
    """A recurrent layer: net_h2 = w·x2 + u·out_h1 + b, step by step with the same weights."""

    type: one_word("recurrent", "A recurrent layer, unrolled over the steps.")
    activation: Activation = Field("tanh", description="As in a dense layer.")
    backward: PassFile | None = Field(
        None,
        description="The weights of a second way through the steps, from the last to the first, with units g1, g2, …: "
        "the layer is bidirectional, and puts out h and g of every step.",
    )


@record(slots=False)
class Way:
    """One way through the steps: its outputs step by step, its lines in their order, and its biases."""

    rows: Rows
    cells: list[Cell]
    biases: list[Name]


def build(site: Site, file: Any) -> Layer | None:
    """net_hₜ = W·xₜ + U·out_hₜ₋₁ + b and out_hₜ = f(net_hₜ), for every step t (Elman 1990).

    With a `backward` way, net_gₜ = W′·xₜ + U′·out_gₜ₊₁ + b′ too, and a step puts out both (Schuster and Paliwal 1997).
    """
    steps = steps_of(site)
    if not steps:
        refuse_no_steps(site)
        return None
    refuse_direction(site, file)
    activation = site.activation(file.activation)
    first = _way(site, file, steps, activation, file.direction)
    second = None
    if file.backward is not None:
        second = _way(site, file, steps, activation, "backward", ("backward",), (*"gab",))
    if first is None or (second is None and file.backward is not None):
        return None
    if second is None:
        label = site.label(_("recurrent"))
        rows = seen_by_next(first.rows, file.returns, file.direction)
        return grid_layer(rows, first.cells, "recurrent", label, first.biases, activation)
    label = site.label(_("bidirectional"))
    headings = {cell.quantity.name: headed(label, part is second) for part in (first, second) for cell in part.cells}
    cells, biases = [*first.cells, *second.cells], [*first.biases, *second.biases]
    rows = joined(first.rows, second.rows, file.returns)
    return grid_layer(rows, cells, "recurrent", label, biases, activation, sections=headings)


def _way(
    site: Site,
    file: Any,
    steps: Sequence[Sequence[Name]],
    activation: Formula | None,
    direction: str,
    under: Path = (),
    letters: Sequence[str] = ("h",),
) -> Way | None:
    """The lines of one way through the steps; the weights stand under this path; None after a complaint."""
    own = getattr(file, str(under[0])) if under else file
    weights = matrix(site, own, "weights", height_of(file.neurons), len(steps[0]), "w", under)
    size = len(weights or [])
    recurrent = matrix(site, own, "recurrent_weights", size, size, "u", under) if weights else None
    units = _units(site, None if under else file.neurons, size, len(steps), letters)
    if weights is None or recurrent is None or units is None:
        return None
    if too_large(site, len(steps) * size * (len(steps[0]) + size)):
        return None
    letter = units.letters
    biases = site.vector(own.bias, size, site.bias_letter, "bias", under)
    state = initial_state(site, own.initial, units.start(letter, direction), "initial", under)
    names, masks = units.named(letter), StepMasks(site, len(steps))
    cells: list[Cell] = []
    for step in walked(direction, len(steps)):
        for unit, name in enumerate(names[step]):
            terms: list[Formula] = weighted(weights[unit], steps[step])
            terms += weighted(recurrent[unit], state) if state else []
            cells.append(Cell(net(name), site.net_input(terms, biases[unit] if biases else None)))
        before = [(out(name), state[unit] if state else None) for unit, name in enumerate(names[step])]
        cells += masks.carried(activated(names[step], activation), step, before)
        state = [Name(out(name)) for name in names[step]]
    return Way(names, cells, biases or [])


def _units(site: Site, neurons: object, size: int, steps: int, letters: Sequence[str]) -> Units | None:
    """The units, with the first of the letters that gives no name that is taken."""
    found = [units_of(site, neurons, size, steps, letter) for letter in letters]
    return next((units for units in found if units is not None and not units.layer), found[0])


RECURRENT = LayerType("recurrent", RecurrentFile, build, recurrent=True)
