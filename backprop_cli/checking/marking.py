"""What a sheet asks for and what each line is worth: digits, marks, and the share of them that a verdict earns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.algebra.references import looked_up, meant_by
from backprop_cli.checking.asked import digits_asked
from backprop_cli.checking.verdicts import FULL_MARKS, NO_MARKS, Rule
from backprop_cli.ground.errors import Undecided
from backprop_cli.numbers.certified import Certified, Real, magnitude
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.model import Problem

HALF = rational(1, 2)
_NOTHING, _ONE = rational(0), rational(1)


@dataclass(frozen=True)
class Marking:
    """How a problem's sheets are marked: its digits, what it asks for, its marks, and the share of part marks."""

    problem: Problem
    part: Rational = HALF
    lines: frozenset[Quantity] = frozenset()  # that are asked for where the problem asks for nothing in particular
    units: dict[Quantity, Rational] = field(default_factory=dict, compare=False, repr=False)  # of the right values
    _digits: dict[Quantity, Rounding] = field(default_factory=dict, compare=False, repr=False)

    def digits(self, quantity: Quantity) -> Rounding:
        """To what a quantity is to be rounded."""
        rule = self._digits.get(quantity)
        if rule is None:
            rule = self._digits[quantity] = digits_asked(self.problem, quantity)
        return rule

    def unit(self, quantity: Quantity, value: Real) -> Rational:
        """One unit of the last digit that is asked for."""
        rule = self.digits(quantity)
        if rule.places is not None:
            return rational(10) ** -rule.places
        assert rule.figures is not None
        try:
            return rational(10) ** (magnitude(value) - rule.figures + 1) if value != 0 else rational(1)
        except Undecided:
            return rational(1)  # nobody can tell how large it is, so no number of figures is asked for

    def worth(self, quantity: Quantity) -> Rational:
        """The marks of a quantity: those in the problem, else one each."""
        if not self.problem.marks:
            return _ONE
        marks = looked_up(self.problem.marks, quantity)
        return _NOTHING if marks is None else _rational(marks)

    def share(self, rule: Rule) -> Rational:
        """The share of its marks that a verdict earns."""
        if rule in FULL_MARKS:
            return _ONE
        return _NOTHING if rule in NO_MARKS else self.part

    def asked(self, quantities: Iterable[Quantity]) -> list[Quantity]:
        """Those of the quantities that the exercise asks for, or gives marks for."""
        wanted = self.problem.ask or tuple(self.problem.marks)
        if not wanted:
            return [one for one in quantities if one in self.lines]
        listed = list(quantities)
        asked = frozenset(meant_by(wanted, listed))
        return [one for one in listed if one in asked]


def _rational(formula: Formula) -> Rational:
    value = evaluate(formula, Certified())
    assert isinstance(value, Rational)
    return value
