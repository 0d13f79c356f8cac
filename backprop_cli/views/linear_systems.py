"""In which order the rows of a system of linear equations are eliminated: those with the largest pivots first."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.sizes import size


def pivots(numbers: Sequence[Sequence[Real]]) -> list[int]:
    """The rows in their order; `numbers` are the values of a square matrix, which must not be singular."""
    order, values = list(range(len(numbers))), [list(row) for row in numbers]
    for k in range(len(order)):
        pivot = max(range(k, len(order)), key=lambda row: _middle(size(values[row][k])))
        order[k], order[pivot] = order[pivot], order[k]
        values[k], values[pivot] = values[pivot], values[k]
        for row in values[k + 1 :]:
            ratio = row[k] / values[k][k]
            row[:] = [one - ratio * other for one, other in zip(row, values[k], strict=True)]
    return order


def _middle(value: Real) -> float:
    return float(value.mid()) if hasattr(value, "mid") else int(value.p) / int(value.q)
