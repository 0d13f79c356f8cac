"""Feature maps and matrices on a sheet: asked as grids, where every entry of one is asked for, else line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.documents.matrices import channels
from backprop_cli.ground.records import record
from backprop_cli.problem.grids import Grid
from backprop_cli.problem.model import Problem
from backprop_cli.views.array_groups import called, entry_of

_WIDEST, _TALLEST = 6, 12  # of a grid that one fills in by hand
_NAMED = (Kind.NET, Kind.OUT, Kind.DELTA, Kind.NODE, Kind.NEW)


@record(slots=False)
class Entries:
    """Lines that fill a grid, row by row; `whole` is what all of them together are called."""

    whole: Quantity
    rows: tuple[tuple[Line, ...], ...]


def parted(problem: Problem, lines: Sequence[Line]) -> Iterator[tuple[Line, ...] | Entries]:
    """The lines in their order: those that fill a grid as one, where its first line stands, the others together."""
    grid_of = {line: one for one in _grids(problem, lines) for row in one.rows for line in row}
    single: list[Line] = []
    done: set[Quantity] = set()
    for line in lines:
        one = grid_of.get(line)
        if one is None:
            single.append(line)
        elif one.whole not in done:
            if single:
                yield tuple(single)
            single = []
            done.add(one.whole)
            yield one
    if single:
        yield tuple(single)


def _grids(problem: Problem, lines: Sequence[Line]) -> Iterator[Entries]:
    """The grids that some of these lines fill, each of one kind at one address."""
    by_name: dict[Quantity, dict[str, Line]] = {}
    for line in lines:
        if name := entry_of(line.quantity, _NAMED):
            by_name.setdefault(called(line.quantity, ""), {})[name] = line
    matrices = [one for grid in _known(problem) for one in channels(grid)]
    for kind, found in by_name.items():
        for name, rows in matrices:
            fits = 2 <= len(rows) <= _TALLEST and 2 <= len(rows[0]) <= _WIDEST
            if fits and all(entry in found for row in rows for entry in row):
                yield Entries(called(kind, name), tuple(tuple(found[entry] for entry in row) for row in rows))


def _known(problem: Problem) -> Iterator[Grid]:
    """Arrays of a graph, kernels, and the maps that layers with rows and columns put out."""
    if problem.arrays:
        grids = (one.grid for one in problem.arrays.values() if not one.turned)
        yield from (grid for grid in grids if grid.shape[1:] and not grid.shape[2:])
        return
    for layer in problem.layers:
        if layer.kernels is not None and layer.kernels.names and len(layer.kernels.shape) > 1 and layer.kernels.stem:
            yield layer.kernels
        if {"y", "x"} <= set(layer.axes):
            stem = layer.outputs[0].rstrip("0123456789_")
            yield Grid(layer.outputs, layer.shape, layer.axes, stem)
