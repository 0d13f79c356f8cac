"""Steps: dense layers that are applied to every step with the same weights, and what recurrent layers share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backprop_cli.formula import Name
from backprop_cli.problem.grids import Grid
from backprop_cli.problem.model import Cell, Layer, Neuron
from backprop_cli.problem.sites import Site, activated, weighted
from backprop_cli.quantities import net
from backprop_cli.words import _

if TYPE_CHECKING:
    from backprop_cli.problem.schema import LayerFile


def steps_of(site: Site) -> list[list[Name]]:
    """The features of every step of the layer before, as names in formulas; a flat layer has one feature a step."""
    return [[site.sender(name) for name in row] for row in site.before.rows()]


def step_names(units: Sequence[str], steps: int) -> list[tuple[str, ...]]:
    """The names of the units in every step: h1, h2, … for a unit h."""
    return [tuple(f"{unit}{step}" for unit in units) for step in range(1, steps + 1)]


def unit_stems(site: Site, neurons: object, size: int, letter: str) -> list[str]:
    """The names of a layer's units, to which the number of the step is added: those given, or h, or ha, hb, …"""
    if isinstance(neurons, list):
        return [f"{name}_" if name[-1:].isdigit() else name for name in neurons]
    stem = site.free_letter(letter)
    return [stem] if size == 1 else [f"{stem}{chr(ord('a') + index)}" for index in range(size)]


def grid_layer(
    site: Site, rows: Sequence[Sequence[str]], cells: Sequence[Cell], kind: str, label: str, biases: Sequence[Name] = ()
) -> Layer:
    """A layer whose outputs are steps of features."""
    names = [name for row in rows for name in row]
    shape = (len(rows), len(rows[0])) if rows and len(rows[0]) > 1 else (len(names),)
    bias_names = frozenset(name.symbol.name for name in biases if hasattr(name.symbol, "name"))
    neurons = tuple(Neuron(name) for name in names)
    axes = "tf" if len(shape) > 1 else ""
    return Layer(neurons, None, label, kind, tuple(cells), shape, biases=bias_names, axes=axes)


def per_step(site: Site, file: LayerFile) -> Layer | None:
    """A dense layer on every step, with the same weights: net_y1 = v·out_h1 + c, net_y2 = v·out_h2 + c, …

    Gradients of its weights are sums over the steps.
    """
    steps = steps_of(site)
    height = len(file.neurons) if isinstance(file.neurons, list) else file.neurons
    weights = site.matrix(file.weights, height, len(steps[0]), "w", "weights") if steps else None
    if weights is None:
        return None
    biases = site.vector(file.bias, len(weights), site.bias_letter, "bias")
    activation = site.activation(file.activation)
    names = _output_names(site, file, len(steps), len(weights))
    cells: list[Cell] = []
    for row, features in zip(names, steps, strict=True):
        for unit, name in enumerate(row):
            bias = biases[unit] if biases else None
            cells.append(Cell(net(name), site.net_input(weighted(weights[unit], features), bias)))
        cells += activated(row, activation)
    layer = grid_layer(site, names, cells, "dense", site.label(), biases or ())
    return Layer(
        layer.neurons,
        activation,
        layer.label,
        "per step",
        layer.cells,
        layer.shape,
        tuple(names),
        layer.biases,
        axes=layer.axes,
    )


def _output_names(site: Site, file: LayerFile, steps: int, width: int) -> list[tuple[str, ...]]:
    """The names of the outputs step by step: those of the targets where they fit."""
    if site.last and file.neurons is None:
        names = site.layers.output_names(steps * width)
        return Grid(tuple(names), (steps, width)).rows() if width > 1 else [(name,) for name in names]
    return step_names(unit_stems(site, file.neurons, width, "y" if site.last else "h"), steps)


def refuse_no_steps(site: Site) -> None:
    """Complains about a recurrent layer without anything to go through."""
    site.complain((), _("there are no steps to go through"), _("write inputs: {x: [1, 0.5, …]}"))
