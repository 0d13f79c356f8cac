"""Usual mistakes in the step of an optimizer: its state, its averages and their correction, ε, penalties, clipping."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import (
    ZERO,
    Apply,
    Formula,
    Name,
    Number,
    add,
    apply,
    multiply,
    negate,
    number,
    operations_in,
    rewritten,
)
from backprop_cli.algebra.parts import UpdateParts
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.algebra.updates import PENALTIES
from backprop_cli.checking.mistakes.common import updates_a_parameter
from backprop_cli.checking.mistakes.mistake import Mistake, Written
from backprop_cli.checking.parts import LineContext, with_names
from backprop_cli.ground.words import n_

_BETAS = ("beta1", "beta2")


# ---- the state ---------------------------------------------------------------------------------------------------


def _decay_left_out(part: LineContext) -> Written:
    if (state := _state(part)) is not None:
        old, kept, fresh = state
        if kept != old:
            yield "", add(old, *fresh)


def _share_left_out(part: LineContext) -> Written:
    if (state := _state(part)) is not None:
        _old, kept, fresh = state
        match fresh:
            case (Apply("product", (Apply("sum", _), *rest)),):
                yield "", add(kept, multiply(*rest))


def _shares_swapped(part: LineContext) -> Written:
    if (state := _state(part)) is not None:
        old, kept, fresh = state
        match kept, fresh:
            case Apply("product", (share, _)), (Apply("product", (Apply("sum", _) as other, *rest)),):
                yield "", add(multiply(other, old), multiply(share, *rest))


def _average_taken(part: LineContext) -> Written:
    if (state := _state(part)) is not None:
        _old, kept, fresh = state
        match kept, fresh:
            case Apply("product", (Name() as share, _)), (Name() as gradient,):
                yield "", add(kept, multiply(1 - share, gradient))


def _momentum_sign(part: LineContext) -> Written:
    if (state := _state(part)) is not None:
        _old, kept, fresh = state
        yield "", add(kept, *map(negate, fresh))


def _state(part: LineContext) -> tuple[Name, Formula, tuple[Formula, ...]] | None:
    """The old value of an optimizer's state, the summand that keeps it, and what is added to that."""
    made = part.made
    if (
        not isinstance(made, UpdateParts)
        or made.old is None
        or part.quantity.kind is not Kind.NEW
        or updates_a_parameter(part)
    ):
        return None
    match part.formula:
        case Apply("sum", terms):
            kept = [term for term in terms if made.old.symbol in quantities_in(term)]
            if len(kept) == 1:
                return made.old, kept[0], tuple(term for term in terms if term is not kept[0])
    return None


# ---- the step ----------------------------------------------------------------------------------------------------


def _old_state(part: LineContext) -> Written:
    made = part.made
    if not isinstance(made, UpdateParts):
        return
    used = quantities_in(part.formula)
    names: dict[Formula, Formula] = {
        new: before for new, before in made.states if new.symbol in used and new.symbol != part.quantity
    }
    if names:
        yield "", with_names(part.formula, names)


def _plain_step(part: LineContext) -> Written:
    made = part.made
    if not isinstance(made, UpdateParts) or not updates_a_parameter(part) or made.old is None or made.rate is None:
        return
    if part.around.problem.training.rule.called != "sgd":
        yield "", made.old - multiply(made.rate, made.gradient)


def _correction_exponent(part: LineContext) -> Written:
    powers = dict.fromkeys(_powers(part.formula)) if isinstance(part.made, UpdateParts) else {}
    if powers:
        for words, change in _EXPONENTS:
            changed: dict[Formula, Formula] = {power: change(*power.arguments) for power in powers}
            yield words, rewritten(part.formula, changed.get)


_EXPONENTS: tuple[tuple[str, Callable[[Formula, Formula], Formula]], ...] = (
    (n_("β instead of β^t"), lambda base, t: base),
    (n_("t is one too small"), lambda base, t: base ** (t - 1)),
    (n_("t is one too large"), lambda base, t: base ** (t + 1)),
)


def _powers(formula: Formula) -> Iterator[Apply]:
    """The powers of a setting with the number of the step, β^t."""
    for found in operations_in(formula, "power"):
        match found.arguments:
            case (Name(Quantity(kind=Kind.CONSTANT)), Name(Quantity(name="t")) | Number()):
                yield found


def _betas_swapped(part: LineContext) -> Written:
    if isinstance(part.made, UpdateParts):
        one, other = (Name(Quantity(Kind.CONSTANT, name)) for name in _BETAS)
        yield "", with_names(part.formula, {one: other, other: one})


def corrections(part: LineContext) -> Iterator[tuple[Name, Formula]]:
    """The corrected averages in the step of a parameter, each with the average as it was."""
    if not updates_a_parameter(part):
        return
    for quantity in quantities_in(part.formula):
        match part.around.derivation.formula_of(quantity) if quantity.kind is Kind.AUX else None:
            case Apply("quotient", (Name() as moment, Apply("sum", _))):
                yield Name(quantity), moment


