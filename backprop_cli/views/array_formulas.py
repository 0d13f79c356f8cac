"""A formula of arrays as a page shows it: names as whole symbols, products told apart, numbers where they can stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backprop_cli.algebra.array_layout import laid_out
from backprop_cli.algebra.array_operations import (
    ALL,
    ENTRY,
    IDENTITY,
    ONES,
    UNIT,
)
from backprop_cli.algebra.arrays import Array
from backprop_cli.algebra.formula import ONE, ZERO, Apply, Formula, Name, Number, is_operation, negate, number
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.ground.records import record
from backprop_cli.views.matrix_formulas import (
    DRAWN,
    HADAMARD,
    LENGTH,
    MATMUL,
    NORM,
    NORM_1,
    PRIME,
    SOFTMAX,
    Cell,
    Matrix,
    named,
    transposed,
)

_LINEAR = frozenset({*DRAWN, "transpose", "dot", "outer"})


@record(eq=False)
class ArrayFormulas:
    """Turns formulas of `known` arrays into those of whole symbols; `matrices` gets the cells of what they name.

    `symbol` says what a name is on the page, `cell` which quantity the formula of one entry is.
    """

    known: Mapping[str, Array]
    symbol: Callable[[str], Formula]
    cell: Callable[[Formula], Cell]
    matrices: dict[Formula, Matrix]

    def shown(self, formula: Formula) -> Formula:
        """The formula as it is written; what is not linear inside it has its numbers noted, so that it can be drawn."""
        return self._shown(formula, whole=True)

    def _shown(self, formula: Formula, whole: bool = False) -> Formula:
        match formula:
            case Name(symbol):
                return self.symbol(str(symbol))
            case Number():
                return formula
        found = self._operation(formula)
        if not whole and formula.operation not in _LINEAR and found not in self.matrices:
            self._note(found, formula)
        return found

    def _note(self, found: Formula, formula: Formula) -> None:
        """Notes the numbers of a part that has no name; a single number can stand only as a quantity."""
        array = laid_out(formula, self.known)
        if array.shape:
            self.matrices[found] = matrix_of(array, self.cell)

    def _operation(self, formula: Apply) -> Formula:
        operation, arguments = formula.operation, formula.arguments
        match operation:
            case "sum" | "quotient":
                return Apply(operation, tuple(self._spread(one, formula) for one in arguments))
            case "product":
                return self._product([self._spread(one, formula) for one in arguments], arguments)
            case "matmul":
                return self._matmul(*arguments)
            case "transpose":
                return transposed(self._shown(arguments[0]))
            case "dot" | "outer":
                one, other = map(self._column, arguments)
                factors = (transposed(one), other) if operation == "dot" else (one, transposed(other))
                return Apply(MATMUL, factors)
            case "power" if isinstance(arguments[0], Apply) and arguments[0].operation == "norm":
                if arguments[1] == number(2) and arguments[0].arguments[1:] != (ONE,):
                    return Apply(NORM, (self._shown(arguments[0].arguments[0]),))
            case "norm":
                return Apply(NORM_1 if arguments[1:] == (ONE,) else LENGTH, (self._shown(arguments[0]),))
            case "softmax":
                return Apply(SOFTMAX, (self._shown(arguments[0]),))
            case "entry":
                return self._entry(arguments)
            case "slope":
                return self._slope(arguments[0])
        if operation in (ONES, UNIT, IDENTITY):
            return self._constant(formula)
        return Apply(operation, tuple(map(self._shown, arguments)))

    def _column(self, formula: Formula) -> Formula:
        """A vector as a column."""
        shown = self._shown(formula)
        return transposed(shown) if laid_out(formula, self.known).turned else shown

    def _matmul(self, left: Formula, right: Formula) -> Formula:
        """The product; a vector at the left of another, or of a matrix, is written as the row that it is there."""
        one, other = laid_out(left, self.known), laid_out(right, self.known)
        first, second = self._shown(left), self._shown(right)
        if len(one.shape) == 1 and not one.turned and not other.turned and other.shape[:1] != (1,):
            if len(other.shape) == 2:
                return _product(transposed(second), first)
            first = transposed(first)
        return _product(first, second)

    def _spread(self, part: Formula, whole: Apply) -> Formula:
        """A part of a sum or product that is broadcast, as lectures write it: 𝟏·bᵀ for a vector in every row."""
        if is_operation(part, "negative"):
            inner = self._spread(part.arguments[0], whole)
            return Apply("negative", (inner,)) if isinstance(inner, Number) else negate(inner)  # a number is taken away
        own, shape = laid_out(part, self.known), laid_out(whole, self.known).shape
        shown = self._shown(part)
        if len(shape) < 2 or own.is_number or own.shape == shape:
            return shown
        rows, columns = shape
        if len(own.shape) == 1:
            return Apply(MATMUL, (self._ones(rows), shown if own.turned else transposed(shown)))
        if own.shape == (rows, 1):
            return Apply(MATMUL, (shown, transposed(self._ones(columns))))
        return Apply(MATMUL, (self._ones(rows), shown))

    def _product(self, shown: list[Formula], arguments: tuple[Formula, ...]) -> Formula:
        """Numbers in front, and ⊙ between arrays."""
        is_array = [bool(laid_out(one, self.known).shape) for one in arguments]
        wholes = [one for one, array in zip(shown, is_array, strict=True) if array]
        numbers = [one for one, array in zip(shown, is_array, strict=True) if not array]
        product = wholes[0] if len(wholes) == 1 else Apply(HADAMARD, tuple(wholes))
        factors = [*numbers, *([product] if wholes else [])]
        return factors[0] if len(factors) == 1 else Apply("product", tuple(factors))

    def _entry(self, arguments: tuple[Formula, ...]) -> Formula:
        """p₂ of a named array; else the places in brackets."""
        array = laid_out(Apply(ENTRY, arguments), self.known)
        if isinstance(arguments[0], Name) and array.is_number:
            cell = self.cell(array.entries[0])
            return Name(cell) if isinstance(cell, Quantity) else self._places(arguments)
        return self._places(arguments)

    def _places(self, arguments: tuple[Formula, ...]) -> Formula:
        first, *places = (Apply(ALL, ()) if one == Apply(ALL, ()) else self._shown(one) for one in arguments)
        return Apply(f"{ENTRY} {len(places)}", (first, *places))

    def _slope(self, part: Formula) -> Formula:
        assert isinstance(part, Apply)
        row = OPERATIONS[part.operation]
        left_out = row.parameters if row.convention else 0  # what somebody agreed on is not part of what one writes
        arguments = part.arguments[: len(part.arguments) - left_out]
        return Apply(PRIME + part.operation, tuple(map(self._shown, arguments)))

    def _constant(self, formula: Apply) -> Formula:
        """𝟏, e₂ or I, which are nothing but numbers."""
        places = [int(one.value.p) for one in formula.arguments if isinstance(one, Number)]
        if formula.operation == ONES:
            return self._ones(*places)
        name = named(Kind.CONSTANT, f"e{places[0]}" if formula.operation == UNIT else "I")
        self.matrices[name] = matrix_of(laid_out(formula, self.known), self.cell)
        return name

    def _ones(self, *shape: int) -> Formula:
        name = named(Kind.CONSTANT, "1 " + "x".join(map(str, shape)))
        rows, columns = (*shape, 1)[:2]
        self.matrices[name] = Matrix(((ONE,) * columns,) * rows)
        return name


def _product(*factors: Formula) -> Formula:
    """The product of matrices without brackets that say nothing."""
    inner = (one.arguments if isinstance(one, Apply) and one.operation == MATMUL else (one,) for one in factors)
    return Apply(MATMUL, tuple(part for parts in inner for part in parts))


def matrix_of(array: Array, cell: Callable[[Formula], Cell]) -> Matrix:
    """The cells of an array."""
    return Matrix(tuple(tuple(ZERO if entry == ZERO else cell(entry) for entry in row) for row in array.rows))
