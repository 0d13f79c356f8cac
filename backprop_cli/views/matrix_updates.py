"""The gradients and the update of one batch in matrices: ∂E/∂W = δ·outᵀ (Nielsen's BP3, BP4), W⁺ = W − η·∂E/∂W."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace as _replace

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import ONE, ZERO, Apply, Formula, Name, multiply, negate
from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.algebra.quantities import Kind, Phase, Quantity, gradient
from backprop_cli.algebra.slots import STEP_NUMBER
from backprop_cli.algebra.updates import update_lines
from backprop_cli.deriving.batch_forward import as_added_up
from backprop_cli.deriving.networks import parameter
from backprop_cli.views.batch_matrices import WEIGHTS, BatchMatrices
from backprop_cli.views.batches import over_batch, sent
from backprop_cli.views.matrix_backward import minus, new_value, weights_given
from backprop_cli.views.matrix_formulas import (
    Cell,
    Matrix,
    MatrixEquation,
    derivative,
    entry_by_entry,
    matmul,
    named,
    transposed,
    vector,
)

_NORM = Quantity(Kind.AUX, "gradient_norm")

# In this module the cells of a matrix of places are the uses of parameters: Kind.PATH quantities whose `by` is the
# parameter, whose `via` is the net input that it is used in, and whose name is what it is multiplied by there.


def gradients(board: BatchMatrices) -> Iterator[MatrixEquation]:
    """∂E/∂W and ∂E/∂b of every layer that learns, from the last to the first; before them the weights of samples."""
    if board.is_weighted and not board.problem.conventions.mean_in_delta:
        yield weights_given(board, Phase.GRADIENT)
    for k in range(board.last, 0, -1):
        if not board.has_delta(k):
            continue
        delta = vector(Kind.DELTA, k)
        for source in board.sources(k):
            product = _over_samples(board, delta, transposed(board.out(source)))
            yield from _gradient(board, k, board.weights(k, source), product, _wires(board, k, source))
        if board.has_bias(k):
            yield from _bias(board, k, delta)


def _bias(board: BatchMatrices, k: int, delta: Formula) -> Iterator[MatrixEquation]:
    """∂E/∂b = δ, summed over the samples; one bias of a whole layer is a number, and its gradient is Σδ."""
    ones = [] if board.single else [board.ones(len(board.batch.columns))]
    threshold = board.problem.conventions.threshold
    if not (common := board.common_bias(k)):
        product = _over_samples(board, delta, *ones)
        yield from _gradient(board, k, board.bias(k), negate(product) if threshold else product, _biases(board, k))
        return
    total = _total(board, common)
    if common not in board.fixed and isinstance(total, Quantity):
        product = _over_samples(board, matmul(transposed(board.ones(len(board.names(k)))), delta), *ones)
        left = Name(board.gradient(common))
        side = _with_sign(board, negate(product) if threshold else product)
        yield MatrixEquation(Phase.GRADIENT, k, negate(left) if board.adds else left, (side,), total)


def _wires(board: BatchMatrices, k: int, source: int) -> Matrix:
    return board.weight_cells(k, source, lambda one, neuron, sender: _use(board, one, neuron, sender))


def _biases(board: BatchMatrices, k: int) -> Matrix:
    return board.bias_cells(k, lambda one, neuron: _use(board, one, neuron, ""))


def _use(board: BatchMatrices, name: str, neuron: str, sender: str) -> Quantity:
    via = Quantity(Kind.NET, neuron)
    return Quantity(Kind.PATH, sender, board.objective, parameter(name), via, board.batch.at)


def used(use: Quantity) -> str:
    """The parameter that a use is of."""
    assert use.by is not None
    return use.by.name


def _gradient(board: BatchMatrices, k: int, name: str, product: Formula, places: Matrix) -> Iterator[MatrixEquation]:
    """∂E/∂W as the product (−∂E/∂W where updates add); where a parameter is shared, also with the sums over places."""
    if all(used(place) in board.fixed for place in places.quantities):
        return
    left: Formula = board.slope(named(Kind.PARAMETER, name))
    left = negate(left) if board.adds else left
    side = _with_sign(board, product)
    totals = places.map(lambda place: _total(board, used(place)))
    if any(board.uses[used(place)] > 1 for place in places.quantities):
        if not isinstance(side, Name):  # δ alone stands above
            yield MatrixEquation(Phase.GRADIENT, k, side, (), places.map(lambda place: _at_place(board, place)))
        yield MatrixEquation(Phase.GRADIENT, k, left, (), totals)
    else:
        yield MatrixEquation(Phase.GRADIENT, k, left, (side,), totals)
    board.put(left, places.map(lambda place: ZERO if used(place) in board.fixed else _total(board, used(place))))


def _over_samples(board: BatchMatrices, *factors: Formula) -> Formula:
    """The product that sums over the samples, the first factor with a column for each: by their weights, or the mean.

    Where the share of a sample is in its δ, neither is left.
    """
    first, *others = factors
    in_delta = board.problem.conventions.mean_in_delta
    weights = [named(Kind.CONSTANT, WEIGHTS)] if board.is_weighted and not in_delta else []
    product = matmul(first, *weights, *others)
    share = [] if in_delta else board.share()
    return Apply("product", (*share, product)) if share else product


def _with_sign(board: BatchMatrices, product: Formula) -> Formula:
    """The product for ∂E/∂W, or for −∂E/∂W where updates add."""
    return negate(product) if board.problem.conventions.negative_delta and not board.adds else product


def _total(board: BatchMatrices, name: str) -> Cell:
    """∂E/∂w of the parameter (−∂E/∂w where updates add)."""
    cell = board.extra.or_zero(board.gradient(name))
    return minus(board, cell, Phase.GRADIENT) if board.adds and isinstance(cell, Quantity) else cell


def _at_place(board: BatchMatrices, use: Quantity) -> Cell:
    """δ·out of one use of a shared parameter, over the samples."""
    assert use.via is not None
    terms: list[Formula] = []
    for at in board.batch.columns:
        delta = board.extra.or_zero(Quantity(Kind.DELTA, use.via.name, at=at))
        factor = Name(sent(board.problem, use.name, at)) if use.name else ONE
        terms.append(multiply(Name(delta), factor) if isinstance(delta, Quantity) else ZERO)
    formula = over_batch(as_added_up(board.problem), terms, board.batch.columns)
    if board.problem.conventions.threshold and not use.name:
        formula = negate(formula)
    return board.extra.define(use, _with_sign(board, formula), Phase.GRADIENT)


# ---- the update ------------------------------------------------------------------------------------------------


def updates(board: BatchMatrices) -> Iterator[MatrixEquation | Quantity]:
    """The update rule for W and b of every layer; what it keeps of them is a matrix, too."""
    norm = _NORM.at_address(board.batch.at)
    rule = board.problem.training.rule
    if rule.second or OPTIMIZERS[rule.optimizer].together is not None:
        yield from _as_they_stand(board)
        return
    if board.extra.line(norm) is not None:
        yield norm
    for k in range(1, board.last + 1):
        for source in board.sources(k):
            yield from _update(board, k, board.weights(k, source), _wires(board, k, source))
        if common := board.common_bias(k):
            yield from _lines_of(board, [common])
        elif board.has_bias(k):
            yield from _update(board, k, board.bias(k), _biases(board, k))


def _update(board: BatchMatrices, k: int, name: str, places: Matrix) -> Iterator[MatrixEquation | Quantity]:
    learning = [one for one in dict.fromkeys(map(used, places.quantities)) if _learns(board, one)]
    if not learning:
        return
    rules = {one: _rule(board, one) for one in learning}
    if len({len(lines) for lines in rules.values()}) > 1:  # some have a penalty, others none: no common formula
        yield from _lines_of(board, learning)
        return
    meanings = {one: _meanings(board, name, one) for one in learning}
    for state in OPTIMIZERS[board.problem.training.rule.optimizer].state:
        old = named(Kind.PARAMETER, f"{state}_{name}")
        board.put(old, places.map(lambda place, of=state: _old_state(board, of, used(place))))  # type: ignore[misc]
    for lines in zip(*rules.values(), strict=True):
        left = _whole_of(lines[0].quantity, learning[0], name)
        for one, line in zip(learning, lines, strict=True):
            meanings[one][line.quantity] = left
        formula = entry_by_entry([line.formula for line in lines], list(meanings.values()))
        by_name = {one: line.quantity for one, line in zip(learning, lines, strict=True)}
        result = places.map(lambda place, found=by_name: _new_cell(board, used(place), found))  # type: ignore[misc]
        board.put(left, result)
        yield MatrixEquation(Phase.UPDATE, k, left, (_adding(board, formula),) if formula is not None else (), result)


def _learns(board: BatchMatrices, name: str) -> bool:
    return board.extra.line(Quantity(Kind.NEW, name, at=board.batch.at)) is not None


def _rule(board: BatchMatrices, name: str) -> list[Line]:
    """The lines of the update of one parameter, without addresses."""
    slope = Name(gradient(board.objective, parameter(name)))
    rule = board.problem.training.rule
    lines = update_lines(_replace(rule, show=rule.show & {"penalized"}), {parameter(name): slope})
    return [line for line in lines if line.quantity != _NORM]


def _meanings(board: BatchMatrices, name: str, one: str) -> dict[Quantity, Formula]:
    """What the names in the update of one parameter stand for in the update of the whole."""
    weights = named(Kind.PARAMETER, name)
    found: dict[Quantity, Formula] = {
        parameter(one): weights,
        gradient(board.objective, parameter(one)): board.slope(weights),
        _NORM: Name(_NORM.at_address(board.batch.at)),
        STEP_NUMBER: Name(STEP_NUMBER.at_address(board.batch.at)),
    }
    for state in board.problem.training.rule.first_state(one):
        found[parameter(state)] = _whole_of(parameter(state), one, name)
    return found


def _whole_of(quantity: Quantity, one: str, name: str) -> Name:
    """v_w5_new as V of the whole: the name of the parameter at its end gives way to that of the whole."""
    if quantity.kind is Kind.GRADIENT and quantity.of is not None:
        return derivative(quantity.of, named(Kind.PARAMETER, name))
    return named(quantity.kind, quantity.name.removesuffix(one) + name)


def _new_cell(board: BatchMatrices, name: str, found: dict[str, Quantity]) -> Cell:
    if name in found:
        return found[name].at_address(board.batch.at)
    is_new = any(quantity == Quantity(Kind.NEW, one) for one, quantity in found.items())
    return new_value(board, name) if is_new else None


def _old_state(board: BatchMatrices, state: str, name: str) -> Cell:
    return board.batch.now(parameter(f"{state}_{name}")) if _learns(board, name) else None


def _adding(board: BatchMatrices, formula: Formula) -> Formula:
    """W − η·∂E/∂W as W + η·(−∂E/∂W) where δ has the other sign and updates add."""
    match formula:
        case Apply("sum", (weights, Apply("negative", (Apply("product", (rate, slope)),)))) if board.adds:
            return Apply("sum", (weights, Apply("product", (rate, Apply("negative", (slope,))))))
    return formula


def _as_they_stand(board: BatchMatrices) -> Iterator[Quantity]:
    """The lines of an update that looks at whole layers, in the order of the solution."""
    for line in board.extra.solution.trace.derivation.lines:
        if line.phase is Phase.UPDATE and line.quantity.at == board.batch.at:
            yield line.quantity


def _lines_of(board: BatchMatrices, names: Sequence[str]) -> Iterator[Quantity]:
    """The lines of the update of these parameters as they stand in the solution."""
    for name in names:
        for line in _rule(board, name):
            quantity = line.quantity.at_address(board.batch.at)
            if board.extra.line(quantity) is not None:
                yield quantity
