"""Usual mistakes in the forward pass and in the loss."""

from __future__ import annotations

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
    replace,
)
from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.algebra.parts import GradientParts, LossParts, NetParts, OutParts
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.mistakes.common import key_of, mentions, out_of, senders_below, without_squares
from backprop_cli.checking.mistakes.mistake import Mistake, Written
from backprop_cli.checking.parts import LineContext
from backprop_cli.deriving.smoothing import unsmoothed
from backprop_cli.ground.words import n_

HALF = number(1, 2)


def _bias_left_out(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, NetParts) and made.bias is not None and made.terms:
        yield "", add(*_products(made))


def _bias_sign(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, NetParts) and made.bias is not None and made.terms:
        yield "", add(*_products(made), negate(made.bias))


def _bias_times_output(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, NetParts) and made.bias is not None:
        for term in made.terms:
            yield key_of(term.sender), add(*_products(made), multiply(made.bias, term.sender))
    if isinstance(made, GradientParts) and made.is_bias:
        for unit in senders_below(part, made.uses):
            yield unit, add(*(use.times(multiply(use.factor, out_of(part, unit))) for use in made.uses))


def _transposed_forward(part: LineContext) -> Written:
    made = part.made
    if not isinstance(made, NetParts) or len(made.terms) < 2:
        return
    layer, place = part.around.layer_of(part.quantity.name), part.around.place_of(part.quantity.name)
    matrix = part.around.weights_between(layer, part.quantity) if layer is not None else None
    if matrix is None or place is None or place >= len(matrix[0]):
        return
    column = [row[place] for row in matrix]
    if len(column) == len(made.terms) and None not in column:
        products = [multiply(weight, term.sender) for weight, term in zip(column, made.terms, strict=True) if weight]
        yield "", add(*products, *([made.bias] if made.bias is not None else []))


def _term_left_out(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, NetParts) and len(made.terms) > 1:
        for left_out in made.terms:
            kept = [multiply(term.weight, term.sender) for term in made.terms if term is not left_out]
            yield key_of(left_out.weight), add(*kept, *([made.bias] if made.bias is not None else []))


def _weights_swapped(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, NetParts) and len(made.terms) > 1:
        bias = [made.bias] if made.bias is not None else []
        weights = [term.weight for term in made.terms]
        for place in range(len(weights) - 1):
            swapped = [*weights]
            swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
            products = [multiply(weight, term.sender) for weight, term in zip(swapped, made.terms, strict=True)]
            yield f"{key_of(weights[place])}, {key_of(weights[place + 1])}", add(*products, *bias)


def _no_activation(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, OutParts) and made.net is not None:
        yield "", made.net


def _other_activation(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, OutParts) and made.net is not None and isinstance(part.formula, Apply):
        for name in ("sigmoid", "tanh", "relu"):
            if name != part.formula.operation:
                yield name, Apply(name, (made.net, *ACTIVATIONS[name].defaults))


def _wrong_exponent(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, OutParts) and made.net is not None and isinstance(part.formula, Apply):
        if part.formula.operation == "sigmoid":
            yield n_("e^x instead of e^(−x)"), divide(ONE, 1 + apply("exp", made.net))
        if part.formula.operation == "softmax":
            which, *nets = part.formula.arguments
            yield n_("e^(−x) instead of e^x"), Apply("softmax", (which, *map(negate, nets)))
    if isinstance(made, LossParts) and mentions(part.formula, "times_ln"):
        scaled = divide(part.formula, apply("ln", number(10)))
        yield n_("log₁₀ instead of ln"), scaled
        yield n_("log₂ instead of ln"), divide(part.formula, apply("ln", number(2)))


def _no_normalization(part: LineContext) -> Written:
    if isinstance(part.made, OutParts) and isinstance(part.formula, Apply) and part.formula.operation == "softmax":
        which, *nets = part.formula.arguments
        assert not isinstance(which, Apply | Name)
        own = nets[int(which.value.p) - 1]
        yield n_("e^net, not divided by the sum"), apply("exp", own)
        yield n_("net divided by the sum of the nets"), divide(own, add(*nets))


def _loss_factor_two(part: LineContext) -> Written:
    if isinstance(part.made, LossParts) and mentions(part.formula, "power"):
        yield n_("twice the value"), multiply(number(2), part.formula)
        yield n_("half the value"), multiply(HALF, part.formula)


def _loss_sign(part: LineContext) -> Written:
    if isinstance(part.made, LossParts) and mentions(part.formula, "times_ln"):
        yield "", negate(part.formula)


def _not_smoothed(part: LineContext) -> Written:
    plain = replace(part.formula, lambda name: unsmoothed(name.symbol) if isinstance(name.symbol, Quantity) else name)
    if plain != part.formula:
        yield "", plain


def _loss_not_squared(part: LineContext) -> Written:
    if isinstance(part.made, LossParts):
        plain = without_squares(part.formula)
        if plain != part.formula:
            yield "", plain


# ---- helpers ---------------------------------------------------------------------------------------------------------


def _products(made: NetParts) -> list[Formula]:
    return [multiply(term.weight, term.sender) for term in made.terms]


# fmt: off
ROWS = (
    Mistake("bias-left-out", n_("the bias was left out"), _bias_left_out, n_("add the bias to the weighted sum"),
            mass=20),
    Mistake("bias-sign", n_("the bias has the wrong sign"), _bias_sign,
            n_("a bias is added, a threshold is subtracted")),
    Mistake("bias-times-output", n_("the input of the bias was taken to be {variant}, not 1"),
            _bias_times_output, n_("a bias has the input 1")),
    Mistake("transposed-forward", n_("the weight matrix was used the wrong way round"),
            _transposed_forward, n_("each unit uses its own row of weights")),
    Mistake("weights-swapped", n_("two weights were swapped: {variant}"), _weights_swapped,
            n_("each weight goes with its own input"), mass=4),
    Mistake("term-left-out", n_("a term of the sum was left out: the one with {variant}"),
            _term_left_out, n_("add up all the inputs of the unit")),
    Mistake("no-activation", n_("the activation was left out: the output is the net input"),
            _no_activation, n_("put the net input into the activation"), mass=20),
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
    Mistake("label-smoothing-left-out", n_("the target itself was used, not the smoothed one"), _not_smoothed,
            n_("the loss compares with t′ = (1 − ε)·t + ε/K")),
    Mistake("loss-not-squared", n_("the error was not squared"), _loss_not_squared,
            n_("the loss squares the difference")),
)
# fmt: on
