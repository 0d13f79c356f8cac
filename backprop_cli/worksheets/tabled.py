"""Which weights of a network a sheet shows as tables or as matrices, and which layers need no formula."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Apply
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.problem.model import Layer, Problem
from backprop_cli.worksheets.exercise import SheetExercise

_MOST_SENDERS = 8  # of a table of weights
_NUMBER = re.compile(r"\d+$")


def tabled(exercise: SheetExercise) -> list[Layer]:
    """The layers whose weights are a table: dense ones, unless there is nothing in them to be mistaken."""
    layers = exercise.problem.layers
    if all(len(layer.neurons) == 1 and len(senders(layer)) == 1 for layer in layers):
        return []
    return [layer for layer in layers if not layer.cells and 0 < len(senders(layer)) <= _MOST_SENDERS]


def wired(exercise: SheetExercise) -> list[Layer]:
    """The layers of which one sees what leads where: those in tables, and a dense one that is alone."""
    layers = exercise.problem.layers
    return list(layers) if len(layers) == 1 and not layers[0].cells else tabled(exercise)


def is_usual(layer: Layer) -> bool:
    """Whether the word for a layer's activation says all about it."""
    if layer.cells:
        return False
    return not isinstance(layer.activation, Apply) or OPERATIONS[layer.activation.operation].common


def senders(layer: Layer) -> list[str]:
    """The names of what sends to the layer, each once, in order."""
    return list(dict.fromkeys(c.sender for neuron in layer.neurons for c in neuron.connections))


def numbered(problem: Problem) -> Iterator[tuple[tuple[str, ...], ...]]:
    """The matrices of weights, of layers beyond dense, whose names are numbered row by row: wq1, wq2; wq3, wq4."""
    for layer in problem.layers:
        weights = set(layer.parameters) - set(layer.bias_parameters) - set(layer.kernels.names if layer.kernels else ())
        lines: dict[str, dict[tuple[str, ...], None]] = {}
        for cell in layer.cells:
            used: dict[str, list[str]] = {}
            for name in dict.fromkeys(q.name for q in quantities_in(cell.formula) if q.name in weights):
                used.setdefault(_NUMBER.sub("", name), []).append(name)
            for stem, names in used.items():
                lines.setdefault(stem, {})[tuple(names)] = None
        for rows in map(tuple, lines.values()):
            turned = tuple(zip(*rows, strict=False))
            yield from [one for one in (rows, turned) if len(rows) > 1 and len(turned) > 1 and _is_read_in_order(one)]


def _is_read_in_order(rows: Sequence[Sequence[str]]) -> bool:
    """Whether each name has the next number, from the first place to the last, and the rows are equally long."""
    numbers = [int(found[0]) if (found := _NUMBER.search(name)) else 0 for row in rows for name in row]
    return len({len(row) for row in rows}) == 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
