"""A dense layer on every step of a sequence, with the same weights: net_y1 = v·out_h1 + c, net_y2 = v·out_h2 + c, …"""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.quantities import net
from backprop_cli.ground.words import _
from backprop_cli.problem.layer_types.sequences import grid_layer, height_of, matrix, output_names, steps_of, too_large
from backprop_cli.problem.model import Cell, Layer
from backprop_cli.problem.sites import Site, activated, weighted


def build(site: Site, file: Any) -> Layer | None:
    """The layer, unrolled; the gradients of its weights are sums over the steps."""
    steps = steps_of(site)
    if not steps or _is_wired_by_name(site, file):
        return None
    weights = matrix(site, file, "weights", height_of(file.neurons), len(steps[0]), "w")
    if weights is None or too_large(site, len(steps) * len(weights) * len(steps[0])):
        return None
    biases = site.vector(file.bias, len(weights), site.bias_letter, "bias")
    activation = site.activation(file.activation)
    names = output_names(site, file.neurons, len(steps), len(weights))
    if names is None:
        return None
    cells: list[Cell] = []
    for row, features in zip(names, steps, strict=True):
        for unit, name in enumerate(row):
            bias = biases[unit] if biases else None
            cells.append(Cell(net(name), site.net_input(weighted(weights[unit], features), bias)))
        cells += activated(row, activation)
    return grid_layer(names, cells, "per step", site.label(), biases or (), activation)


def _is_wired_by_name(site: Site, file: Any) -> bool:
    """Whether weights or biases are written by the names of neurons, which here are different in every step."""
    named = [key for key in ("weights", "weights_by_input", "bias") if isinstance(getattr(file, key), dict)]
    for key in named:
        message = _("with 'per_step', {key!r} are rows, because the units have other names in every step")
        site.complain((key,), message.format(key=key))
    return bool(named)
