"""The table of usual mistakes: each a rewriting of one line, and what a teacher says of it.

A row yields, for a part of the derivation, (variant, wrong formula): a variant says which of several ways the mistake
was made in (which path was left out), so that the same way in several lines is one cause. A row that does not apply
yields nothing. `said` may mention {variant}.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as _replace

from backprop_cli.checking.anatomy import (
    Anatomy,
    ChainPart,
    DeltaPart,
    GradientPart,
    LocalPart,
    LossPart,
    NetPart,
    NewPart,
    OutPart,
    Part,
    with_names,
)
from backprop_cli.checking.mistake import Mistake, Written
from backprop_cli.checking.mistakes_of_layers import MISTAKES_OF_LAYERS
from backprop_cli.checking.mistakes_of_passes import MISTAKES_OF_PASSES
from backprop_cli.checking.mistakes_of_steps import MISTAKES_OF_STEPS, corrections, rate_in
from backprop_cli.formula import ONE, Apply, Formula, Name, add, apply, divide, multiply, negate, number
from backprop_cli.operations import ACTIVATIONS, partial_derivative
from backprop_cli.optimizers import LEARNING_RATE
from backprop_cli.quantities import Kind, Place, Quantity, net, out
from backprop_cli.words import n_

ETA = Name(LEARNING_RATE)
HALF = number(1, 2)


# ---- the forward pass --------------------------------------------------------------------------------------------


def _bias_left_out(part: Part) -> Written:
    if isinstance(part, NetPart) and part.bias is not None and part.terms:
        yield "", add(*_products(part))


def _bias_sign(part: Part) -> Written:
    if isinstance(part, NetPart) and part.bias is not None and part.terms:
        yield "", add(*_products(part), negate(part.bias))


def _bias_times_output(part: Part) -> Written:
    if isinstance(part, NetPart) and part.bias is not None:
        for term in part.terms:
            yield _key(term.sender), add(*_products(part), multiply(part.bias, term.sender))
    if isinstance(part, GradientPart) and part.is_bias and part.uses:
        for unit in _senders_below(part):
            yield unit, add(*(use.times(multiply(use.factor, _out(part, unit))) for use in part.uses))


def _transposed_forward(part: Part) -> Written:
    if not isinstance(part, NetPart) or len(part.terms) < 2:
        return
    layer, place = part.anatomy.layer_of(part.quantity.name), part.anatomy.place_of(part.quantity.name)
    matrix = part.anatomy.weights_between(layer, part.quantity) if layer is not None else None
    if matrix is None or place is None or place >= len(matrix[0]):
        return
    column = [row[place] for row in matrix]
    if len(column) == len(part.terms) and None not in column:
        products = [multiply(weight, term.sender) for weight, term in zip(column, part.terms, strict=True) if weight]
        yield "", add(*products, *([part.bias] if part.bias is not None else []))


def _term_left_out(part: Part) -> Written:
    if isinstance(part, NetPart) and len(part.terms) > 1:
        for left_out in part.terms:
            kept = [multiply(term.weight, term.sender) for term in part.terms if term is not left_out]
            yield _key(left_out.weight), add(*kept, *([part.bias] if part.bias is not None else []))


def _weights_swapped(part: Part) -> Written:
    if isinstance(part, NetPart) and len(part.terms) > 1:
        bias = [part.bias] if part.bias is not None else []
        weights = [term.weight for term in part.terms]
        for place in range(len(weights) - 1):
            swapped = [*weights]
            swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
            products = [multiply(weight, term.sender) for weight, term in zip(swapped, part.terms, strict=True)]
            yield f"{_key(weights[place])}, {_key(weights[place + 1])}", add(*products, *bias)


def _no_activation(part: Part) -> Written:
    if isinstance(part, OutPart) and part.net is not None:
        yield "", part.net


def _other_activation(part: Part) -> Written:
    if isinstance(part, OutPart) and part.net is not None and isinstance(part.formula, Apply):
        for name in ("sigmoid", "tanh", "relu"):
            if name != part.formula.operation:
                yield name, Apply(name, (part.net, *ACTIVATIONS[name].defaults))


def _wrong_exponent(part: Part) -> Written:
    if isinstance(part, OutPart) and part.net is not None and isinstance(part.formula, Apply):
        if part.formula.operation == "sigmoid":
            yield n_("e^x instead of e^(−x)"), divide(ONE, 1 + apply("exp", part.net))
        if part.formula.operation == "softmax":
            which, *nets = part.formula.arguments
            yield n_("e^(−x) instead of e^x"), Apply("softmax", (which, *map(negate, nets)))
    if isinstance(part, LossPart) and _mentions(part.formula, "times_ln"):
        scaled = divide(part.formula, apply("ln", number(10)))
        yield n_("log₁₀ instead of ln"), scaled
        yield n_("log₂ instead of ln"), divide(part.formula, apply("ln", number(2)))


def _no_normalization(part: Part) -> Written:
    if isinstance(part, OutPart) and isinstance(part.formula, Apply) and part.formula.operation == "softmax":
        which, *nets = part.formula.arguments
        assert not isinstance(which, Apply | Name)
        own = nets[int(which.value.p) - 1]
        yield n_("e^net, not divided by the sum"), apply("exp", own)
        yield n_("net divided by the sum of the nets"), divide(own, add(*nets))


# ---- the loss ----------------------------------------------------------------------------------------------------


def _loss_factor_two(part: Part) -> Written:
    if isinstance(part, LossPart) and _mentions(part.formula, "power"):
        yield n_("twice the value"), multiply(number(2), part.formula)
        yield n_("half the value"), multiply(HALF, part.formula)


def _loss_sign(part: Part) -> Written:
    if isinstance(part, LossPart) and _mentions(part.formula, "times_ln"):
        yield "", negate(part.formula)


def _loss_not_squared(part: Part) -> Written:
    if isinstance(part, LossPart):
        plain = _without_squares(part.formula)
        if plain != part.formula:
            yield "", plain


# ---- δ -----------------------------------------------------------------------------------------------------------


def _no_derivative_output(part: Part) -> Written:
    if isinstance(part, DeltaPart) and part.is_output:
        yield "", part.written(part.upstream, ONE)


def _no_derivative_hidden(part: Part) -> Written:
    if isinstance(part, DeltaPart) and not part.is_output and not _is_mask(part):
        yield "", part.written(part.upstream, ONE)


def _derivative_at_output(part: Part) -> Written:
    if isinstance(part, DeltaPart) and part.out is not None and part.net is not None and not _is_mask(part):
        assert isinstance(part.out.symbol, Quantity)
        plain = part.anatomy.slope_in_net(part.out.symbol)
        if plain is not None and plain != ONE:
            yield "", part.written(part.upstream, with_names(plain, {part.net: part.out}))


def _derivative_of_net(part: Part) -> Written:
    if isinstance(part, DeltaPart) and part.out is not None and part.net is not None:
        slope = with_names(part.slope, {part.out: part.net})
        if slope != part.slope:
            yield "", part.written(part.upstream, slope)


def _half_a_derivative(part: Part) -> Written:
    if not isinstance(part, DeltaPart) or part.out is None or part.slope == ONE:
        return
    if isinstance(part.slope, Apply) and part.slope.operation == "product":
        for words, factor in zip(_ONLY, part.slope.arguments, strict=False):
            yield words, part.written(part.upstream, factor)
    for name, words in _SLOPE_OF.items():
        slope = partial_derivative(Apply(name, (part.net or part.out,)), 0)
        slope = with_operation(slope, name, part.out)
        if slope != part.slope and not _is_mask(part):
            yield words, part.written(part.upstream, slope)


_ONLY = (n_("only its first factor"), n_("only its second factor"))
_SLOPE_OF = {"sigmoid": n_("that of a sigmoid, out·(1 − out)"), "tanh": n_("that of tanh, 1 − out²")}


def _updated_weights(part: Part) -> Written:
    if isinstance(part, DeltaPart) and not part.is_output and not _uses_updated_weights(part):
        summands = []
        for path in part.paths:
            new = part.anatomy.new_of(path.weight, part.quantity) if path.weight else None
            summands.append(with_names(path.formula, {path.weight: new}) if path.weight and new else path.formula)
        yield "", part.written(add(*summands), part.slope)


def _target_minus_output(part: Part) -> Written:
    if isinstance(part, DeltaPart) and part.is_output:
        yield "", negate(part.written(part.upstream, part.slope))


def _factor_two(part: Part) -> Written:
    if isinstance(part, DeltaPart) and part.is_output:
        yield n_("a factor 2 too much"), part.written(multiply(number(2), part.upstream), part.slope)
        yield n_("a factor 2 left out"), part.written(multiply(HALF, part.upstream), part.slope)


def _mean_or_sum(part: Part) -> Written:
    outputs, samples = len(part.anatomy.problem.outputs), len(part.anatomy.problem.samples)
    if isinstance(part, DeltaPart) and part.is_output and outputs > 1:
        yield n_("divided by the number of outputs"), part.written(divide(part.upstream, number(outputs)), part.slope)
        yield n_("not divided by the number of outputs"), part.written(number(outputs) * part.upstream, part.slope)
    if samples > 1 and part.quantity.kind in (Kind.GRADIENT, Kind.LOSS) and _over_samples(part):
        yield n_("divided by the number of samples"), divide(part.formula, number(samples))
        yield n_("not divided by the number of samples"), multiply(number(samples), part.formula)


def _error_squared(part: Part) -> Written:
    if isinstance(part, DeltaPart) and part.is_output:
        index = part.anatomy.derivation.index
        for kind in (Kind.PART, Kind.LOSS):
            error = Quantity(kind, part.quantity.name if kind is Kind.PART else "", at=part.quantity.at)
            if error in index:
                yield "", part.written(Name(error), part.slope)
                return


def _transposed_back(part: Part) -> Written:
    yield from _with_other_weights(part, lambda matrix, row, column: _entry(matrix, column, row), offset=0)


def _wrong_layer(part: Part) -> Written:
    yield from _with_other_weights(part, _entry_of, offset=-1)
    yield from _with_other_weights(part, _entry_of, offset=1)


def _no_weight(part: Part) -> Written:
    if isinstance(part, DeltaPart) and not part.is_output and all(path.delta for path in part.paths):
        summands = [
            with_names(path.formula, {path.weight: ONE}) if path.weight else path.formula for path in part.paths
        ]
        yield "", part.written(add(*summands), part.slope)


def _one_path(part: Part) -> Written:
    if isinstance(part, DeltaPart) and len(part.paths) > 1 and not part.is_output:
        for place, left_out in enumerate(part.paths):
            kept = [path.formula for path in part.paths if path is not left_out]
            label = _unit(left_out.delta) if left_out.delta else str(place + 1)
            yield label, part.written(add(*kept), part.slope)


def _errors_not_deltas(part: Part) -> Written:
    if isinstance(part, DeltaPart) and not part.is_output and all(path.delta for path in part.paths):
        summands = []
        for path in part.paths:
            assert path.delta is not None
            symbol = path.delta.symbol
            assert isinstance(symbol, Quantity)
            error: Formula = Name(part.anatomy.gradient_of(_replace(out(symbol.name), at=symbol.at)))
            error = negate(error) if part.negative else error
            summands.append(with_names(path.formula, {path.delta: error}))
        yield "", part.written(add(*summands), part.slope)


def _next_layer_derivative(part: Part) -> Written:
    if isinstance(part, DeltaPart) and not part.is_output:
        for path in part.paths:
            if path.delta is None or not isinstance(path.delta.symbol, Quantity):
                continue
            above = path.delta.symbol
            ends = (_replace(one(above.name), at=above.at) for one in (out, net))
            slope = part.anatomy.slope(*ends)
            if slope != ONE:
                yield _unit(path.delta), part.written(part.upstream, slope)


def _rate_in_delta(part: Part) -> Written:
    if isinstance(part, DeltaPart):
        yield "", part.written(multiply(ETA, part.upstream), part.slope)


def _absolute_error(part: Part) -> Written:
    if isinstance(part, DeltaPart) and part.is_output:
        yield "", part.written(apply("abs", part.upstream), part.slope)


def _softmax_extra(part: Part) -> Written:
    if isinstance(part, DeltaPart) and part.line.short is not None and part.out is not None:
        yield "", multiply(part.line.short, part.out, 1 - part.out)


def _relu_mask(part: Part) -> Written:
    if not isinstance(part, DeltaPart) or not _is_mask(part) or part.out is None:
        return
    yield n_("the mask was left out"), part.written(part.upstream, ONE)
    yield n_("the value was used as the slope"), part.written(part.upstream, part.out)
    assert isinstance(part.slope, Apply)
    masked = Apply(part.slope.operation, (part.upstream, *part.slope.arguments[1:]))
    yield n_("the mask was taken of the gradient"), part.written(part.upstream, masked)


def _divided(part: Part) -> Written:
    if isinstance(part, DeltaPart) and not part.is_output and all(path.delta and path.weight for path in part.paths):
        summands = [with_names(path.formula, {path.weight: 1 / path.weight}) for path in part.paths if path.weight]
        yield n_("by the weight"), part.written(add(*summands), part.slope)
    if isinstance(part, GradientPart) and part.uses and not part.is_bias:
        yield n_("by the input"), add(*(use.signed(divide(use.delta, use.factor)) for use in part.uses))


# ---- gradients ---------------------------------------------------------------------------------------------------


def _no_input_factor(part: Part) -> Written:
    if isinstance(part, GradientPart) and part.uses:
        yield "", add(*(use.times(ONE) for use in part.uses))


def _wrong_input_factor(part: Part) -> Written:
    if not isinstance(part, GradientPart) or not part.uses or part.is_bias:
        return
    own = [_replace(use.delta.symbol, kind=Kind.OUT) for use in part.uses if isinstance(use.delta.symbol, Quantity)]
    summands = [use.times(Name(quantity)) for use, quantity in zip(part.uses, own, strict=True)]
    yield n_("δ times the unit's own output"), add(*summands)
    yield n_("δ times the sender's net input"), add(*(use.times(_as_net(use.factor)) for use in part.uses))


def _other_sender(part: Part) -> Written:
    if isinstance(part, GradientPart) and part.uses and not part.is_bias:
        for unit in _senders_below(part):
            factor = _out(part, unit)
            if all(use.factor != factor for use in part.uses):
                yield unit, add(*(use.times(factor) for use in part.uses))


def _one_use(part: Part) -> Written:
    if isinstance(part, GradientPart) and len(part.uses) > 1:
        for left_out in part.uses:
            yield _unit(left_out.delta), add(*(use.times(use.factor) for use in part.uses if use != left_out))


def _stale_input(part: Part) -> Written:
    if not isinstance(part, GradientPart) or part.samples < 2 or not part.uses or part.is_bias:
        return
    for step in (-1, 1):
        moved = [(use, _of_another_sample(part, use.factor, step)) for use in part.uses]
        if all(factor is not None for _, factor in moved):
            yield (
                n_("from the sample before") if step < 0 else n_("from the sample after"),
                add(*(use.times(factor) for use, factor in moved if factor is not None)),
            )


# ---- graphs ------------------------------------------------------------------------------------------------------


def _path_left_out(part: Part) -> Written:
    if isinstance(part, ChainPart) and len(part.terms) > 1 and any(map(_upstream, part.terms)):
        for place, words in enumerate(_NTH[: len(part.terms)]):
            yield words, add(*(term for n, term in enumerate(part.terms) if n != place))


def _chain_link_left_out(part: Part) -> Written:
    if not isinstance(part, ChainPart):
        return
    for term in part.terms:
        if not (isinstance(term, Apply) and term.operation == "product"):
            return
    upstream = [_upstream(term) for term in part.terms]
    if any(one is None for one in upstream):
        return
    yield n_("the slope was left out"), add(*(one for one in upstream if one is not None))
    slopes = [_without_factor(term, one) for term, one in zip(part.terms, upstream, strict=True)]
    yield n_("the gradient from further on was left out"), add(*slopes)


def _added_not_multiplied(part: Part) -> Written:
    if isinstance(part, ChainPart) and len(part.terms) == 1:
        match part.terms[0]:
            case Apply("product", (one, other)):
                yield "", add(one, other)


def _own_input(part: Part) -> Written:
    if isinstance(part, LocalPart) and part.by is not None and isinstance(part.gate, Apply):
        match part.gate:
            case Apply("product", (one, other)) if part.by in (one, other) and one != other:
                yield "", part.by


def _gate_slope(part: Part) -> Written:
    if not isinstance(part, LocalPart) or part.by is None or not isinstance(part.gate, Apply):
        return
    match part.gate:
        case Apply("power", (base, exponent)) if base == part.by:
            yield n_("the exponent was not taken in front"), base ** (exponent - 1)
            yield n_("the exponent was not lowered"), multiply(exponent, part.gate)
        case Apply("quotient", (_, below)) if below == part.by:
            yield n_("the minus sign was dropped"), negate(part.formula)
        case Apply("sigmoid", (inner,)) if inner == part.by:
            yield n_("only out"), part.gate
        case Apply("tanh", (inner,)) if inner == part.by:
            yield n_("out·(1 − out), which is the slope of a sigmoid"), part.gate * (1 - part.gate)
        case Apply("sum", _):
            yield n_("the sign was turned round"), negate(part.formula)


_NTH = (n_("the first path"), n_("the second path"), n_("the third path"), n_("the fourth path"))


def _upstream(term: Formula) -> Name | None:
    """The gradient of a user among the factors of a path."""
    for name in map(Name, _symbols(term)):
        if isinstance(name.symbol, Quantity) and name.symbol.kind in (Kind.GRADIENT, Kind.DELTA):
            return name
    return None


def _without_factor(term: Formula, factor: Name | None) -> Formula:
    return with_names(term, {factor: ONE}) if factor is not None else term


# ---- the update --------------------------------------------------------------------------------------------------


def _uphill(part: Part) -> Written:
    if isinstance(part, NewPart) and part.old is not None and _is_of_a_parameter(part):
        yield "", part.old - _step(part, part.old)


def _rate_twice(part: Part) -> Written:
    eta = rate_in(part.formula)
    if isinstance(part, NewPart) and eta is not None:
        yield "", with_names(part.formula, {eta: multiply(eta, eta)})


def _rate_missing(part: Part) -> Written:
    eta = rate_in(part.formula)
    if isinstance(part, NewPart) and eta is not None:
        yield "", with_names(part.formula, {eta: ONE})


def _only_the_step(part: Part) -> Written:
    if isinstance(part, NewPart) and part.old is not None and _is_of_a_parameter(part):
        yield "", negate(_step(part, part.old))
        yield n_("with a minus sign"), _step(part, part.old)


def _not_updated(part: Part) -> Written:
    if isinstance(part, NewPart) and part.old is not None and _is_of_a_parameter(part):
        yield "", part.old


def _no_gradient_in_update(part: Part) -> Written:
    """w − η: the gradient forgotten; and w − η·δ where the gradient is δ·x."""
    if isinstance(part, NewPart) and part.gradient is not None and _is_of_a_parameter(part):
        yield n_("the gradient left out"), with_names(part.formula, {part.gradient: ONE})


def _no_bias_correction(part: Part) -> Written:
    if isinstance(part, NewPart) and part.quantity.kind is Kind.AUX and isinstance(part.formula, Apply):
        match part.formula:
            case Apply("quotient", (moment, Apply("sum", _))):
                yield "", moment
    elif isinstance(part, NewPart) and (corrected := corrections(part)):
        yield "", with_names(part.formula, dict(corrected))


def _no_root(part: Part) -> Written:
    if isinstance(part, NewPart):
        rootless = _without_roots(part.formula)
        if rootless != part.formula:
            yield "", rootless


def _no_square(part: Part) -> Written:
    if isinstance(part, NewPart):
        plain = _without_squares(part.formula)
        if plain != part.formula:
            yield "", plain


def _state_forgotten(part: Part) -> Written:
    if isinstance(part, NewPart) and part.old is not None and part.quantity.name not in part.anatomy.problem.parameters:
        yield "", with_names(part.formula, {part.old: number(0)})


# fmt: off
MISTAKES = {
    one.name: one
    for one in (
        *MISTAKES_OF_LAYERS,
        Mistake("no-derivative-output",
                n_("the slope of the activation was left out at the output: δ is the error alone"),
                _no_derivative_output, n_("multiply the error by the slope of the activation")),
        Mistake("no-derivative-hidden", n_("the slope of the activation was left out in the hidden layer"),
                _no_derivative_hidden, n_("multiply the sum from above by the slope of the unit's own activation")),
        Mistake("updated-weights", n_("the hidden δ were computed with the already updated output weights"),
                _updated_weights, n_("all δ of a pass use the weights from before the update")),
        Mistake("target-minus-output", n_("the error was taken as target − output, while the update subtracts"),
                _target_minus_output, n_("with an update that subtracts, the error is output − target")),
        Mistake("factor-two", n_("a factor 2 in the slope of the loss: {variant}"),
                _factor_two, n_("the slope of ½e² is e, that of e² is 2e")),
        Mistake("mean-or-sum", n_("a mean was taken for a sum or the other way round: {variant}"),
                _mean_or_sum, n_("look at the loss: is there a 1/n in front of the sum?")),
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
                _one_path, n_("add up the paths through all units that this one feeds")),
        Mistake("errors-not-deltas", n_("the errors of the units above were sent back instead of their δ"),
                _errors_not_deltas, n_("what travels back is δ, the error times the slope")),
        Mistake("next-layer-derivative", n_("the slope of the layer above was used ({variant})"),
                _next_layer_derivative, n_("the slope belongs to the unit whose δ is computed")),
        Mistake("rate-in-delta", n_("the learning rate is inside δ"),
                _rate_in_delta, n_("η belongs to the update only")),
        Mistake("absolute-error", n_("the sign of the error was dropped"),
                _absolute_error, n_("an output below its target has a negative error")),
        Mistake("softmax-extra-derivative",
                n_("a slope p·(1 − p) was multiplied on: behind a softmax with cross-entropy δ is p − t"),
                _softmax_extra, n_("p − t has the slope of the softmax in it already")),
        Mistake("relu-mask", n_("ReLU's slope: {variant}"),
                _relu_mask, n_("the slope of ReLU is 1 where its net input is positive, else 0")),
        Mistake("divided", n_("divided instead of multiplied: {variant}"),
                _divided, n_("the chain rule multiplies")),
        Mistake("no-input-factor", n_("the gradient is δ alone: the input of the weight was left out"),
                _no_input_factor, n_("the gradient of a weight is δ times what went into the weight")),
        Mistake("wrong-input-factor", n_("δ was multiplied by the wrong number: {variant}"),
                _wrong_input_factor, n_("a weight's gradient is δ of its receiver times the output of its sender")),
        Mistake("other-sender", n_("δ was multiplied by what {variant} puts out, which is not this weight's sender"),
                _other_sender, n_("a weight's gradient is δ of its receiver times the output of its sender")),
        Mistake("one-use", n_("a shared parameter: the use in {variant} was left out of the sum"),
                _one_use, n_("a parameter that is used several times collects every use")),
        Mistake("path-left-out", n_("{variant} was left out of the sum"), _path_left_out,
                n_("where a value is used several times, its gradients are added")),
        Mistake("chain-link", n_("the chain rule: {variant}"), _chain_link_left_out,
                n_("gradient = the gradient from further on times the local slope")),
        Mistake("added", n_("added instead of multiplied"), _added_not_multiplied, n_("the chain rule multiplies")),
        Mistake("own-input", n_("a product gate gave its own input instead of the other one"), _own_input,
                n_("∂(a·b)/∂a is b")),
        Mistake("gate-slope", n_("the slope of the gate: {variant}"), _gate_slope,
                n_("∂(a + b)/∂a is 1, ∂(a/b)/∂b is −a/b^2, ∂(a^n)/∂a is n·a^(n − 1)")),
        Mistake("stale-input", n_("the input of another sample was used ({variant})"),
                _stale_input, n_("each sample's gradient uses that sample's inputs")),
        Mistake("uphill", n_("the gradient was added instead of subtracted"),
                _uphill, n_("gradient descent goes against the gradient")),
        Mistake("rate-missing", n_("the learning rate was left out"),
                _rate_missing, n_("the step is η times the gradient")),
        Mistake("rate-twice", n_("the learning rate was used twice"),
                _rate_twice, n_("η is used once, in the update")),
        Mistake("bias-frozen", n_("the old value was kept: the parameter was not updated"),
                _not_updated, n_("this parameter is updated, too")),
        Mistake("only-the-step", n_("this is the step η·∂E/∂w, not the new value {variant}"),
                _only_the_step, n_("the new value is the old value minus the step")),
        Mistake("gradient-missing", n_("the update without its gradient: {variant}"),
                _no_gradient_in_update, n_("the step is η times the gradient")),
        Mistake("no-bias-correction", n_("the correction for the start at 0 was left out"),
                _no_bias_correction, n_("m̂ = m/(1 − β^t)")),
        Mistake("no-root", n_("the square root was left out"), _no_root, n_("the step is divided by the root")),
        Mistake("no-square", n_("the gradient was not squared"), _no_square, n_("the second moment averages squares")),
        Mistake("state-forgotten", n_("the optimizer's state from before was left out"),
                _state_forgotten, n_("the old state stays in, with its factor")),
        Mistake("bias-left-out", n_("the bias was left out"), _bias_left_out, n_("add the bias to the weighted sum")),
        Mistake("bias-sign", n_("the bias has the wrong sign"), _bias_sign,
                n_("a bias is added, a threshold is subtracted")),
        Mistake("bias-times-output", n_("the bias was multiplied by {variant}"),
                _bias_times_output, n_("a bias has the input 1")),
        Mistake("transposed-forward", n_("the weight matrix was used the wrong way round"),
                _transposed_forward, n_("each unit uses its own row of weights")),
        Mistake("weights-swapped", n_("two weights were swapped: {variant}"), _weights_swapped,
                n_("each weight goes with its own input")),
        Mistake("term-left-out", n_("a term of the sum was left out: the one with {variant}"),
                _term_left_out, n_("add up all the inputs of the unit")),
        Mistake("no-activation", n_("the activation was left out: the output is the net input"),
                _no_activation, n_("put the net input into the activation")),
        Mistake("other-activation", n_("another activation was used: {variant}"), _other_activation,
                n_("look up which activation this layer has")),
        Mistake("wrong-exponent", n_("the wrong function: {variant}"), _wrong_exponent,
                n_("σ(x) = 1/(1 + e^(−x)), and ln is the natural logarithm")),
        Mistake("no-normalization", n_("softmax: {variant}"), _no_normalization,
                n_("softmax divides e^net by the sum of all e^net of the layer")),
        Mistake("loss-factor-two", n_("a factor 2 in the loss: {variant}"), _loss_factor_two,
                n_("look at the loss: is there a ½ in front?")),
        Mistake("loss-sign", n_("the minus sign of the loss was dropped"), _loss_sign,
                n_("cross-entropy is −Σ t·ln p, which is positive")),
        Mistake("loss-not-squared", n_("the error was not squared"), _loss_not_squared,
                n_("the loss squares the difference")),
        *MISTAKES_OF_PASSES,
        *MISTAKES_OF_STEPS,
    )
}
# fmt: on


# ---- helpers -----------------------------------------------------------------------------------------------------


def _products(part: NetPart) -> list[Formula]:
    return [multiply(term.weight, term.sender) for term in part.terms]


def _key(formula: Formula) -> str:
    return formula.symbol.bare_key if isinstance(formula, Name) and isinstance(formula.symbol, Quantity) else ""


def _unit(name: Name) -> str:
    return name.symbol.name if isinstance(name.symbol, Quantity) else ""


def _mentions(formula: Formula, operation: str) -> bool:
    if not isinstance(formula, Apply):
        return False
    return formula.operation == operation or any(_mentions(argument, operation) for argument in formula.arguments)


def _is_mask(part: DeltaPart) -> bool:
    """Whether the slope is 0 or 1 by a condition, as ReLU's is."""
    return isinstance(part.slope, Apply) and part.slope.operation.endswith("_slope")


