"""One answer beside what it is compared with: the value expected, what follows from earlier answers, the digits asked.

v is the value written and u one unit of its last digit; U is one unit of the last digit asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Apply
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.by_hand import Worked
from backprop_cli.checking.enclosure import Enclosure, Enclosures
from backprop_cli.checking.given import Given
from backprop_cli.checking.habits import Habits
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.marking import Marking, is_nothing
from backprop_cli.checking.shown import rounded
from backprop_cli.numbers.certified import Ball, Real, magnitude, middle
from backprop_cli.numbers.enclosures import ball, looks_equal, settled
from backprop_cli.numbers.exact import Rational, decimal_digits, rational
from backprop_cli.numbers.rounded import Rounding

_PART_FIGURES, _MISSING = 2, 100  # what part marks need: two figures, and no more than two digits missing
_TOO_COARSE = 10  # an answer that lacks more than one digit does not stand for its whole interval
_WIDEST_UNITS, _WIDEST_PART = 10, rational(1, 50)  # how wide to either side an enclosure is that says something
_FINE_SOURCES = 20  # how many times wider that may be where everything it comes from has its digits
_FEWEST_FIGURES = 3  # that anybody keeps on the way
_SHORT_PLACES = 4  # of a value that comes out
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
            step = self.key.true_ball(self.quantity) - self.key.true_ball(old) if (old := self._old) else None
            size = self._largest if is_nothing(true) else _NOTHING
            units[self.quantity] = self.marking.unit(self.quantity, true, step, size)
        return units[self.quantity]

    def unit_at(self, value: Real) -> Rational:
        """U at another value of this line; where the right one is 0, what is left of its summands has their digits."""
        if is_nothing(value):
            return max(self.unit, self.marking.unit(self.quantity, _NOTHING, size=self._largest))
        step = ball(value) - self._own_old() if self._old is not None else None
        unit = self.marking.unit(self.quantity, value, step)
        return max(unit, self.unit) if is_nothing(self.key.true(self.quantity)) else unit

    @cached_property
    def _old(self) -> Quantity | None:
        return self.key.old_of(self.quantity)

    def _own_old(self) -> Ball:
        """The value before the update, as it stands on the sheet if it does."""
        assert self._old is not None
        own = self.enclosures.sources.get(self._old)
        return own.middle if own is not None else self.key.true_ball(self._old)

    @cached_property
    def _largest(self) -> Ball:
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
            self._right = self._reads(self.key.expected_ball(self.quantity), self.unit, _POINT)
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
        """Whether the answer is right only as a number: zeros at its end, which are no exact ones, are missing."""
        given = self.given
        if given.value == 0 or given.unit <= self.unit or self.marking.rule.tolerance is not None:
            return False
        return self.is_right() and abs(self.value - self.key.expected_ball(self.quantity)) > _HARDLY_ANYTHING

    def _reads(self, value: Ball, unit: Rational, width: Ball) -> bool:
        """Whether v is this value ± width, within the tolerance or rounded to the unit."""
        given = self.given
        away = abs(self.value - value)
        tolerance = self.marking.rule.tolerance
        if tolerance is not None:
            size = tolerance.size * abs(value) if tolerance.relative else ball(tolerance.size)
            return not away > size + width
        if away < _HARDLY_ANYTHING:
            return True
        if given.value == 0 and given.unit > unit:  # 0 says nothing, unless it is all that is left of 0.000
            return unit != 0 and not away > unit / 2 and self.habits.drops_zeros
        if (rule := self._rule_of_ties) is not None and given.unit >= unit:
            return bool(given.value == rounded(settled(value), rule).value)
        return not away > self._slack(unit) + width

    @property
    def _rule_of_ties(self) -> Rounding | None:
        """The rounding that is asked for with a rule for ties, where v has digits at all."""
        rule = self.marking.digits(self.quantity)
        return rule if rule.is_named and self.given.half_unit != 0 and not self.given.is_open else None

    @property
    def _cuts_off(self) -> bool:
        """Whether digits are to be cut off and not rounded."""
        return self._rule_of_ties is not None and self._rule_of_ties.ties == "truncate"

    def _breaks_the_tie(self, value: Ball, unit: Rational) -> bool:
        """Whether the value is a tie, and v the number to which the rule for ties does not lead."""
        rule = self._rule_of_ties
        if rule is None or self.given.unit < unit or not looks_equal(abs(value - self.value), unit / 2):
            return False
        return bool(self.given.value != rounded(settled(value), rule).value)

    def _is_cut_from(self, enclosure: Enclosure) -> bool:
        """Whether v is cut off from a value of an enclosure, of which every source was cut off itself."""
        size, own, reach = abs(enclosure.middle), abs(self.value), 2 * enclosure.width
        if looks_equal(enclosure.middle, self.given.value) or enclosure.middle * self.given.value < 0:
            return not enclosure.middle * self.given.value < 0
        unit = max(self.given.unit, self.unit_at(enclosure.middle))
        return bool(own < size + reach) and bool(own + unit > size - reach)

    def _slack(self, unit: Rational) -> Rational:
        """Half of U; where any digits will do, half of u if it has the least of them."""
        if self.marking.rule.free_digits and not self.marking.is_asked(self.quantity):
            return self.given.half_unit if 0 < self.given.unit <= unit else unit / 1000
        return unit / 2

    # ---- rule 2 ----------------------------------------------------------------------------------------------

    def followed(self) -> Enclosure | None:
        """The enclosure from the student's own values that v meets with its digits, and that says something."""
        for one in self._ways():
            if self.is_met_by(one):
                return one
        plain = self.enclosures.of(self.quantity)
        if plain is None or self._cuts_off or not self.key.is_worked(self.quantity):
            return None
        if not self._is_near(plain) or self.is_unchanged():
            return None
        digits = self._digits()
        widened = self.enclosures.rounded_on_the_way(self.quantity, digits)
        met = next((one for one in widened if self.is_met_by(one, in_full=True)), None)
        return self._worked_by_hand(digits, plain) if met is None else met

    def _worked_by_hand(self, digits: tuple[Rounding, ...], plain: Enclosure) -> Enclosure | None:
        """What follows where v is just the number that rounding on the way leads to."""
        if self.given.half_unit == 0 or self.given.value == 0 or self.marking.rule.tolerance is not None:
            return None
        fewest = self.marking.enough(self.quantity).figures or _FEWEST_FIGURES
        wanted = [one for one in dict.fromkeys((*digits, *self.habits.digits)) if (one.figures or fewest) >= fewest]
        for one in self.enclosures.by_hand(self.quantity, [self._by_rule(each) for each in wanted]):
            if self._is_just(one, plain):
                return Enclosure(one.value, plain.noise, plain.used)
        return None

    def _is_just(self, one: Worked, plain: Enclosure) -> bool:
        """Whether v is this number as it is written, with the digits asked for or without the zeros at their end.

        Where fewer digits are kept on the way than are asked for, numbers agree by accident.
        """
        unit = self.unit_at(one.value)
        if one.unit > unit:
            return False
        if self.given.unit > unit:
            shows_it = self.habits.drops_zeros and self._may_be_short(plain, unit, in_full=False)
            return one.written == self.given.value and shows_it
        return not abs(self.value - one.value) > self.given.half_unit and not self._breaks_the_tie(one.value, unit)

    def _by_rule(self, digits: Rounding) -> Rounding:
        """These digits, with the rule for ties that the problem names."""
        rule = self._rule_of_ties
        return digits if rule is None else replace(digits, ties=rule.ties, is_named=True)

    def _ways(self) -> Iterator[Enclosure]:
        """What follows: by the formula, or by an update over the own gradient."""
        plain = self.enclosures.of(self.quantity)
        if plain is not None:
            yield plain
        other = self.key.other_updates.get(self.quantity)
        if other is not None and not self.enclosures.sources.keys().isdisjoint(quantities_in(other)):
            by_gradient = self.enclosures.by(self.quantity, other)
            if by_gradient is not None:
                yield by_gradient

    def _is_near(self, enclosure: Enclosure) -> bool:
        """Whether rounding on the way could make the difference at all."""
        away = abs(enclosure.middle - ball(self.given.value))
        near = abs(enclosure.middle) / 10 + 20 * self.given.unit + enclosure.width
        return not away > near or not away > near + self._largest / 10  # what is left of large summands

    def _digits(self) -> tuple[Rounding, ...]:
        """To which digits partial results may have been rounded: those asked for, and those of the answer."""
        found: list[Rounding] = []
        if self.marking.is_asked(self.quantity):
            rule = self.marking.digits(self.quantity)
            found.append(Rounding(rule.places, rule.figures))
        figures = self.given.figures
        if figures is not None and figures > 0:
            value = ball(self.given.value)
            last = min(self.given.unit, self.unit_at(value))  # zeros at the end may not be written
            lasts = [last, *([2 * self._half_unit] if self._half_unit > self.given.half_unit else [])]  # 1970
            found += [Rounding(figures=magnitude(value) - magnitude(one) + 1) for one in lasts]
            found += [Rounding(places=-magnitude(last))] if last <= 1 else []
        elif self.given.is_open:
            rule = self.marking.digits(self.quantity)
            found.append(Rounding(rule.places, rule.figures))
        return tuple(dict.fromkeys(found))

    def is_met_by(self, enclosure: Enclosure, in_full: bool = False) -> bool:
        """Whether v is what an enclosure gives; `in_full`: with all its digits, or all but one."""
        given, value = self.given, enclosure.middle
        away, width = abs(value - self.value), enclosure.width
        slack = self._half_unit
        if self.marking.rule.tolerance is not None:
            return self._reads(value, _NOTHING, width)
        if given.is_open:
            slack = self.unit_at(value) / 2
        if self._cuts_off:
            return self._is_cut_from(enclosure) and self._says_something(enclosure, self.unit_at(value))
        if away > width + slack:
            return False
        unit = self.unit_at(value)
        if self._breaks_the_tie(value, unit):
            return False
        if given.unit > unit:
            if given.value == 0 and self.habits.drops_zeros:
                return not abs(value) > unit / 2
            if given.value == 0 or not self._may_be_short(enclosure, unit, in_full):
                return looks_equal(value, given.value) and self._shows_nothing(enclosure)
            slack = unit / 2  # zeros at the end are not written
        if not away > slack:  # just what the numbers on the sheet give
            return True
        if given.unit > unit and not self.habits.drops_zeros:
            return False
        if in_full and width > unit and width > _WIDEST_PART * abs(value):
            return False
        return not away > width + slack and self._says_something(enclosure, unit)

    def _may_be_short(self, enclosure: Enclosure, unit: Rational, in_full: bool) -> bool:
        """Whether fewer digits than U will do: zeros are left out, or the line's right value is short, too.

        Of one figure, that is believed where all it comes from has its digits: 0.1·0.1 is 0.01 by accident.
        """
        if self.given.unit <= _MISSING * unit and (self.given.figures or 0) >= _PART_FIGURES + in_full:
            return True
        if not in_full and self._comes_from_all_digits(enclosure):
            return True
        true = self.key.true(self.quantity)
        places = decimal_digits(true) if isinstance(true, Rational) else None
        return not in_full and places is not None and places <= _SHORT_PLACES

    @cached_property
    def _half_unit(self) -> Rational:
        """Half of u; of a whole number that ends in zeros, which may be no digits, up to half of U."""
        value, half = self.given.value, self.given.half_unit
        if half != _HALF or not isinstance(value, Rational) or value.q != 1 or value == 0:
            return half
        digits = str(abs(value.p))
        last = rational(10) ** (len(digits) - len(digits.rstrip("0")))
        return max(half, min(last, self.unit_at(value)) / 2)

    def _says_something(self, enclosure: Enclosure, unit: Rational) -> bool:
        """Whether an enclosure is narrow enough: intervals of one-digit answers hold anything."""
        width, size = enclosure.width, enclosure.middle
        if self._old is not None:  # an update says something by its step
            size = size - self._own_old()
        if self.marking.rule.free_digits:
            unit = unit / 100
        if self._comes_from_all_digits(enclosure):
            width = width / _FINE_SOURCES
        return not width > _WIDEST_UNITS * unit or not width > _WIDEST_PART * abs(size)

    def _comes_from_all_digits(self, enclosure: Enclosure) -> bool:
        """Whether every answer that an enclosure comes from has its digits, so that it is wide by cancellation only."""
        return all(self.enclosures.has_digits(one) for one in enclosure.used)

    def _shows_nothing(self, enclosure: Enclosure) -> bool:
        """Whether the line comes out as 0, or as the old value, which have no digits to show."""
        middle = enclosure.middle
        return is_nothing(middle) or (self._old is not None and looks_equal(middle, self._own_old()))

    def is_empty(self, enclosure: Enclosure, wrong: Collection[Quantity]) -> bool:
        """Whether the line shows no work of its own: it comes out as 0, as the old value, or repeats a short answer.

        `wrong` are the wrong answers, from which it comes.
        """
        if self._shows_nothing(enclosure):
            return True
        if self.given.unit <= self.unit_at(enclosure.middle):
            return False
        return any(looks_equal(self.enclosures.sources[one].middle, self.given.value) for one in wrong)

    # ---- rules 3 to 5 ----------------------------------------------------------------------------------------

    def is_unchanged(self) -> bool:
        """Whether v is the old value of the parameter."""
        if self._old is None:
            return False
        old = self._own_old()
        if looks_equal(old, self.given.value):
            return True
        figures = self.given.figures
        enough = figures is None or figures > _PART_FIGURES
        return enough and self.key.is_worked(self._old) and not abs(old - self.given.value) > self.given.half_unit

    def is_covered_by_the_right_value(self) -> bool:
        """Whether the right value lies within what is written, which has too few digits."""
        return self.given.unit > self.unit and not abs(ball(self.given.value) - self.expected) > self.given.half_unit

    def covering(self) -> Enclosure | None:
        """What follows from earlier answers, where it lies within what is written and that has too few digits."""
        enclosure = self.enclosures.of(self.quantity)
        if enclosure is None or not enclosure.used or self.given.half_unit == 0:
            return None
        if abs(enclosure.middle - ball(self.given.value)) > enclosure.width + self.given.half_unit:
            return None
        unit = self.unit_at(enclosure.middle)
        is_just_so = not abs(enclosure.middle - ball(self.given.value)) > unit / 2
        return enclosure if self.given.unit > unit and (is_just_so or self._says_something(enclosure, unit)) else None

    def is_covered(self) -> bool:
        """Whether what is written holds the right value, or the one that follows, but with too few digits."""
        return self.is_covered_by_the_right_value() or self.covering() is not None

    def earns_for_its_digits(self) -> bool:
        """Whether an answer with too few digits has at least two figures, and lacks no more than two."""
        unit = self.unit
        if not self.is_covered_by_the_right_value() and (follow := self.covering()) is not None:
            unit = self.unit_at(follow.middle)
        return (self.given.figures or 0) >= _PART_FIGURES and self.given.unit <= _MISSING * unit

    def nearly(self) -> tuple[str, Enclosure | None]:
        """`cut off` or `last digit` where v is one unit off; and the enclosure, where it is off what follows."""
        if self.given.half_unit == 0 or not isinstance(self.given.value, Rational):
            return "", None
        plain = self.enclosures.of(self.quantity)
        true = self.key.true(self.quantity)
        is_whole = looks_equal(true, self.expected)
        targets: list[tuple[Real, Enclosure | None]] = [(self.expected if is_whole else true, None)]
        if plain is not None and plain.used:
            targets.append((plain.middle, plain))
        for target, enclosure in targets:
            unit = self.unit if enclosure is None else self.unit_at(target)
            if self.given.unit <= unit and (near := self._one_off(target)):
                return near, enclosure
        return "", None

    def _one_off(self, target: Real) -> str:
        """What is said of an answer that is one unit of its last digit from the target; a whole target is just so."""
        unit, value = self.given.unit, self.given.value
        scaled = ball(target) / unit
        nearest = middle_of(scaled)
        if abs(scaled - nearest) < rational(1, 10**20):
            return ""
        steps = value / unit
        if abs(ball(steps)) < abs(scaled) and abs(scaled - steps) < 1:
            return "cut off"
        is_other = self._rule_of_ties is not None and abs(scaled - steps) < 1  # where another rule leads
        return "last digit" if is_other or steps - nearest in (1, -1) else ""

    def has_a_point(self) -> bool:
        """Whether a decimal point can be in the wrong place: neither v nor the right value is 0."""
        return self.given.value != 0 and not is_nothing(self.expected)

    def with_other_sign(self) -> bool:
        """Whether −v would be right, or would follow with all its digits."""
        if self.given.value == 0:
            return False
        other = self.like(self.given.times(rational(-1)))
        plain = self.enclosures.of(self.quantity)
        if other.is_right() or plain is None:
            return other.is_right()
        return self.given.unit <= self.unit_at(plain.middle) and other.is_met_by(plain)

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
            half = self._half_unit
            if given.is_open or dropped or given.unit > _TOO_COARSE * unit:
                half = unit / 2
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


def middle_of(value: Ball) -> Rational:
    """The whole number nearest to a ball."""
    above = middle(value) + _HALF
    return rational(int(above.p // above.q))
