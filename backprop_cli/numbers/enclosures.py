"""Enclosures: what a formula can be when its numbers are only known to lie in intervals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb

from backprop_cli.numbers.certified import Ball, Real
from backprop_cli.numbers.exact import Rational

__all__ = [
    "Exactly",
    "Hull",
    "ball",
    "is_finite",
    "is_narrow",
    "looks_equal",
    "radius",
    "settled",
    "widest",
    "within",
]

_MOST_FACTORS = 64
_HARDLY_ANYTHING = Rational(1, 10**40)


def _of_ball(function: Callable[[Ball], Ball]) -> Callable[[Any, Real], Ball]:
    """FLINT's function of a ball as a method of the domain."""
    return lambda domain, x: function(arb(x))


class Hull:
    """Balls as a number domain in which nothing is ever undecided: where a sign is open, every branch is enclosed.

    What has no value (the logarithm of a negative number, a division by 0) is a ball that is not finite.
    """

    def number(self, value: Rational | int) -> Ball:
        """The number as a ball."""
        return arb(value)

    def by_sign(
        self, x: Real, negative: Callable[[], Any], zero: Callable[[], Any], positive: Callable[[], Any]
    ) -> Any:
        """The branch that the sign of x selects; the smallest ball around all of them where x may have any sign."""
        x = arb(x)
        if x > 0:
            return positive()
        if x < 0:
            return negative()
        if x == 0:
            return zero()
        hull = arb(zero())
        if not x >= 0:
            hull = hull.union(arb(negative()))
        if not x <= 0:
            hull = hull.union(arb(positive()))
        return hull

    def divide(self, x: Real, y: Real) -> Ball:
        """x/y."""
        return arb(x) / y

    exp, ln, sqrt, floor = map(_of_ball, (arb.exp, arb.log, arb.sqrt, arb.floor))
    sin, cos, cos_pi, tanh, erf = map(_of_ball, (arb.sin, arb.cos, arb.cos_pi, arb.tanh, arb.erf))

    def log(self, x: Real, base: int) -> Ball:
        """The logarithm to a whole base."""
        return arb(x).log() / arb(base).log()

    def power(self, x: Real, y: Real) -> Ball:
        """x^y."""
        base, exponent = arb(x), arb(y)
        found: Ball = base**exponent
        if not found.is_finite() and exponent.is_integer() and 0 < exponent <= _MOST_FACTORS:
            found = arb(1)  # a whole power of an interval around 0 has a value, which arb does not look for
            for _factor in range(int(float(exponent))):
                found *= base
        return found

    def pi(self) -> Ball:
        """π."""
        return arb.pi()


class Exactly(Hull):
    """The same for formulas as they are: their own numbers stay rationals, which choices by number need."""

    def number(self, value: Rational | int) -> Any:
        """The number itself."""
        return value if isinstance(value, Rational) else Rational(value)


def ball(value: Real | int) -> Ball:
    """The value as a ball."""
    return arb(value)


def is_finite(value: Ball) -> bool:
    """Whether the ball says anything."""
    return bool(value.is_finite())


def is_narrow(value: Ball) -> bool:
    """Whether the ball says its number to forty places, or to forty figures where that is less."""
    return bool(value.is_finite()) and bool(value.rad() < _HARDLY_ANYTHING * (1 + abs(value.mid())))


def settled(value: Ball, places: int = 40) -> Rational:
    """The middle of the ball to so many places: the number itself, where that is a short decimal, as a tie is."""
    digits, exponent = value.mid().man_exp()
    scaled = Rational(digits) * Rational(2) ** int(exponent) * 10**places + Rational(1, 2)
    return Rational(scaled.p // scaled.q, 10**places)


def radius(middle: Real, half_width: Real) -> Ball:
    """The ball around an interval: middle ± half_width."""
    return arb(middle) + arb(0, arb(half_width).upper())


def within(value: Real, middle: Rational, half_width: Rational) -> bool:
    """Whether |value − middle| ≤ half_width, as far as the ball tells."""
    if isinstance(value, Rational):
        return bool(abs(value - middle) <= half_width)
    return not abs(value - middle) > half_width


def widest(value: Ball) -> Ball:
    """The largest distance from 0 of anything in the ball."""
    return abs(value).upper()


def looks_equal(one: Real, other: Real) -> bool:
    """Whether two numbers agree as far as the precision tells."""
    if isinstance(one, Rational) and isinstance(other, Rational):
        return bool(abs(one - other) < _HARDLY_ANYTHING)
    return bool(abs(ball(one) - other) < _HARDLY_ANYTHING)
