"""The usual mistakes of an exercise, each with the number that it gives in otherwise right work."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.elsewhere import is_a_sign
from backprop_cli.checking.hypotheses import Hypotheses
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.key import BITS, AnswerKey
from backprop_cli.checking.phrases import advice_of, said_of
from backprop_cli.checking.shown import rounded
from backprop_cli.checking.telling import Telling
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Ball, Real, precision
from backprop_cli.numbers.enclosures import ball, is_finite, settled
from backprop_cli.numbers.exact import decimal_digits
from backprop_cli.numbers.rounded import Decimal
from backprop_cli.worksheets.exercise import SheetExercise
from backprop_cli.worksheets.wording import all_exact

_SHORT = 12  # decimals of a number that no irrational one has by chance


@record(slots=False, eq=False)
class UsualMistake:
    """A mistake in a line: the wrong formula, what it gives to the digits asked for, and what a teacher says of it."""

    hypothesis: Hypothesis
    quantity: Quantity
    formula: Formula
    decimal: Decimal
    said: str
    advice: str

    @property
    def name(self) -> str:
        """The name of its row in the table of mistakes."""
        return self.hypothesis.mistake.name


class UsualMistakes:
    """The usual mistakes in the lines of one exercise, one variant of each in a line, where they can be told.

    `hidden` are those that no line which was asked about has shown: what is said of each, and the lines.
    """

    def __init__(self, exercise: SheetExercise) -> None:
        self.exercise = exercise
        self.key = AnswerKey(exercise.worked)
        self.exact = all_exact(exercise)
        self.hidden: dict[str, tuple[str, list[Quantity]]] = {}

    def of(self, quantity: Quantity, most: int | None = None) -> Iterator[UsualMistake]:
        """What the usual mistakes would give in a line, no number twice; no more than so many."""
        seen = {self.exercise.value(quantity).value}
        named: set[str] = set()
        for hypothesis in Hypotheses.of_key(self.key).of(quantity):
            name = hypothesis.mistake.name
            if not self.telling.tells(hypothesis, quantity):
                said = said_of(hypothesis, self.key, quantity, self._spelled)
                _said, lines = self.hidden.setdefault(name, (said, []))
                lines += [quantity] if quantity not in lines else []
            elif (most is None or len(named) < most) and name not in named:
                decimal = self.planted(hypothesis, quantity)
                if decimal is not None and decimal.value not in seen and not is_a_sign(self.key, hypothesis, quantity):
                    seen.add(decimal.value)
                    named.add(name)
                    yield self._mistake(hypothesis, quantity, decimal)

    def _mistake(self, hypothesis: Hypothesis, quantity: Quantity, decimal: Decimal) -> UsualMistake:
        said, advice = said_of(hypothesis, self.key, quantity, self._spelled), advice_of(hypothesis, self.key, quantity)
        return UsualMistake(hypothesis, quantity, hypothesis.formulas[quantity], decimal, said, advice)

    def _spelled(self, formula: Formula) -> str:
        return self.exercise.page.math(lambda speller: speller.symbols_of(formula, ())).characters

    @cached_property
    def telling(self) -> Telling:
        """Which mistakes can be told."""
        lines = tuple(line.quantity for line in self.exercise.lines if line.quantity in self.key.order)
        return Telling(self.key, self.exercise.marking, lines)

    def planted(self, hypothesis: Hypothesis, quantity: Quantity) -> Decimal | None:
        """What a mistake makes of a line in otherwise right work; None where the calculator gives no number."""
        with precision(BITS):
            rule = self.key.rule_of(hypothesis.formulas[quantity])
            try:
                found = ball(rule.value(*map(self._right, rule.names))[0])
                return rounded(self._plain(found), self.exercise.digits(quantity)) if is_finite(found) else None
            except (MathError, Undecided):
                return None

    def _right(self, quantity: Quantity) -> Ball:
        """The value that a student with no slips goes on with: the rounded one, where lines are rounded."""
        return ball(self.key.expected(quantity))

    def _plain(self, value: Ball) -> Real:
        """Where every right value is written as it is, a wrong one is too: 3, and not 3.000."""
        near = settled(value)
        places = decimal_digits(near)
        return near if self.exact and places is not None and places <= _SHORT else value
