"""Rounding as it is done on paper: to places or to figures, correct to the last digit, ties by rule."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from backprop_cli.ground import limits
from backprop_cli.ground.errors import Undecided
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Real, floor, magnitude, scaled
from backprop_cli.numbers.exact import Rational, decimal_digits, decimal_text, digits_of, rational

Ties = Literal["half-up", "half-even", "truncate"]


@record
class Rounding:
    """To so many decimal places or significant figures (exactly one is given).

    `is_named` says that somebody chose the rule for ties, so that the other ones are wrong.
    """

    places: int | None = None
    figures: int | None = None
    ties: Ties = "half-up"
    is_named: bool = field(default=False, compare=False)

    def decimals(self, value: Real) -> int:
        """How many decimals the rounded value is written with."""
        if self.places is not None:
            return self.places
        assert self.figures is not None
        return self.figures - 1 - magnitude(value)


@record
class Decimal:
    """`digits`·10^−places, and whether that is the whole truth or a rounding of it."""

    digits: int
    places: int
    whole_truth: bool

    @property
    def value(self) -> Rational:
        """The number that the decimal says."""
        power = rational(10) ** abs(self.places)
        return rational(self.digits) / power if self.places >= 0 else rational(self.digits) * power

    def text(self, exponent: str = "e{}", plain: tuple[int, int] = (-5, 12)) -> str:
        """The decimal written out, or with an exponent where its size is outside the `plain` range."""
        size = len(digits_of(self.digits)) - 1 - self.places
        if self.digits == 0 or plain[0] <= size <= plain[1]:
            return decimal_text(self.digits, self.places)
        mantissa = decimal_text(self.digits, len(digits_of(self.digits)) - 1)
        return mantissa + exponent.format(f"{size:03d}" if size < 0 else f"{size:02d}")


def round_to(value: Real, rounding: Rounding) -> Decimal:
    """The value correctly rounded; raises Undecided when a ball is too wide to tell."""
    if value == 0:
        return Decimal(0, 0, True)
    places = rounding.decimals(value)
    sign = -1 if value < 0 else 1
    size = scaled(value * sign, places)
    digits = _nearest(size, rounding.ties)
    if rounding.figures is not None and digits == 10**rounding.figures:  # 999.96 to four figures is 1000, not 1000.0
        digits, places, size = digits // 10, places - 1, size / 10
    if rounding.figures is not None and digits > 10**rounding.figures:
        raise Undecided(_("a rounding is not settled"))  # the ball reaches beyond the power of ten
    whole_truth = isinstance(size, Rational) and size == digits
    if whole_truth and isinstance(value, Rational):
        needed = decimal_digits(value)
        if needed is not None and needed < places:  # a value that ends earlier is written as it ends
            return Decimal(sign * int(abs(value.p) * 10**needed // value.q), needed, True)
    return Decimal(sign * digits, places, whole_truth)


def _nearest(size: Real, ties: Ties) -> int:
    if not isinstance(size, Rational) and ties != "truncate":
        return floor(size + rational(1, 2))  # an irrational number is never a tie
    below = floor(size)
    if ties == "truncate":
        return below
    twice = (size - below) * 2
    if twice == 1 and ties == "half-even":
        return below + below % 2
    return below + 1 if twice >= 1 else below


def to_digits(value: Real, digits: int) -> Decimal:
    """The value to so many significant digits, every one of them correct; raises Undecided."""
    return round_to(value, Rounding(figures=digits))


def is_tiny(value: Real) -> bool:
    """Whether the value is proven to be 0 as far as anyone will print it."""
    return bool(value < _TINY) and bool(-value < _TINY)


_TINY = rational(10) ** -limits.DIGITS
