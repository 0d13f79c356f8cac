"""What explains the wrong lines of a sheet: mistakes made in a line, before it, or in working that is not shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace as _replace
from typing import TYPE_CHECKING

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.enclosure import Enclosure
from backprop_cli.checking.key import Hypothesis
from backprop_cli.checking.verdicts import FULL_MARKS, Rule
from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.enclosures import ball, looks_equal, meets
from backprop_cli.numbers.exact import Rational

if TYPE_CHECKING:
    from backprop_cli.checking.judge import Judge


class Causes:
    """Finds the causes of the lines that a judge has found wrong, and writes them into its verdicts."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.key = judge.key
        self.order = judge.order
        self.verdicts = judge.verdicts
        self.enclosures = judge.enclosures
        self.nearby: dict[Quantity, dict[Hypothesis, float]] = {}  # what explains a line from the answers before it

    def find(self) -> None:
        """Names the mistakes: of those that explain a line, the one that explains the most lines of the sheet."""
        unexplained = {one: found for one in self.order if (found := self.candidates(one))}
        while unexplained:
            cause = self.best(unexplained)
            lines = [one for one, found in unexplained.items() if cause in found]
            also = [one for one in unexplained[lines[0]] if one != cause and all(one in unexplained[q] for q in lines)]
            made = [one for one in self.blank_ancestors(lines[0]) if one in cause.formulas]
            if made:  # here, or in a blank line before: what was done further back is less likely
                nearest = max(made, key=self.key.order.__getitem__)
                also = [one for one in also if nearest in one.formulas]
            also = [one for one in also if not any(self.is_said_by(other, one, lines) for other in (cause, *also))]
            also.sort(key=lambda one: sum(unexplained[q][one] for q in lines))
            for quantity in lines:
                scratch = cause not in self.nearby[quantity]
                self.verdicts[quantity] = _replace(
                    self.verdicts[quantity], rule=Rule.MISTAKE, causes=(cause, *also), from_scratch=scratch
                )
                del unexplained[quantity]

    def best(self, unexplained: Mapping[Quantity, Mapping[Hypothesis, float]]) -> Hypothesis:
        """The hypothesis that explains the most lines; among those, one of the line itself; then what fits best."""
        counts: dict[Hypothesis, int] = {}
        before: dict[Hypothesis, int] = {}
        misfits: dict[Hypothesis, float] = {}
        for quantity, found in unexplained.items():
            for hypothesis, distance in found.items():
                counts[hypothesis] = counts.get(hypothesis, 0) + 1
                before[hypothesis] = before.get(hypothesis, 0) + (quantity not in hypothesis.formulas)
                misfits[hypothesis] = misfits.get(hypothesis, 0.0) + distance
        order = {hypothesis: place for place, hypothesis in enumerate(self.key.hypotheses)}
        misfit = {one: round(misfits[one] / count, 1) for one, count in counts.items()}
        return min(counts, key=lambda one: (-counts[one], before[one], misfit[one], order[one]))

    def is_said_by(self, cause: Hypothesis, other: Hypothesis, lines: Sequence[Quantity]) -> bool:
        """Whether another hypothesis is the same mistake, made in a factor that nobody writes on a line of its own."""
        return all(self.is_same(cause, other, quantity) for quantity in lines)

    def is_same(self, cause: Hypothesis, other: Hypothesis, quantity: Quantity) -> bool:
        if quantity not in cause.formulas or quantity in other.formulas:
            return False
        if any(one in other.formulas for one in self.blank_ancestors(quantity) & self.key.textbook):
            return False
        one, two = (self.enclosures.of(quantity, hypothesis) for hypothesis in (cause, other))
        if one is not None and two is not None and looks_equal(one.middle, two.middle):
            return True
        first, second = (self.key.from_scratch(hypothesis, quantity) for hypothesis in (cause, other))
        return first is not None and second is not None and looks_equal(first, second)

    def candidates(self, quantity: Quantity) -> dict[Hypothesis, float]:
        """The hypotheses that explain a wrong line, each with how far from its middle the answer is (0 to 1)."""
        if self.verdicts[quantity].rule is not Rule.WRONG:
            return {}
        self.nearby[quantity] = self.local(quantity)
        return self.nearby[quantity] or self.from_scratch(quantity)

    def local(self, quantity: Quantity) -> dict[Hypothesis, float]:
        """Explanations from the student's own earlier values."""
        found: dict[Hypothesis, float] = {}
        near = self.blank_ancestors(quantity)
        for hypothesis in self.touching(near):
            misfit = self.misfit(quantity, self.enclosures.of(quantity, hypothesis))
            if misfit is None and quantity in hypothesis.formulas and not self.is_alone(hypothesis, near):
                misfit = self.misfit(quantity, self.enclosures.of_line(quantity, hypothesis))
            if misfit is not None:
                found[hypothesis] = misfit
        return found

    @staticmethod
    def is_alone(hypothesis: Hypothesis, lines: set[Quantity]) -> bool:
        """Whether the mistake touches no more than one of the lines."""
        return sum(one in hypothesis.formulas for one in lines) < 2

    def misfit(self, quantity: Quantity, enclosure: Enclosure | None) -> float | None:
        """How far from its middle the answer is (0 to 1), where the enclosure of a mistake explains it."""
        given = self.judge.answers[quantity]
        if enclosure is None or not self.can_be_named(quantity, enclosure.middle):
            return None
        if not self.judge.explains(enclosure, given):
            return None
        reach = enclosure.width + given.half_unit
        return float(abs(enclosure.middle - ball(given.value)) / reach) if reach != 0 else 0.0

    def can_be_named(self, quantity: Quantity, value: Real) -> bool:
        """Whether the answer says enough for a mistake with this value to be named: 0 names one that gives just 0."""
        given = self.judge.answers[quantity]
        if self.verdicts[quantity].vague:
            return looks_equal(value, given.value)
        return self.judge.says_something(quantity, given, value)

    def touching(self, lines: Iterable[Quantity]) -> Sequence[Hypothesis]:
        """The hypotheses that touch some of the lines."""
        touching: dict[Hypothesis, None] = {}
        for one in lines:
            touching |= dict.fromkeys(self.key.hypotheses_of.get(one, ()))
        return list(touching)

    def blank_ancestors(self, quantity: Quantity) -> set[Quantity]:
        """The line, and the lines before it that no answer cuts off."""
        found, waiting = {quantity}, [quantity]
        while waiting:
            line = self.key.line(one := waiting.pop())
            for name in self.key.rule(one).names if line is not None and not line.given else ():
                if name not in found and name not in self.enclosures.answers and self.key.line(name) is not None:
                    found.add(name)
                    waiting.append(name)
        return found

    def from_scratch(self, quantity: Quantity) -> dict[Hypothesis, float]:
        """Explanations from working that is not on the sheet: the mistake made everywhere, from the given numbers."""
        given = self.judge.answers[quantity]
        if not isinstance(given.value, Rational):
            return {}
        found: dict[Hypothesis, float] = {}
        near = self.blank_ancestors(quantity)
        for hypothesis in self.key.hypotheses:
            if not self.key.touches(hypothesis, quantity) or self.is_contradicted(hypothesis, quantity, near):
                continue
            value = self.key.from_scratch(hypothesis, quantity)
            if value is None or not self.can_be_named(quantity, value):
                continue
            if meets(value, given.value, given.half_unit):
                found[hypothesis] = 0.5
        return found

    def is_contradicted(self, hypothesis: Hypothesis, quantity: Quantity, near: set[Quantity]) -> bool:
        """Whether the mistake would have been made only further back, in a line that is right on the sheet."""
        if any(one in near for one in hypothesis.formulas):
            return False
        used = self.key.ancestors.get(quantity, frozenset())
        right = (one for one in used & self.verdicts.keys() if self.verdicts[one].rule in FULL_MARKS)
        return any(one in hypothesis.formulas for one in right)
