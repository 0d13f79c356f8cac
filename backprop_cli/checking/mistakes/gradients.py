"""Usual mistakes in gradients: of a network's parameters, and along the edges of a graph."""

from __future__ import annotations

from dataclasses import replace as _replace

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, add, multiply, negate
from backprop_cli.algebra.parts import ChainParts, GradientParts, LocalParts
from backprop_cli.algebra.quantities import Kind, Place, Quantity
from backprop_cli.checking.mistakes.common import out_of, senders_below
from backprop_cli.checking.mistakes.mistake import Mistake, Written
from backprop_cli.checking.parts import LineContext, with_names
from backprop_cli.checking.surroundings import unit_of
from backprop_cli.ground.words import n_

_NTH = (n_("the first path"), n_("the second path"), n_("the third path"), n_("the fourth path"))


def _no_input_factor(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, GradientParts):
        yield "", add(*(use.times(ONE) for use in made.uses))


def _wrong_input_factor(part: LineContext) -> Written:
    made = part.made
    if not isinstance(made, GradientParts) or made.is_bias:
        return
    own = [_replace(use.delta.symbol, kind=Kind.OUT) for use in made.uses if isinstance(use.delta.symbol, Quantity)]
    summands = [use.times(Name(quantity)) for use, quantity in zip(made.uses, own, strict=True)]
    yield n_("δ times the unit's own output"), add(*summands)
    yield n_("δ times the sender's net input"), add(*(use.times(_as_net(use.factor)) for use in made.uses))


def _other_sender(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, GradientParts) and not made.is_bias:
        for unit in senders_below(part, made.uses):
            factor = out_of(part, unit)
            if all(use.factor != factor for use in made.uses):
                yield unit, add(*(use.times(factor) for use in made.uses))


def _one_use(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, GradientParts) and len(made.uses) > 1:
        for left_out in made.uses:
            yield unit_of(left_out.delta), add(*(use.times(use.factor) for use in made.uses if use != left_out))


def _stale_input(part: LineContext) -> Written:
    made = part.made
    if not isinstance(made, GradientParts) or len(part.around.problem.samples) < 2 or made.is_bias:
        return
    for step in (-1, 1):
        moved = [(use, _of_another_sample(part, use.factor, step)) for use in made.uses]
        if all(factor is not None for _, factor in moved):
            yield (
                n_("from the sample before") if step < 0 else n_("from the sample after"),
                add(*(use.times(factor) for use, factor in moved if factor is not None)),
            )


def _path_left_out(part: LineContext) -> Written:
    made = _chain(part)
    if made is not None and len(made.terms) > 1 and any(map(_upstream, made.terms)):
        for place, words in enumerate(_NTH[: len(made.terms)]):
            yield words, add(*(term for n, term in enumerate(made.terms) if n != place))


def _chain_link_left_out(part: LineContext) -> Written:
    made = _chain(part)
    if made is None:
        return
    for term in made.terms:
        if not (isinstance(term, Apply) and term.operation == "product"):
            return
    upstream = [_upstream(term) for term in made.terms]
    if any(one is None for one in upstream):
        return
    yield n_("the slope was left out"), add(*(one for one in upstream if one is not None))
    slopes = [_without_factor(term, one) for term, one in zip(made.terms, upstream, strict=True)]
    yield n_("the gradient from further on was left out"), add(*slopes)


def _added_not_multiplied(part: LineContext) -> Written:
    made = _chain(part)
    if made is not None and len(made.terms) == 1:
        match made.terms[0]:
            case Apply("product", (one, other)):
                yield "", add(one, other)


def _own_input(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, LocalParts) and isinstance(made.gate, Apply):
        match made.gate:
            case Apply("product", (one, other)) if made.by in (one, other) and one != other:
                yield "", made.by


def _gate_slope(part: LineContext) -> Written:
    made = part.made
    if not isinstance(made, LocalParts) or not isinstance(made.gate, Apply):
        return
    match made.gate:
        case Apply("power", (base, exponent)) if base == made.by:
            yield n_("the exponent was not taken in front"), base ** (exponent - 1)
            yield n_("the exponent was not lowered"), multiply(exponent, made.gate)
        case Apply("quotient", (_, below)) if below == made.by:
            yield n_("the minus sign was dropped"), negate(part.formula)
        case Apply("sigmoid", (inner,)) if inner == made.by:
            yield n_("only out"), made.gate
        case Apply("tanh", (inner,)) if inner == made.by:
            yield n_("out·(1 − out), which is the slope of a sigmoid"), made.gate * (1 - made.gate)
        case Apply("sum", _):
            yield n_("the sign was turned round"), negate(part.formula)


# ---- helpers ---------------------------------------------------------------------------------------------------------


def _chain(part: LineContext) -> ChainParts | None:
    """The paths of a gradient that is one by the chain rule; a path on a line of its own is none."""
    return part.made if isinstance(part.made, ChainParts) and part.quantity.kind is not Kind.PATH else None


def _upstream(term: Formula) -> Name | None:
    """The gradient of a user among the factors of a path."""
    return next((Name(one) for one in quantities_in(term) if one.kind in (Kind.GRADIENT, Kind.DELTA)), None)


def _without_factor(term: Formula, factor: Name | None) -> Formula:
    return with_names(term, {factor: ONE}) if factor is not None else term


def _as_net(factor: Formula) -> Formula:
    """The net input of the unit whose output the factor is; anything else as it is."""
    if isinstance(factor, Name) and isinstance(factor.symbol, Quantity) and factor.symbol.kind is Kind.OUT:
        return Name(_replace(factor.symbol, kind=Kind.NET))
    return factor


def _of_another_sample(part: LineContext, factor: Formula, step: int) -> Formula | None:
    """The factor as it is in the next or previous sample, where there is one."""
    if not isinstance(factor, Name) or not isinstance(factor.symbol, Quantity):
        return None
    at = tuple(_replace_place(place, step) for place in factor.symbol.at)
    moved = _replace(factor.symbol, at=at)
    known = moved in part.around.derivation.index or moved in part.around.derivation.constants
    return Name(moved) if known and moved != factor.symbol else None


def _replace_place(place: Place, step: int) -> Place:
    return Place(place.word, place.number + step) if place.word == "sample" else place


# fmt: off
ROWS = (
    Mistake("no-input-factor", n_("the gradient is δ alone: the input of the weight was left out"),
            _no_input_factor, n_("the gradient of a weight is δ times what went into the weight"), mass=20),
    Mistake("wrong-input-factor", n_("δ was multiplied by the wrong number: {variant}"),
            _wrong_input_factor, n_("a weight's gradient is δ of its receiver times the output of its sender")),
    Mistake("other-sender", n_("δ was multiplied by the value of {variant}, which is not this weight's sender"),
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
)
# fmt: on
