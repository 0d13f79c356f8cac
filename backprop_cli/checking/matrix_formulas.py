"""Formulas of matrices, `delta2 out1^T` or `(W2^T delta2) ⊙ out1 ⊙ (1 − out1)`, written out entry by entry."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from backprop_cli.algebra.expressions import FormulaError
from backprop_cli.algebra.formula import ZERO, Apply, Formula, Name, Number, names_in
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.written_numbers import formula_in
from backprop_cli.ground.errors import BackpropError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.views.matrix_formulas import Matrix
from backprop_cli.working.formulas import read_formula
from backprop_cli.working.matrices import read_matrix

Grid = tuple[tuple[Formula, ...], ...]
_MOST_READINGS = 96  # of names that may mean several things, of products that may be of matrices or entry by entry
_MOST_MEANT = 2_000  # combinations of meanings that are put in order
_RAISED_T = re.compile(r"\^\{(\(\d\)|\d)\s?[T⊤]\}")  # h^{(1)T}
_LARGEST = 20_000  # parts of all entries together
_LITERAL = re.compile(r"\[\s*\[[^\[\]]*\](?:\s*,?\s*\[[^\[\]]*\])*\s*\]|(?<![\w)\]}])\[[^\[\]]*[\s,;][^\[\]]*\]")
_NUMBERS = "matrixofnumbers"  # begins the name of one in a formula
_TRANSPOSED = ("T", "⊤", "t")


class MatrixShapeError(BackpropError):
    """Two matrices that do not go together, in words."""


@record(slots=False)
class MatrixFormulas:
    """Reads formulas of matrices: `meanings` says what a name may be, a matrix or a quantity, the likeliest first."""

    meanings: Callable[[str], Sequence[Matrix | Quantity]]

    def readings(self, text: str) -> tuple[list[Grid], MatrixShapeError | None]:
        """The entries that a formula gives, in every way in which its names and products can be meant.

        None where there is no matrix in it, or something unknown; and what is wrong with the likeliest way.
        """
        text = text.replace("@", "*").replace("ᵀ", "^T").replace(".T", "^T")
        text, written = _with_names(_RAISED_T.sub(r"^{\1}^T", text))
        found: list[Grid] = []
        failures: list[MatrixShapeError | None] = []
        plain = formula_in(text)
        if plain is None:
            return found, None
        for formula, meant, chosen in islice(self._ways(_with_turned(plain.formula), written), _MOST_READINGS):
            try:
                grid = _Reading(meant, list(chosen), written).of(formula)
            except MatrixShapeError as error:
                failures.append(error)
                continue
            failures.append(None)
            if isinstance(grid, tuple) and grid not in found:
                found.append(grid)
        return found, failures[0] if failures else None

    def _ways(
        self, plain: Formula, written: Mapping[str, Grid]
    ) -> Iterator[tuple[Formula, Mapping[str, Matrix | Quantity], tuple[bool, ...]]]:
        """Every way to read powers as layers, names as one of their meanings, and products as of matrices."""
        for formula in dict.fromkeys((self._with_layers(plain), plain)):
            names = [one for one in dict.fromkeys(str(name.symbol) for name in names_in(formula)) if one not in written]
            choices = [self.meanings(name) for name in names]
            if not (written or any(isinstance(one, Matrix) for choice in choices for one in choice)):
                continue
            if any(not choice for choice in choices):
                continue
            for meant in sorted(islice(product(*choices), _MOST_MEANT), key=lambda one: _single(one, choices)):
                for chosen in product((True, False), repeat=min(_products(formula), 3)):
                    yield formula, dict(zip(names, meant, strict=True)), chosen

    def _with_layers(self, formula: Formula) -> Formula:
        """The formula in which w² is no power but a matrix that is called so."""
        match formula:
            case Apply("power", (Name(letter), Number() as layer)):
                name = f"{letter}^{layer.text}"
                is_one = layer.text is not None and any(isinstance(one, Matrix) for one in self.meanings(name))
                return Name(name) if is_one else formula
            case Apply(operation, arguments):
                return Apply(operation, tuple(map(self._with_layers, arguments)))
        return formula


@dataclass
class _Reading:
    """One way to read the products of a formula: of matrices where they can be, or entry by entry where they can be."""

    names: Mapping[str, Matrix | Quantity]
    choices: list[bool]
    written: Mapping[str, Grid]  # the matrices of numbers in the formula

    def of(self, formula: Formula) -> Grid | Formula | None:
        """A matrix, a single formula, or None where something is unknown."""
        match formula:
            case Number():
                return formula
            case Name(symbol):
                return self._named(str(symbol))
            case Apply("transposed", (base,)):
                inside = self.of(base)
                return tuple(zip(*inside, strict=True)) if isinstance(inside, tuple) else inside
            case Apply("product", arguments):
                return self._product([self.of(one) for one in arguments])
            case Apply("sum", (summed,)):
                inside = self.of(summed)
                return _total([cell for row in inside for cell in row]) if isinstance(inside, tuple) else inside
            case Apply(operation, arguments):
                return _each(operation, [self.of(one) for one in arguments])
        return None

    def _named(self, name: str) -> Grid | Formula | None:
        if (written := self.written.get(name)) is not None:
            return written
        meant = self.names.get(name)
        if isinstance(meant, Matrix):
            return tuple(tuple(_cell(cell) for cell in row) for row in meant.rows)
        return None if meant is None else Name(meant)

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
        raise MatrixShapeError(
            message.format(first="×".join(map(str, _shape(one))), second="×".join(map(str, _shape(other))))
        )


def _single(meant: Sequence[Matrix | Quantity], choices: Sequence[Sequence[Matrix | Quantity]]) -> int:
    """How many names are taken for single quantities that are rather matrices."""
    pairs = zip(meant, choices, strict=True)
    return sum(not isinstance(one, Matrix) and one != first for one, (first, *_others) in pairs)


def _with_turned(formula: Formula) -> Formula:
    """The formula in which what is raised to T is transposed; a T that stands elsewhere is a name."""
    match formula:
        case Apply("power", (base, Name(symbol))) if str(symbol) in _TRANSPOSED:
            return Apply("transposed", (_with_turned(base),))
        case Apply(operation, arguments):
            return Apply(operation, tuple(map(_with_turned, arguments)))
    return formula


def _with_names(text: str) -> tuple[str, Mapping[str, Grid]]:
    """The text with a name in place of every matrix of numbers, and what stands under each name."""
    found: dict[str, Grid] = {}

    def named(match: re.Match[str]) -> str:
        matrix = read_matrix(match[0])
        try:
            grid = matrix and tuple(tuple(read_formula(entry).formula for entry in row) for row in matrix.rows)
        except FormulaError:
            return match[0]
        if not grid or any(True for row in grid for entry in row for _name in names_in(entry)):
            return match[0]  # the square brackets of a formula, −[t·ln p + (1 − t)·ln(1 − p)]
        found[f"{_NUMBERS}{len(found)}"] = grid
        return f" {_NUMBERS}{len(found) - 1} "

    return _LITERAL.sub(named, text), found


def _cell(cell: object) -> Formula:
    if isinstance(cell, Quantity):
        return Name(cell)
    return cell if isinstance(cell, Number) else ZERO


def _shape(grid: Grid) -> tuple[int, int]:
    return len(grid), len(grid[0])


def _matmul(one: Grid, other: Grid) -> Grid:
    columns = tuple(zip(*other, strict=True))
    if sum(len(row) for row in one) * len(columns) > _LARGEST:
        raise MatrixShapeError(_("too large a product"))
    return tuple(tuple(_total([_factors(a, b) for a, b in zip(row, column, strict=True)]) for column in columns)
                 for row in one)  # fmt: skip


def _factors(*factors: Formula) -> Formula:
    return Apply("product", factors)


def _total(terms: list[Formula]) -> Formula:
    return terms[0] if len(terms) == 1 else Apply("sum", tuple(terms))


def _each(operation: str, arguments: Sequence[Grid | Formula | None]) -> Grid | Formula | None:
    """An operation entry by entry; what is no matrix is the same for every entry, a single column for every column.

    A single row, and a column of as many entries as a row has, is the same for every row.
    """
    if any(one is None for one in arguments):
        return None
    grids = [one for one in arguments if isinstance(one, tuple)]
    if not grids:
        return Apply(operation, tuple(one for one in arguments if one is not None and not isinstance(one, tuple)))
    rows, columns = max(map(_shape, grids), key=lambda shape: (shape[0] * shape[1], shape[1]))
    arguments = [_laid(one, rows, columns) for one in arguments]
    for one in grids:
        if _shape(_laid(one, rows, columns)) not in ((rows, columns), (rows, 1), (1, columns)):
            message = _("{first} and {second} entries do not go together")
            raise MatrixShapeError(message.format(first=f"{rows}×{columns}", second="×".join(map(str, _shape(one)))))
    return tuple(
        tuple(Apply(operation, tuple(_at(one, row, column) for one in arguments)) for column in range(columns))
        for row in range(rows)
    )


def _laid(one: Any, rows: int, columns: int) -> Any:
    """A column as a row, where it fits only so: the biases, where the samples are the rows."""
    is_a_row = isinstance(one, tuple) and len(one) != rows and _shape(one) == (columns, 1)
    return tuple(zip(*one, strict=True)) if is_a_row else one


def _at(one: Grid | Formula | None, row: int, column: int) -> Formula:
    if isinstance(one, tuple):
        return one[row if len(one) > 1 else 0][column if len(one[0]) > 1 else 0]
    assert one is not None
    return one


def _products(formula: Formula) -> int:
    match formula:
        case Apply(operation, arguments):
            return (operation == "product") * (len(arguments) - 1) + sum(map(_products, arguments))
    return 0
