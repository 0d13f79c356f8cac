"""The Jacobians of a graph of vectors and matrices: ∂z/∂x of every node in everything that its formula names."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.calculus import slopes
from backprop_cli.algebra.formula import Formula, Name, Number, names_in
from backprop_cli.algebra.quantities import Address, Kind, Quantity, local
from backprop_cli.deriving.trace import Trace
from backprop_cli.ground.errors import UsageError, did_you_mean
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.problem.model import Problem
from backprop_cli.solving.solution import Solution
from backprop_cli.views.batches import batches
from backprop_cli.views.extra_lines import ExtraLines
from backprop_cli.views.graph_matrices import GraphPass
from backprop_cli.views.matrix_formulas import Cell, Matrix


@record(slots=False)
class GraphJacobian:
    """∂node/∂name in one pass: a row for every entry of the node, a column for every entry of what it uses.

    `formulas` has its entries in symbols; None where an entry of the node does not have the other in it.
    """

    node: str
    by: str
    rows: tuple[Quantity, ...]
    columns: tuple[Quantity, ...]
    formulas: tuple[tuple[Formula | None, ...], ...]
    values: Matrix


@record(slots=False)
class GraphJacobianView:
    """The Jacobians of every pass, by its address."""

    solution: Solution
    trace: Trace
    passes: tuple[tuple[Address, tuple[GraphJacobian, ...]], ...]


def graph_jacobian_view(solution: Solution, node: str = "") -> GraphJacobianView:
    """The Jacobians of a node, or of all; UsageError where there is no such node."""
    problem, extra = solution.problem, ExtraLines(solution)
    nodes = [stem for stem, one in problem.arrays.items() if one.formula is not None]
    if node and node not in nodes:
        hint = did_you_mean(node, nodes) or _("one of: {options}").format(options=listed(nodes))
        raise UsageError(_("no node called {name!r} ({hint})").format(name=node, hint=hint))
    passes = []
    for batch in batches(problem, solution.trace.derivation):
        for at in batch.columns if not batch.is_after else ():
            board = GraphPass(problem, batch, at, extra, {})
            found = tuple(one for stem in nodes if node in ("", stem) for one in _jacobians(board, stem))
            extra.want(q for one in found for q in one.values.quantities)
            passes.append((at, found))
    return GraphJacobianView(solution, extra.trace(), tuple(passes))


def _jacobians(board: GraphPass, stem: str) -> Iterator[GraphJacobian]:
    """Those of one node, in the order in which its formula names things."""
    array = board.problem.arrays[stem]
    assert array.formula is not None
    lines = [board.extra.line(board.quantity(name)) for name in array.grid.names]
    known = {line.formula: Name(line.quantity) for line in lines if line is not None}
    found = [slopes(line.formula, known) if line is not None else {} for line in lines]
    for by in dict.fromkeys(_whole(board.problem, str(name.symbol)) for name in names_in(array.formula)):
        columns = tuple(board.quantity(name) for name in board.problem.arrays[by].grid.names)
        rows = tuple(board.quantity(name) for name in array.grid.names)
        formulas = tuple(tuple(slope.get(one) for one in columns) for slope in found)
        cells = tuple(
            tuple(_cell(board, row, column, formula) for column, formula in zip(columns, line, strict=True))
            for row, line in zip(rows, formulas, strict=True)
        )
        yield GraphJacobian(stem, by, rows, columns, formulas, Matrix(cells))


def _cell(board: GraphPass, row: Quantity, column: Quantity, formula: Formula | None) -> Cell:
    """The slope of one entry in another."""
    if formula is None or isinstance(formula, Number):
        return formula
    named = local(row, column)
    if row.bare == board.objective:  # its slope is, or may be, called by the name of its gradient
        named = Quantity(Kind.LOCAL, "local", of=row.bare, by=column.bare, at=row.at)
    return board.extra.define(named, formula)


def _whole(problem: Problem, name: str) -> str:
    """The array that a name is an entry of, or the name."""
    if name in problem.arrays:
        return name
    return next((stem for stem, one in problem.arrays.items() if name in one.grid.names), name)
