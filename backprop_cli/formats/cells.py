"""The numbers in a matrix or a table of a view: as they are put into a formula, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from backprop_cli.formats.json import exact_text
from backprop_cli.formula import Number
from backprop_cli.quantities import Quantity
from backprop_cli.shapes import ATOM, Spelling
from backprop_cli.spelling import Speller
from backprop_cli.views.whole import Cell, Matrix


@dataclass(frozen=True)
class Cells:
    """Writes cells with the values of one trace."""

    speller: Speller

    def spelling(self, cell: Cell) -> Spelling:
        """The number as it is put into a formula; a point where there is no connection."""
        if cell is None:
            return Spelling("." if self.speller.writer.ascii else "·", ATOM)
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
        about = "~=" if self.speller.writer.ascii else "≈"
        return "=" if all(map(self.is_exact, cells)) else about

    def is_zero(self, cell: Cell) -> bool:
        """Whether the number is exactly 0."""
        if isinstance(cell, Quantity):
            return self.speller.trace.value(cell).exact == 0
        return cell is None or cell.value == 0

    # ---- JSON ------------------------------------------------------------------------------------------------

    def number(self, cell: Cell) -> dict[str, Any] | None:
        """A cell as data: its quantity, exact value and decimal; null where there is no connection."""
        if cell is None:
            return None
        if isinstance(cell, Number):
            return {"quantity": None, "exact": str(cell.value), "decimal": self.text(cell)}
        value = self.speller.trace.value(cell)
        exact = exact_text(cell, value, self.speller)
        return {"quantity": cell.key, "exact": exact, "decimal": value.decimal.text()}

    def matrix(self, matrix: Matrix) -> dict[str, Any]:
        """A matrix as data: its shape, and as rows what its cells are, their exact values and their decimals."""
        rows = [[self.number(cell) for cell in row] for row in matrix.rows]
        data: dict[str, Any] = {"shape": list(matrix.shape)}
        for key, word in (("quantity", "quantities"), ("exact", "exact"), ("decimal", "decimals")):
            data[word] = [[None if cell is None else cell[key] for cell in row] for row in rows]
        return data
