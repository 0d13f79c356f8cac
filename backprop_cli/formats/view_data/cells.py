"""The numbers in a matrix or a table of a view as JSON."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.formula import Number
from backprop_cli.documents import cells
from backprop_cli.formats.json import exact_text
from backprop_cli.ground.records import record
from backprop_cli.views.matrix_formulas import Cell, Matrix


@record(slots=False)
class Cells(cells.Cells):
    """Writes cells with the values of one trace, also as data."""

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
