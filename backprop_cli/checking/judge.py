"""Judges a sheet line by line, by the rules of marking in their order; the first that holds is the verdict.

right · follows · too few digits · near miss · mistake · wrong; blank is blank, not 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import replace as _replace

from backprop_cli.algebra.formula import Apply
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.causes import Causes
from backprop_cli.checking.digits import miscopied
from backprop_cli.checking.enclosure import Enclosure, Enclosures, Given
from backprop_cli.checking.key import BITS, MISCOPIED, Key, range_of
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.verdicts import FULL_MARKS, Rule, Verdict
from backprop_cli.numbers.certified import Real, precision
from backprop_cli.numbers.enclosures import ball, looks_equal, meets, within
from backprop_cli.numbers.exact import Rational, rational


@dataclass
class Judge:
    """Judges the lines of one sheet; `commas` are the answers with a decimal comma."""

    key: Key
    answers: Mapping[Quantity, Given]
    marking: Marking
    commas: frozenset[Quantity] = frozenset()
    verdicts: dict[Quantity, Verdict] = field(default_factory=dict)
    refused: dict[Quantity, str] = field(default_factory=dict)  # the answers from which nothing follows, and why

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
            Causes(self).find()
            for quantity in self.order:
                if self.verdicts[quantity].rule is Rule.WRONG:
                    self.verdicts[quantity] = self._last_resort(quantity)
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
        if is_right and (whole or self.says_something(quantity, given, self.key.true(quantity))):
            return self._with_digits(quantity, given, Verdict(quantity, Rule.RIGHT), self.key.true(quantity))
        enclosure = self.enclosures.of(quantity)
        follows = enclosure is not None and self.explains(enclosure, given)
        if enclosure is not None and follows and self.says_something(quantity, given, enclosure.middle):
            return self._with_digits(quantity, given, self._following(quantity, enclosure), enclosure.middle)
        if is_right or follows:
            return Verdict(quantity, Rule.WRONG, vague=True)
        near, other = self._near_miss(quantity, given, enclosure)
        if near:
            return Verdict(quantity, Rule.NEAR, near=near, other=other)
        used = self.key.ancestors.get(quantity, frozenset())
        refused = tuple((one, reason) for one, reason in self.refused.items() if one in used)
        return Verdict(quantity, Rule.WRONG, refused=refused)

    def says_something(self, quantity: Quantity, given: Given, value: Real) -> bool:
        """Whether an answer has a digit of the value that counts: 0 or 1 for 0.74 says too little to be right."""
        unit = 2 * given.half_unit
        return self._is_fine_enough(quantity, given) or looks_equal(value, given.value) or not abs(ball(value)) < unit

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
            elif not abs(ball(value) - true) > half and looks_equal(value, true):
                return True
        return False

    @staticmethod
    def explains(enclosure: Enclosure, given: Given) -> bool:
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
        if any(looks_equal(one, given.value) for one in (value, self.key.rounded.get(quantity, value))):
            return verdict
        return _replace(verdict, rule=Rule.TOO_FEW)

    def _near_miss(self, quantity: Quantity, given: Given, enclosure: Enclosure | None) -> tuple[str, Quantity | None]:
        """Rule 4, but for the sign, the point and digits too many: a mistake that explains these is named first."""
        true = self.key.true(quantity)
        if not isinstance(given.value, Rational) or given.half_unit == 0:
            return "", None
        if not self.says_something(quantity, given, true):
            return "", None
        wider = Given(given.value, given.half_unit * 3)
        if self._is_right(quantity, wider) or (enclosure is not None and self.explains(enclosure, wider)):
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

    # ---- the last rule ---------------------------------------------------------------------------------------

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
        if self._is_right(quantity, flipped) or (enclosure is not None and self.explains(enclosure, flipped)):
            return _replace(verdict, rule=Rule.NEAR, near="sign")
        targets = [self.key.true_ball(quantity)] + ([enclosure.middle] if enclosure is not None else [])
        for target in targets:
            if isinstance(given.value, Rational) and miscopied(given.value, given.half_unit, target):
                return _replace(verdict, rule=Rule.MISTAKE, causes=(MISCOPIED,))
        return verdict


_RIGHT = (*FULL_MARKS, Rule.TOO_FEW)
