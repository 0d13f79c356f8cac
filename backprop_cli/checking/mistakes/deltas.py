"""Usual mistakes in δ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as _replace

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import (
    ONE,
    Apply,
    Formula,
    Name,
    add,
    apply,
    divide,
    multiply,
    negate,
    number,
    without_factor,
)
from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.operations import is_slope, partial_derivative
from backprop_cli.algebra.parts import DeltaParts, GradientParts, Path
from backprop_cli.algebra.quantities import Kind, Quantity, net, out
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.checking.mistakes.common import with_operation
from backprop_cli.checking.mistakes.mistake import Mistake, Written
from backprop_cli.checking.parts import LineContext, with_names
from backprop_cli.checking.surroundings import unit_of
from backprop_cli.deriving.batch_forward import is_share
from backprop_cli.ground.words import n_

ETA = Name(LEARNING_RATE)
HALF = number(1, 2)
_OF_THE_GRADIENT = n_("the mask was taken of the gradient")
_ONLY = (n_("only its first factor"), n_("only its second factor"))
_SLOPE_OF = {"sigmoid": n_("that of a sigmoid, out·(1 − out)"), "tanh": n_("that of tanh, 1 − out²")}


def _no_derivative_output(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, DeltaParts) and part.is_output:
        yield "", made.written(made.upstream, ONE)


def _no_derivative_hidden(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, DeltaParts) and not part.is_output and not _is_mask(made):
        yield "", made.written(made.upstream, ONE)


def _derivative_at_output(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, DeltaParts) and not _is_mask(made):
        assert isinstance(made.out.symbol, Quantity)
        plain = part.around.slope_in_net(made.out.symbol)
        if plain is not None and plain != ONE:
            yield "", made.written(made.upstream, with_names(plain, {made.net: made.out}))


def _derivative_of_net(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, DeltaParts):
        slope = with_names(made.slope, {made.out: made.net})
        if slope != made.slope:
            yield "", made.written(made.upstream, slope)


def _half_a_derivative(part: LineContext) -> Written:
    made = part.made
    if not isinstance(made, DeltaParts) or made.slope == ONE:
        return
    if isinstance(made.slope, Apply) and made.slope.operation == "product":
        for words, factor in zip(_ONLY, made.slope.arguments, strict=False):
            yield words, made.written(made.upstream, factor)
    for name, words in _SLOPE_OF.items():
        slope = partial_derivative(Apply(name, (made.net,)), 0)
        slope = with_operation(slope, name, lambda _part: made.out)
        if slope != made.slope and not _is_mask(made):
            yield words, made.written(made.upstream, slope)


def _updated_weights(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, DeltaParts) and not part.is_output and not _uses_updated_weights(part):
        summands = []
        for path in made.paths:
            new = part.around.new_of(path.weight, part.quantity) if path.weight else None
            summands.append(with_names(path.formula, {path.weight: new}) if path.weight and new else path.formula)
        yield "", made.written(add(*summands), made.slope)


def _target_minus_output(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, DeltaParts) and part.is_output:
        yield "", negate(made.written(made.upstream, made.slope))


def _factor_two(part: LineContext) -> Written:
    made, loss = part.made, part.around.problem.loss
    squares = loss is not None and loss.name in LOSSES and LOSSES[loss.name].squares
    if isinstance(made, DeltaParts) and part.is_output and squares:
        yield n_("a factor 2 too much"), made.written(multiply(number(2), made.upstream), made.slope)
        yield n_("a factor 2 left out"), made.written(multiply(HALF, made.upstream), made.slope)


def _mean_or_sum(part: LineContext) -> Written:
    made = part.made
    outputs, samples = len(part.around.problem.outputs), len(part.around.problem.samples)
    if isinstance(made, DeltaParts) and part.is_output and outputs > 1:
        yield n_("divided by the number of outputs"), made.written(divide(made.upstream, number(outputs)), made.slope)
        yield n_("not divided by the number of outputs"), made.written(number(outputs) * made.upstream, made.slope)
    if samples > 1 and part.quantity.kind in (Kind.GRADIENT, Kind.LOSS) and _over_samples(part):
        yield n_("divided by the number of samples"), divide(part.formula, number(samples))
        yield n_("not divided by the number of samples"), multiply(number(samples), part.formula)


def _mean_not_in_delta(part: LineContext) -> Written:
    return _share_left_out(part, weighted=False)


def _weight_not_in_delta(part: LineContext) -> Written:
    return _share_left_out(part, weighted=True)


def _share_left_out(part: LineContext, weighted: bool) -> Written:
    """δ as it is without the share of its sample in the batch, where samples are weighted or are not."""
    made, problem = part.made, part.around.problem
    in_delta = problem.conventions.mean_in_delta and problem.is_weighted is weighted
    if not isinstance(made, DeltaParts) or not part.is_output or not in_delta:
        return
    short = part.line.short
    alone = made.written(add(*(without_factor(path.formula, is_share) for path in made.paths)), made.slope)
    yield "", alone if short is None else without_factor(short, is_share)


def _error_squared(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, DeltaParts) and part.is_output:
        index = part.around.derivation.index
        for kind in (Kind.PART, Kind.LOSS):
            error = Quantity(kind, part.quantity.name if kind is Kind.PART else "", at=part.quantity.at)
            if error in index:
                yield "", made.written(Name(error), made.slope)
                return


def _transposed_back(part: LineContext) -> Written:
    yield from _with_other_weights(part, lambda matrix, row, column: _entry(matrix, column, row), offset=0)


def _wrong_layer(part: LineContext) -> Written:
    yield from _with_other_weights(part, _entry_of, offset=-1)
    yield from _with_other_weights(part, _entry_of, offset=1)


def _no_weight(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, DeltaParts) and not part.is_output and all(path.delta for path in made.paths):
        summands = [
            with_names(path.formula, {path.weight: ONE}) if path.weight else path.formula for path in made.paths
        ]
        yield "", made.written(add(*summands), made.slope)


def _one_path(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, DeltaParts) and len(made.paths) > 1 and not part.is_output:
        for left_out in made.paths:
            kept = [path.formula for path in made.paths if path is not left_out]
            through = _name_of(left_out)
            if through:
                yield through, made.written(add(*kept), made.slope)


def _errors_not_deltas(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, DeltaParts) and not part.is_output and all(path.delta for path in made.paths):
        summands = []
        for path in made.paths:
            assert path.delta is not None
            symbol = path.delta.symbol
            assert isinstance(symbol, Quantity)
            error: Formula = Name(part.around.gradient_of(_replace(out(symbol.name), at=symbol.at)))
            error = negate(error) if made.negative else error
            summands.append(with_names(path.formula, {path.delta: error}))
        yield "", made.written(add(*summands), made.slope)


def _next_layer_derivative(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, DeltaParts) and not part.is_output:
        for path in made.paths:
            if path.delta is None or not isinstance(path.delta.symbol, Quantity):
                continue
            above = path.delta.symbol
            ends = (_replace(one(above.name), at=above.at) for one in (out, net))
            slope = part.around.slope(*ends)
            if slope != ONE:
                yield unit_of(path.delta), made.written(made.upstream, slope)


def _rate_in_delta(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, DeltaParts):
        yield "", made.written(multiply(ETA, made.upstream), made.slope)


def _absolute_error(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, DeltaParts) and part.is_output:
        yield "", made.written(apply("abs", made.upstream), made.slope)


def _softmax_extra(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, DeltaParts) and part.line.short is not None:
        behind = n_("a softmax") if _is_softmax(part, made) else n_("a sigmoid")
        yield behind, multiply(part.line.short, made.out, 1 - made.out)


def _relu_mask(part: LineContext) -> Written:
    made = part.made
    if not isinstance(made, DeltaParts) or not _is_mask(made):
        return
    yield n_("the mask was left out"), made.written(made.upstream, ONE)
    yield n_("the value was used as the slope"), made.written(made.upstream, made.out)
    assert isinstance(made.slope, Apply)
    masked = Apply(made.slope.operation, (made.upstream, *made.slope.arguments[1:]))
    yield _OF_THE_GRADIENT, made.written(made.upstream, masked)


def _divided(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, DeltaParts) and not part.is_output and all(path.delta and path.weight for path in made.paths):
        summands = [with_names(path.formula, {path.weight: 1 / path.weight}) for path in made.paths if path.weight]
        yield n_("by the weight"), made.written(add(*summands), made.slope)
    if isinstance(made, GradientParts) and not made.is_bias:
        yield n_("by the input"), add(*(use.signed(divide(use.delta, use.factor)) for use in made.uses))


# ---- helpers ---------------------------------------------------------------------------------------------------------


def _is_softmax(part: LineContext, made: DeltaParts) -> bool:
    """Whether the δ is that of an output of a softmax."""
    line = part.around.derivation.index.get(made.out.symbol)  # type: ignore[call-overload]
    return line is not None and isinstance(line.formula, Apply) and line.formula.operation == "softmax"


def _name_of(path: Path) -> str:
    """The unit, or the line of a layer, that a path leads through; nothing for the loss itself."""
    symbol = path.gradient.symbol if path.gradient is not None else None
    if not isinstance(symbol, Quantity):
        return ""
    return symbol.name or (symbol.by.bare_key if symbol.by is not None else "")


def _is_mask(made: DeltaParts) -> bool:
    """Whether the slope is 0 or 1 by a condition, as ReLU's is."""
    return is_slope(made.slope)


