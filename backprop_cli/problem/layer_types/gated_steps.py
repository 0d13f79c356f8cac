"""A layer of gates from its steps: one way through them, or both (Graves and Schmidhuber 2005)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from backprop_cli.ground.words import _
from backprop_cli.problem.layer_types.both_ways import headed, joined, refuse_direction
from backprop_cli.problem.layer_types.gates import Gated, read_gated
from backprop_cli.problem.layer_types.sequences import by_step, grid_layer, seen_by_next
from backprop_cli.problem.model import Cell, Layer
from backprop_cli.problem.sites import Site

Walk = Callable[[Site, Any, Gated], Mapping[int, Sequence[Cell]]]  # the lines of every step, in the order gone through


def gated_layer(site: Site, file: Any, gates: Mapping[str, str], names: str, label: str, walk: Walk) -> Layer | None:
    """The layer whose steps `walk` writes; `gates` and `names` are as in `read_gated`. None after a complaint."""
    refuse_direction(site, file)
    first = read_gated(site, file, gates, names)
    second = None if file.backward is None else read_gated(site, file, gates, names, "backward")
    if first is None or (second is None and file.backward is not None):
        return None
    label = site.label(label if second is None else _("bidirectional {layer}").format(layer=label))
    cells: list[Cell] = []
    sections: dict[str, str] = {}
    for way in (first, second):
        if way is not None:
            lines = walk(site, file, way)
            cells += [cell for of_step in lines.values() for cell in of_step]
            own = label if second is None else headed(label, way is second)
            sections |= by_step(own, lines, alone=second is not None)
    rows = first.units.named(names[0])
    rows = (
        seen_by_next(rows, file.returns, file.direction)
        if second is None
        else joined(rows, second.units.named(names[0]), file.returns)
    )
    biases = [*first.biases, *(second.biases if second is not None else ())]
    return grid_layer(rows, cells, file.type, label, biases, sections=sections)
