"""Students by chance: faithful work in several habits of rounding, and mistakes planted in otherwise faithful work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from backprop_cli.checking.enclosure import Given
from backprop_cli.checking.key import BITS, Hypothesis, Key
from backprop_cli.errors import Undecided
from backprop_cli.numbers.certified import Ball, precision
from backprop_cli.numbers.enclosures import ball, is_finite
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding, round_to
from backprop_cli.problem.model import Detail, RoundingRule
from backprop_cli.quantities import Quantity
from backprop_cli.schedule import derive

HABITS = ("each line rounded", "calculator's memory", "mixed")
ROUNDINGS = tuple(
    Rounding(places=places, figures=figures, ties=ties)
    for places, figures in ((3, None), (4, None), (5, None), (None, 3), (None, 4))
    for ties in ("half-up", "half-even")
)


@dataclass(frozen=True)
class Student:
    """How a student works: what is rounded when it is written, and what the next line uses."""

    rounding: Rounding
    habit: str

    @property
    def rule(self) -> RoundingRule:
        """The digits that such a student was asked for."""
        return RoundingRule(self.rounding)


@dataclass
class Work:
    """One student's sheet: the written value of every line that textbooks write, computed from earlier ones."""

    key: Key
    student: Student
    random: Random
    planted: tuple[Hypothesis, Quantity] | None = None
    written: dict[Quantity, Given] = field(default_factory=dict)
    memory: dict[Quantity, Ball] = field(default_factory=dict)

    def sheet(self) -> dict[Quantity, Given]:
        """The answers in the order of the work; a line without a value is left blank."""
        with precision(BITS):
            for quantity in written_lines(self.key):
                self._write(quantity)
        return self.written

    def _write(self, quantity: Quantity) -> None:
        choices: dict[Quantity, Ball] = {}
        value = self._value(quantity, choices, top=True)
        if value is None or not is_finite(value):
            return
        try:
            decimal = round_to(_exact_or_ball(value, self.key, quantity), self.student.rounding)
        except Undecided:
            return  # a tie that the ball does not settle, or a 0 to figures
        places = max(decimal.places, self.student.rounding.places or 0)
        self.written[quantity] = Given(decimal.value, rational(1, 2) / rational(10) ** places)
        self.memory[quantity] = value

    def _value(self, quantity: Quantity, choices: dict[Quantity, Ball], top: bool = False) -> Ball | None:
        """What the student computes for a line: in one line, one value of each earlier quantity."""
        if not top and quantity in self.written:
            if quantity not in choices:
                choices[quantity] = self._remembered(quantity)
            return choices[quantity]
        line = self.key.line(quantity)
        if line is None or line.given:
            return self.key.true_ball(quantity)
        wrong = self.planted[0] if self.planted is not None and self.planted[1] == quantity else None
        rule = self.key.rule(quantity, wrong)
        values = [self._value(name, choices) for name in rule.names]
        if any(value is None for value in values):
            return None
        return ball(rule.value(*values)[0])

    def _remembered(self, quantity: Quantity) -> Ball:
        from_memory = self.student.habit == "calculator's memory"
        if self.student.habit == "mixed":
            from_memory = self.random.random() < 0.5
        return self.memory[quantity] if from_memory else ball(self.written[quantity].value)


def _exact_or_ball(value: Ball, key: Key, quantity: Quantity) -> Rational | Ball:
    """The true rational where the student's value is it, so that ties are settled."""
    true = key.true(quantity)
    return true if isinstance(true, Rational) and bool(abs(value - true) < rational(1, 10) ** 60) else value


def written_lines(key: Key) -> list[Quantity]:
    """The lines that a textbook's solution writes."""
    textbook = derive(key.problem, Detail.TEXTBOOK, then_forward=True)
    return [line.quantity for line in textbook.lines if not line.given and line.quantity in key.order]


def plantable(key: Key) -> list[tuple[Hypothesis, Quantity]]:
    """Every mistake in every line that it can be planted in."""
    lines = set(written_lines(key))
    return [(one, quantity) for one in key.hypotheses for quantity in one.formulas if quantity in lines]


def differs(key: Key, planted: tuple[Hypothesis, Quantity]) -> bool:
    """Whether the mistake changes the line at all."""
    hypothesis, quantity = planted
    with precision(BITS):
        rule = key.rule(quantity, hypothesis)
        value = ball(rule.value(*map(key.true_ball, rule.names))[0])
        return is_finite(value) and bool(abs(value - key.true_ball(quantity)) > rational(1, 10) ** 40)


def texts(sheet: Mapping[Quantity, Given]) -> dict[Quantity, str]:
    """The sheet's answers as texts, for reports."""
    return {quantity: str(given.value) for quantity, given in sheet.items()}
