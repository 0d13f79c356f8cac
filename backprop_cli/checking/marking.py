"""What a sheet asks for and what each line is worth: digits, marks, and the share of them that a verdict earns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from backprop_cli.calculus import evaluate
from backprop_cli.checking.judge import FULL_MARKS, NO_MARKS, Rule
from backprop_cli.errors import Undecided
from backprop_cli.numbers.certified import Certified, Real, magnitude
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.model import Problem, RoundingRule
from backprop_cli.quantities import Kind, Quantity

FOUR_PLACES = Rounding(places=4)
FOUR_FIGURES = Rounding(figures=4)
HALF = rational(1, 2)
_PLACES = (Kind.NET, Kind.OUT, Kind.NODE, Kind.CELL, Kind.NEW, Kind.INPUT, Kind.PARAMETER)


@dataclass(frozen=True)
class Marking:
    """The digits that are asked for (None: the usual ones), the marks of each quantity, and the share of part marks."""

    rounding: RoundingRule | None = None
    marks: Mapping[str, Rational] = field(default_factory=dict)
    ask: tuple[str, ...] = ()
    part: Rational = HALF

    def digits(self, quantity: Quantity) -> Rounding:
        """To what a quantity is to be rounded: 4 places for values and new weights, 4 figures for gradients."""
        rule = self.rounding.of(quantity.kind) if self.rounding is not None else None
        return rule or (FOUR_PLACES if quantity.kind in _PLACES else FOUR_FIGURES)

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
        for name in (quantity.key, quantity.bare_key):
            if name in self.marks:
                return self.marks[name]
        return rational(0) if self.marks else rational(1)

    def share(self, rule: Rule) -> Rational:
        """The share of its marks that a verdict earns."""
        if rule in FULL_MARKS:
            return rational(1)
        return rational(0) if rule in NO_MARKS else self.part

    def asked(self, quantities: Iterable[Quantity]) -> list[Quantity]:
        """Those of the quantities that the exercise asks for."""
        return [one for one in quantities if one.key in self.ask or one.bare_key in self.ask]


def marking_of(problem: Problem, rounding: RoundingRule | None = None) -> Marking:
    """The marking that a problem file asks for; `rounding` takes the place of the file's."""
    marks = {key: _rational(formula) for key, formula in problem.marks.items()}
    return Marking(rounding or problem.rounding, marks, tuple(problem.ask))


def _rational(formula: object) -> Rational:
    value = evaluate(formula, Certified(), lambda symbol: symbol)  # type: ignore[arg-type]
    assert isinstance(value, Rational)
    return value
