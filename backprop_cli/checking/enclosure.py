"""What a line can be when the lines before it are known to their last written digit: rigorous, and tight.

Every answer on the sheet stands for all numbers that round to it. A line computed from answers is enclosed to first
order: its middle, and for every answer that it uses, how far that answer's last digit can move it (the mean value form,
with slopes enclosed over the whole range). Blank lines in between hand these on, so that nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.by_hand import RoundedResult, worked
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.partials import Partials, names_behind
from backprop_cli.checking.rules import CompiledFormula
from backprop_cli.ground.recent import Recent
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Ball
from backprop_cli.numbers.enclosures import ball, is_finite, radius, widest
from backprop_cli.numbers.rounded import Rounding

_MOST_BY_HAND = 512  # lines with digits to round to, of which it is kept what comes out


@record(slots=False)
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
    """The enclosures of one sheet's lines; balls are made at the caller's precision.

    `sources` are the answers, each as the enclosure that later lines use.
    """

    def __init__(self, key: AnswerKey, sources: Mapping[Quantity, Enclosure]) -> None:
        self.key = key
        self.sources = dict(sources)
        self.coarse: set[Quantity] = set()  # sources with too few digits
        self._found: dict[Quantity, Enclosure | None] = {}

    def has_digits(self, quantity: Quantity) -> bool:
        """Whether an answer has as many digits as are asked for."""
        return quantity not in self.coarse

    def refine(self, quantity: Quantity, source: Enclosure | None) -> None:
        """Takes an answer as one that has its digits, before later lines are computed."""
        self.coarse.discard(quantity)
        if source is not None:
            self.sources[quantity] = source

    def forget(self, quantity: Quantity) -> None:
        """Lets later lines be computed as if this one were blank."""
        del self.sources[quantity]
        self._found.clear()
        self.__dict__.pop("_touched", None)

    @cached_property
    def _touched(self) -> frozenset[Quantity]:
        """The lines that an answer before them can change."""
        reached = set(self.sources)
        touched: set[Quantity] = set()
        for quantity, names in self.key.lines_worked_out:
            if not reached.isdisjoint(names):
                touched.add(quantity)
                reached.add(quantity)
        return frozenset(touched)

    # ---- by the right formulas -------------------------------------------------------------------------------

    def of(self, quantity: Quantity) -> Enclosure | None:
        """What the line gives by its formula from the answers before it.

        None where that has no value, as of a division by an interval around 0.
        """
        waiting = [quantity]
        while waiting:
            one = waiting[-1]
            if one in self._found:
                waiting.pop()
            elif one not in self._touched:
                self._found[one] = Enclosure(self.key.true_ball(one))
            elif missing := [name for name in self.key.rule(one).names if not self._is_known(name)]:
                waiting += missing
            else:
                self._found[one] = self._evaluated(one, self.key.rule(one), {}) or self._in_short(one)
        return self._found[quantity]

    def _in_short(self, quantity: Quantity) -> Enclosure | None:
        """What the line gives as textbooks write it: p − t has a value where −t/p·… has none, at p = 0."""
        formula = self.key.in_short(quantity)
        return None if formula is None else self.by(quantity, formula)

    def _is_known(self, name: Quantity) -> bool:
        return name in self.sources or name in self._found

    def by(self, quantity: Quantity, formula: Formula) -> Enclosure | None:
        """What another formula of the line gives."""
        return self._evaluated(quantity, self.key.rule_of(formula), {})

    # ---- by wrong formulas -----------------------------------------------------------------------------------

    def blank_before(self, quantity: Quantity, most: int) -> list[Quantity]:
        """The line, and the lines before it that no answer cuts off, the nearest first; no more than `most`."""
        found, waiting = {quantity: None}, [quantity]
        for one in waiting:
            for name in self.key.rule(one).names if self.key.is_worked(one) else ():
                if name not in found and name not in self.sources and name in self.key.order:
                    found[name] = None
                    waiting.append(name)
            if len(found) > most:
                break
        return list(found)[:most]

    def under(
        self, quantity: Quantity, formulas: Mapping[Quantity, Formula], blank: Iterable[Quantity]
    ) -> Enclosure | None:
        """What the line gives if these of its blank lines (itself among them) were worked out by wrong formulas."""
        changed: dict[Quantity, Enclosure | None] = {}
        for one in sorted(blank, key=self.key.order.__getitem__):
            wrong = formulas.get(one)
            rule = self.key.rule(one) if wrong is None else self.key.rule_of(wrong)
            if wrong is not None or not changed.keys().isdisjoint(rule.names):
                changed[one] = self._evaluated(one, rule, changed)
        return changed[quantity] if quantity in changed else self.of(quantity)

    def _evaluated(
        self, quantity: Quantity, rule: CompiledFormula, changed: Mapping[Quantity, Enclosure | None]
    ) -> Enclosure | None:
        parts: list[Enclosure] = []
        for name in rule.names:
            part = self.sources.get(name) or (changed[name] if name in changed else self.of(name))
            if part is None:
                return None
            parts.append(part)
        return _combined(quantity, rule, parts)

    # ---- with what was rounded on the way --------------------------------------------------------------------

    def rounded_on_the_way(self, quantity: Quantity, digits: Sequence[Rounding]) -> Iterable[Enclosure]:
        """The enclosures of a line whose products, summands and blank lines were rounded to digits such as these."""
        plain = self.of(quantity)
        if plain is None:
            return
        for one in digits:
            partials = Partials(self.key, self.sources.keys(), self._middle, one)
            for width in partials.widths(quantity):
                if width > 0:
                    yield Enclosure(plain.middle, {**plain.noise, quantity: width}, plain.used)

    def by_hand(self, quantity: Quantity, digits: Sequence[Rounding]) -> Iterator[RoundedResult]:
        """The numbers that a line comes out as where what is written on the way is rounded to digits such as these.

        They are worked out once for all sheets of a class that have the same answers before the line.
        """
        known = self.key.once(_worked_by_hand)
        before = {name: self.sources[name] for name in self._behind(quantity) if name in self.sources}
        for one in digits:
            which = quantity, one, tuple((name, id(source)) for name, source in before.items())
            found = known.get(which)
            if found is None:  # that the sources are kept with it keeps their identity
                results = worked(self.key, self.sources.keys(), self._middle, quantity, one)
                found = known.keep(which, (tuple(before.values()), tuple(results)))
            yield from found[1]

    def _behind(self, quantity: Quantity) -> Iterable[Quantity]:
        """Everything that a line is worked out from, by whichever of its formulas: answers, and lines left blank."""
        found: dict[Quantity, None] = {}
        waiting = [quantity]
        while waiting:
            names = names_behind(self.key, waiting.pop())
            new = [name for name in names if name not in found]
            found |= dict.fromkeys(new)
            waiting += (name for name in new if name not in self.sources and self.key.is_worked(name))
        return found

    def _middle(self, name: Quantity) -> Ball:
        part = self.sources.get(name) or self.of(name)
        return part.middle if part is not None else ball(0) / 0


def _worked_by_hand(_key: AnswerKey) -> Recent[tuple[object, ...], tuple[object, tuple[RoundedResult, ...]]]:
    return Recent(_MOST_BY_HAND)


def _combined(quantity: Quantity, rule: CompiledFormula, parts: Sequence[Enclosure]) -> Enclosure | None:
    """The enclosure of a formula from those of its names."""
    used = frozenset().union(*(part.used for part in parts))
    if not any(part.noise for part in parts):
        middle = ball(rule.value(*(part.middle for part in parts))[0])
        return Enclosure(middle, {}, used) if is_finite(middle) else None
    hulls = [part.hull for part in parts]
    slopes = rule.slopes
    if slopes is None:
        whole = ball(rule.value(*hulls)[0])
        return Enclosure(ball(whole.mid()), {quantity: ball(whole.rad())}, used) if is_finite(whole) else None
    middle = ball(rule.value(*(part.middle for part in parts))[0])
    noise: dict[Quantity, Ball] = {}
    for slope, part in zip(slopes(*hulls), parts, strict=True):
        for source, size in part.noise.items():
            noise[source] = noise[source] + slope * size if source in noise else slope * size
    balls = {source: ball(size) for source, size in noise.items()}
    if not is_finite(middle) or not all(map(is_finite, balls.values())):
        return None
    return Enclosure(middle, balls, used)
