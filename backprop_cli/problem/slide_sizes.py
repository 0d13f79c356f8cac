"""Whether the matrices of a slide fit one another, its biases, and its tables X and y, whichever way they are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from backprop_cli.algebra.losses import ALIASES as LOSS_ALIASES
from backprop_cli.algebra.losses import LOSSES
from backprop_cli.ground.words import _, plural
from backprop_cli.problem.tree import Entries, Items, Text, Tree

_Size: TypeAlias = tuple[int, int]  # rows and columns as they stand


def size_of(matrix: Tree | None) -> _Size | None:
    """The rows and columns of a matrix; a list of numbers is one row. None for anything else."""
    if not isinstance(matrix, Items) or not matrix.values:
        return None
    if is_flat(matrix):
        return 1, len(matrix.values)
    widths = {len(row.values) if isinstance(row, Items) else 1 for row in matrix.values}
    return (len(matrix.values), widths.pop()) if len(widths) == 1 else None


def is_flat(matrix: Items) -> bool:
    """Whether it is a list of numbers, which may be a row or a column."""
    return not any(isinstance(row, Items | Entries) for row in matrix.values)


class Sizes:
    """The sizes of the matrices and biases of a file, whose keys are `matrices` and `biases` by layer."""

    def __init__(self, tree: Entries, matrices: Mapping[int, str], biases: Mapping[int, str]) -> None:
        self.tree = tree
        self.matrices = matrices
        self.biases = biases

    def misfit(self, receives: bool) -> tuple[int, str] | None:
        """The first layer whose matrix cannot be where it is, and why; None where all fit or nothing can be said."""
        before = self._columns()
        source = "X"
        for number in sorted(self.matrices):
            name = self.matrices[number]
            size = size_of(self.tree.values[name])
            if size is None:
                return None
            senders, neurons = self._as_read(number, size, before, receives)
            if before is not None and before != senders:
                takes = plural("takes {count} value", "takes {count} values", senders)
                gives = plural("gives {count}", "gives {count}", before)
                message = _("{name} is {rows}×{columns} and {takes}, but {source} {gives}")
                return number, message.format(
                    name=name, rows=size[0], columns=size[1], takes=takes, source=source, gives=gives
                )
            before, source = neurons, name
        return None

    def all_fit(self, receives: bool) -> bool:
        """Whether it is certain that everything fits: the matrices, the biases of each, and what y has for each row."""
        if self.misfit(receives) is not None:
            return False
        before, neurons = self._columns(), 0
        for number in sorted(self.matrices):
            size = size_of(self.tree.values[self.matrices[number]])
            if size is None:
                return False
            _senders, neurons = self._as_read(number, size, before, receives)
            biases = self.tree.values.get(self.biases.get(number, ""))
            if isinstance(biases, Items) and sum(_lengths(biases)) != neurons:
                return False
            before = neurons
        return self._y_is_of(neurons)

    def _as_read(self, number: int, size: _Size, before: int | None, receives: bool) -> tuple[int, int]:
        """How many values a matrix takes and gives; a list of numbers is a row or a column, as it fits."""
        matrix = self.tree.values[self.matrices[number]]
        if isinstance(matrix, Items) and is_flat(matrix) and before == max(size):
            return max(size), 1
        return (size[1], size[0]) if receives else size

    def _columns(self) -> int | None:
        """How many inputs a row of X has; None where that is not certain."""
        table = self.tree.values.get("X")
        if isinstance(table, Entries):
            return len(table.values)
        size = size_of(table) if isinstance(table, Items) and not is_flat(table) else None
        return size[1] if size else None

    def _y_is_of(self, outputs: int) -> bool:
        """Whether y has for each sample as many targets as there are outputs, or a class among several of them."""
        y, table = self.tree.values.get("y"), self.tree.values.get("X")
        if not isinstance(y, Items):
            return True
        if not is_flat(y):
            return set(_lengths(y)) == {outputs}
        if isinstance(table, Items) and len(table.values) == 1 < len(y.values):
            return len(y.values) == outputs  # the targets of the only sample
        return outputs == 1 or self._has_classes()

    def _has_classes(self) -> bool:
        """Whether a target may be the class that is right, by the loss."""
        said = self.tree.values.get("loss")
        name = (said.value or "").partition("(")[0].strip() if isinstance(said, Text) else ""
        row = LOSSES.get(LOSS_ALIASES.get(name, name))
        return row is not None and row.takes_class


def _lengths(rows: Items) -> list[int]:
    return [len(row.values) if isinstance(row, Items | Entries) else 1 for row in rows.values]
