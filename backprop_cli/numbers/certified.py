"""Certified numbers: an exact rational while there is one, else a ball that is proven to hold the value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import floor as floor_of
from math import isqrt, log, log10
from typing import Any, TypeAlias, TypeVar

from flint import arb, ctx, fmpz
from flint import arb as Ball

from backprop_cli.ground import limits
from backprop_cli.ground.errors import MathError, Undecided, of_masks
from backprop_cli.ground.words import _
from backprop_cli.numbers.exact import Rational, rational

Real: TypeAlias = Rational | Ball
Branch = TypeVar("Branch")

__all__ = [
    "Ball",
    "Certified",
    "Real",
    "are_equal",
    "compact",
    "floor",
    "is_exact",
    "magnitude",
    "middle",
    "precision",
    "scaled",
]

ZERO = rational(0)
ONE = rational(1)
_COSINES = {ZERO: ONE, rational(1, 3): rational(1, 2), rational(1, 2): ZERO, rational(2, 3): rational(-1, 2), ONE: -ONE}


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Works with balls of so many bits; FLINT's precision is global, so this is not for threads."""
    with ctx.workprec(bits):
        yield


def is_exact(value: Real) -> bool:
    """Whether the value is known as a rational."""
    return isinstance(value, Rational)


def are_equal(one: Real, other: Real) -> bool:
    """Whether two values are the same number as far as they are known: exactly, or their balls meet."""
    if isinstance(one, Rational) and isinstance(other, Rational):
        return bool(one == other)
    with precision(limits.LAST_PRECISION):
        return bool(arb(one).overlaps(arb(other)))


def _odd(function: Callable[[Ball], Ball]) -> Callable[[Any, Real], Real]:
    """A function that is 0 exactly at 0, as a method of the domain; angles are in radians."""
    return lambda domain, x: ZERO if isinstance(x, Rational) and x == 0 else function(arb(x))


class Certified:
    """The number domain of every solution: what the operations table asks of numbers.

    `undecided_is_zero` is set only after exact simplification has proven that what cannot be told from 0 is 0.
    """

    def __init__(self, undecided_is_zero: bool = False) -> None:
        self.undecided_is_zero = undecided_is_zero

    def number(self, value: Rational | int) -> Real:
        """The number itself."""
        return rational(value) if isinstance(value, int) else value

    def sign(self, x: Real) -> int:
        """−1, 0 or 1, by proof; raises Undecided when the ball holds 0 and other numbers."""
        if isinstance(x, Rational):
            return int(x.p > 0) - int(x.p < 0)
        if x > 0:
            return 1
        if x < 0:
            return -1
        if self.undecided_is_zero or x == 0:
            return 0
        raise Undecided(_("the sign of a value is not settled"))

    def by_sign(
        self, x: Real, negative: Callable[[], Branch], zero: Callable[[], Branch], positive: Callable[[], Branch]
    ) -> Branch:
        """The branch that the sign of x selects."""
        return (zero, positive, negative)[self.sign(x)]()

    def plus(self, x: Real, y: Real) -> Real:
        """x + y."""
        return compact(x + y)

    def times(self, x: Real, y: Real) -> Real:
        """x·y; 0 times anything is exactly 0."""
        if (isinstance(x, Rational) and x == 0) or (isinstance(y, Rational) and y == 0):
            return ZERO
        return compact(x * y)

    def divide(self, x: Real, y: Real) -> Real:
        """x/y; MathError when y is 0."""
        if self.sign(y) == 0:
            raise MathError(_("division by zero"))
        return x / y

    def exp(self, x: Real) -> Real:
        """e^x; 1 exactly at 0."""
        if isinstance(x, Rational) and x == 0:
            return ONE
        size = abs(arb(x))
        if size > limits.EXP_ARGUMENT:
            said = _("e^x is refused beyond e^±{limit:,}").format(limit=limits.EXP_ARGUMENT)
            raise MathError(said, hint=of_masks())
        if not size < limits.EXP_ARGUMENT + 1:
            raise Undecided(_("an exponent is not settled"))
        return arb(x).exp()

    def ln(self, x: Real) -> Real:
        """The natural logarithm; 0 exactly at 1; MathError where x is not positive."""
        if self.sign(x) <= 0:
            raise MathError(_("the logarithm of a number that is not positive"))
        return ZERO if isinstance(x, Rational) and x == 1 else arb(x).log()

    def log(self, x: Real, base: int) -> Real:
        """The logarithm to a whole base, exact at the whole powers of the base."""
        if isinstance(x, Rational) and (exponent := _exact_log(x, base)) is not None:
            return rational(exponent)
        return self.ln(x) / arb(base).log()

    def sqrt(self, x: Real) -> Real:
        """The square root, exact where it is rational; MathError below 0."""
        if self.sign(x) < 0:
            raise MathError(_("the square root of a negative number"))
        if isinstance(x, Rational):
            top, bottom = isqrt(int(x.p)), isqrt(int(x.q))
            if top * top == x.p and bottom * bottom == x.q:
                return rational(top, bottom)
        elif self.sign(x) == 0:
            return ZERO
        return arb(x).sqrt()

    def power(self, x: Real, y: Real) -> Real:
        """x^y, exact where x is rational and y whole; MathError where it has no real value."""
        if isinstance(y, Rational) and y.q == 1:
            return self._whole_power(x, int(y.p))
        sign = self.sign(x)
        if sign < 0:
            raise MathError(_("a negative number to a power that is not whole"))
        if sign == 0:
            if self.sign(y) <= 0:
                raise MathError(_("zero to a power that is not positive"))
            return ZERO
        if isinstance(y, Rational) and y.q == 2:
            return self._whole_power(self.sqrt(x), int(y.p))
        return self.exp(y * self.ln(x))

    def _whole_power(self, x: Real, exponent: int) -> Real:
        if exponent < 0:
            return self.divide(ONE, self._whole_power(x, -exponent))
        if isinstance(x, Rational):
            if x.height_bits() * exponent > limits.POWER_BITS and abs(x) != 1 and x != 0:
                raise MathError(_("a power with more than {limit:,} binary digits").format(limit=limits.POWER_BITS))
            return x**exponent if exponent else ONE
        if exponent == 0:
            return ONE
        largest, smallest = abs(x).upper(), abs(x).lower()
        if largest > 0 and not abs(largest.log() * exponent) < limits.EXP_ARGUMENT:
            if not smallest > 0 or not abs(smallest.log() * exponent) > limits.EXP_ARGUMENT:
                raise Undecided(_("a power is not settled"))
            raise MathError(_("a power beyond e^±{limit:,}").format(limit=limits.EXP_ARGUMENT))
        return x**exponent if smallest > 0 else _repeated(x, exponent)

    sin, tanh, erf = map(_odd, (arb.sin, arb.tanh, arb.erf))

    def cos(self, x: Real) -> Real:
        """The cosine of an angle in radians; 1 exactly at 0."""
        return ONE if x == 0 else arb(x).cos()

    def cos_pi(self, x: Real) -> Real:
        """cos(π·x), exact where it is rational: at the multiples of 1/2 and 1/3, and nowhere else (Niven 1956)."""
        if isinstance(x, Rational):
            turned = abs(x - 2 * floor(x / 2 + rational(1, 2)))  # the same cosine, between 0 and 1
            if turned in _COSINES:
                return _COSINES[turned]
        return arb(x).cos_pi()

    def floor(self, x: Real) -> Real:
        """The largest whole number not above x, by proof; raises Undecided."""
        return rational(floor(x))

    def pi(self) -> Real:
        """π."""
        return arb.pi()