def _uses_updated_weights(part: LineContext) -> bool:
    """Whether the problem has it that the hidden δ use the already updated weights."""
    return part.around.problem.conventions.updated_weights


def _over_samples(part: LineContext) -> bool:
    """Whether the line combines the samples of a batch."""
    used = [name for name in quantities_in(part.formula) if any(word == "sample" for word, _number in name.at)]
    return bool(used) and not any(word == "sample" for word, _number in part.quantity.at)


def _entry(matrix: list[list[Formula | None]], row: int, column: int) -> Formula | None:
    return matrix[row][column] if row < len(matrix) and column < len(matrix[row]) else None


def _entry_of(matrix: list[list[Formula | None]], row: int, column: int) -> Formula | None:
    return _entry(matrix, row, column)


def _with_other_weights(
    part: LineContext, pick: Callable[[list[list[Formula | None]], int, int], Formula | None], offset: int
) -> Written:
    """The δ of a hidden unit with other weights on its paths: those of another layer, or another entry."""
    made = part.made
    if not isinstance(made, DeltaParts) or part.is_output or not all(path.delta and path.weight for path in made.paths):
        return
    around = part.around
    layer, own = around.layer_of(part.quantity.name), around.place_of(part.quantity.name)
    if layer is None or own is None or not 0 <= layer + 1 + offset < len(around.problem.layers):
        return
    matrix = around.weights_between(layer + 1 + offset, part.quantity)
    summands: list[Formula] = []
    for path in made.paths:
        assert path.delta is not None
        assert path.weight is not None
        place = around.place_of(unit_of(path.delta))
        weight = pick(matrix, place, own) if matrix is not None and place is not None else None
        if weight is None:
            return
        if _uses_updated_weights(part) and isinstance(weight, Name):
            weight = around.new_of(weight, part.quantity) or weight
        summands.append(with_names(path.formula, {path.weight: weight}))
    yield "", made.written(add(*summands), made.slope)


