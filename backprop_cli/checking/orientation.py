"""Which way round an array belongs: a program may keep samples in rows, and weights with a row for every sender."""

from __future__ import annotations

from collections.abc import Callable

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.wholes import entries
from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.enclosures import ball
from backprop_cli.views.matrix_formulas import Matrix as Whole
from backprop_cli.working.matrices import WrittenMatrix


def placed(
    matrix: WrittenMatrix, whole: Whole, true: Callable[[Quantity], Real], upright: bool = False
) -> WrittenMatrix | None:
    """The entries where they belong, or None for another shape.

    Of a square array its shape says nothing: unless it is known to be `upright`, it is read the way round in which it
    is nearer to the right values.
    """
    turned = matrix.transposed
    if matrix.shape != whole.shape:
        return turned if turned.shape == whole.shape else None
    if upright or turned.shape != whole.shape:
        return matrix
    return turned if _distance(turned, whole, true) < _distance(matrix, whole, true) else matrix


def _distance(matrix: WrittenMatrix, whole: Whole, true: Callable[[Quantity], Real]) -> float:
    """How far the entries are from the right values, all together."""
    cells = entries(whole).items()
    return sum(abs(float(matrix.rows[row][column]) - float(ball(true(cell)).mid())) for (row, column), cell in cells)
