"""What a sheet would say if one mistake had been made in every line that it touches, from the given numbers on."""

from __future__ import annotations

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.key import BITS, AnswerKey
from backprop_cli.checking.rules import CompiledFormula
from backprop_cli.numbers.certified import Ball, precision
from backprop_cli.numbers.enclosures import ball, is_finite

MOST_LINES = 600  # behind a line; working that is longer than that is not looked through


class Scratch:
    """The values of lines under hypotheses, kept for all sheets of a key."""

    def __init__(self, key: AnswerKey) -> None:
        self.key = key
        self._values: dict[Hypothesis, dict[Quantity, Ball | None]] = {}
        self._above: dict[Quantity, tuple[Quantity, ...] | None] = {}

    def above(self, quantity: Quantity) -> tuple[Quantity, ...] | None:
        """The line and all that it is computed from, in the order of the work; None where that is too much."""
        if quantity not in self._above:
            found = self.key.above([quantity], MOST_LINES)
            few = len(found) <= MOST_LINES
            self._above[quantity] = tuple(sorted(found, key=self.key.order.__getitem__)) if few else None
        return self._above[quantity]

    def value(self, hypothesis: Hypothesis, quantity: Quantity) -> Ball | None:
        """The value of a line if the mistake was made wherever it can be; None where it has none."""
        known = self._values.setdefault(hypothesis, {})
        if quantity not in known and self.above(quantity) is not None:
            with precision(BITS):
                self._work_out(hypothesis, quantity, known)
        return known.get(quantity)

    def _work_out(self, hypothesis: Hypothesis, quantity: Quantity, known: dict[Quantity, Ball | None]) -> None:
        """Works out the line, after what it needs; a line that needs itself by wrong formulas has no value."""
        waiting, open_ = [quantity], set[Quantity]()
        while waiting:
            one = waiting[-1]
            rule = self._rule(hypothesis, one) if one not in known else None
            if rule is None:
                known.setdefault(one, self.key.true_ball(one))
                open_.discard(waiting.pop())
                continue
            missing = [name for name in rule.names if name not in known and name in self.key.order]
            if missing and one not in open_:
                open_.add(one)
                waiting += missing
                continue
            known[one] = self._value(rule, known)
            open_.discard(waiting.pop())

    def _rule(self, hypothesis: Hypothesis, quantity: Quantity) -> CompiledFormula | None:
        """The formula of a line, wrong where the mistake is made in it; None where it is given."""
        if not self.key.is_worked(quantity):
            return None
        wrong = hypothesis.formulas.get(quantity)
        return self.key.rule(quantity) if wrong is None else self.key.rule_of(wrong)

    def _value(self, rule: CompiledFormula, known: dict[Quantity, Ball | None]) -> Ball | None:
        values = [known[name] if name in known else self._given(name) for name in rule.names]
        if None in values:
            return None
        value = ball(rule.value(*values)[0])
        return value if is_finite(value) else None

    def _given(self, name: Quantity) -> Ball | None:
        """A constant; a line that is not known by now is one that needs itself."""
        return None if name in self.key.order else self.key.true_ball(name)
