"""Usual mistakes in layers beyond dense: pooling and normalization."""

from __future__ import annotations

from backprop_cli.algebra.formula import ONE, Apply, Number, divide, number
from backprop_cli.algebra.quantities import Kind
from backprop_cli.checking.mistakes.common import with_operation
from backprop_cli.checking.mistakes.mistake import Mistake, Written
from backprop_cli.checking.parts import LineContext
from backprop_cli.ground.words import n_


def _pooling_to_all(part: LineContext) -> Written:
    for words, share in (
        (n_("each got all of it"), lambda _gate: ONE),
        (n_("each got its share"), lambda gate: number(1, len(gate.arguments) - 1)),
    ):
        changed = with_operation(part.formula, "is_max", share)
        if changed != part.formula:
            yield words, changed


def _sample_variance(part: LineContext) -> Written:
    if part.quantity.kind is Kind.CELL:
        match part.formula:
            case Apply("quotient", (Apply("sum", (Apply("power", _), *_) as squares) as total, Number(value))) if (
                value == len(squares) > 1
            ):
                yield "", divide(total, number(len(squares) - 1))


# fmt: off
ROWS = (
    Mistake("pooling-to-all", n_("the gradient did not go to the largest value alone: {variant}"), _pooling_to_all,
            n_("a maximum hands its gradient to the largest value alone")),
    Mistake("sample-variance", n_("the variance was divided by n − 1"), _sample_variance,
            n_("normalization divides by n")),
)
# fmt: on
