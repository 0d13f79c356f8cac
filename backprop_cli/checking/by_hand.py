"""The very numbers that a line comes out as where what is written down on the way to it is rounded to these digits.

An interval around such work may hold anything: where nearly equal numbers are subtracted, all that is left is rounding.
A student's number is then told from a wrong one by doing what students do: rounding each line, each product and sum, or
those two at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from enum import Enum
from functools import reduce

from backprop_cli.algebra.formula import Apply, Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.partials import Partials
from backprop_cli.checking.shown import rounded
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Ball
from backprop_cli.numbers.enclosures import ball, is_finite, looks_equal
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding

_PRODUCTS_AND_SUMS = ("product", "sum", "square")


class Way(Enum):
    """What is rounded: the lines alone; products and sums in them; all results; those of two numbers at a time."""

    LINES = "lines"
    SUMS = "products and sums"
    RESULTS = "results"
    PAIRS = "pairs"
    PAIRS_FROM_THE_RIGHT = "pairs from the right"


@record
class RoundedResult:
    """What a line comes out as, and that rounded like everything on the way, with one unit of its last digit."""

    value: Ball
    written: Rational
    unit: Rational


def worked(
    key: AnswerKey,
    answers: Collection[Quantity],
    middle: Callable[[Quantity], Ball],
    quantity: Quantity,
    digits: Rounding,
    ways: Iterable[Way] = Way,
) -> Iterator[RoundedResult]:
    """The numbers of a line, by each way of rounding to these digits; by both rules for ties where it makes two."""
    for way in ways:
        work = _ByHand(key, answers, middle, digits, way)
        yield from work.values(quantity)
        if work.met_a_tie and not digits.is_named:
            other = replace(digits, ties="half-even")
            yield from _ByHand(key, answers, middle, other, way).values(quantity)


class _ByHand(Partials):
    """Works a line out with every partial result as the number that is written for it."""

    most_lines = 60

    def __init__(
        self,
        key: AnswerKey,
        answers: Collection[Quantity],
        middle: Callable[[Quantity], Ball],
        digits: Rounding,
        way: Way,
    ) -> None:
        super().__init__(key, answers, middle, digits)
        self.way = way
        self.met_a_tie = False

    def values(self, quantity: Quantity) -> Iterator[RoundedResult]:
        """The line as its formula goes, and as textbooks write it."""
        for formula in self.formulas(quantity):
            found = self._argument(formula)
            places = self.places(found) if is_finite(found) else None
            if places is not None:
                yield RoundedResult(found, rounded(found, self.digits).value, rational(10) ** -places)

    def _written(self, value: Ball) -> Ball:
        places = self.places(value) if is_finite(value) else None
        if places is None:
            return value
        number = rounded(value, self.digits).value
        self.met_a_tie = self.met_a_tie or looks_equal(abs(value - number) * rational(10) ** places, rational(1, 2))
        return ball(number)

    def _rounded(self, value: Ball, formula: Formula) -> Ball:
        if self.way is Way.LINES or (self.way is Way.SUMS and not _is_product_or_sum(formula)):
            return value
        return super()._rounded(value, formula)

    def _several(self, operation: str, parts: list[Ball]) -> Ball:
        if self.way not in (Way.PAIRS, Way.PAIRS_FROM_THE_RIGHT):
            return self.applied(operation, parts)
        order = parts if self.way is Way.PAIRS else parts[::-1]
        so_far = reduce(lambda one, other: self._written(self.applied(operation, [one, other])), order[:-1])
        return self.applied(operation, [so_far, order[-1]])

    def _line(self, quantity: Quantity) -> Ball:
        """An answer as it was written; of the blank lines, only those that textbooks write are rounded."""
        if quantity in self.answers or not self.key.is_worked(quantity) or quantity in self.lines:
            return super()._line(quantity)
        if len(self.lines) >= self.most_lines:
            return self.middle(quantity)
        self.lines[quantity] = self.middle(quantity)
        formula, *_as_it_is = self.formulas(quantity)[::-1]
        value = self._argument(formula)
        self.lines[quantity] = self._written(value) if quantity in self.key.textbook else value
        return self.lines[quantity]


def _is_product_or_sum(formula: Formula) -> bool:
    return isinstance(formula, Apply) and formula.operation in _PRODUCTS_AND_SUMS
