"""Usual mistakes in layers beyond dense: pooling and normalization."""

from __future__ import annotations

from collections.abc import Callable

from backprop_cli.algebra.formula import ONE, Apply, Formula, Number, apply, divide, number
from backprop_cli.algebra.quantities import Kind
from backprop_cli.checking.mistakes.mistake import Mistake, Written
from backprop_cli.checking.parts import Part
from backprop_cli.ground.words import n_


def _pooling_to_all(part: Part) -> Written:
    for words, shared in ((n_("each got all of it"), False), (n_("each got its share"), True)):
        changed = _changed(part.formula, "is_max", _shared if shared else _whole)
        if changed != part.formula:
            yield words, changed


def _whole(_gate: Apply) -> Formula:
    return ONE


def _shared(gate: Apply) -> Formula:
    return number(1, len(gate.arguments) - 1)


def _sample_variance(part: Part) -> Written:
    if part.quantity.kind is Kind.CELL:
        match part.formula:
            case Apply("quotient", (Apply("sum", (Apply("power", _), *_) as squares) as total, Number(value))) if (
                value == len(squares) > 1
            ):
                yield "", divide(total, number(len(squares) - 1))


def _variance_for_deviation(part: Part) -> Written:
    def by_variance(gate: Apply) -> Formula:
        x, mean, variance, epsilon = gate.arguments
        return divide(x - mean, variance + epsilon)

    def by_root(gate: Apply) -> Formula:
        x, mean, variance, epsilon = gate.arguments
        return divide(x - mean, apply("sqrt", variance) + epsilon)

    for words, change in ((n_("by the variance itself"), by_variance), (n_("ε stands beside the root"), by_root)):
        changed = _changed(part.formula, "standardized", change)
        if changed != part.formula:
            yield words, changed


def _changed(formula: Formula, operation: str, change: Callable[[Apply], Formula]) -> Formula:
    """The formula with every use of an operation changed."""
    if not isinstance(formula, Apply):
        return formula
    if formula.operation == operation:
        return change(formula)
    return Apply(formula.operation, tuple(_changed(argument, operation, change) for argument in formula.arguments))


# fmt: off
ROWS = (
    Mistake("pooling-to-all", n_("the gradient went to every value under the window: {variant}"), _pooling_to_all,
            n_("max pooling hands its gradient to the largest value alone")),
    Mistake("sample-variance", n_("the variance was divided by n − 1"), _sample_variance,
            n_("normalization divides by n")),
    Mistake("variance-for-deviation", n_("the wrong divisor of x − μ: {variant}"), _variance_for_deviation,
            n_("x̂ = (x − μ)/√(σ² + ε)")),
)
# fmt: on
