"""Values that lie in rows and columns, as matrices: one for each channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.problem.grids import Grid, indexed
from backprop_cli.problem.model import Problem
from backprop_cli.writing.dialects import Dialect

_TALLEST = 12
_MOST = 8  # matrices of one grid
_WIDEST = 16


def grids_of(problem: Problem, quantities: Sequence[Quantity]) -> Iterator[Grid]:
    """The grids that these quantities fill: inputs, kernels of layers, arrays of a graph, with rows and columns."""
    names = {quantity.name for quantity in quantities}
    if problem.arrays:
        arrays = (one.grid for one in problem.arrays.values())
        yield from (grid for grid in arrays if grid.shape and names.issuperset(grid.names) and _is_not_large(grid))
        return
    for grid in (problem.input_grid, *(layer.kernels for layer in problem.layers)):
        if grid is not None and grid.names and names.issuperset(grid.names) and _is_matrix(grid):
            yield grid


def _is_matrix(grid: Grid) -> bool:
    """Whether it has rows and columns, and not more than one takes in."""
    if not grid.stem or len(grid.shape) < 2 or not _is_not_large(grid):
        return False
    return len(list(channels(grid))) <= _MOST


def _is_not_large(grid: Grid) -> bool:
    return grid.shape[0 if len(grid.shape) == 1 else -2] <= _TALLEST and (*grid.shape, 1)[1:][-1] <= _WIDEST


def channels(grid: Grid) -> Iterator[tuple[str, list[list[str]]]]:
    """The name of each matrix, and the names in its rows; a vector is a column."""
    if len(grid.shape) == 1:
        yield grid.stem, [[name] for name in grid.names]
        return
    rows, columns = grid.shape[-2:]
    for lead in product(*(range(size) for size in grid.shape[:-2])):
        name = indexed(grid.stem, [step + 1 for step in lead])[-1] if lead else grid.stem
        yield name, [[grid.at(*lead, row, column) for column in range(columns)] for row in range(rows)]


def matrix(dialect: Dialect, rows: Sequence[Sequence[str]]) -> str:
    """The matrix with these entries in brackets."""
    pattern, between_rows, between = dialect.matrix
    return pattern.format(between_rows.join(between.join(row) for row in rows))


def large_matrix(dialect: Dialect, shape: tuple[int, int], entry: Callable[[int, int], str]) -> str:
    """A matrix with its shape beneath; of many rows or columns, the first ones and the last."""
    across, down, both = dialect.dots
    rows = [
        [
            (both if column is None else down) if row is None else across if column is None else entry(row, column)
            for column in _shown(shape[1], dialect.widest)
        ]
        for row in _shown(shape[0], _TALLEST - 2)
    ]
    return dialect.shaped.format(matrix(dialect, rows), *shape)


def _shown(size: int, most: int) -> list[int | None]:
    """The places that are shown; None for those that are left out."""
    return list(range(size)) if size <= most else [*range(most - 2), None, size - 1]
