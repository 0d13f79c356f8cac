"""The Jacobians of layers as JSON."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.formula import ZERO
from backprop_cli.algebra.quantities import Address, place
from backprop_cli.documents.matrix_notation import WholeSpeller
from backprop_cli.formats.view_data.cells import Cells
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.spelling import speller
from backprop_cli.views.batches import Batch
from backprop_cli.views.graph_jacobians import GraphJacobian, GraphJacobianView, graph_jacobian_view
from backprop_cli.views.jacobians import Jacobian, JacobianView, jacobian_view
from backprop_cli.views.matrix_formulas import Matrix
from backprop_cli.writing.dialects import PROGRAM


def as_data(solution: Solution, argument: str) -> dict[str, Any]:
    """The Jacobians as data; entries that no number can change are `0` in both formulas and values."""
    if solution.problem.arrays:
        return _of_graph(graph_jacobian_view(solution, argument))
    view = jacobian_view(solution, argument)
    return {"jacobians": [_data(view, batch, at, one) for batch, at, jacobians in view.passes for one in jacobians]}


def _data(view: JacobianView, batch: Batch, at: Address, jacobian: Jacobian) -> dict[str, Any]:
    problem = view.solution.problem
    write = speller(problem, view.trace, PROGRAM, "plain")
    cells = Cells(write)
    whole = WholeSpeller(problem, write, at, columns=False, notation="plain")
    layer = problem.layers[jacobian.layer - 1]
    names = [list(problem.inputs), *([neuron.name for neuron in one.neurons] for one in problem.layers)]
    return {
        "epoch": place(at, "epoch") or 1,
        "sample": place(at, "sample") or 1,
        "layer": jacobian.layer,
        "neurons": [neuron.name for neuron in layer.neurons],
        "diagonal": jacobian.diagonal,
        "nonzero": sum(not cells.is_zero(cell) for cell in jacobian.values.cells),
        "formulas": [[whole.text(ZERO if one is None else one) for one in row] for row in jacobian.formulas],
        "values": cells.matrix(_zeros(jacobian.values)),
        "inputs": [
            {"layer": one.source, "units": names[one.source], "weights": cells.matrix(one.weights),
             "values": cells.matrix(_zeros(one.product))}
            for one in jacobian.inner
        ],
    }  # fmt: skip


def _of_graph(view: GraphJacobianView) -> dict[str, Any]:
    """The Jacobians of the nodes of a graph, a row for every entry of the node."""
    write = speller(view.solution.problem, view.trace, PROGRAM, "plain")
    cells = Cells(write)

    def data(at: Address, one: GraphJacobian) -> dict[str, Any]:
        formulas = [[write.symbols_of(ZERO if cell is None else cell, at) for cell in row] for row in one.formulas]
        return {
            "epoch": place(at, "epoch") or 1,
            "sample": place(at, "sample") or 1,
            "node": one.node,
            "by": one.by,
            "rows": [row.bare_key for row in one.rows],
            "columns": [column.bare_key for column in one.columns],
            "formulas": formulas,
            "values": cells.matrix(_zeros(one.values)),
        }

    return {"jacobians": [data(at, one) for at, found in view.passes for one in found]}


def _zeros(matrix: Matrix) -> Matrix:
    return Matrix(tuple(tuple(ZERO if cell is None else cell for cell in row) for row in matrix.rows))
