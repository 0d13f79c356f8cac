"""Equations of whole layers in a document: in symbols, with the matrices put in, and the resulting matrix."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from backprop_cli.algebra.formula import Apply, Formula, Name
from backprop_cli.algebra.quantities import Address, Quantity
from backprop_cli.deriving.trace import Trace
from backprop_cli.documents.cells import Cells
from backprop_cli.documents.matrices import large_matrix
from backprop_cli.documents.matrix_notation import WholeSpeller
from backprop_cli.documents.model import Equation, Inline, Math, Side, SideRole
from backprop_cli.documents.writing import Writing, spellers
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Problem
from backprop_cli.views.matrix_formulas import TRANSPOSED, Matrix, cells_in, is_drawn
from backprop_cli.views.matrix_formulas import MatrixEquation as WholeEquation
from backprop_cli.writing.shapes import ATOM, Spelling, spell


@record
class _PutIn:
    """A matrix in the place of the name or the formula that it is the value of."""

    matrix: Matrix


class WholeEquations:
    """Writes the equations of one pass; `matrices` say what the names in them stand for."""

    def __init__(self, page: Writing, trace: Trace, at: Address, columns: bool) -> None:
        problem: Problem = page.problem
        write, plain = spellers(problem, trace, page.dialect_name)
        self.page = page
        self.cells = Cells(write)
        self.whole = WholeSpeller(problem, write, at, columns)
        self.plain = WholeSpeller(problem, plain, at, columns)

    def math(self, formula: Formula) -> Math:
        """A formula in symbols."""
        return Math(self.whole.text(formula), self.plain.text(formula))

    def equation(self, equation: WholeEquation, matrices: Mapping[Formula, Matrix]) -> Equation:
        """left = symbols = numbers = matrix"""
        equal = self.cells.speller.writer.dialect.equal
        sides = [Side(equal, self.whole.text(one), SideRole.FORMULA) for one in equation.sides[:1]]
        drawn = [side for side in equation.sides if is_drawn(side, matrices)]
        for number, side in enumerate(drawn):
            sign = self.cells.relation(cells_in(side, matrices)) if number else equal
            sides.append(Side(sign, self.numbers(side, matrices), SideRole.NUMBERS))
        sides.append(self.result(equation.result))
        left: Inline = (self.math(equation.left),)
        return Equation(left, tuple(sides), _("(given)") if equation.given else "")

    def result(self, result: Matrix | Quantity) -> Side:
        """= the matrix, or = a single number"""
        if isinstance(result, Quantity):
            return Side(self.cells.relation([result]), self.cells.text(result), SideRole.VALUE)
        return Side(self.cells.relation(result.cells), self.matrix(result), SideRole.VALUE)

    def matrix(self, matrix: Matrix) -> str:
        """The numbers in brackets."""
        dialect = self.cells.speller.writer.dialect
        return large_matrix(dialect, matrix.shape, lambda row, column: self.cells.text(matrix.rows[row][column]))

    def numbers(self, side: Formula, matrices: Mapping[Formula, Matrix]) -> str:
        """A side with its matrices put in."""
        return spell(_put_in(side, matrices), self.whole.shapes, self._named, self.cells.spelling).text

    def _named(self, symbol: Hashable) -> Spelling:
        if isinstance(symbol, _PutIn):
            return Spelling(self.matrix(symbol.matrix), ATOM)
        assert isinstance(symbol, Quantity)
        return self.cells.spelling(symbol)

    def entries(self, rows: tuple[tuple[Formula | None, ...], ...]) -> str:
        """A matrix of formulas."""
        dialect = self.cells.speller.writer.dialect

        def entry(row: int, column: int) -> str:
            formula = rows[row][column]
            return self.cells.text(None) if formula is None else self.whole.text(formula)

        return large_matrix(dialect, (len(rows), len(rows[0]) if rows else 0), entry)


def _put_in(formula: Formula, matrices: Mapping[Formula, Matrix]) -> Formula:
    """The formula with every matrix in its place, a transposed one already turned."""
    if (matrix := matrices.get(formula)) is not None:
        return Name(_PutIn(matrix))
    match formula:
        case Apply(operation, (inner,)) if operation == TRANSPOSED:
            return Name(_PutIn(matrices[inner].transposed))
        case Apply(operation, arguments):
            return Apply(operation, tuple(_put_in(one, matrices) for one in arguments))
    return formula
