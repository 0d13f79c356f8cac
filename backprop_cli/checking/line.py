"""One answer beside the value expected and the digits asked (rule 1), and what it is worth to later lines.

v is the value written and u one unit of its last digit; U is one unit of the last digit asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Apply
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.enclosure import Enclosure, Enclosures
from backprop_cli.checking.given import Given
from backprop_cli.checking.habits import Habits
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.marking import Marking, is_nothing
from backprop_cli.checking.shown import rounded
from backprop_cli.numbers.certified import Ball, Real
from backprop_cli.numbers.enclosures import ball, looks_equal, settled
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding

PART_FIGURES, MISSING = 2, 100  # what part marks need: two figures, and no more than two digits missing
_TOO_COARSE = 10  # an answer that lacks more than one digit does not stand for its whole interval
_HARDLY_ANYTHING = rational(1, 10**40)
_POINT = ball(0)
_NOTHING, _HALF = rational(0), rational(1, 2)


@dataclass
class AnsweredLine:
    """A line of a sheet; what it says of itself is computed at the caller's precision."""

    key: AnswerKey
    marking: Marking
    enclosures: Enclosures
    habits: Habits
    quantity: Quantity
    given: Given
    value: Ball = field(init=False)  # v
    _right: bool | None = None

    def __post_init__(self) -> None:
        self.value = ball(self.given.value)

    def like(self, given: Given) -> AnsweredLine:
        """The same line with another answer."""
        return AnsweredLine(self.key, self.marking, self.enclosures, self.habits, self.quantity, given)

    # ---- what is compared ------------------------------------------------------------------------------------

    @property
    def expected(self) -> Real:
        """The value that the key prints."""
        return self.key.expected(self.quantity)

    @property
    def unit(self) -> Rational:
        """U at the right value."""
        units = self.marking.units
        if self.quantity not in units:
            true = self.key.true(self.quantity)
            step = self.key.true_ball(self.quantity) - self.key.true_ball(old) if (old := self.old) else None
            size = self.largest if is_nothing(true) else _NOTHING
            units[self.quantity] = self.marking.unit(self.quantity, true, step, size)
        return units[self.quantity]

    def unit_at(self, value: Real) -> Rational:
        """U at another value of this line; where the right one is 0, what is left of its summands has their digits."""
        if is_nothing(value):
            return max(self.unit, self.marking.unit(self.quantity, _NOTHING, size=self.largest))
        step = ball(value) - self.own_old() if self.old is not None else None
        unit = self.marking.unit(self.quantity, value, step)
        return max(unit, self.unit) if is_nothing(self.key.true(self.quantity)) else unit

    @cached_property
    def old(self) -> Quantity | None:
        return self.key.old_of(self.quantity)

    def own_old(self) -> Ball:
        """The value before the update, as it stands on the sheet if it does."""
        assert self.old is not None
        own = self.enclosures.sources.get(self.old)
        return own.middle if own is not None else self.key.true_ball(self.old)

    @cached_property
    def largest(self) -> Ball:
        """The size of the largest summand of the line."""
        formula = self.key.written_out(self.quantity)
        terms = formula.arguments if isinstance(formula, Apply) and formula.operation == "sum" else ()
        sizes = [ball(0)]
        for term in terms:
            rule = self.key.rule_of(term)
            if all(one in self.key.order or one in self.key.derivation.constants for one in quantities_in(term)):
                sizes.append(abs(ball(rule.value(*map(self.key.true_ball, rule.names))[0])))
        return max(sizes, key=lambda one: float(one.mid()))

    # ---- rule 1 ----------------------------------------------------------------------------------------------

    def is_right(self) -> bool:
        """Whether v is the right value to the digits asked for, as a number: zeros at its end need not be written."""
        if self._right is None:
            self._right = self.reads(self.key.expected_ball(self.quantity), self.unit, _POINT)
        return self._right

    def is_right_on_any_sheet(self) -> bool:
        """Whether it is right with every digit, whatever else is on the sheet: 0 for 0.000 depends on that."""
        is_short_zero = self.given.value == 0 and self.given.unit > self.unit and not is_nothing(self.expected)
        return self.is_right() and self.is_precise() and not is_short_zero

    def is_precise(self) -> bool:
        """Whether every digit that is written is right."""
        given = self.given
        if given.is_open or given.unit > self.unit:
            return True
        away = abs(self.value - self.key.expected_ball(self.quantity))
        return bool(away < _HARDLY_ANYTHING) or not away > given.half_unit

    def has_dropped_zeros(self) -> bool:
        """Whether the answer is right only as a number: zeros at its end, which are no exact ones, are missing.

        Right is also what all digits lead to where the expected value was rounded on the way.
        """
        given, true = self.given, self.key.true_ball(self.quantity)
        if given.value == 0 or given.unit <= self.unit or self.marking.rule.tolerance is not None:
            return False
        return abs(self.value - true) > _HARDLY_ANYTHING and (self.is_right() or self.reads(true, self.unit, _POINT))

    def reads(self, value: Ball, unit: Rational, width: Ball) -> bool:
        """Whether v is this value ± width, within the tolerance or rounded to the unit."""
        given = self.given
        away = abs(self.value - value)
        if self.quantity.kind is Kind.EPOCH:  # which is counted, and so is near to no other
            return bool(away < _HARDLY_ANYTHING)
        tolerance = self.marking.rule.tolerance
        if tolerance is not None:
            size = tolerance.size * abs(value) if tolerance.relative else ball(tolerance.size)
            return not away > size + width
        if away < _HARDLY_ANYTHING:
            return True
        if given.value == 0 and given.unit > unit:  # 0 says nothing, unless it is all that is left of 0.000
            return unit != 0 and not away > unit / 2 and self.habits.drops_zeros
        if (rule := self.rule_of_ties) is not None and given.unit >= unit:
            return bool(given.value == rounded(settled(value), rule).value)
        return not away > self.slack(unit) + width

    @property
    def rule_of_ties(self) -> Rounding | None:
        """The rounding that is asked for with a rule for ties, where v has digits at all."""
        rule = self.marking.digits(self.quantity)
        return rule if rule.is_named and self.given.half_unit != 0 and not self.given.is_open else None

    def slack(self, unit: Rational) -> Rational:
        """Half of U; where any digits will do, half of u if it has the least of them."""
        if self.marking.rule.free_digits and not self.marking.is_asked(self.quantity):
            return self.given.half_unit if 0 < self.given.unit <= unit else unit / 1000
        return unit / 2

    @cached_property
    def half_unit(self) -> Rational:
        """Half of u; of a whole number that ends in zeros, which may be no digits, up to half of U."""
        value, half = self.given.value, self.given.half_unit
        if half != _HALF or not isinstance(value, Rational) or value.q != 1 or value == 0:
            return half
        digits = str(abs(value.p))
        last = rational(10) ** (len(digits) - len(digits.rstrip("0")))
        return max(half, min(last, self.unit_at(value)) / 2)

    def is_unchanged(self) -> bool:
        """Whether v is the old value of the parameter."""
        if self.old is None:
            return False
        old = self.own_old()
        if looks_equal(old, self.given.value):
            return True
        figures = self.given.figures
        enough = figures is None or figures > PART_FIGURES
        return enough and self.key.is_worked(self.old) and not abs(old - self.given.value) > self.given.half_unit

    # ---- where it is used ------------------------------------------------------------------------------------

    def as_source(self) -> Enclosure:
        """The answer as later lines use it: its value, give or take half of its last digit.

        One that is right as a number, as 0.5 is where 0.5000 is asked for, is as good as that; one that lacks more
        than a digit stands for its value and not for all that rounds to it.
        """
        given, half = self.given, self.given.half_unit
        if abs(self.value - self.key.true_ball(self.quantity)) < _HARDLY_ANYTHING:
            half = _NOTHING  # whatever was computed from it had all its digits
        elif self.is_right() and half and given.unit <= self.unit and half != _HALF:
            pass  # as good as asked
        elif given.is_open or half:
            unit = self.unit_at(given.value)
            dropped = half > unit / 2 and self.is_right()
            half = self.half_unit
            if given.is_open or dropped or given.unit > _TOO_COARSE * unit:
                half = unit / 2
            if given.half_unit == _HALF and self.habits.half_unit is not None:  # 1 among decimals is 1.000
                half = min(half, self.habits.half_unit)
        noise = {self.quantity: ball(half)} if half != 0 else {}
        return Enclosure(self.value, noise, frozenset({self.quantity}))

    def as_good_as_asked(self) -> Enclosure | None:
        """The same for an answer that has turned out to be right although it is short: its zeros were left out."""
        unit = self.unit_at(self.given.value)
        if self.given.unit <= unit:
            return None
        return Enclosure(ball(self.given.value), {self.quantity: ball(unit / 2)}, frozenset({self.quantity}))

    def has_its_digits(self) -> bool:
        """Whether no digit is missing that was asked for."""
        return self.is_right() or self.given.unit <= self.unit_at(self.given.value)
