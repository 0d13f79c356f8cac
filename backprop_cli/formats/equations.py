"""Draws equations of whole layers: in symbols, then with the matrices put in, then the result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.cells import cell_len
from rich.text import Text

from backprop_cli.documents.whole import WholeSpeller
from backprop_cli.formats import boxes
from backprop_cli.formats.boxes import Box
from backprop_cli.formats.cells import Cells
from backprop_cli.formats.layout import LABEL, VALUE, break_formula
from backprop_cli.formula import Apply, Formula, Name
from backprop_cli.quantities import Quantity
from backprop_cli.shapes import NEGATIVE
from backprop_cli.views.whole import HADAMARD, MATMUL, TRANSPOSED, Cell, Equation, Matrix, cells_in, is_drawn
from backprop_cli.words import _

_SIGNS = {MATMUL: (" · ", " @ "), HADAMARD: (" ⊙ ", " * "), "product": (" · ", " * ")}


class Drawer:
    """Draws equations of one sheet in a width; `matrices` say what the names in them stand for."""

    def __init__(
        self, whole: WholeSpeller, cells: Cells, matrices: Mapping[Formula, Matrix], width: int, indent: int
    ) -> None:
        self.whole = whole
        self.cells = cells
        self.matrices = matrices
        self.width = width
        self.indent = indent
        self.ascii = whole.writer.ascii
        self.room = width

    def drawn(self, equation: Equation) -> list[Text]:
        """The equation in as many lines as it needs."""
        left = self.whole.text(equation.left)
        start = self.indent + cell_len(left)
        self.room = self.width - start - 6  # beside a sign and brackets
        head = [Box((" " * self.indent,)), Box((left,), LABEL)]
        symbols = break_formula(self.whole.text(equation.sides[0]), max(12, self.room)) if equation.sides else []
        head += [boxes.sign(" = "), Box((symbols[0],))] if symbols else []
        more = [Text(" " * (start + 3) + text) for text in symbols[1:]]
        sides = [side for side in equation.sides if is_drawn(side, self.matrices)]
        result = self._result(equation)
        margin = Box((" " * start,))
        if not sides and not more:
            return boxes.lines([*head, *result], start, self.width)
        body = [boxes.sign(" = "), *self._tokens(sides[0])] if sides else []
        for side in sides[1:]:
            body += [self._relation(cells_in(side, self.matrices)), *self._tokens(side)]
        above = boxes.lines(head, start, self.width) + more
        return above + boxes.lines([margin, *body, *result], start, self.width)

    def _result(self, equation: Equation) -> list[Box]:
        if isinstance(equation.result, Quantity):
            return [self._relation([equation.result]), Box((self.cells.text(equation.result),), VALUE)]
        found = [self._relation(equation.result.cells), self._box(equation.result, VALUE)]
        return [*found, Box(("  " + _("(given)"),), "dim")] if equation.given else found

    def _relation(self, cells: Iterable[Cell]) -> Box:
        return boxes.sign(f" {self.cells.relation(cells)} ", boxes.BEFORE_A_SIDE)

    # ---- what is drawn ---------------------------------------------------------------------------------------

    def _tokens(self, formula: Formula) -> list[Box]:
        """A side as boxes: matrices, numbers and the signs between them."""
        if (matrix := self.matrices.get(formula)) is not None:
            return [self._box(matrix)]
        match formula:
            case Apply(operation, (inner,)) if operation == TRANSPOSED:
                return [self._box(self.matrices[inner].transposed)]
            case Apply("negative", (inner,)):
                return [Box(("-" if self.ascii else "−",)), *self._inside(inner, "negative")]
            case Apply("sum", terms):
                return self._sum(terms)
            case Apply(operation, factors):
                return self._chain(operation, factors)
            case Name(symbol):
                assert isinstance(symbol, Quantity)
                return [self._number(symbol)]
        return [self._number(formula)]

    def _number(self, cell: Cell) -> Box:
        spelling = self.cells.spelling(cell)
        return Box((f"({spelling.text})" if spelling.strength == NEGATIVE else spelling.text,))

    def _sum(self, terms: Sequence[Formula]) -> list[Box]:
        """The terms with + and − between them."""
        found = self._tokens(terms[0])
        minus = " - " if self.ascii else " − "
        for term in terms[1:]:
            match term:
                case Apply("negative", (inner,)) if term not in self.matrices:
                    found += [boxes.sign(minus, boxes.BEFORE_A_SIGN), *self._inside(inner, "negative")]
                case _:
                    found += [boxes.sign(" + ", boxes.BEFORE_A_SIGN), *self._tokens(term)]
        return found

    def _chain(self, operation: str, factors: Sequence[Formula]) -> list[Box]:
        """The factors with the sign of their product between them."""
        found: list[Box] = []
        for factor in factors:
            found += [boxes.sign(_SIGNS[operation][self.ascii], boxes.BEFORE_A_SIGN)] if found else []
            found += self._inside(factor, operation)
        return found

    def _inside(self, formula: Formula, operation: str) -> list[Box]:
        """An operand, in brackets where it binds less than the operation."""
        tokens = self._tokens(formula)
        loose = {"sum", "negative"} | ({MATMUL, "product"} if operation == HADAMARD else set())
        if formula in self.matrices or not isinstance(formula, Apply) or formula.operation not in loose:
            return tokens
        return [Box(("(",)), *tokens, Box((")",))]

    def _box(self, matrix: Matrix, style: str = "") -> Box:
        def text(row: int, column: int) -> str:
            return self.cells.text(matrix.rows[row][column])

        return boxes.matrix(matrix.shape, text, self.room, self.ascii, style)
