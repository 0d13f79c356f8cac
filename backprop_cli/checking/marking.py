"""What a sheet asks for and what each line is worth: digits, marks, and the share of them that a verdict earns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import Any

from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.references import looked_up, meant_by
from backprop_cli.checking.asked import digits_asked
from backprop_cli.checking.descriptions import describe_digits
from backprop_cli.checking.given import Given
from backprop_cli.checking.values import Written
from backprop_cli.checking.verdicts import FULL_MARKS, WORKING, Outcome, Verdict
from backprop_cli.ground.errors import Undecided
from backprop_cli.ground.recent import Recent
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Real, magnitude, middle
from backprop_cli.numbers.enclosures import ball
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.model import MarkingRule, Problem

_NOTHING, _ONE = rational(0), rational(1)
_ENOUGH = Rounding(figures=3)  # where nobody asked
_SOME = Rounding(figures=1)  # where any digits will do
_HARDLY_ANYTHING = rational(1, 10**40)
_MOST_KNOWN = 4096  # answers that are remembered, and right ones: a class writes the same again and again


@record(slots=False)
class Marking:
    """How a problem's sheets are marked: its digits, what it asks for, its marks, and the shares of part marks."""

    problem: Problem
    lines: frozenset[Quantity] = frozenset()  # that are asked for where the problem asks for nothing in particular
    units: dict[Quantity, Rational] = field(default_factory=dict, compare=False, repr=False)  # of the right values
    shown: dict[Quantity, Rounding] = field(default_factory=dict, compare=False, repr=False)
    given: Recent[tuple[Quantity, int], tuple[Written, Given]] = field(
        default_factory=lambda: Recent(_MOST_KNOWN), compare=False, repr=False
    )
    right: Recent[Any, Any] = field(default_factory=lambda: Recent(_MOST_KNOWN), compare=False, repr=False)
    _asked: dict[Kind, bool] = field(default_factory=dict, compare=False, repr=False)
    _digits: dict[Quantity, Rounding] = field(default_factory=dict, compare=False, repr=False)

    @property
    def rule(self) -> MarkingRule:
        """What the course wants."""
        return self.problem.marking

    # ---- digits ----------------------------------------------------------------------------------------------

    def digits(self, quantity: Quantity) -> Rounding:
        """To what a quantity is rounded in the key, and wherever a right value is shown."""
        rule = self._digits.get(quantity)
        if rule is None:
            rule = self._digits[quantity] = digits_asked(self.problem, quantity)
        return rule

    def is_asked(self, quantity: Quantity) -> bool:
        """Whether anybody asked for digits of this quantity."""
        asked = self._asked.get(quantity.kind)
        if asked is None:
            rules = (self.problem.rounding, self.rule.digits)
            asked = quantity.kind is Kind.EPOCH
            asked = asked or any(rule is not None and rule.of(quantity.kind) is not None for rule in rules)
            self._asked[quantity.kind] = asked
        return asked

    def enough(self, quantity: Quantity) -> Rounding:
        """The fewest digits that a quantity has to have."""
        if self.is_asked(quantity):
            return self.digits(quantity)
        return _SOME if self.rule.free_digits else _ENOUGH

    def unit(self, quantity: Quantity, value: Real, step: Real | None = None, size: Real = _NOTHING) -> Rational:
        """One unit of the last digit that is asked for of a value (0: none is).

        `step` is what was added to get it, of which a new parameter has to show the first figure where nobody asked
        for digits; `size` is what a 0 is measured by.
        """
        rule = self.enough(quantity)
        if rule.places is not None:
            return rational(10) ** -rule.places
        assert rule.figures is not None
        if is_nothing(value):
            return _NOTHING if is_nothing(size) else abs(middle(size)) / rational(10) ** rule.figures
        unit = _last_figure(value, rule.figures)
        if step is None or self.is_asked(quantity) or self.rule.free_digits or is_nothing(step):
            return unit
        return min(unit, _last_figure(step, 1))

    # ---- marks -----------------------------------------------------------------------------------------------

    def worth_of_formula(self, quantity: Quantity) -> Rational:
        """The marks of a formula: those of its quantity, where no value of it is asked for, too."""
        return _ONE if self.asked([quantity]) else self.worth(quantity)

    def worth(self, quantity: Quantity) -> Rational:
        """The marks of a quantity: those in the problem, else one each."""
        marks = looked_up(self.problem.marks, quantity) if self.problem.marks else None
        return _ONE if marks is None else marks

    def share(self, verdict: Verdict) -> Rational:
        """The share of its marks that a verdict earns."""
        if verdict.unpaid:
            return _NOTHING
        if verdict.rule in FULL_MARKS or (verdict.rule is Outcome.MISTAKE and verdict.paid):
            return _ONE
        if verdict.rule is Outcome.TOO_FEW and not verdict.vague:
            return self.rule.too_few
        if verdict.rule is Outcome.NEAR and verdict.near in WORKING:
            return self.rule.formula
        return self.rule.near_miss if verdict.rule is Outcome.NEAR else _NOTHING

    def after(self, earned: Rational, worth: Rational, days: int) -> Rational:
        """What is left of the marks of a sheet that is so many days late; never less than nothing."""
        late = self.rule.late
        if late is None:
            return earned
        lost = late.a_day * days * (worth / 100 if late.percent else 1)
        return max(_NOTHING, earned - lost)

    def asked(self, quantities: Iterable[Quantity]) -> list[Quantity]:
        """Those of the quantities that the exercise asks for, or gives marks for."""
        if self.problem.asks_no_numbers:
            return []
        listed, wanted = list(quantities), self.problem.ask or tuple(self.problem.marks)
        if self.lines and not self.problem.ask:
            return [one for one in listed if one in self.lines]
        asked = frozenset(meant_by(wanted, listed))
        return [one for one in listed if one in asked]


def digits_wanted(marking: Marking, quantity: Quantity) -> str:
    """To how many digits a quantity is wanted, in words: 4 decimal places, at least 3 significant figures."""
    said = describe_digits(marking.enough(quantity))
    return said if marking.is_asked(quantity) else _("at least {digits}").format(digits=said)


def is_nothing(value: Real) -> bool:
    """Whether a value is 0, as far as anyone can tell."""
    return bool(value == 0) or bool(abs(ball(value)) < _HARDLY_ANYTHING)


def _last_figure(value: Real, figures: int) -> Rational:
    """One unit of the last of so many figures; they begin at the rounded value, so that 0.9999 to three is 1.00."""
    try:
        first = magnitude(value)
    except (Undecided, ValueError):
        return _ONE  # nobody can tell how large it is, so no number of figures is asked for
    unit = rational(10) ** (first - figures + 1)
    carried = abs(ball(value)) + unit / 2 > ball(rational(10) ** (first + 1))
    return unit * 10 if carried else unit
