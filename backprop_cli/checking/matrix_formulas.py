"""Formulas of matrices, `delta2 out1^T` or `(W2^T delta2) ⊙ out1 ⊙ (1 − out1)`, written out entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from backprop_cli.algebra.expressions import FormulaError
from backprop_cli.algebra.formula import ZERO, Apply, Formula, Name, Number, names_in
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.ground.errors import BackpropError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.views.matrix_formulas import Matrix
from backprop_cli.working.formulas import read_formula

Grid = tuple[tuple[Formula, ...], ...]
_MOST_READINGS = 8  # of products that may be of matrices or entry by entry
_LARGEST = 20_000  # parts of all entries together
_TRANSPOSED = ("T", "⊤", "t")


class ShapeError(BackpropError):
    """Two matrices that do not go together, in words."""


@record(slots=False)
class MatrixFormulas:
    """Reads formulas of matrices: `matrix` says which one a name is, `scalar` which single quantity."""

    matrix: Callable[[str], Matrix | None]
    scalar: Callable[[str], Quantity | None]

    def readings(self, text: str) -> Iterator[Grid]:
        """The entries that a formula gives, in every way in which its products can be meant.

        None where there is no matrix in it, or something unknown. Raises ShapeError where no way is possible.
        """
        try:
            formula = read_formula(text.replace("@", "*").replace("ᵀ", "^T").replace(".T", "^T")).formula
        except FormulaError:
            return
        if not any(self.matrix(str(name.symbol)) for name in names_in(formula)):
            return
        choices = product((True, False), repeat=min(_products(formula), 3))
        failure: ShapeError | None = None
        found: list[Grid] = []
        for chosen in islice(choices, _MOST_READINGS):
            try:
                grid = _Reading(self, list(chosen)).of(formula)
            except ShapeError as error:
                failure = failure or error
                continue
            if isinstance(grid, tuple) and grid not in found:
                found.append(grid)
        if not found and failure is not None:
            raise failure
        yield from found


@dataclass
class _Reading:
    """One way to read the products of a formula: of matrices where they can be, or entry by entry where they can be."""

    names: MatrixFormulas
    choices: list[bool]

    def of(self, formula: Formula) -> Grid | Formula | None:
        """A matrix, a single formula, or None where something is unknown."""
        match formula:
            case Number():
                return formula
            case Name(symbol):
                return self._named(str(symbol))
            case Apply("power", (base, Name(symbol))) if str(symbol) in _TRANSPOSED:
                inside = self.of(base)
                return tuple(zip(*inside, strict=True)) if isinstance(inside, tuple) else inside
            case Apply("product", arguments):
                return self._product([self.of(one) for one in arguments])
            case Apply(operation, arguments):
                return _each(operation, [self.of(one) for one in arguments])
        return None

    def _named(self, name: str) -> Grid | Formula | None:
        if (matrix := self.names.matrix(name)) is not None:
            return tuple(tuple(_cell(cell) for cell in row) for row in matrix.rows)
        quantity = self.names.scalar(name)
        return None if quantity is None else Name(quantity)

    def _product(self, factors: Sequence[Grid | Formula | None]) -> Grid | Formula | None:
        whole = factors[0]
        for factor in factors[1:]:
            if whole is None or factor is None:
                return None
            whole = self._times(whole, factor)
        return whole

    def _times(self, one: Grid | Formula, other: Grid | Formula) -> Grid | Formula | None:
        if not isinstance(one, tuple) or not isinstance(other, tuple):
            return _each("product", [one, other])
        by_rows, alike = len(one[0]) == len(other), _shape(one) == _shape(other)
        if by_rows and alike:
            by_rows = self.choices.pop() if self.choices else True
        if by_rows:
            return _matmul(one, other)
        if alike:
            return _each("product", [one, other])
        message = _("{first} and {second} entries cannot be multiplied")
        raise ShapeError(
            message.format(first="×".join(map(str, _shape(one))), second="×".join(map(str, _shape(other))))
        )


def _cell(cell: object) -> Formula:
    if isinstance(cell, Quantity):
        return Name(cell)
    return cell if isinstance(cell, Number) else ZERO


def _shape(grid: Grid) -> tuple[int, int]:
    return len(grid), len(grid[0])


def _matmul(one: Grid, other: Grid) -> Grid:
    columns = tuple(zip(*other, strict=True))
    if sum(len(row) for row in one) * len(columns) > _LARGEST:
        raise ShapeError(_("too large a product"))
    return tuple(tuple(_total([_factors(a, b) for a, b in zip(row, column, strict=True)]) for column in columns)
                 for row in one)  # fmt: skip


def _factors(*factors: Formula) -> Formula:
    return Apply("product", factors)


def _total(terms: list[Formula]) -> Formula:
    return terms[0] if len(terms) == 1 else Apply("sum", tuple(terms))


def _each(operation: str, arguments: Sequence[Grid | Formula | None]) -> Grid | Formula | None:
    """An operation entry by entry; what is no matrix is the same for every entry, a single column for every column."""
    if any(one is None for one in arguments):
        return None
    grids = [one for one in arguments if isinstance(one, tuple)]
    if not grids:
        return Apply(operation, tuple(one for one in arguments if one is not None and not isinstance(one, tuple)))
    rows, columns = max(len(one) for one in grids), max(len(one[0]) for one in grids)
    for one in grids:
        if len(one) != rows or len(one[0]) not in (1, columns):
            message = _("{first} and {second} entries do not go together")
            raise ShapeError(message.format(first=f"{rows}×{columns}", second="×".join(map(str, _shape(one)))))
    return tuple(
        tuple(Apply(operation, tuple(_at(one, row, column) for one in arguments)) for column in range(columns))
        for row in range(rows)
    )


def _at(one: Grid | Formula | None, row: int, column: int) -> Formula:
    if isinstance(one, tuple):
        return one[row][column if len(one[0]) > 1 else 0]
    assert one is not None
    return one


def _products(formula: Formula) -> int:
    match formula:
        case Apply(operation, arguments):
            return (operation == "product") * (len(arguments) - 1) + sum(map(_products, arguments))
    return 0
