"""What a mistake would do with other numbers: whether these numbers hide it, or whether it is right in any case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.evaluation import evaluate_lines
from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.rates import COUNT
from backprop_cli.algebra.slots import STEP_NUMBER
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.key import AnswerKey
from backprop_cli.numbers.certified import Ball, precision
from backprop_cli.numbers.enclosures import Exactly, ball, is_finite
from backprop_cli.numbers.exact import rational

_BITS = 192
_EQUAL = rational(1, 10**30)
_FAR = 100  # a target so far off is on the other side of the output
_KEPT = (STEP_NUMBER.name, COUNT.name)  # counts, not numbers that an author chooses


class Elsewhere:
    """The lines of a key with every given number moved a little, and the targets first far up, then far down.

    So little that what a ReLU or a maximum chooses stays as it is: an author who is told to choose other numbers wants
    the same units to work.
    """

    def __init__(self, key: AnswerKey) -> None:
        self.key = key
        loss = LOSSES.get(key.problem.loss.name) if key.problem.loss is not None else None
        self._sums_to_one = loss is not None and loss.compares_shares

    def is_right(self, hypothesis: Hypothesis, quantity: Quantity) -> bool:
        """Whether the mistake gives the right value of the line whatever the numbers are."""
        return self._is(hypothesis, quantity, 1)

    def is_negative(self, hypothesis: Hypothesis, quantity: Quantity) -> bool:
        """Whether the mistake gives the right value with the other sign whatever the numbers are."""
        return self._is(hypothesis, quantity, -1)

    def _is(self, hypothesis: Hypothesis, quantity: Quantity, sign: int) -> bool:
        formulas = (hypothesis.formulas[quantity], self.key.derivation.index[quantity].formula)
        with precision(_BITS):
            for values in self._moved:
                if any(name not in values for name in quantities_in(formulas[0])):
                    return False
                wrong, right = (ball(evaluate(formula, Exactly(), values.__getitem__)) for formula in formulas)
                if not is_finite(wrong) or not abs(wrong - sign * right) < _EQUAL:
                    return False
        return bool(self._moved)

    @cached_property
    def _moved(self) -> list[Mapping[Any, Ball]]:
        with precision(_BITS):
            return [self._values(_FAR), self._values(-_FAR)]

    def _values(self, away: int) -> Mapping[Any, Ball]:
        derivation, steps = self.key.derivation, self._steps()

        def moved(quantity: Quantity, number: Any) -> Ball:
            value, line = ball(number), derivation.index.get(quantity)
            if quantity.kind is Kind.NEW:  # after a step towards a target far off, other units would work
                return self._nudged(self.key.true_ball(quantity), next(steps))
            if line is not None:
                return self._nudged(value, next(steps)) if line.given else value
            if quantity.kind is Kind.TARGET:
                return value if self._sums_to_one else value + away + next(steps)
            return value if quantity.name in _KEPT else self._nudged(value, next(steps))

        return evaluate_lines(derivation.lines, derivation.constants, Exactly(), moved)

    @staticmethod
    def _nudged(value: Ball, step: Ball) -> Ball:
        return value * (1 + step) if value != 0 else step / 8

    @staticmethod
    def _steps() -> Iterator[Ball]:
        """Small numbers, no two alike."""
        number = 0
        while True:
            number += 1
            yield ball(rational(37 * number % 101 + 1, 100_000 + 13 * number))


_SIGNS = frozenset({"target-minus-output", "uphill"})  # and what has a sign in its name


def is_a_sign(key: AnswerKey, hypothesis: Hypothesis, quantity: Quantity) -> bool:
    """Whether a mistake in a line gives its value with the other sign, whatever the numbers, and does not say so."""
    name = f"{hypothesis.mistake.name} {hypothesis.variant}"
    return (
        hypothesis.mistake.name not in _SIGNS
        and "sign" not in name
        and key.once(Elsewhere).is_negative(hypothesis, quantity)
    )
