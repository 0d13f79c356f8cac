"""The last hint on a wrong value: how many times the right one it is, or which other line it would be right for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.checking.given import Given
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.verdicts import Hint
from backprop_cli.numbers.certified import Ball, Certified
from backprop_cli.numbers.enclosures import ball
from backprop_cli.numbers.exact import Rational, rational, to_float

_TELLING = 3  # figures from which it is no accident
_PLAIN = ((2, 1), (3, 1), (4, 1), (3, 2))
_POWERS = (10, 100, 1000)


def last_hint(
    key: AnswerKey, quantity: Quantity, given: Given, targets: Sequence[Ball], slack: Rational
) -> Hint | None:
    """What can be said of a wrong answer; nothing of one with so few digits that it is an accident.

    A factor with a meaning, such as the number of samples, may have been rounded on the way, by so much `slack`.
    """
    figures = given.figures
    if quantity.kind is Kind.EPOCH:  # a count is no multiple of anything, and stands on no other line
        return None
    if not isinstance(given.value, Rational) or given.value == 0 or (figures is not None and figures < _TELLING):
        return None
    for factor, name, inverse in _factors(key):
        for target in targets:
            reach = max(slack, given.half_unit) if name else given.half_unit
            if target != 0 and not abs(target * factor - given.value) > reach:
                return Hint(factor, name, inverse)
    other = _other_line(key, quantity, given)
    return Hint(other=other) if other is not None else None


def _factors(key: AnswerKey) -> Iterator[tuple[Rational, str, bool]]:
    """The factors that a student may have too many or too few of, with what they are called."""
    problem = key.problem
    named = [(rational(len(problem.samples)), "samples"), (rational(len(problem.outputs)), "outputs")]
    rate = problem.training.learning_rate
    if rate is not None and LEARNING_RATE in key.derivation.constants:
        value = evaluate(rate, Certified(), lambda symbol: symbol)
        named += [(value, "rate")] if isinstance(value, Rational) else []
    plain = [(rational(top, bottom), "") for top, bottom in _PLAIN] + [(rational(power), "") for power in _POWERS]
    for factor, name in [*named, *plain]:
        if factor not in (0, 1, -1):
            yield factor, name, False
            yield 1 / factor, name, True
    for factor, name in named:
        if factor not in (0, 1):
            yield -factor, name, False


def _other_line(key: AnswerKey, quantity: Quantity, given: Given) -> Quantity | None:
    """The line, of the same pass if there is one, whose right value the answer is."""
    values, quantities = key.once(_by_value)
    slack = to_float(given.half_unit) * (1 + 1e-9) + 1e-300
    low = bisect_left(values, to_float(given.value) - slack)
    found: list[Quantity] = []
    while low < len(values) and values[low] <= to_float(given.value) + slack and len(found) < _MOST:
        one = quantities[low]
        if one != quantity and not abs(ball(key.expected(one)) - given.value) > given.half_unit:
            found.append(one)
        low += 1
    return min(found, key=lambda one: (one.at != quantity.at, key.order[one]), default=None)


_MOST = 50  # lines of one value that are looked at


def _by_value(key: AnswerKey) -> tuple[list[float], list[Quantity]]:
    """The lines that a textbook writes, by their values."""
    pairs = [(float(ball(key.expected(one)).mid()), one) for one in key.textbook if one in key.order]
    pairs.sort(key=lambda pair: (pair[0], key.order[pair[1]]))
    return [value for value, _ in pairs], [one for _, one in pairs]
