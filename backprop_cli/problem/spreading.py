"""A vector and a column that meet entry by entry in a graph: n and n×1 numbers become n×n, which few mean."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.array_expressions import parse_array
from backprop_cli.algebra.array_layout import Spread
from backprop_cli.algebra.arrays import Array
from backprop_cli.algebra.formula import Apply, Formula, Name, is_operation
from backprop_cli.ground.errors import Complaint, Span
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Problem
from backprop_cli.problem.tree import Tree, span_at, text_at


def spread_columns(problem: Problem, tree: Tree) -> Iterator[Complaint]:
    """A note for each place in the nodes of a graph in which a vector and a column are spread to a matrix."""
    grids = {name: one for name, one in problem.arrays.items() if one.grid.shape}
    known = {name: Array(one.grid.shape, tuple(map(Name, one.grid.names)), one.turned) for name, one in grids.items()}
    names = {*problem.arrays, *problem.nodes, *problem.inputs, *problem.parameters, *problem.letters}
    for name, one in problem.arrays.items():
        text = text_at(tree, ("graph", name))
        if one.formula is None or text is None or text.value is None:
            continue
        found = parse_array(text.value, known, names.__contains__)
        span = span_at(tree, ("graph", name))
        for spread, (offset, length) in found.spread if found is not None and span is not None else ():
            place = Span(span.line, span.column + text.indent + offset, max(1, length))
            yield Complaint(_said(spread), place, _hint(spread, tree))


def _said(spread: Spread) -> str:
    message = _("{vector} and {column} meet here entry by entry, and are spread to {matrix}")
    return message.format(vector=spread.vector, column=spread.column, matrix=spread.whole)


def _hint(spread: Spread, tree: Tree) -> str:
    """How the column is written as the vector that it is: by its numbers, where the file has them, or in place."""
    column = _name_of(spread.written)
    if column is None:
        return _("write [:, 1] behind the column, which makes a vector of it")
    numbers = _numbers(column, tree)
    words = {"name": column, "numbers": ", ".join(numbers)}
    if not numbers:
        return _("write {name}[:, 1], which is the column as a vector").format(**words)
    return _("write {name}: [{numbers}], or {name}[:, 1] here, which is the column as a vector").format(**words)


def _name_of(formula: Formula) -> str | None:
    while isinstance(formula, Apply) and is_operation(formula, "negative"):
        formula = formula.arguments[0]
    return str(formula.symbol) if isinstance(formula, Name) else None


_MOST = 6  # numbers that are written out in a suggestion


def _numbers(name: str, tree: Tree) -> list[str]:
    """The numbers of a column as the file has them under `inputs` or `parameters`; none where it has not."""
    for key in ("inputs", "parameters"):
        path = (key, name)
        rows = [text_at(tree, (*path, place, 0)) for place in range(_MOST + 1)]
        texts = [one.value for one in rows if one is not None and one.value]
        if 0 < len(texts) <= _MOST:
            return texts
    return []
