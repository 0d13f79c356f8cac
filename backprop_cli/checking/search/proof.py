"""A candidate proved: its formula over balls around the numbers on the sheet meets the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from backprop_cli.algebra.derivation import Derivation, quantities_in
from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.numbers.certified import Ball, Real, precision
from backprop_cli.numbers.enclosures import Hull, ball, radius
from backprop_cli.training.formula_code import compiled

BITS = 128


class Answer(Protocol):
    """An answer as numbers: its value, and half a unit of its last written digit."""

    @property
    def value(self) -> Real:
        """The number."""

    @property
    def half_unit(self) -> Real:
        """Half a unit of its last digit; 0 where it has none."""


def fits_over_balls(
    formula: Formula,
    answers: Mapping[Quantity, Answer],
    quantity: Quantity,
    derivation: Derivation,
    copied: bool = False,
) -> bool:
    """Whether the formula can have the value on the sheet, whatever the answers before it are rounded from.

    A number that was only `copied` is as it stands on the sheet: 2.0382 is not the old value 2.038.
    """
    known: dict[Quantity, Ball] = {}

    def value(symbol: Quantity) -> Ball:
        if symbol not in known:
            answer = answers.get(symbol)
            if answer is not None:
                known[symbol] = radius(ball(answer.value), ball(answer.half_unit))
            else:
                known[symbol] = computed(derivation.constants.get(symbol) or derivation.index[symbol].formula)
        return known[symbol]

    def computed(formula: Formula) -> Ball:
        names = tuple(dict.fromkeys(quantities_in(formula)))
        return ball(compiled([formula], names, Hull())(*map(value, names))[0])

    answer = answers[quantity]
    if copied and isinstance(formula, Name) and (source := answers.get(formula.symbol)):  # type: ignore[call-overload]
        known[formula.symbol] = ball(source.value)  # type: ignore[index]
    with precision(BITS):
        return bool(computed(formula).overlaps(radius(ball(answer.value), ball(answer.half_unit))))
