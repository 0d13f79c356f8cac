"""What writes the quantities of a problem: its notation, and where each unit stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from backprop_cli.algebra.quantities import Kind
from backprop_cli.problem.model import Problem
from backprop_cli.writing.notation import Notation, load_notation
from backprop_cli.writing.typesetting import writer
from backprop_cli.writing.writer import Writer


def positions(problem: Problem) -> Mapping[str, tuple[int, str]]:
    """Layer and place of every unit; the inputs are layer 1, units count from 1.

    The place in a grid is written 12, or 1,2 where an axis is longer than 9; what stands inside a layer has none.
    """
    found: dict[str, tuple[int, str]] = {name: (1, str(n)) for n, name in enumerate(problem.inputs, start=1)}
    for number, layer in enumerate(problem.layers, start=2):
        inside = [cell.quantity for cell in layer.cells if cell.quantity.kind in (Kind.NET, Kind.OUT)]
        found |= {quantity.name: (number, "") for quantity in inside}
        shape = layer.shape or (len(layer.outputs),)
        separator = "" if max(shape) < 10 else ","
        places = product(*(range(1, size + 1) for size in shape))
        for name, index in zip(layer.outputs, places, strict=True):
            found[name] = (number, separator.join(map(str, index)))
    return found


def _names(problem: Problem) -> list[str]:
    """Every name in the problem."""
    units = [name for layer in problem.layers for name in layer.units]
    return [*problem.inputs, *problem.parameters, *units]


def writer_for(problem: Problem, charset: str, notation: Notation | None = None) -> Writer:
    """What writes the problem's quantities, in the problem's notation unless another is given."""
    notation = notation or load_notation(problem.notation)
    return writer(notation, charset, positions(problem), _names(problem))
