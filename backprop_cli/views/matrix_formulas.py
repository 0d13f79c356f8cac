"""Formulas of vectors and matrices: W·x + b of a whole layer as data, and the quantities in each matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from backprop_cli.algebra.formula import Apply, Formula, Name, Number, names_in, replace
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity
from backprop_cli.ground.records import record

Cell: TypeAlias = Quantity | Number | None  # None: a connection that is not there

MATMUL, HADAMARD, TRANSPOSED, SOFTMAX, PRIME = "matmul", "hadamard", "transposed", "softmax of", "prime "
NORM, NORM_1, LENGTH = "norm squared", "norm 1", "norm"
DRAWN = ("sum", "negative", "product", "quotient", MATMUL, HADAMARD, TRANSPOSED)  # what is shown with matrices put in


@record
class Whole:
    """A vector or matrix of a layer as one symbol, W₁ or δ₂; `quantity` has the number of the layer as its name."""

    quantity: Quantity


@record(slots=False)
class Matrix:
    """Rows of cells; each is a quantity, a number, or the place of a connection that is not there."""

    rows: tuple[tuple[Cell, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns."""
        return len(self.rows), len(self.rows[0]) if self.rows else 0

    @property
    def transposed(self) -> Matrix:
        """The columns as rows."""
        return Matrix(tuple(zip(*self.rows, strict=True)))

    def map(self, change: Callable[[Quantity], Cell]) -> Matrix:
        """The matrix with every quantity in it changed."""

        def changed(cell: Cell) -> Cell:
            return change(cell) if isinstance(cell, Quantity) else cell

        return Matrix(tuple(tuple(map(changed, row)) for row in self.rows))

    @property
    def cells(self) -> Iterator[Cell]:
        """Every cell, row by row."""
        return (cell for row in self.rows for cell in row)

    @property
    def quantities(self) -> list[Quantity]:
        """Every quantity in it, row by row."""
        return [cell for cell in self.cells if isinstance(cell, Quantity)]


@record(slots=False)
class MatrixEquation:
    """left = formula = numbers = result: a line of the solution, for a whole layer.

    The first of `sides` is written in symbols; each is written with its matrices put in where it has only operations of
    linear algebra. A `given` one has its result from the problem file. A quantity as `result` is a single number.
    """

    phase: Phase
    layer: int
    left: Formula
    sides: tuple[Formula, ...]
    result: Matrix | Quantity
    given: bool = False


# The operations of whole layers


def vector(kind: Kind, layer: int, at: Address = ()) -> Name:
    """net₁, out₁, δ₁, the inputs (layer 0) or the targets as one; where there are several samples, a column each."""
    return Name(Whole(Quantity(kind, str(layer), at=at)))


def named(kind: Kind, name: str) -> Name:
    """W₁, b₁ or what an optimizer keeps for them."""
    return Name(Whole(Quantity(kind, name)))


def derivative(of: Quantity, by: Formula, kind: Kind = Kind.GRADIENT) -> Name:
    """∂E/∂W₁ and the like."""
    assert isinstance(by, Name)
    assert isinstance(by.symbol, Whole)
    return Name(Whole(Quantity(kind, of=of, by=by.symbol.quantity, at=by.symbol.quantity.at)))


def matmul(*factors: Formula) -> Formula:
    """The product of matrices."""
    return factors[0] if len(factors) == 1 else Apply(MATMUL, factors)


def hadamard(*factors: Formula) -> Formula:
    """The product entry by entry."""
    return factors[0] if len(factors) == 1 else Apply(HADAMARD, factors)


def transposed(matrix: Formula) -> Formula:
    """The transposed matrix."""
    return Apply(TRANSPOSED, (matrix,))


def has_whole(formula: Formula) -> bool:
    """Whether a whole layer's quantity is in the formula, so that its value is a matrix."""
    return any(isinstance(name.symbol, Whole) for name in names_in(formula))


def is_drawn(side: Formula, matrices: Mapping[Formula, Matrix]) -> bool:
    """Whether a side has only operations of linear algebra on matrices; a mere name is not drawn again."""
    return side not in matrices and isinstance(side, Apply) and _can_stand(side, "", matrices)


def _can_stand(formula: Formula, inside: str, matrices: Mapping[Formula, Matrix]) -> bool:
    """Whether a part of a side can be drawn; a number only as a factor, or below a fraction bar."""
    match formula:
        case _ if formula in matrices:
            return True
        case Apply() if not any(True for _name in names_in(formula)):
            return inside in ("product", "quotient")
        case Apply() if inside == "quotient" and not has_whole(formula):
            return True
        case Apply(operation, arguments):
            return operation in DRAWN and all(_can_stand(one, operation, matrices) for one in arguments)
        case Name(symbol) if isinstance(symbol, Whole):
            return False
    return inside in ("product", "quotient")


def cells_in(side: Formula, matrices: Mapping[Formula, Matrix]) -> Iterator[Cell]:
    """Every cell of the matrices in a side."""
    if (matrix := matrices.get(side)) is not None:
        yield from matrix.cells
    elif isinstance(side, Apply):
        for argument in side.arguments:
            yield from cells_in(argument, matrices)


def entry_by_entry(formulas: Sequence[Formula], meanings: Sequence[Mapping[Quantity, Formula]]) -> Formula | None:
    """The formula of whole layers that says the same as these formulas of single numbers, or None if there is none.

    Each has its own meanings of the names in it; a constant of the whole problem (η) keeps its name.
    """
    found: set[Formula] = set()
    for formula, meaning in zip(formulas, meanings, strict=True):
        names = [name.symbol for name in names_in(formula)]
        if not all(isinstance(one, Quantity) and (one in meaning or one.kind is Kind.CONSTANT) for one in names):
            return None
        found.add(_with_hadamard(replace(formula, lambda name, m=meaning: m.get(name.symbol, name))))  # type: ignore[misc]
    return found.pop() if len(found) == 1 else None


def _with_hadamard(formula: Formula) -> Formula:
    """The formula with ⊙ between the factors that are matrices."""
    if not isinstance(formula, Apply):
        return formula
    arguments = tuple(map(_with_hadamard, formula.arguments))
    if formula.operation != "product":
        return Apply(formula.operation, arguments)
    scalars = [one for one in arguments if not has_whole(one)]
    wholes = [one for one in arguments if has_whole(one)]
    product = hadamard(*wholes) if wholes else None
    factors = [*scalars, *([product] if product else [])]
    return factors[0] if len(factors) == 1 else Apply("product", tuple(factors))
