"""Usual mistakes in the update."""

from __future__ import annotations

from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, add, multiply, negate, number
from backprop_cli.algebra.parts import UpdateParts
from backprop_cli.algebra.quantities import Kind
from backprop_cli.checking.mistakes.common import updates_a_parameter, without, without_squares
from backprop_cli.checking.mistakes.mistake import Mistake, Written
from backprop_cli.checking.mistakes.steps import corrections, rate_in
from backprop_cli.checking.parts import LineContext, with_names
from backprop_cli.ground.words import n_


def _uphill(part: LineContext) -> Written:
    if not part.around.problem.training.rule.maximize:
        yield from _other_way(part)


def _downhill(part: LineContext) -> Written:
    if part.around.problem.training.rule.maximize:
        yield from _other_way(part)


def _other_way(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, UpdateParts) and made.old is not None and updates_a_parameter(part):
        yield "", made.old - _step(part, made.old)


def _rate_twice(part: LineContext) -> Written:
    eta = rate_in(part.formula)
    if isinstance(part.made, UpdateParts) and eta is not None:
        yield "", with_names(part.formula, {eta: multiply(eta, eta)})


def _rate_missing(part: LineContext) -> Written:
    eta = rate_in(part.formula)
    if isinstance(part.made, UpdateParts) and eta is not None:
        yield "", with_names(part.formula, {eta: ONE})


def _only_the_step(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, UpdateParts) and made.old is not None and updates_a_parameter(part):
        yield "", negate(_step(part, made.old))
        yield n_("with a minus sign"), _step(part, made.old)


def _not_updated(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, UpdateParts) and made.old is not None and updates_a_parameter(part):
        yield "", made.old


def _no_gradient_in_update(part: LineContext) -> Written:
    """w − η: the gradient forgotten; and w − η·δ where the gradient is δ·x."""
    made = part.made
    if isinstance(made, UpdateParts) and updates_a_parameter(part):
        yield n_("the gradient left out"), with_names(part.formula, {made.gradient: ONE})


def _no_bias_correction(part: LineContext) -> Written:
    made = part.made
    if isinstance(made, UpdateParts) and part.quantity.kind is Kind.AUX and isinstance(part.formula, Apply):
        match part.formula:
            case Apply("quotient", (moment, Apply("sum", _))):
                yield "", moment
    elif isinstance(made, UpdateParts) and (corrected := corrections(part)):
        yield "", with_names(part.formula, dict(corrected))


def _no_root(part: LineContext) -> Written:
    if isinstance(part.made, UpdateParts):
        rootless = _without_roots(part.formula)
        if rootless != part.formula:
            yield "", rootless


def _no_square(part: LineContext) -> Written:
    if isinstance(part.made, UpdateParts):
        plain = without_squares(part.formula)
        if plain != part.formula:
            yield "", plain


def _state_forgotten(part: LineContext) -> Written:
    made = part.made
    if (
        isinstance(made, UpdateParts)
        and made.old is not None
        and part.quantity.name not in part.around.problem.parameters
    ):
        yield "", with_names(part.formula, {made.old: number(0)})


# ---- helpers ---------------------------------------------------------------------------------------------------------


def _step(part: LineContext, old: Name) -> Formula:
    """What an update adds to the old value."""
    match part.formula:
        case Apply("sum", terms) if old in terms:
            return add(*(term for term in terms if term != old))
    return part.formula - old


def _without_roots(formula: Formula) -> Formula:
    return without(formula, lambda part: part.arguments[0] if part.operation == "sqrt" else None)


# fmt: off
ROWS = (
    Mistake("uphill", n_("the gradient was added instead of subtracted"),
            _uphill, n_("gradient descent goes against the gradient"), mass=8),
    Mistake("downhill", n_("the gradient was subtracted instead of added"),
            _downhill, n_("what is maximized goes with the gradient"), mass=8),
    Mistake("rate-missing", n_("the learning rate was left out"),
            _rate_missing, n_("the step is η times the gradient"), mass=8),
    Mistake("rate-twice", n_("the learning rate was used twice"),
            _rate_twice, n_("η is used once, in the update"), mass=8),
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
)
# fmt: on
