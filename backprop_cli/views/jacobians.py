"""The Jacobians of layers: ∂out/∂net, which entries of it are not 0, and ∂out/∂in = ∂out/∂net·W."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.derivation import rename
from backprop_cli.algebra.formula import Formula, Name, Number, add, multiply
from backprop_cli.algebra.quantities import Address, Quantity, local
from backprop_cli.deriving.networks import out
from backprop_cli.deriving.trace import Trace
from backprop_cli.ground.errors import UsageError, did_you_mean
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.problem.model import Problem
from backprop_cli.solving.solution import Solution
from backprop_cli.views.batch_matrices import BatchMatrices
from backprop_cli.views.batches import Batch, batches, sent
from backprop_cli.views.extra_lines import ExtraLines
from backprop_cli.views.matrices import need_layers
from backprop_cli.views.matrix_formulas import Cell, Matrix
from backprop_cli.views.slopes import is_diagonal, layer_slopes


@record(slots=False)
class Inner:
    """The slope of a layer's outputs in the outputs of an earlier layer (0: the inputs) that it is connected to."""

    source: int
    weights: Matrix
    product: Matrix


@record(slots=False)
class Jacobian:
    """∂out/∂net of one layer in one pass; `formulas` has its entries in symbols.

    Where an output does not depend on a net input, there is no entry (None), which is 0 whatever the numbers are.
    """

    layer: int
    formulas: tuple[tuple[Formula | None, ...], ...]
    values: Matrix
    diagonal: bool
    softmax: bool
    inner: tuple[Inner, ...]


@record(slots=False)
class JacobianView:
    """The Jacobians of every pass, by the address of the pass."""

    solution: Solution
    trace: Trace
    passes: tuple[tuple[Batch, Address, tuple[Jacobian, ...]], ...]


def jacobian_view(solution: Solution, layer: str = "") -> JacobianView:
    """The Jacobians of a layer (its number, or the name of one of its neurons), or of all of them.

    Raises UsageError for a problem without layers and for a layer that does not exist.
    """
    problem = solution.problem
    need_layers(problem)
    layers = [layer_number(problem, layer)] if layer else list(range(1, len(problem.layers) + 1))
    extra, slopes = ExtraLines(solution), layer_slopes(problem)
    passes = []
    for batch in batches(problem, solution.trace.derivation):
        board = BatchMatrices(problem, batch, extra, slopes)
        for at in batch.columns if not batch.is_after else ():
            found = tuple(_jacobian(board, k, at) for k in layers)
            for one in found:
                extra.want(_shown(one))
            passes.append((batch, at, found))
    return JacobianView(solution, extra.trace(), tuple(passes))


def layer_number(problem: Problem, text: str) -> int:
    """The layer with a number, or with a neuron of this name; a name goes before a number."""
    for k, layer in enumerate(problem.layers, start=1):
        if any(neuron.name == text for neuron in layer.neurons):
            return k
    if text.isascii() and text.isdigit() and 1 <= int(text) <= len(problem.layers):
        return int(text)
    names = [neuron.name for layer in problem.layers for neuron in layer.neurons]
    hint = did_you_mean(text, names)
    if hint is None:
        said = _("the layers are {numbers}; a neuron names its layer, too")
        hint = said.format(numbers=listed(str(k) for k in range(1, len(problem.layers) + 1)))
    raise UsageError(_("no layer called {name!r} ({hint})").format(name=text, hint=hint))


def _shown(jacobian: Jacobian) -> Iterator[Quantity]:
    yield from jacobian.values.quantities
    for inner in jacobian.inner:
        yield from inner.weights.quantities
        yield from inner.product.quantities


def _jacobian(board: BatchMatrices, k: int, at: Address) -> Jacobian:
    slopes = board.slopes[k - 1]
    names = board.names(k)
    formulas: list[tuple[Formula | None, ...]] = []
    cells: list[tuple[Cell, ...]] = []
    for one in names:
        found = [slopes[one].get(other) for other in names]
        formulas.append(tuple(None if slope is None else rename(slope, lambda q: q.at_address(at)) for slope in found))
        cells.append(tuple(board.slope_cell(k, one, other, at) for other in names))
    values = Matrix(tuple(cells))
    inner = tuple(_inner(board, k, source, values, at) for source in board.sources(k))
    return Jacobian(k, tuple(formulas), values, is_diagonal(slopes), board.layer(k).is_softmax, inner)


def _inner(board: BatchMatrices, k: int, source: int, values: Matrix, at: Address) -> Inner:
    """∂out/∂net times the weights on one earlier layer."""
    weights = board.weight_cells(k, source, lambda one, neuron, sender: board.current(one))
    rows = []
    for name, slopes in zip(board.names(k), values.rows, strict=True):
        row: list[Cell] = []
        for column, sender in enumerate(board.names(source)):
            pairs = [(slope, weights.rows[index][column]) for index, slope in enumerate(slopes)]
            terms = [_product(one, other) for one, other in pairs if one is not None and other is not None]
            total = add(*terms)
            quantity = local(out(name), sent(board.problem, sender, at).bare).at_address(at)
            if not isinstance(total, Number):
                board.extra.define(quantity, total)
            row.append(None if not terms else total if isinstance(total, Number) else quantity)
        rows.append(tuple(row))
    return Inner(source, weights, Matrix(tuple(rows)))


def _product(*cells: Quantity | Number) -> Formula:
    return multiply(*(Name(cell) if isinstance(cell, Quantity) else cell for cell in cells))
