"""Usual mistakes in layers beyond dense: pooling and normalization."""

from __future__ import annotations

from collections.abc import Callable

from backprop_cli.algebra.formula import ONE, Apply, Formula, Number, divide, number
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


def _changed(formula: Formula, operation: str, change: Callable[[Apply], Formula]) -> Formula:
    """The formula with every use of an operation changed."""
    if not isinstance(formula, Apply):
        return formula
    if formula.operation == operation:
        return change(formula)
    return Apply(formula.operation, tuple(_changed(argument, operation, change) for argument in formula.arguments))


# fmt: off
ROWS = (
    Mistake("pooling-to-all", n_("the gradient did not go to the largest value alone: {variant}"), _pooling_to_all,
            n_("a maximum hands its gradient to the largest value alone")),
    Mistake("sample-variance", n_("the variance was divided by n − 1"), _sample_variance,
            n_("normalization divides by n")),
)
# fmt: on
