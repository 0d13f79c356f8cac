"""Which mistakes a problem can tell from the right answer at its digits, and from how many digits on it could."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace as _replace
from typing import Any

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.given import Given
from backprop_cli.checking.hypotheses import Hypotheses
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.judge import Judge
from backprop_cli.checking.key import BITS, AnswerKey
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.shown import digits_of
from backprop_cli.checking.verdicts import FULL_MARKS, Outcome
from backprop_cli.ground.errors import Undecided
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Ball, Real, precision
from backprop_cli.numbers.enclosures import Exactly, ball, is_finite, settled
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding, round_to
from backprop_cli.problem.model import RoundingRule

_FEWEST_DIGITS, _MOST_DIGITS = 3, 12


@record
class Blind:
    """A mistake that cannot be told from the right answer in a line; `digits` from which it can (None: from none).

    `equal`: at the digits asked for it is written as the right answer is, not only so near that it might be rounding.
    """

    hypothesis: Hypothesis
    quantity: Quantity
    digits: Rounding | None
    equal: bool = True


class Telling:
    """Plants mistakes in a faithful sheet of these lines, rounded as asked, and looks at how they are judged."""

    def __init__(self, key: AnswerKey, marking: Marking, lines: tuple[Quantity, ...]) -> None:
        self.key = key
        self.marking = marking
        self.lines = lines
        self.table = Hypotheses.of_key(key)
        self.judge = Judge(key, self._sheet(), marking)
        self._values: dict[tuple[Hypothesis, Quantity], Ball | None] = {}
        self._finer: dict[Rounding, Telling] = {}

    def _sheet(self) -> Mapping[Quantity, Given]:
        with precision(BITS):
            return {one: as_written(self.key.true(one), digits_of(self.key, self.marking, one)) for one in self.lines}

    def _true(self, name: Any) -> Ball:
        return self.key.true_ball(name)

    def _planted(self, hypothesis: Hypothesis, quantity: Quantity) -> Ball | None:
        """What the mistake makes of a line in otherwise faithful work; None where the calculator gives no number."""
        spot = hypothesis, quantity
        if spot not in self._values:
            value = ball(evaluate(hypothesis.formulas[quantity], Exactly(), self._true))
            self._values[spot] = value if is_finite(value) else None
        return self._values[spot]

    def same(self, quantity: Quantity, names: Collection[str] = ()) -> Iterator[tuple[Hypothesis, Hypothesis]]:
        """The pairs of mistakes that can be told from the right answer in a line, but not from each other.

        With `names`, only the pairs of which one has such a name.
        """
        seen: dict[Rational, Hypothesis] = {}
        for hypothesis in self.table.of(quantity):
            with precision(BITS):
                value = self._planted(hypothesis, quantity)
                given = as_written(value, digits_of(self.key, self.marking, quantity)) if value is not None else None
            if given is None:
                continue
            assert isinstance(given.value, Rational)
            first = seen.setdefault(given.value, hypothesis)
            wanted = not names or first.mistake.name in names or hypothesis.mistake.name in names
            if first is not hypothesis and wanted and self.tells(hypothesis, quantity):
                yield first, hypothesis

    def is_near(self, hypothesis: Hypothesis, quantity: Quantity) -> bool:
        """Whether what the mistake makes of a line is so near to the right value that rounding has to be looked at."""
        with precision(BITS):
            value, right = self._planted(hypothesis, quantity), self.key.true_ball(quantity)
            return value is not None and not abs(value - right) > abs(right) / 5

    def tells(self, hypothesis: Hypothesis, quantity: Quantity) -> bool:
        """Whether the mistake in this line, in otherwise faithful work, is marked as wrong."""
        with precision(BITS):
            value = self._planted(hypothesis, quantity)
            if value is None:
                return True  # the calculator says so
            given = as_written(value, digits_of(self.key, self.marking, quantity))
        verdict = self.judge.verdict_if(quantity, given)
        return verdict.rule not in (*FULL_MARKS, Outcome.TOO_FEW)

    def blind_spots(self) -> Iterator[Blind]:
        """Every mistake that changes a line and still cannot be told, in the order of the work."""
        for quantity in self.lines:
            for hypothesis in self.table.of(quantity):
                if not self.tells(hypothesis, quantity):
                    enough = self._enough_digits(hypothesis, quantity)
                    yield Blind(hypothesis, quantity, enough, self._is_equal(hypothesis, quantity))

    def _is_equal(self, hypothesis: Hypothesis, quantity: Quantity) -> bool:
        """Whether the mistake is written with the digits of the right answer."""
        digits = self.marking.digits(quantity)
        with precision(BITS):
            value = self._planted(hypothesis, quantity)
            right = as_written(self.key.true(quantity), digits)
            return value is not None and as_written(value, digits).value == right.value

    def needs_more_than(self, most: int, hypothesis: Hypothesis, quantity: Quantity) -> bool:
        """Whether a mistake can be told only with more digits of the same kind than `most`."""
        enough = self._enough_digits(hypothesis, quantity)
        return enough is not None and (enough.places or enough.figures or 0) > most

    def _enough_digits(self, hypothesis: Hypothesis, quantity: Quantity) -> Rounding | None:
        """The fewest digits of the same kind (places or figures) with which the mistake can be told."""
        now = self.marking.digits(quantity)
        first = (now.places or now.figures or 0) + 1 if self.marking.is_asked(quantity) else _FEWEST_DIGITS
        for count in range(first, _MOST_DIGITS + 1):
            more = Rounding(places=count) if now.places is not None else Rounding(figures=count)
            if self._asked_for(more).tells(hypothesis, quantity):
                return more
        return None

    def _asked_for(self, digits: Rounding) -> Telling:
        """The same where every line is asked for to these digits; the sheet is written once for all mistakes."""
        if digits not in self._finer:
            finer = Marking(_replace(self.marking.problem, rounding=RoundingRule(digits)))
            self._finer[digits] = Telling(self.key.without_rounding(), finer, self.lines)
        return self._finer[digits]


def as_written(value: Real, digits: Rounding) -> Given:
    """The value as a faithful student writes it."""
    try:
        decimal = round_to(value, digits)
    except Undecided:  # a tie, or 0
        decimal = round_to(settled(ball(value)), digits)
    places = max(decimal.places, digits.places) if digits.places is not None else decimal.places
    return Given(decimal.value, rational(1, 2) / rational(10) ** places)
