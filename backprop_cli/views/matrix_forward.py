"""The forward pass and the loss of one batch in matrices."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, negate, number, replace
from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.quantities import Kind, Phase, Quantity
from backprop_cli.views.batch_matrices import BatchMatrices
from backprop_cli.views.matrix_formulas import NORM, NORM_1, SOFTMAX, MatrixEquation, matmul, named, transposed, vector

Norm = Callable[[Formula, Formula], Formula]

# How a lecture writes a loss of whole vectors; it holds for a column a sample, too. Other losses are written as sums.
LOSSES_OF_VECTORS: dict[str, Norm] = {
    "half_squared_error": lambda o, t: Apply("product", (number(1, 2), Apply(NORM, (t - o,)))),
    "squared_error": lambda o, t: Apply(NORM, (t - o,)),
    "mean_squared_error": lambda o, t: Apply(NORM, (t - o,)),
    "half_mean_squared_error": lambda o, t: Apply(NORM, (t - o,)),
    "absolute_error": lambda o, t: Apply(NORM_1, (t - o,)),
    "mean_absolute_error": lambda o, t: Apply(NORM_1, (t - o,)),
}
# And these for one sample.
LOSSES_OF_A_VECTOR: dict[str, Norm] = {
    "cross_entropy": lambda o, t: negate(matmul(transposed(t), Apply("ln", (o,)))),
}


def forward(board: BatchMatrices) -> Iterator[MatrixEquation]:
    """For every layer net = W·out + b and out = f(net)."""
    board.column(Kind.INPUT, 0)
    for k in range(1, board.last + 1):
        yield _net(board, k)
        yield _out(board, k)


def _net(board: BatchMatrices, k: int) -> MatrixEquation:
    name = board.column(Kind.NET, k)
    result = board.matrices[name]
    if board.is_given(result):
        return MatrixEquation(Phase.FORWARD, k, name, (), result, given=True)
    terms: list[Formula] = []
    for source in board.sources(k):
        weights = named(Kind.PARAMETER, board.weights(k, source))
        cells = board.weight_cells(k, source, lambda one, neuron, sender: board.current(one))
        terms.append(matmul(board.put(weights, cells), board.out(source)))
    if board.has_bias(k):
        bias = _bias(board, k)
        terms.append(negate(bias) if board.problem.conventions.threshold else bias)
    sides = (terms[0] if len(terms) == 1 else Apply("sum", tuple(terms)),) if terms else ()
    return MatrixEquation(Phase.FORWARD, k, name, sides, result)


def _bias(board: BatchMatrices, k: int) -> Formula:
    """b; with several columns b·1ᵀ; one bias of the whole layer is a number, and times a vector of ones."""
    row = [] if board.single else [transposed(board.ones(len(board.batch.columns)))]
    if common := board.common_bias(k):
        return Apply("product", (Name(board.current(common)), matmul(board.ones(len(board.names(k))), *row)))
    name = named(Kind.PARAMETER, board.bias(k))
    return matmul(board.put(name, board.bias_cells(k, lambda one, neuron: board.current(one))), *row)


def _out(board: BatchMatrices, k: int) -> MatrixEquation:
    name = board.column(Kind.OUT, k)
    result = board.matrices[name]
    if board.is_given(result):
        return MatrixEquation(Phase.FORWARD, k, name, (), result, given=True)
    return MatrixEquation(Phase.FORWARD, k, name, (activation(board, k),), result)


def activation(board: BatchMatrices, k: int) -> Formula:
    """f(net) of a layer."""
    net = vector(Kind.NET, k)
    formula = board.layer(k).activation
    if formula is None:
        return Apply(SOFTMAX, (net,))
    if formula == Apply("identity", formula.arguments if isinstance(formula, Apply) else ()):
        return net
    return replace(formula, lambda name: net)


def loss(board: BatchMatrices) -> Iterator[MatrixEquation | Quantity]:
    """The loss of the batch as a norm of T − out where it is one, else the lines of its sum as they are."""
    choice = board.problem.loss
    lines = _loss_lines(board)
    form = _loss_form(board) if choice is not None and lines and not board.is_weighted else None
    if form is None or choice is None:
        yield from (*lines, *_metrics(board))
        return
    out, target = board.column(Kind.OUT, board.last), board.column(Kind.TARGET, board.last)
    yield MatrixEquation(Phase.LOSS, board.last, target, (), board.matrices[target], given=True)
    if board.smoothing is not None:
        smooth = _smooth(board, board.smoothing, target)
        target = board.smoothed(board.last)
        yield MatrixEquation(Phase.LOSS, board.last, target, (smooth,), board.matrices[target])
    factor = LOSSES[choice.name].factor(len(board.names(board.last)))
    factors = [*board.share(), *([factor] if factor != ONE else [])]
    formula = form(out, target)
    total = Apply("product", (*factors, *_factors(formula))) if factors else formula
    whole = lines[-1]
    yield MatrixEquation(Phase.LOSS, board.last, Name(whole), (total,), whole)
    yield from _metrics(board)


def _smooth(board: BatchMatrices, epsilon: Formula, target: Name) -> Formula:
    """(1 − ε)·t + ε/K·1 of K classes."""
    size = len(board.names(board.last))
    kept = Apply("sum", (ONE, Apply("negative", (epsilon,))))
    share = Apply("product", (Apply("quotient", (epsilon, number(size))), board.ones(size)))
    return Apply("sum", (Apply("product", (kept, target)), share))


def _loss_form(board: BatchMatrices) -> Norm | None:
    choice = board.problem.loss
    if choice is None or choice.formula is not None:
        return None
    return LOSSES_OF_VECTORS.get(choice.name) or (LOSSES_OF_A_VECTOR.get(choice.name) if board.single else None)


def _factors(formula: Formula) -> tuple[Formula, ...]:
    return formula.arguments if isinstance(formula, Apply) and formula.operation == "product" else (formula,)


def _metrics(board: BatchMatrices) -> list[Quantity]:
    """The metrics of the batch."""
    steps = board.extra.solution.trace.steps
    return [step.quantity for step in steps
            if step.quantity.kind is Kind.METRIC and step.quantity.at == board.batch.at]  # fmt: skip


def _loss_lines(board: BatchMatrices) -> list[Quantity]:
    """The lines of the loss of every sample, then of the batch; the last one is the loss of the batch."""
    places = [*board.batch.columns, board.batch.at]
    steps = board.extra.solution.trace.steps
    return [step.quantity for place in dict.fromkeys(places) for step in steps
            if step.line.phase is Phase.LOSS and step.quantity.kind is not Kind.METRIC
            and step.quantity.at == place]  # fmt: skip