def _is_of_a_parameter(part: NewPart) -> bool:
    """Whether the line updates a parameter, and not an optimizer's state."""
    return part.quantity.kind is Kind.NEW and part.quantity.name in part.anatomy.problem.parameters


def _uses_updated_weights(part: Part) -> bool:
    """Whether the problem has it that the hidden δ use the already updated weights."""
    return part.anatomy.problem.conventions.updated_weights


def _step(part: NewPart, old: Name) -> Formula:
    """What an update adds to the old value."""
    match part.formula:
        case Apply("sum", terms) if old in terms:
            return add(*(term for term in terms if term != old))
    return part.formula - old


def _over_samples(part: Part) -> bool:
    """Whether the line combines the samples of a batch."""
    used = [name for name in _symbols(part.formula) if any(word == "sample" for word, _number in name.at)]
    return bool(used) and not any(word == "sample" for word, _number in part.quantity.at)


def _symbols(formula: Formula) -> list[Quantity]:
    if isinstance(formula, Apply):
        return [symbol for argument in formula.arguments for symbol in _symbols(argument)]
    return [formula.symbol] if isinstance(formula, Name) and isinstance(formula.symbol, Quantity) else []


def _without(formula: Formula, drop: Callable[[Apply], Formula | None]) -> Formula:
    """The formula with every part for which `drop` gives another one replaced by it."""
    if not isinstance(formula, Apply):
        return formula
    instead = drop(formula)
    if instead is not None:
        return instead
    return Apply(formula.operation, tuple(_without(argument, drop) for argument in formula.arguments))


