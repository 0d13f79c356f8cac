"""The δ of one batch in matrices: ∂E/∂net layer by layer, through f′ or the Jacobian and Wᵀ (Nielsen's BP1 and BP2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backprop_cli.algebra.formula import ONE, ZERO, Apply, Formula, Name, Number, add, negate, without_factor
from backprop_cli.algebra.operations import is_slope
from backprop_cli.algebra.quantities import SMOOTH, Address, Kind, Phase, Quantity, gradient
from backprop_cli.deriving import networks
from backprop_cli.deriving.batch_forward import is_share
from backprop_cli.deriving.networks import net, out
from backprop_cli.deriving.smoothing import smoothed
from backprop_cli.problem.model import Detail
from backprop_cli.views.batch_matrices import WEIGHTS, BatchMatrices
from backprop_cli.views.batches import data_address
from backprop_cli.views.matrix_formulas import (
    PRIME,
    Cell,
    Matrix,
    MatrixEquation,
    entry_by_entry,
    hadamard,
    matmul,
    named,
    transposed,
    vector,
)
from backprop_cli.views.slopes import Slopes, is_diagonal, jacobian_name


def backward(board: BatchMatrices) -> Iterator[MatrixEquation]:
    """δ of every layer that the objective depends on, from the last to the first."""
    if board.is_weighted and board.problem.conventions.mean_in_delta:
        yield weights_given(board, Phase.BACKWARD)
    for k in range(board.last, 0, -1):
        if board.has_delta(k):
            yield from _delta(board, k)


def weights_given(board: BatchMatrices, phase: Phase) -> MatrixEquation:
    """The weights of the samples, where they are first used."""
    weights = board.sample_weights()
    return MatrixEquation(phase, 0, weights, (), board.matrices[weights], given=True)


def _delta(board: BatchMatrices, k: int) -> Iterator[MatrixEquation]:
    delta = board.column(Kind.DELTA, k)
    result = board.matrices[delta]
    if board.is_given(result):
        yield MatrixEquation(Phase.BACKWARD, k, delta, (), result, given=True)
        return
    if (short := _short(board, k)) is not None:
        yield MatrixEquation(Phase.BACKWARD, k, delta, (short,), result)
        return
    slopes_ = board.slopes[k - 1]
    yield from _loss_slope(board, k)
    if is_diagonal(slopes_):
        yield from _through_slopes(board, k, slopes_)
    else:
        yield from _through_jacobians(board, k)


def _short(board: BatchMatrices, k: int) -> Formula | None:
    """out − t (or t − out) where that is all that the loss and the activation leave, with the 1/n that δ may have."""
    if k != board.last or board.problem.loss is None or board.extra.solution.detail is Detail.FULL:
        return None
    found = _as_whole(board, k, lambda name: Quantity(Kind.DELTA, name))
    o, t = vector(Kind.OUT, k), board.aims(k)
    plain = [_with_share(board, one) for one in (add(o, negate(t)), add(t, negate(o)))]
    return found if found is not None and found in plain else None


def _with_share(board: BatchMatrices, whole: Formula) -> Formula:
    """A matrix with a column for each sample, times the share that each has in its batch where that is in δ."""
    shares = board.share() if board.problem.conventions.mean_in_delta else []
    if board.is_weighted and shares:
        whole = matmul(whole, named(Kind.CONSTANT, WEIGHTS))
    return Apply("product", (*shares, whole)) if shares else whole


def _as_whole(board: BatchMatrices, k: int, of: Callable[[str], Quantity]) -> Formula | None:
    """The formula of a quantity of every neuron of the output layer in nets, outs and targets as wholes."""
    formulas, meanings = [], []
    weighted = board.is_weighted and board.problem.conventions.mean_in_delta
    for name in board.names(k):
        for at in board.batch.columns:
            line = board.extra.line(of(name).at_address(at))
            if line is None or line.given:
                return None
            formulas.append(without_factor(line.formula, is_share) if weighted else line.formula)
            meanings.append({
                out(name).at_address(at): vector(Kind.OUT, k),
                net(name).at_address(at): vector(Kind.NET, k),
                networks.target(name).at_address(data_address(at)): vector(Kind.TARGET, k),
                smoothed(name).at_address(at): named(Kind.AUX, f"{SMOOTH}{k}"),
            })  # fmt: skip
    whole = entry_by_entry(formulas, meanings)
    return whole if whole is None or not weighted else _with_share(board, whole)


# ---- the slope of the loss -------------------------------------------------------------------------------------


def _loss_slope(board: BatchMatrices, k: int) -> Iterator[MatrixEquation]:
    """∂E/∂out where it comes from the loss or is prescribed, and not from later layers."""
    name = _upstream_name(board, k)
    result = _loss_slope_cells(board, k)
    board.put(name, result)
    if k != board.last and not board.is_given(result, every=False):
        return
    given = board.is_given(result)
    formula = None if given else _as_whole(board, k, lambda one: gradient(board.objective, out(one)))
    if formula is not None and board.problem.loss is not None:
        board.aims(k)
    yield MatrixEquation(Phase.BACKWARD, k, name, (formula,) if formula is not None else (), result, given)


def _upstream_name(board: BatchMatrices, k: int, only: Address | None = None) -> Name:
    at = data_address(only) if only is not None and not board.single else ()
    return board.slope(vector(Kind.OUT, k, at))


def _loss_slope_cells(board: BatchMatrices, k: int, only: Address | None = None) -> Matrix:
    def cell(unit: str, at: Address) -> Cell:
        return board.extra.or_zero(gradient(board.objective, out(unit)).at_address(at))

    return board.columns(k, cell, only)


# ---- from outputs to net inputs --------------------------------------------------------------------------------


def _through_slopes(board: BatchMatrices, k: int, slopes_: Slopes) -> Iterator[MatrixEquation]:
    """δ = (Wᵀδ of the next layer) ⊙ f′(net)."""
    delta = vector(Kind.DELTA, k)
    paths, value = _upstream(board, k)
    factors: list[Formula] = []
    if any(slope != ONE for by in slopes_.values() for slope in by.values()):
        prime = Apply(PRIME + _activation_name(board, k), (vector(Kind.NET, k),))
        matrix = board.columns(k, lambda unit, at: board.slope_cell(k, unit, unit, at) or ZERO)
        board.put(prime, matrix)
        factors = [prime]
        formula = _slope_formula(board, k, slopes_)
        yield MatrixEquation(Phase.BACKWARD, k, prime, (formula,) if formula is not None else (), matrix)
    sides = [hadamard(paths, *factors)]
    if paths != value and factors:
        sides.append(hadamard(value, *factors))
    yield MatrixEquation(Phase.BACKWARD, k, delta, tuple(sides), board.matrices[delta])


def _activation_name(board: BatchMatrices, k: int) -> str:
    formula = board.layer(k).activation
    return formula.operation if isinstance(formula, Apply) else "f"


def _slope_formula(board: BatchMatrices, k: int, slopes_: Slopes) -> Formula | None:
    """f′(net) as a formula of wholes, unless it only has another name."""
    formulas, meanings = [], []
    for name in board.names(k):
        formulas.append(slopes_[name].get(name, ZERO))
        meanings.append({out(name): vector(Kind.OUT, k), net(name): vector(Kind.NET, k)})
    found = entry_by_entry(formulas, meanings)
    return None if is_slope(found) or isinstance(found, Number) else found


def _through_jacobians(board: BatchMatrices, k: int) -> Iterator[MatrixEquation]:
    """δ = Jᵀ·(Wᵀδ of the next layer), a sample at a time, since each has its own Jacobian J = ∂out/∂net."""
    names = board.names(k)
    for at in board.batch.columns:
        here = data_address(at) if not board.single else ()
        of, by = Quantity(Kind.OUT, str(k), at=here), Quantity(Kind.NET, str(k), at=here)
        jacobian = jacobian_name(of, by)
        rows = tuple(tuple(board.slope_cell(k, one, other, at) or ZERO for other in names) for one in names)
        board.put(jacobian, Matrix(rows))
        outs = board.column(Kind.OUT, k, at)
        formula = _softmax_jacobian(outs) if board.layer(k).is_softmax else None
        yield MatrixEquation(Phase.BACKWARD, k, jacobian, (formula,) if formula is not None else (), Matrix(rows))
        paths, value = _upstream(board, k, at)
        sides = [matmul(transposed(jacobian), paths)]
        if paths != value:
            sides.append(matmul(transposed(jacobian), value))
        delta = board.column(Kind.DELTA, k, at)
        yield MatrixEquation(Phase.BACKWARD, k, delta, tuple(sides), board.matrices[delta])
    if not board.single:
        delta = vector(Kind.DELTA, k)
        yield MatrixEquation(Phase.BACKWARD, k, delta, (), board.matrices[delta])


def _softmax_jacobian(p: Formula) -> Formula:
    """diag(p) − p·pᵀ"""
    return add(Apply("diag", (p,)), negate(matmul(p, transposed(p))))


# ---- from the layers behind ------------------------------------------------------------------------------------


def _upstream(board: BatchMatrices, k: int, only: Address | None = None) -> tuple[Formula, Formula]:
    """The upstream gradient ∂E/∂out of layer k: as Wᵀδ of the layers behind it, and as the name of its value.

    With δ = −∂E/∂net both have the other sign, so that δ = (Wᵀδ) ⊙ f′ either way.
    """
    name = _upstream_name(board, k, only)
    cells = board.matrices[board.put(name, _loss_slope_cells(board, k, only))]
    negative = board.problem.conventions.negative_delta
    value: Formula = negate(name) if negative else name
    if k == board.last or board.is_given(cells, every=False):
        return value, value
    terms: list[Formula] = []
    for m in board.users(k):
        weights = _weights_behind(board, m, k)
        delta = board.column(Kind.DELTA, m, only)
        terms.append(matmul(transposed(weights), delta))
    if negative:
        board.put(value, Matrix(tuple(tuple(_negated(board, cell) for cell in row) for row in cells.rows)))
    return terms[0] if len(terms) == 1 else Apply("sum", tuple(terms)), value


def _weights_behind(board: BatchMatrices, m: int, k: int) -> Name:
    """W of layer m on layer k; its new value where the problem says that hidden δ use updated weights."""
    name = board.weights(m, k)
    if board.problem.conventions.updated_weights and board.problem.training.learning_rate is not None:
        new = named(Kind.NEW, name)
        board.put(new, board.weight_cells(m, k, lambda one, neuron, sender: new_value(board, one)))
        return new
    return named(Kind.PARAMETER, name)


def new_value(board: BatchMatrices, parameter: str) -> Quantity:
    """A parameter after the update; one that is fixed keeps its value."""
    if parameter in board.fixed:
        return board.current(parameter)
    return Quantity(Kind.NEW, parameter, at=board.batch.at)


def _negated(board: BatchMatrices, cell: Cell) -> Cell:
    if not isinstance(cell, Quantity):
        return cell
    return minus(board, cell)


def minus(board: BatchMatrices, quantity: Quantity, phase: Phase = Phase.BACKWARD) -> Quantity:
    """Minus the quantity, with a line of its own."""
    name = Quantity(Kind.AUX, f"-{quantity.bare_key}", at=quantity.at)
    return board.extra.define(name, negate(Name(quantity)), phase)