def _repeated(x: Ball, exponent: int) -> Ball:
    """x^exponent by multiplication: FLINT's power of a ball that holds 0 is no number."""
    result = arb(1)
    while exponent:
        if exponent & 1:
            result = result * x
        x, exponent = x * x, exponent >> 1
    return result


def _exact_log(x: Rational, base: int) -> int | None:
    if x <= 0:
        return None
    whole, sign = (x, 1) if x >= 1 else (1 / x, -1)
    exponent = round(log(int(whole.p), base)) if whole.q == 1 else 0
    return sign * exponent if base**exponent == whole else None


def compact(value: Real) -> Real:
    """The value itself, or a ball around it once its exact fraction has grown past use."""
    if isinstance(value, Rational) and value.height_bits() > limits.EXACT_BITS:
        return arb(value)
    return value


def is_beyond(value: Ball, decimals: int) -> bool:
    """Whether a finite ball lies beyond 10^±`decimals`, told from its exponent without working out a digit."""
    mantissa, exponent = value.mid().man_exp()
    bits = int(exponent) + int(mantissa).bit_length()
    return abs(bits) > decimals * _BITS_PER_DIGIT


def middle(value: Real) -> Rational:
    """The middle of a ball, or the rational itself; Undecided where it is not finite, or larger than anyone draws."""
    if isinstance(value, Rational):
        return value
    if not value.is_finite():
        raise Undecided(_("the value is not settled"))
    mantissa, exponent = map(int, value.mid().man_exp())
    if abs(exponent) > _LARGE:
        if exponent < 0:
            return ZERO
        raise Undecided(_("the value is not settled"))
    return rational(mantissa) * rational(2) ** exponent


_BITS_PER_DIGIT = 3.33
_LARGE = 4_000_000  # bits
_SMALL = 1e-300  # what floats still have all their bits for
_NEAR = 1e-9  # to a power of ten: much farther than floats may err


def magnitude(value: Real) -> int:
    """The e with 10^e ≤ |value| < 10^(e+1); value must not be 0; raises Undecided.

    A ball around a power of ten cannot tell e from e − 1: then it is e − 1, from which rounding carries to e.
    """
    if isinstance(value, Rational):
        estimate = len(str(abs(value.p))) - len(str(value.q))
        return estimate if abs(value) >= rational(10) ** estimate else estimate - 1
    low, high = float(value.abs_lower()), float(value.abs_upper())
    if low > _SMALL and high < 1 / _SMALL:  # nearly always, floats already tell
        least, most = floor_of(log10(low) - _NEAR), floor_of(log10(high) + _NEAR)
        if least == most:
            return least
    exponent = abs(value).log() / arb(10).log()
    whole = exponent.floor().unique_fmpz()
    if whole is None and exponent.rad() < arb(1) / 1024:
        whole = (exponent - arb(1) / 512).floor().unique_fmpz()
    if whole is None:
        raise Undecided(_("the size of a value is not settled"))
    return int(whole)


def floor(value: Real) -> int:
    """The largest integer not above the value, proven; raises Undecided."""
    if isinstance(value, Rational):
        return int(value.p // value.q)
    whole: Any = value.floor().unique_fmpz()
    if whole is None:
        raise Undecided(_("a rounding is not settled"))
    return int(whole)


def scaled(value: Real, places: int) -> Real:
    """value·10^places."""
    power = fmpz(10) ** abs(places)
    return value * power if places >= 0 else value / power
