"""Which of some quantities are all the entries of one vector or matrix of a graph, and so stand as one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace as _replace

from backprop_cli.algebra.arrays import Array
from backprop_cli.algebra.formula import Name
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.ground.records import record
from backprop_cli.problem.model import Problem
from backprop_cli.views.matrix_formulas import Matrix

_NAMED = (Kind.INPUT, Kind.PARAMETER, Kind.NODE, Kind.NEW)


@record(slots=False)
class WholeArray:
    """An array of quantities: `whole` is what it is called (dL/dW for dL/dW1_1, …), `matrix` its entries in place."""

    whole: Quantity
    matrix: Matrix


def grouped(problem: Problem, quantities: Iterable[Quantity]) -> list[Quantity | WholeArray]:
    """The quantities in their order, those that fill a whole array as one, where the first of them stands."""
    listed = list(dict.fromkeys(quantities))
    owner = {name: stem for stem, one in problem.arrays.items() if one.grid.shape for name in one.grid.names}
    parts: dict[Quantity, dict[str, Quantity]] = {}
    for one in listed:
        if (entry := entry_of(one, _NAMED)) in owner:
            parts.setdefault(called(one, owner[entry]), {})[entry] = one
    whole: dict[Quantity, WholeArray] = {}
    for name, cells in parts.items():
        if len(cells) == len(problem.arrays[owner[next(iter(cells))]].grid.names):
            whole |= dict.fromkeys(cells.values(), WholeArray(name, _matrix(problem, cells)))
    found: dict[Quantity, Quantity | WholeArray] = {}
    for one in listed:
        kept = whole.get(one, one)
        found.setdefault(kept.whole if isinstance(kept, WholeArray) else one, kept)
    return list(found.values())


def entry_of(quantity: Quantity, kinds: Collection[Kind]) -> str:
    """The name of the entry that a quantity of these kinds is of, or of which it is the gradient; else nothing."""
    if quantity.kind is Kind.GRADIENT and quantity.by is not None:
        return quantity.by.name
    return quantity.name if quantity.kind in kinds else ""


def called(quantity: Quantity, stem: str) -> Quantity:
    """The same quantity of the whole array, or of another entry."""
    if quantity.kind is Kind.GRADIENT and quantity.by is not None:
        return _replace(quantity, by=_replace(quantity.by, name=stem))
    return _replace(quantity, name=stem)


def _matrix(problem: Problem, cells: dict[str, Quantity]) -> Matrix:
    array = next(one for one in problem.arrays.values() if next(iter(cells)) in one.grid.names and one.grid.shape)
    rows = Array(array.grid.shape, tuple(map(Name, array.grid.names)), array.turned).rows
    return Matrix(tuple(tuple(cells[str(one.symbol)] for one in row if isinstance(one, Name)) for row in rows))
