"""What a line can be when the lines before it are known to their last written digit: rigorous, and tight.

Every answer on the sheet stands for all numbers that round to it. A line computed from answers is enclosed to first
order: its middle, and for every answer that it uses, how far that answer's last digit can move it (the mean value form,
with slopes enclosed over the whole range). Blank lines in between hand these on, so that nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.key import Hypothesis, Key
from backprop_cli.numbers.certified import Ball, Real
from backprop_cli.numbers.enclosures import ball, is_finite, radius, widest
from backprop_cli.numbers.exact import Rational


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as numbers: its value and half a unit of its last written digit."""

    value: Real
    half_unit: Rational


@dataclass(frozen=True)
class Enclosure:
    """middle + Σ noise·ε over ε in [−1, 1], one ε for each answer used; `used` also names those of jumping lines."""

    middle: Ball
    noise: Mapping[Quantity, Ball] = field(default_factory=dict)
    used: frozenset[Quantity] = frozenset()

    @cached_property
    def width(self) -> Ball:
        """How far the value can be from the middle."""
        return sum((widest(part) for part in self.noise.values()), ball(0))

    @cached_property
    def hull(self) -> Ball:
        """One ball around all values."""
        return radius(self.middle, self.width) if self.noise else self.middle


class Enclosures:
    """The enclosures of one sheet's lines; balls are made at the caller's precision."""

    def __init__(self, key: Key, answers: Mapping[Quantity, Given]) -> None:
        self.key = key
        self.answers = answers
        self._found: dict[tuple[Hypothesis | None, Quantity], Enclosure | None] = {}
        self._sources = {quantity: self._as_source(quantity, given) for quantity, given in answers.items()}

    @staticmethod
    def _as_source(quantity: Quantity, given: Given) -> Enclosure:
        noise = {quantity: ball(given.half_unit)} if given.half_unit != 0 else {}
        return Enclosure(ball(given.value), noise, frozenset({quantity}))

    def forget(self, quantity: Quantity) -> None:
        """Lets later lines be computed as if this one were blank."""
        self.answers = {one: given for one, given in self.answers.items() if one != quantity}
        del self._sources[quantity]

    def of(self, quantity: Quantity, hypothesis: Hypothesis | None = None) -> Enclosure | None:
        """What the line gives by its formula (a wrong one, under a hypothesis) from the answers before it.

        None where that has no value: a division by an interval around 0, a formula that needs itself.
        """
        found = self._found.get((hypothesis, quantity), False)
        if found is not False:
            return found  # type: ignore[return-value]
        self._found[hypothesis, quantity] = None
        enclosure = self._computed(quantity, hypothesis)
        self._found[hypothesis, quantity] = enclosure
        return enclosure

    def of_line(self, quantity: Quantity, hypothesis: Hypothesis) -> Enclosure | None:
        """What the line gives if the mistake was made in it alone, and not in the blank lines before it."""
        return self._evaluated(quantity, hypothesis, None)

    def _computed(self, quantity: Quantity, hypothesis: Hypothesis | None) -> Enclosure | None:
        line = self.key.line(quantity)
        if line is None or line.given or not self._is_touched(quantity, hypothesis):
            return Enclosure(self.key.true_ball(quantity))
        return self._evaluated(quantity, hypothesis, hypothesis)

    def _is_touched(self, quantity: Quantity, hypothesis: Hypothesis | None) -> bool:
        """Whether an answer or the hypothesis can change the line's value."""
        if hypothesis is not None and self.key.touches(hypothesis, quantity):
            return True
        return not self.key.before[quantity].isdisjoint(self.answers)

    def _evaluated(
        self, quantity: Quantity, hypothesis: Hypothesis | None, before: Hypothesis | None
    ) -> Enclosure | None:
        rule = self.key.rule(quantity, hypothesis)
        parts: list[Enclosure] = []
        for name in rule.names:
            part = self._sources.get(name) or self.of(name, before)
            if part is None:
                return None
            parts.append(part)
        used = frozenset().union(*(part.used for part in parts))
        noisy = any(part.noise for part in parts)
        hulls = [part.hull for part in parts]
        if rule.slopes is None and noisy:
            whole = ball(rule.value(*hulls)[0])
            if not is_finite(whole):
                return None
            return Enclosure(ball(whole.mid()), {quantity: ball(whole.rad())}, used)
        middle = ball(rule.value(*(part.middle for part in parts))[0])
        if not is_finite(middle):
            return None
        if not noisy:
            return Enclosure(middle, {}, used)
        assert rule.slopes is not None
        noise: dict[Quantity, Ball] = {}
        for slope, part in zip(rule.slopes(*hulls), parts, strict=True):
            for source, size in part.noise.items():
                noise[source] = noise[source] + slope * size if source in noise else slope * size
        if not all(map(is_finite, map(ball, noise.values()))):
            return None
        return Enclosure(middle, {source: ball(size) for source, size in noise.items()}, used)