# fmt: off
ROWS = (
    Mistake("no-derivative-output",
            n_("the slope of the activation was left out at the output: δ is the error alone"),
            _no_derivative_output, n_("multiply the error by the slope of the activation"), mass=20),
    Mistake("no-derivative-hidden", n_("the slope of the activation was left out in the hidden layer"),
            _no_derivative_hidden, n_("multiply the sum from above by the slope of the unit's own activation"),
            mass=20),
    Mistake("updated-weights", n_("the hidden δ were computed with the already updated output weights"),
            _updated_weights, n_("all δ of a pass use the weights from before the update")),
    Mistake("target-minus-output", n_("the error was taken as target − output, while the update subtracts"),
            _target_minus_output, n_("with an update that subtracts, the error is output − target"), mass=30),
    Mistake("factor-two", n_("a factor 2 in the slope of the loss: {variant}"),
            _factor_two, n_("the slope of ½e² is e, that of e² is 2e")),
    Mistake("mean-or-sum", n_("a mean was taken for a sum or the other way round: {variant}"),
            _mean_or_sum, n_("look at the loss: is there a 1/n in front of the sum?")),
    Mistake("mean-not-in-delta", n_("the 1/n of the batch was left out of δ"),
            _mean_not_in_delta, n_("here each δ has the 1/n of the batch in it"), mass=60),
    Mistake("weight-not-in-delta", n_("the share of the sample, ω/Σω, was left out of δ"),
            _weight_not_in_delta, n_("here each δ has the ω/Σω of its sample in it"), mass=60),
    Mistake("derivative-at-output", n_("the slope was taken at the output instead of at the net input: σ′(out)"),
            _derivative_at_output, n_("out·(1 − out) is already σ′(net): out is not put into σ again")),
    Mistake("derivative-of-net", n_("the slope was written with the net input: net·(1 − net)"),
            _derivative_of_net, n_("the slope is written with the output: out·(1 − out)")),
    Mistake("half-a-derivative", n_("not the whole slope of this activation: {variant}"),
            _half_a_derivative, n_("the slope of σ is out·(1 − out), that of tanh is 1 − out²")),
    Mistake("error-squared", n_("the loss itself was used instead of its slope"),
            _error_squared, n_("δ starts from the derivative of the loss, not from the loss")),
    Mistake("transposed-back", n_("the weights were taken the wrong way round: w[j][k] instead of w[k][j]"),
            _transposed_back, n_("going back, each δ travels over the weight that its unit received with")),
    Mistake("wrong-layer", n_("the weights of another layer were used"),
            _wrong_layer, n_("δ travels back over the weights between this layer and the next")),
    Mistake("no-weight", n_("the δ from above were added without the weights"),
            _no_weight, n_("each δ from above is multiplied by the weight it travels over")),
    Mistake("one-path", n_("a path was left out of the sum: the one through {variant}"),
            _one_path, n_("add up the paths through all units that this one feeds"), mass=16),
    Mistake("errors-not-deltas", n_("the errors of the units above were sent back instead of their δ"),
            _errors_not_deltas, n_("what travels back is δ, the error times the slope"), mass=16),
    Mistake("next-layer-derivative", n_("the slope of the layer above was used ({variant})"),
            _next_layer_derivative, n_("the slope belongs to the unit whose δ is computed")),
    Mistake("rate-in-delta", n_("the learning rate is inside δ"),
            _rate_in_delta, n_("η belongs to the update only")),
    Mistake("absolute-error", n_("the sign of the error was dropped"),
            _absolute_error, n_("an output below its target has a negative error"), mass=40),
    Mistake("softmax-extra-derivative",
            n_("a slope p·(1 − p) was multiplied on: behind {variant} with cross-entropy δ is p − t"),
            _softmax_extra, n_("p − t has the slope of the activation in it already")),
    Mistake("relu-mask", n_("ReLU's slope: {variant}"),
            _relu_mask, n_("the slope of ReLU is 1 where its net input is positive, else 0"),
            mass=480, rare=(_OF_THE_GRADIENT,)),
    Mistake("divided", n_("divided instead of multiplied: {variant}"),
            _divided, n_("the chain rule multiplies")),
)
# fmt: on
