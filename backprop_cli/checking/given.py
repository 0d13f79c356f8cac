"""What a written number says: its value, how fine its last digit is, and what it stands for where it is used."""

from __future__ import annotations

from collections.abc import Callable

from backprop_cli.checking.values import Written
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Real, magnitude
from backprop_cli.numbers.exact import Rational, rational

_FIGURES_OF_A_DOUBLE = 14
_FINEST = rational(1, 10**40)  # no digit beyond is looked at
_NOTHING = rational(0)


@record
class Given:
    """An answer as numbers: its value and half a unit of its last written digit (0 where it has no last digit).

    `is_open` says that it is a calculation, which claims as many digits as are asked for.
    """

    value: Real
    half_unit: Rational
    is_open: bool = False

    @property
    def unit(self) -> Rational:
        """One unit of the last written digit."""
        return 2 * self.half_unit

    @property
    def figures(self) -> int | None:
        """How many significant figures are written; None where the last digit says nothing, as in 1/3."""
        if self.half_unit == 0:
            return None
        if self.value == 0:
            return 0
        return max(0, magnitude(self.value) - magnitude(self.unit) + 1)

    def times(self, factor: Rational) -> Given:
        """The answer with the unit that it would have if it were so much larger."""
        return Given(self.value * factor, self.half_unit * abs(factor), self.is_open)


def given_of(written: Written, value: Real, unit: Callable[[Real], Rational]) -> Given:
    """A written number, whose value is this one, as numbers; `unit` says of a value which digit is asked for last."""
    if written.kind != "decimal" or not isinstance(value, Rational):
        return Given(value, _NOTHING, written.kind == "calculation")
    half = max(written.half_unit, _FINEST)
    if written.goes_on:  # cut off where the dots begin
        half *= 2
    if (written.figures or 0) > _FIGURES_OF_A_DOUBLE:  # the last ones that a program prints are noise
        half = max(half, min(unit(value) / 2, abs(value) * rational(1, 10**_FIGURES_OF_A_DOUBLE)))
    return Given(value, half)
