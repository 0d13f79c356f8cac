"""A system of linear equations as lines: Gauss's elimination, the rows in the order of their largest pivots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import Formula, Name, add, divide, multiply, negate
from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.sizes import size


def elimination(
    line: Callable[[str, Formula], Line],
    rows: Sequence[Sequence[Formula]],
    right: Sequence[Formula],
    numbers: Sequence[Sequence[Real]],
    names: Sequence[str],
) -> Iterator[Line]:
    """The lines that solve rows·step = right, n by n; the last n are the steps, from the last name to the first.

    `numbers` are the values of the rows, by which the pivots are chosen; the matrix must not be singular.
    """
    count = len(rows)
    work: list[list[Formula]] = [[*row, one] for row, one in zip(rows, right, strict=True)]
    values = [list(row) for row in numbers]
    for k in range(count):
        pivot = max(range(k, count), key=lambda row: _middle(size(values[row][k])))
        work[k], work[pivot] = work[pivot], work[k]
        values[k], values[pivot] = values[pivot], values[k]
        for i in range(k + 1, count):
            factor = line(f"l{i + 1}_{k + 1}", divide(work[i][k], work[k][k]))
            yield factor
            ratio = values[i][k] / values[k][k]
            for j in range(k + 1, count + 1):
                reduced = line(
                    f"u{i + 1}_{j + 1}_{k + 1}", add(work[i][j], negate(multiply(Name(factor.quantity), work[k][j])))
                )
                yield reduced
                work[i][j] = Name(reduced.quantity)
            values[i] = [one - ratio * other for one, other in zip(values[i], values[k], strict=True)]
    steps: dict[int, Formula] = {}
    for k in reversed(range(count)):
        known = (negate(multiply(work[k][j], steps[j])) for j in range(k + 1, count))
        found = line(f"step_{names[k]}", divide(add(work[k][count], *known), work[k][k]))
        yield found
        steps[k] = Name(found.quantity)


def _middle(value: Real) -> float:
    return float(value.mid()) if hasattr(value, "mid") else int(value.p) / int(value.q)
