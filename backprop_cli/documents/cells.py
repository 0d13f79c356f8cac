"""The numbers in a matrix or a table of a view, as they are put into a formula."""

from __future__ import annotations

from collections.abc import Iterable

from backprop_cli.algebra.formula import Number
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.ground.records import record
from backprop_cli.solving.spelling import Speller
from backprop_cli.views.matrix_formulas import Cell
from backprop_cli.writing.shapes import ATOM, Spelling


@record(slots=False)
class Cells:
    """Writes cells with the values of one trace."""

    speller: Speller

    def spelling(self, cell: Cell) -> Spelling:
        """The number as it is put into a formula; a point where there is no connection."""
        if cell is None:
            return Spelling(self.speller.writer.dialect.nothing, ATOM)
        if isinstance(cell, Number):
            return self.speller.constant_formula(cell)
        return self.speller.given(cell)

    def text(self, cell: Cell) -> str:
        """The same as text."""
        return self.spelling(cell).text

    def is_exact(self, cell: Cell) -> bool:
        """Whether the text is the whole truth."""
        trace = self.speller.trace
        if not isinstance(cell, Quantity) or cell in trace.derivation.constants:
            return True
        return self.speller.equation(trace.value(cell))[0][0] == "="

    def relation(self, cells: Iterable[Cell]) -> str:
        """= where all of the cells are shown as they are, ≈ where one is rounded."""
        dialect = self.speller.writer.dialect
        return dialect.equal if all(map(self.is_exact, cells)) else dialect.about

    def is_zero(self, cell: Cell) -> bool:
        """Whether the number is exactly 0."""
        if isinstance(cell, Quantity):
            return self.speller.trace.value(cell).exact == 0
        return cell is None or cell.value == 0
