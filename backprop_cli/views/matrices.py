"""A solution in vectors and matrices, as a lecture writes it: forward pass, loss, δ, gradients, updates by layers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from backprop_cli.algebra.formula import Formula, names_in
from backprop_cli.algebra.quantities import Phase, Quantity
from backprop_cli.deriving.trace import Trace
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Problem
from backprop_cli.solving.solution import Solution
from backprop_cli.views.batch_matrices import BatchMatrices
from backprop_cli.views.batches import Batch, batches
from backprop_cli.views.extra_lines import ExtraLines
from backprop_cli.views.graph_matrices import GraphPass, batch_gradients
from backprop_cli.views.graph_matrices import updates as graph_updates
from backprop_cli.views.matrix_backward import backward
from backprop_cli.views.matrix_formulas import Matrix, MatrixEquation
from backprop_cli.views.matrix_forward import forward, loss
from backprop_cli.views.matrix_updates import gradients, updates
from backprop_cli.views.slopes import layer_slopes

Item = MatrixEquation | Quantity  # a quantity stands for its line in the solution


@record(slots=False)
class MatrixSheet:
    """One batch in matrices: its equations, what their names stand for, and what a reader must know of them."""

    batch: Batch
    items: tuple[Item, ...]
    matrices: Mapping[Formula, Matrix]
    shared: tuple[str, ...] = ()  # parameters in several places whose gradient is a sum that is not a matrix product
    resting: tuple[str, ...] = ()  # parameters that are not updated while others of their matrix are
    missing: bool = False  # whether there are connections that are not there
    skipping: tuple[tuple[int, int], ...] = ()  # layers with weights on a layer that is not the one before


@record(slots=False)
class MatrixView:
    """The sheets of a solution, and the trace that has the value of every cell."""

    solution: Solution
    trace: Trace
    layers: int
    sheets: tuple[MatrixSheet, ...]


def matrix_view(solution: Solution) -> MatrixView:
    """The solution in matrices. Raises UsageError for a problem without layers, unless it is a graph of arrays."""
    problem, extra = solution.problem, ExtraLines(solution)
    if problem.training.rule.looks_ahead:
        raise UsageError(_("this view is of passes at the parameters, and here they are made at w + μ·v"))
    if problem.arrays:
        found = batches(problem, solution.trace.derivation)
        sheets = tuple(_graph_sheet(problem, batch, extra) for batch in found)
    else:
        need_layers(problem)
        need_net_inputs(problem)
        slopes, found = layer_slopes(problem), batches(problem, solution.trace.derivation)
        sheets = tuple(_sheet(BatchMatrices(problem, batch, extra, slopes)) for batch in found)
    for sheet in sheets:
        extra.want(shown(sheet))
    return MatrixView(solution, extra.trace(), len(problem.layers), sheets)


def need_net_inputs(problem: Problem) -> None:
    """Raises UsageError for a layer without net inputs, to which nothing leads because what it puts out is given."""
    given = {key for sample in problem.samples for key in sample.given}
    for layer in problem.layers:
        has_nets = any(one.connections or one.bias or f"net_{one.name}" in given for one in layer.neurons)
        if not layer.cells and not has_nets:
            message = _("this view needs the net inputs of every layer, and this one has none: {layer}")
            raise UsageError(message.format(layer=layer.label))


def need_layers(problem: Problem) -> None:
    """Raises UsageError for a graph of expressions, for given gradients, and for layers of another type than dense."""
    if not problem.layers:
        what = _("a graph of expressions") if problem.nodes else _("an update with given gradients")
        raise UsageError(_("this view needs layers, and this problem is {what}").format(what=what))
    if problem.training.schedule is not None or problem.training.perceptron is not None:
        raise UsageError(_("this view is of gradient descent with one learning rate, without a schedule"))
    other = next((layer for layer in problem.layers if layer.cells), None)
    if other is not None:
        message = _("this view is of dense layers, and here is one of another type: {layer}")
        raise UsageError(message.format(layer=other.label))


def _sheet(board: BatchMatrices) -> MatrixSheet:
    items: list[Item] = [*forward(board), *loss(board)]
    if not board.batch.is_after:
        items += [*backward(board), *gradients(board), *updates(board)]
    pairs = [(k, source) for k in range(1, board.last + 1) for source in board.sources(k)]
    missing = any(cell is None for matrix in board.matrices.values() for cell in matrix.cells)
    skipping = tuple((k, source) for k, source in pairs if source != k - 1)
    return MatrixSheet(
        board.batch, tuple(items), board.matrices, _shared(board), _resting(board, items), missing, skipping
    )


def _graph_sheet(problem: Problem, batch: Batch, extra: ExtraLines) -> MatrixSheet:
    """One batch of a graph of vectors and matrices: each of its samples, and then what is of all of them."""
    matrices: dict[Formula, Matrix] = {}
    passes = [GraphPass(problem, batch, at, extra, matrices) for at in batch.columns]
    items: list[Item] = [item for one in passes for item in one.forward()]
    if not batch.is_after and problem.objective is not None:
        items += [item for one in passes for item in one.backward()]
        items += [item for one in passes for item in one.gradients()]
        if batch.columns != (batch.at,):
            items += batch_gradients(passes, batch.at)
        items += graph_updates(passes[0], batch.at)
    return MatrixSheet(batch, tuple(items), matrices)


def _shared(board: BatchMatrices) -> tuple[str, ...]:
    common = {board.common_bias(k) for k in range(1, board.last + 1)}
    return tuple(name for name, count in board.uses.items() if count > 1 and name not in common | board.fixed)


def _resting(board: BatchMatrices, items: Iterable[Item]) -> tuple[str, ...]:
    """The fixed parameters that stand beside others in the matrix of an update."""
    found: dict[str, None] = {}
    for item in items:
        if isinstance(item, MatrixEquation) and item.phase is Phase.UPDATE and isinstance(item.result, Matrix):
            found |= {q.name: None for q in item.result.quantities if q.name in board.fixed}
    return tuple(found)


def shown(sheet: MatrixSheet) -> Iterator[Quantity]:
    """Every quantity whose value stands on the sheet."""
    for matrix in sheet.matrices.values():
        yield from matrix.quantities
    for item in sheet.items:
        if isinstance(item, Quantity):
            yield item
            continue
        yield from item.result.quantities if isinstance(item.result, Matrix) else [item.result]
    yield from single_numbers(sheet)


def single_numbers(sheet: MatrixSheet) -> Iterator[Quantity]:
    """Every quantity in the formulas of the sheet that is a number and not a matrix: η, a bias of a whole layer."""
    for item in sheet.items:
        formulas = [item.left, *item.sides] if isinstance(item, MatrixEquation) else []
        for formula in formulas:
            yield from (name.symbol for name in names_in(formula) if isinstance(name.symbol, Quantity))
