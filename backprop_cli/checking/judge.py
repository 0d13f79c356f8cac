"""Judges a sheet line by line, by the rules of marking in their order; the first that holds is the verdict.

right · follows · too few digits · near miss · mistake · wrong; blank is blank, not 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as _replace

from backprop_cli.checking.digits import miscopied
from backprop_cli.checking.enclosure import Enclosure, Enclosures, Given
from backprop_cli.checking.key import BITS, MISCOPIED, Hypothesis, Key, range_of
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.verdicts import FULL_MARKS, Rule, Verdict
from backprop_cli.formula import Apply
from backprop_cli.numbers.certified import Real, precision
from backprop_cli.numbers.enclosures import ball, meets, within
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.quantities import Kind, Quantity


@dataclass
class Judge:
    """Judges the lines of one sheet; `commas` are the answers with a decimal comma."""

    key: Key
    answers: Mapping[Quantity, Given]
    marking: Marking
    commas: frozenset[Quantity] = frozenset()
    verdicts: dict[Quantity, Verdict] = field(default_factory=dict)
    refused: dict[Quantity, str] = field(default_factory=dict)  # the answers from which nothing follows, and why
    nearby: dict[Quantity, dict[Hypothesis, float]] = field(default_factory=dict)  # what explains a line from answers

    def __post_init__(self) -> None:
        with precision(BITS):
            self.order = sorted(self.answers, key=lambda one: self.key.order.get(one, -1))
            self.enclosures = Enclosures(self.key, {one: self._trusted(one) for one in self.answers})

    def _trusted(self, quantity: Quantity) -> Given:
        """The answer as later lines use it: one that is the whole value, as 0.5 may be, is as good as 0.5000."""
        given = self.answers[quantity]
        if self.key.true(quantity) != given.value:
            return given
        unit = self._true_unit(quantity)
        if given.value == 0 and self.marking.digits(quantity).figures is not None:
            unit = rational(0)  # no figure of 0 is unknown
        return Given(given.value, min(given.half_unit, unit / 2))

    def judged(self) -> dict[Quantity, Verdict]:
        """The verdict on every answer, in the order of the work."""
        with precision(BITS):
            for quantity in self.order:
                verdict = self._verdict(quantity)
                if verdict.rule not in _RIGHT and (reason := self._refusal(quantity)):
                    self.refused[quantity] = reason
                    self.enclosures.forget(quantity)
                    verdict = _replace(verdict, refused=(*verdict.refused, (quantity, reason)))
                self.verdicts[quantity] = verdict
            self._find_causes()
        return self.verdicts

    def verdict_if(self, quantity: Quantity, given: Given) -> Verdict:
        """The verdict, before causes are looked for, if this one answer were another."""
        before = self.answers
        self.answers = {**before, quantity: given}
        with precision(BITS):
            verdict = self._verdict(quantity)
        self.answers = before
        return verdict

    # ---- rules 1 to 4 ----------------------------------------------------------------------------------------

    def _verdict(self, quantity: Quantity) -> Verdict:
        given = self.answers[quantity]
        is_right = self._is_right(quantity, given)
        whole = given.value == self.key.rounded.get(quantity)  # as 0.1 is, where the line reads 0.1000
        if is_right and (whole or self._says_something(quantity, given, self.key.true(quantity))):
            return self._with_digits(quantity, given, Verdict(quantity, Rule.RIGHT), self.key.true(quantity))
        enclosure = self.enclosures.of(quantity)
        follows = enclosure is not None and self._explains(enclosure, given)
        if enclosure is not None and follows and self._says_something(quantity, given, enclosure.middle):
            return self._with_digits(quantity, given, self._following(quantity, enclosure), enclosure.middle)
        if is_right or follows:
            return Verdict(quantity, Rule.WRONG, vague=True)
        near, other = self._near_miss(quantity, given, enclosure)
        if near:
            return Verdict(quantity, Rule.NEAR, near=near, other=other)
        used = self.key.ancestors.get(quantity, frozenset())
        refused = tuple((one, reason) for one, reason in self.refused.items() if one in used)
        return Verdict(quantity, Rule.WRONG, refused=refused)

    def _says_something(self, quantity: Quantity, given: Given, value: Real) -> bool:
        """Whether an answer has a digit of the value that counts: 0 or 1 for 0.74 says too little to be right."""
        unit = 2 * given.half_unit
        return self._is_fine_enough(quantity, given) or _looks_equal(value, given.value) or not abs(ball(value)) < unit

    def _is_fine_enough(self, quantity: Quantity, given: Given) -> bool:
        """Whether an answer has the digits asked for: so many figures of the right value, or of the one written."""
        unit = 2 * given.half_unit
        if self.key.true(quantity) != 0 and unit <= self._true_unit(quantity):
            return True
        return given.value != 0 and bool(unit <= self.marking.unit(quantity, given.value))

    def _true_unit(self, quantity: Quantity) -> Rational:
        """One unit of the last digit asked for of the right value."""
        units = self.marking.units
        if quantity not in units:
            units[quantity] = self.marking.unit(quantity, self.key.true(quantity))
        return units[quantity]

    def _is_right(self, quantity: Quantity, given: Given) -> bool:
        """Rule 1: within half a unit of the last written digit of the true value, or of the rounded line's."""
        value, half = given.value, given.half_unit
        for true in (self.key.true(quantity), self.key.rounded.get(quantity)):
            if true is None:
                continue
            if isinstance(value, Rational):
                if within(true, value, half):
                    return True
            elif not abs(ball(value) - true) > half and _looks_equal(value, true):
                return True
        return False

    @staticmethod
    def _explains(enclosure: Enclosure, given: Given) -> bool:
        """Rule 2: the interval of the answer and the enclosure of the line have a point in common."""
        if not isinstance(given.value, Rational):
            return not abs(enclosure.hull - ball(given.value)) > given.half_unit
        return meets(enclosure.middle, given.value, enclosure.width + given.half_unit)

    def _following(self, quantity: Quantity, enclosure: Enclosure) -> Verdict:
        roots: dict[Quantity, None] = {}
        for used in enclosure.used:
            verdict = self.verdicts.get(used)
            if verdict is not None and verdict.rule is Rule.FOLLOWS:
                roots |= dict.fromkeys(verdict.because)
            elif verdict is not None and verdict.is_wrong:
                roots[used] = None
        because = tuple(sorted(roots, key=lambda one: self.key.order[one]))
        return Verdict(quantity, Rule.FOLLOWS if because else Rule.CARRIED, because)

    def _with_digits(self, quantity: Quantity, given: Given, verdict: Verdict, value: Real) -> Verdict:
        """Rule 3: the answer is right as far as it goes, but it does not go as far as is asked.

        An answer that is the whole value, which may be short, is long enough.
        """
        if quantity in self.commas:
            return _replace(verdict, rule=Rule.NEAR, near="comma")
        if self._is_fine_enough(quantity, given):
            return verdict
        if any(_looks_equal(one, given.value) for one in (value, self.key.rounded.get(quantity, value))):
            return verdict
        return _replace(verdict, rule=Rule.TOO_FEW)

    def _near_miss(self, quantity: Quantity, given: Given, enclosure: Enclosure | None) -> tuple[str, Quantity | None]:
        """Rule 4, but for the sign, the point and digits too many: a mistake that explains these is named first."""
        true = self.key.true(quantity)
        if not isinstance(given.value, Rational) or given.half_unit == 0:
            return "", None
        if not self._says_something(quantity, given, true):
            return "", None
        wider = Given(given.value, given.half_unit * 3)
        if self._is_right(quantity, wider) or (enclosure is not None and self._explains(enclosure, wider)):
            cut_off = abs(ball(given.value)) < abs(ball(true)) and abs(ball(true) - given.value) < 2 * given.half_unit
            return ("cut off" if cut_off else "last digit"), None
        other = self._swapped_with(quantity, given)
        return ("swapped", other) if other is not None else ("", None)

    def _is_shifted(self, quantity: Quantity, given: Given) -> bool:
        """Whether the answer is right but for the place of its decimal point."""
        if not isinstance(given.value, Rational) or given.half_unit == 0 or given.value == 0:
            return False
        factors = [rational(10) ** places for places in (1, 2, 3)]
        return any(
            self._is_right(quantity, Given(given.value * factor, given.half_unit * factor))
            for factor in (*factors, *(1 / factor for factor in factors))
        )

    def _swapped_with(self, quantity: Quantity, given: Given) -> Quantity | None:
        """The neighbouring line with whose answer this one was exchanged."""
        sort = self._sort(quantity)
        same = [one for one in self.order if self._sort(one) == sort]
        place = same.index(quantity) if quantity in same else len(same)
        for other in same[max(0, place - 1) : place] + same[place + 1 : place + 2]:
            exchanged = self._is_right(other, given) and self._is_right(quantity, self.answers[other])
            if exchanged and not self._is_right(other, self.answers[other]):
                return other
        return None

    def _sort(self, quantity: Quantity) -> tuple[object, ...]:
        """What a line has in common with those whose answers it may be swapped with."""
        return quantity.kind, quantity.at, quantity.name in self.key.problem.parameters

    def _refusal(self, quantity: Quantity) -> str:
        """Why nothing follows from an answer: no such value can be, or it makes the rest trivial."""
        given = self.answers[quantity]
        line = self.key.line(quantity)
        if line is None:
            return ""
        operation = line.formula.operation if isinstance(line.formula, Apply) else ""
        low, high = range_of(operation) if quantity.kind is Kind.OUT else (None, None)
        value = ball(given.value)
        slack = given.half_unit
        if (low is not None and value < low - slack) or (high is not None and value > high + slack):
            return "impossible"
        saturated = [bound for bound in (low, high) if bound is not None]
        if value == 0 or any(value == bound for bound in saturated):
            return "trivial"
        return ""

    # ---- rules 5 and 6 ---------------------------------------------------------------------------------------

    def _find_causes(self) -> None:
        """Names the mistakes: of those that explain a line, the one that explains the most lines of the sheet."""
        unexplained = {one: found for one in self.order if (found := self._candidates(one))}
        while unexplained:
            cause = self._best(unexplained)
            lines = [one for one, found in unexplained.items() if cause in found]
            also = [one for one in unexplained[lines[0]] if one != cause and all(one in unexplained[q] for q in lines)]
            made = [one for one in self._blank_ancestors(lines[0]) if one in cause.formulas]
            if made:  # here, or in a blank line before: what was done further back is less likely
                nearest = max(made, key=self.key.order.__getitem__)
                also = [one for one in also if nearest in one.formulas]
            also = [one for one in also if not any(self._is_said_by(other, one, lines) for other in (cause, *also))]
            also.sort(key=lambda one: sum(unexplained[q][one] for q in lines))
            for quantity in lines:
                scratch = cause not in self.nearby[quantity]
                self.verdicts[quantity] = _replace(
                    self.verdicts[quantity], rule=Rule.MISTAKE, causes=(cause, *also), from_scratch=scratch
                )
                del unexplained[quantity]
        for quantity in self.order:
            if self.verdicts[quantity].rule is Rule.WRONG:
                self.verdicts[quantity] = self._last_resort(quantity)

    def _best(self, unexplained: Mapping[Quantity, Mapping[Hypothesis, float]]) -> Hypothesis:
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

    def _is_said_by(self, cause: Hypothesis, other: Hypothesis, lines: Sequence[Quantity]) -> bool:
        """Whether another hypothesis is the same mistake, made in a factor that nobody writes on a line of its own."""
        return all(self._is_same(cause, other, quantity) for quantity in lines)

    def _is_same(self, cause: Hypothesis, other: Hypothesis, quantity: Quantity) -> bool:
        if quantity not in cause.formulas or quantity in other.formulas:
            return False
        if any(one in other.formulas for one in self._blank_ancestors(quantity) & self.key.textbook):
            return False
        one, two = (self.enclosures.of(quantity, hypothesis) for hypothesis in (cause, other))
        if one is not None and two is not None and _looks_equal(one.middle, two.middle):
            return True
        first, second = (self.key.from_scratch(hypothesis, quantity) for hypothesis in (cause, other))
        return first is not None and second is not None and _looks_equal(first, second)

    def _candidates(self, quantity: Quantity) -> dict[Hypothesis, float]:
        """The hypotheses that explain a wrong line, each with how far from its middle the answer is (0 to 1)."""
        if self.verdicts[quantity].rule is not Rule.WRONG:
            return {}
        self.nearby[quantity] = self._local(quantity)
        return self.nearby[quantity] or self._from_scratch(quantity)

    def _local(self, quantity: Quantity) -> dict[Hypothesis, float]:
        """Explanations from the student's own earlier values."""
        found: dict[Hypothesis, float] = {}
        near = self._blank_ancestors(quantity)
        for hypothesis in self._touching(near):
            misfit = self._misfit(quantity, self.enclosures.of(quantity, hypothesis))
            if misfit is None and quantity in hypothesis.formulas and not self._is_alone(hypothesis, near):
                misfit = self._misfit(quantity, self.enclosures.of_line(quantity, hypothesis))
            if misfit is not None:
                found[hypothesis] = misfit
        return found

    @staticmethod
    def _is_alone(hypothesis: Hypothesis, lines: set[Quantity]) -> bool:
        """Whether the mistake touches no more than one of the lines."""
        return sum(one in hypothesis.formulas for one in lines) < 2

    def _misfit(self, quantity: Quantity, enclosure: Enclosure | None) -> float | None:
        """How far from its middle the answer is (0 to 1), where the enclosure of a mistake explains it."""
        given = self.answers[quantity]
        if enclosure is None or not self._can_be_named(quantity, enclosure.middle):
            return None
        if not self._explains(enclosure, given):
            return None
        reach = enclosure.width + given.half_unit
        return float(abs(enclosure.middle - ball(given.value)) / reach) if reach != 0 else 0.0

    def _can_be_named(self, quantity: Quantity, value: Real) -> bool:
        """Whether the answer says enough for a mistake with this value to be named: 0 names one that gives just 0."""
        given = self.answers[quantity]
        if self.verdicts[quantity].vague:
            return _looks_equal(value, given.value)
        return self._says_something(quantity, given, value)

    def _touching(self, lines: Iterable[Quantity]) -> Sequence[Hypothesis]:
        """The hypotheses that touch some of the lines."""
        touching: dict[Hypothesis, None] = {}
        for one in lines:
            touching |= dict.fromkeys(self.key.hypotheses_of.get(one, ()))
        return list(touching)

    def _blank_ancestors(self, quantity: Quantity) -> set[Quantity]:
        """The line, and the lines before it that no answer cuts off."""
        found, waiting = {quantity}, [quantity]
        while waiting:
            line = self.key.line(one := waiting.pop())
            for name in self.key.rule(one).names if line is not None and not line.given else ():
                if name not in found and name not in self.enclosures.answers and self.key.line(name) is not None:
                    found.add(name)
                    waiting.append(name)
        return found

    def _from_scratch(self, quantity: Quantity) -> dict[Hypothesis, float]:
        """Explanations from working that is not on the sheet: the mistake made everywhere, from the given numbers."""
        given = self.answers[quantity]
        if not isinstance(given.value, Rational):
            return {}
        found: dict[Hypothesis, float] = {}
        near = self._blank_ancestors(quantity)
        for hypothesis in self.key.hypotheses:
            if not self.key.touches(hypothesis, quantity) or self._is_contradicted(hypothesis, quantity, near):
                continue
            value = self.key.from_scratch(hypothesis, quantity)
            if value is None or not self._can_be_named(quantity, value):
                continue
            if meets(value, given.value, given.half_unit):
                found[hypothesis] = 0.5
        return found

    def _is_contradicted(self, hypothesis: Hypothesis, quantity: Quantity, near: set[Quantity]) -> bool:
        """Whether the mistake would have been made only further back, in a line that is right on the sheet."""
        if any(one in near for one in hypothesis.formulas):
            return False
        used = self.key.ancestors.get(quantity, frozenset())
        right = (one for one in used & self.verdicts.keys() if self.verdicts[one].rule in FULL_MARKS)
        return any(one in hypothesis.formulas for one in right)

    def _last_resort(self, quantity: Quantity) -> Verdict:
        """Too many digits, a wrong sign, a miscopied digit, or simply wrong."""
        given, verdict = self.answers[quantity], self.verdicts[quantity]
        if verdict.vague:
            return verdict
        unit = self._true_unit(quantity)
        if 0 < given.half_unit * 2 < unit and self._is_right(quantity, Given(given.value, unit / 2)):
            return _replace(verdict, rule=Rule.NEAR, near="extra digits")
        if self._is_shifted(quantity, given):
            return _replace(verdict, rule=Rule.NEAR, near="point")
        flipped = Given(-given.value, given.half_unit)
        enclosure = self.enclosures.of(quantity)
        if self._is_right(quantity, flipped) or (enclosure is not None and self._explains(enclosure, flipped)):
            return _replace(verdict, rule=Rule.NEAR, near="sign")
        targets = [self.key.true_ball(quantity)] + ([enclosure.middle] if enclosure is not None else [])
        for target in targets:
            if isinstance(given.value, Rational) and miscopied(given.value, given.half_unit, target):
                return _replace(verdict, rule=Rule.MISTAKE, causes=(MISCOPIED,))
        return verdict


_RIGHT = (*FULL_MARKS, Rule.TOO_FEW)
_HARDLY_ANYTHING = rational(1, 10) ** 40


def _looks_equal(one: Real, other: Real) -> bool:
    """Whether two numbers agree as far as the precision tells."""
    if isinstance(one, Rational) and isinstance(other, Rational):
        return bool(abs(one - other) < _HARDLY_ANYTHING)
    return bool(abs(ball(one) - other) < _HARDLY_ANYTHING)