def _without_squares(formula: Formula) -> Formula:
    def base(part: Apply) -> Formula | None:
        match part:
            case Apply("square", (inner,)):
                return inner
            case Apply("power", (inner, exponent)) if exponent == number(2):
                return inner
        return None

    return _without(formula, base)


def _without_roots(formula: Formula) -> Formula:
    return _without(formula, lambda part: part.arguments[0] if part.operation == "sqrt" else None)


def with_operation(formula: Formula, operation: str, result: Formula) -> Formula:
    """The formula with an operation on anything replaced by the name of its result."""
    return _without(formula, lambda part: result if part.operation == operation else None)


def _entry(matrix: list[list[Formula | None]], row: int, column: int) -> Formula | None:
    return matrix[row][column] if row < len(matrix) and column < len(matrix[row]) else None


def _entry_of(matrix: list[list[Formula | None]], row: int, column: int) -> Formula | None:
    return _entry(matrix, row, column)


def _with_other_weights(
    part: Part, pick: Callable[[list[list[Formula | None]], int, int], Formula | None], offset: int
) -> Written:
    """The δ of a hidden unit with other weights on its paths: those of another layer, or another entry."""
    if not isinstance(part, DeltaPart) or part.is_output or not all(path.delta and path.weight for path in part.paths):
        return
    anatomy: Anatomy = part.anatomy
    layer, own = anatomy.layer_of(part.quantity.name), anatomy.place_of(part.quantity.name)
    if layer is None or own is None or not 0 <= layer + 1 + offset < len(anatomy.problem.layers):
        return
    matrix = anatomy.weights_between(layer + 1 + offset, part.quantity)
    summands: list[Formula] = []
    for path in part.paths:
        assert path.delta is not None
        assert path.weight is not None
        place = anatomy.place_of(_unit(path.delta))
        weight = pick(matrix, place, own) if matrix is not None and place is not None else None
        if weight is None:
            return
        if _uses_updated_weights(part) and isinstance(weight, Name):
            weight = anatomy.new_of(weight, part.quantity) or weight
        summands.append(with_names(path.formula, {path.weight: weight}))
    yield "", part.written(add(*summands), part.slope)