def _epsilon(part: LineContext) -> Written:
    if not isinstance(part.made, UpdateParts):
        return
    epsilon = Name(Quantity(Kind.CONSTANT, "epsilon"))
    for words, change in ((n_("it was left out"), None), (n_("it was put inside the root"), True),
                          (n_("it was put outside the root"), False)):  # fmt: skip
        if change is None:
            changed = with_names(part.formula, {epsilon: ZERO})
        else:
            changed = rewritten(part.formula, dict(_roots(part.formula, epsilon, inside=change)).get)
        if changed != part.formula:
            yield words, changed


def _roots(formula: Formula, epsilon: Name, inside: bool) -> Iterator[tuple[Formula, Formula]]:
    """√x + ε with √(x + ε) in its place, or the other way round."""
    match formula:
        case Apply("sum", (Apply("sqrt", (radicand,)), last)) if inside and last == epsilon:
            yield formula, apply("sqrt", add(radicand, epsilon))
        case Apply("sqrt", (Apply("sum", (*terms, last)),)) if not inside and last == epsilon:
            yield formula, add(apply("sqrt", add(*terms)), epsilon)
        case Apply(_, arguments):
            for argument in arguments:
                yield from _roots(argument, epsilon, inside)


# ---- penalties and clipping --------------------------------------------------------------------------------------


def _penalty(part: LineContext) -> Written:
    strengths = {Name(Quantity(Kind.CONSTANT, name)) for name in PENALTIES.values()}
    used = [Name(one) for one in quantities_in(part.formula) if Name(one) in strengths]
    if isinstance(part.made, UpdateParts) and part.quantity.kind in (Kind.AUX, Kind.GRADIENT) and used:
        changes = (
            (n_("it was left out"), lambda one: ZERO),
            (n_("it was subtracted from the gradient"), negate),
            (n_("a factor 2 too much"), lambda one: multiply(number(2), one)),
            (n_("a factor 2 left out"), lambda one: multiply(number(1, 2), one)),
        )
        for words, change in changes:
            yield words, with_names(part.formula, {one: change(one) for one in used})


def _not_clipped(part: LineContext) -> Written:
    if isinstance(part.made, UpdateParts) and part.quantity.name.startswith("clipped_"):
        match part.formula:
            case Apply("clip" | "product", (gradient, *_)):
                yield "", gradient


# ---- helpers -----------------------------------------------------------------------------------------------------


def rate_in(formula: Formula) -> Name | None:
    """The learning rate in a formula, as that pass has it."""
    found = (one for one in quantities_in(formula) if one.kind is Kind.CONSTANT and one.name == LEARNING_RATE.name)
    return next(map(Name, found), None)


# fmt: off
ROWS = (
    Mistake("decay-left-out", n_("the old state was kept whole, without its factor"), _decay_left_out,
            n_("the factor in front of the old state lets it fade")),
    Mistake("share-left-out", n_("the factor 1 − β of the new gradient was left out"), _share_left_out,
            n_("a running average is β·old + (1 − β)·new")),
    Mistake("shares-swapped", n_("the factors β and 1 − β were swapped"), _shares_swapped,
            n_("a running average is β·old + (1 − β)·new")),
    Mistake("average-taken", n_("a running average was taken: the gradient got a factor 1 − μ"), _average_taken,
            n_("look at this optimizer's rule: its v collects whole gradients")),
    Mistake("momentum-sign", n_("the new gradient went into the optimizer's state with the wrong sign"), _momentum_sign,
            n_("look whether v points uphill (and is taken off) or downhill (and is added)")),
    Mistake("old-state", n_("the step was taken with the state from before, not with the one just computed"),
            _old_state, n_("the state is brought up to date first, and then the step is taken")),
    Mistake("plain-step", n_("this is the step of plain gradient descent"), _plain_step,
            n_("the step uses the optimizer's state")),
    Mistake("correction-exponent", n_("the correction for the start at 0 has the wrong exponent: {variant}"),
            _correction_exponent, n_("m̂ = m/(1 − β^t), and t counts the updates from 1")),
    Mistake("betas-swapped", n_("β₁ and β₂ were swapped"), _betas_swapped,
            n_("β₁ belongs to the gradients, β₂ to their squares")),
    Mistake("epsilon", n_("the small number ε: {variant}"), _epsilon,
            n_("look where the rule has ε: beside the root or inside it")),
    Mistake("penalty", n_("the penalty on the weights: {variant}"), _penalty,
            n_("½λw² adds λ·w to the gradient, λw² adds 2λ·w, λ|w| adds λ with the sign of w")),
    Mistake("not-clipped", n_("the gradient was not clipped"), _not_clipped,
            n_("a gradient beyond the bound is cut to it")),
)
# fmt: on
