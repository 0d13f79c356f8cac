"""Right work of students who round: each line, products and sums in it, too, and lines that nobody asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import TypeAlias

from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.by_hand import Way, worked
from backprop_cli.checking.key import BITS, AnswerKey
from backprop_cli.checking.marking import is_nothing
from backprop_cli.checking.partials import Partials
from backprop_cli.numbers.certified import Ball, magnitude, precision
from backprop_cli.numbers.enclosures import ball
from backprop_cli.numbers.exact import Rational
from backprop_cli.numbers.rounded import Rounding, to_digits
from backprop_cli.worksheets.exercise import SheetExercise

Digits: TypeAlias = Callable[[Quantity], Rounding]
Number: TypeAlias = tuple[Rational, Rational]  # with one unit of its last digit
_MORE_FIGURES = 2  # than are asked for, to which students round each line
_PLACES = (3, 4, 5)  # to which they do
_ROUGHLY = 3  # figures of what is no more than a bound
_LINES, _ALL = Way.LINES, Way.RESULTS


class RoundedWork:
    """The sheets of such students for one exercise; `unit` says one unit of the last digit asked for of a line."""

    def __init__(self, exercise: SheetExercise, key: AnswerKey, unit: Callable[[Quantity], Rational]) -> None:
        self.exercise, self.key, self.unit = exercise, key, unit
        self.marking = exercise.marking
        self.asked = frozenset(line.quantity for line in exercise.lines)
        self.is_rounded = exercise.worked.problem.rounding is not None  # which is what everybody does

    def sheet(self) -> Mapping[Quantity, Rational]:
        """Each line rounded to the digits of the key; nothing where the problem rounds."""
        work = {} if self.is_rounded else self._work(self.exercise.digits, _LINES)
        return {one: number for one, (number, _last) in work.items()}

    def numbers(self, quantity: Quantity) -> Iterator[Number]:
        """What a line comes out as on the sheets of all of them."""
        return (work[quantity] for work in self._sheets if quantity in work)

    @cached_property
    def _sheets(self) -> tuple[Mapping[Quantity, Number], ...]:
        """Rounded to the digits of the key, to the fewest that are asked, to a few more, and to so many places."""
        if self.is_rounded:
            return ()
        kept: list[Digits] = [self.exercise.digits]
        kept += [partial(self._fewest, more=more) for more in range(_MORE_FIGURES + 1)]
        kept += [partial(_places, count) for count in _PLACES]
        return tuple(self._work(one, way) for way in (_LINES, _ALL) for one in kept)

    def _fewest(self, quantity: Quantity, more: int) -> Rounding:
        """The fewest digits that are asked for, and so many more figures; a new value has to show its step."""
        if quantity.kind is Kind.NEW:
            return self.exercise.digits(quantity)
        enough = self.marking.enough(quantity)
        return Rounding(figures=enough.figures + more) if enough.figures else enough

    def _work(self, digits: Digits, way: Way) -> Mapping[Quantity, Number]:
        """The lines that are asked for, each from what was written before."""
        numbers: dict[Quantity, Number] = {}

        def known(one: Quantity) -> Ball:
            return ball(numbers[one][0]) if one in numbers else self.key.expected_ball(one)

        with precision(BITS):
            for line in self.key.derivation.lines:
                one = line.quantity
                if one in self.asked and self.key.is_worked(one):
                    found = next(worked(self.key, numbers.keys(), known, one, digits(one), [way]), None)
                    if found is not None:
                        numbers[one] = found.written, found.unit
        return numbers

    # ---- on the way to one line ----------------------------------------------------------------------------------

    def widths(self, quantity: Quantity) -> tuple[Rational, ...]:
        """How far it moves the line at most, by each way of working, if products, summands and lines that nobody asks
        for are rounded as the answer is; a way that moves nothing is none.
        """
        least = self.unit(quantity) / 1000
        with precision(BITS):
            partials = (Partials(self.key, self.asked, self.key.expected_ball, one) for one in self._kept(quantity))
            widths = (width for one in partials for width in one.widths(quantity) if width > least)
            return tuple(dict.fromkeys(to_digits(one, _ROUGHLY).value for one in widths))

    def by_hand(self, quantity: Quantity) -> tuple[Number, ...]:
        """The numbers that the line comes out as where what is on the way is rounded."""
        kept = [_finer(one, more) for one in self._kept(quantity) for more in range(_MORE_FIGURES + 1)]
        known = self.key.expected_ball
        with precision(BITS):
            work = (one for digits in kept for one in worked(self.key, self.asked, known, quantity, digits))
            return tuple(dict.fromkeys((one.written, one.unit) for one in work if one.unit <= self.unit(quantity)))

    def _kept(self, quantity: Quantity) -> tuple[Rounding, ...]:
        """The digits of an answer that has just enough, as figures and as places; none where nothing is rounded."""
        digits, unit, value = self.marking.digits(quantity), self.unit(quantity), self.key.expected_ball(quantity)
        is_cut = digits.is_named and digits.ties == "truncate"
        if not self.key.is_worked(quantity) or is_cut or unit == 0 or is_nothing(value):
            return ()
        last = magnitude(unit)
        return Rounding(figures=max(1, magnitude(value) - last + 1)), Rounding(places=max(0, -last))


def _places(count: int, _quantity: Quantity) -> Rounding:
    return Rounding(places=count)


def _finer(digits: Rounding, more: int) -> Rounding:
    """So many more figures or places."""
    return Rounding(figures=digits.figures + more) if digits.figures else Rounding(places=(digits.places or 0) + more)