def _senders_below(part: GradientPart) -> tuple[str, ...]:
    """The units of the layer below the one that the parameter belongs to."""
    layers = {part.anatomy.layer_of(_unit(use.delta)) for use in part.uses}
    layer = layers.pop() if len(layers) == 1 else None
    return part.anatomy.units(layer - 1) if layer is not None else ()


def _out(part: Part, unit: str) -> Name:
    """What a unit, or an input, puts out in the pass of the part."""
    problem, at = part.anatomy.problem, part.quantity.at
    if unit not in problem.inputs:
        return Name(_replace(out(unit), at=at))
    sample = tuple(place for place in at if place.word == "sample")
    return Name(Quantity(Kind.INPUT, unit, at=sample))


def _as_net(factor: Formula) -> Formula:
    """The net input of the unit whose output the factor is; anything else as it is."""
    if isinstance(factor, Name) and isinstance(factor.symbol, Quantity) and factor.symbol.kind is Kind.OUT:
        return Name(_replace(factor.symbol, kind=Kind.NET))
    return factor


def _of_another_sample(part: Part, factor: Formula, step: int) -> Formula | None:
    """The factor as it is in the next or previous sample, where there is one."""
    if not isinstance(factor, Name) or not isinstance(factor.symbol, Quantity):
        return None
    at = tuple(_replace_place(place, step) for place in factor.symbol.at)
    moved = _replace(factor.symbol, at=at)
    known = moved in part.anatomy.derivation.index or moved in part.anatomy.derivation.constants
    return Name(moved) if known and moved != factor.symbol else None


def _replace_place(place: Place, step: int) -> Place:
    return Place(place.word, place.number + step) if place.word == "sample" else place


SLIP = Mistake("slip", n_("a digit looks miscopied"), lambda part: iter(()), n_("compare it with your calculation"))
