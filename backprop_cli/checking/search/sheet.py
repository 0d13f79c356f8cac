"""One sheet under search: which edits of a wrong line, and of the blank lines before it, give what is written."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.search.blank_lines import MOST_BLANK, BlankLines
from backprop_cli.checking.search.doubles import Known, evaluated
from backprop_cli.checking.search.lines import Weighed
from backprop_cli.checking.search.meanings import Meaning, Meanings, is_zero, on_this_problem, through
from backprop_cli.checking.search.proof import Answer
from backprop_cli.checking.search.slips import Miscopied, Miswritten, miscopied, slips_of
from backprop_cli.checking.search.weigh import Explained, Fits, fit_of, grain, share_of
from backprop_cli.checking.search.worlds import World
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.enclosures import ball
from backprop_cli.numbers.exact import Rational, to_float

FARTHER = 0.4  # how much less likely a mistake is in a blank line than in the line itself
_EXACTLY_OLD = 100.0  # how much likelier it is that nothing was done where just the old value is written
_NOT_UPDATED = ("only", "old")
_PADDED = 50.0  # and how much less, where it is written with digits that nobody would copy
_MOST_EDITS = 2500  # edits of a line and the blank lines before it that are tried
_SLACK = 1e-9
_EXACT = 1e-12  # half a unit of the last digit of what is exact, for its size


@record
class Tried:
    """What may have been written in a line: what each edit gives, in their order, and what a number copied wrongly."""

    edits: tuple[Known, ...]
    miscopied: tuple[Miscopied, ...]


@record
class Giving:
    """An edit that gives the answer: what it means, its prior here, and how well it fits."""

    edit: Weighed
    meaning: Meaning
    prior: float
    fit: float


@dataclass
class Sheet:
    """The answers of one sheet, and what every quantity is for the student who wrote them.

    What stands before a line that is `right` was done rightly; what is `padded` has the value of its old parameter,
    with more digits than that has.
    """

    meanings: Meanings
    blank: BlankLines
    answers: Mapping[Quantity, Answer]
    right: Collection[Quantity] = ()
    padded: Collection[Quantity] = ()
    world: World = field(init=False)
    _regions: dict[Quantity, Sequence[Quantity]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given = {quantity: (_float(one.value), _float(one.half_unit)) for quantity, one in self.answers.items()}
        self.lines = self.meanings.lines
        self.world = self.meanings.worlds.of_sheet(given)

    def fits(self, quantity: Quantity, tried: Tried) -> Fits:
        """The edits that give the answer, those of one meaning together; `tried` is what they give."""
        answer, half = self._answer(quantity)
        slack = _SLACK * abs(answer)
        followed = self._followed(quantity)
        if abs(followed - answer) <= half + slack or _is_cut_off(answer, followed, half):
            return Fits([], 0.0, 0.0)  # what is right is never blamed
        found: dict[Meaning, Explained] = {}
        for one in self.giving(quantity, tried):
            negative = self.meanings.is_negative(one.meaning, quantity)
            _enter(found, quantity, one.meaning, one.edit, one.prior, one.fit, negative)
        mass = sum(prior for _edit, prior in self.priors(quantity, tried))
        for slip in slips_of(Miswritten(quantity, answer, half, followed), tried.miscopied):
            mass += slip.prior
            _enter(found, quantity, slip.edit.key, slip, slip.prior, 1.0)
        for entry in found.values() if quantity in self.padded else ():
            if _NOT_UPDATED in entry.keys:
                entry.prior /= _PADDED
        coarse = grain(answer, followed, half)
        share = share_of(coarse, self._scale(quantity, answer))
        return Fits(list(found.values()), mass, share, coarse > half)

    def priors(self, quantity: Quantity, tried: Tried) -> Iterator[tuple[Weighed, float]]:
        """Every edit that was tried and has a value, with its prior."""
        for (one, prior, _path), (value, _width) in zip(self._edits(quantity), tried.edits, strict=True):
            if not math.isnan(value):
                yield one, prior

    def giving(self, quantity: Quantity, tried: Tried) -> Iterator[Giving]:
        """The edits that give the answer, and are mistakes on the copies."""
        answer, half = self._answer(quantity)
        slack = _SLACK * abs(answer)
        for (one, prior, path), (value, width) in zip(self._edits(quantity), tried.edits, strict=True):
            distance = abs(value - answer)
            if not distance <= width + half + slack:  # not a number, too
                continue
            by_itself = self._width(one.edit.formula) if one.line == quantity else width
            meaning = self.meanings.of(one, quantity, path) if distance <= by_itself + half + slack else None
            if meaning is not None:
                likely = prior * _EXACTLY_OLD if one.edit.kind == "not updated" and distance <= slack else prior
                yield Giving(one, meaning, likely, fit_of(distance, by_itself, half))

    def _answer(self, quantity: Quantity) -> Known:
        """The answer, and half a unit of its last digit."""
        answer, half = self.world.known(quantity)
        return answer, max(half, abs(answer) * _EXACT)

    def reads(self, quantity: Quantity) -> tuple[object, ...]:
        """Everything that `tried` depends on: which lines are blank, and the answers behind what edits name."""
        region = self.region(quantity)
        behind = self.blank.answers_behind(region, frozenset(self.answers))
        return quantity, tuple(region), tuple((name, self.world.known(name)) for name in behind)

    def tried(self, quantity: Quantity) -> Tried:
        """What every edit of the line and of the blank lines before it gives for the line, and every miscopied number.

        The answer itself is not looked at.
        """
        formula = self._formula(quantity)
        values = {name: self.world.known(name)[0] for name in quantities_in(formula)}
        return Tried(
            tuple(
                through(self.world, one.line, self.world(one.edit.formula), quantity, path, self._formula)
                for one, _prior, path in self._edits(quantity)
            ),
            tuple(miscopied(formula, values, self.lines.derivation.constants)),
        )

    def region(self, quantity: Quantity) -> Sequence[Quantity]:
        """The line, and the blank lines before it that would show in no line that is right."""
        if quantity not in self._regions:
            self._regions[quantity] = self._region(quantity)
        return self._regions[quantity]

    def _region(self, quantity: Quantity) -> Sequence[Quantity]:
        found, count = [quantity], len(self.lines.edits(quantity, self.answers))
        for one in self._blank_before(quantity):
            count += len(self.lines.edits(one, self.answers))
            if count > _MOST_EDITS:
                break
            found.append(one)
        return found

    def is_looked_through(self, quantity: Quantity) -> bool:
        """Whether a mistake is looked for in every blank line before a line."""
        every = len(self.blank.before(quantity, self.answers)) < MOST_BLANK
        return every and len(self.region(quantity)) > len(self._blank_before(quantity))

    def _blank_before(self, quantity: Quantity) -> list[Quantity]:
        blank = self.blank.before(quantity, self.answers)[1:]
        return [one for one in blank if not self.blank.shows_in(one, self.answers, self.right)]

    def _scale(self, quantity: Quantity, answer: float) -> float:
        """How large a number is that means nothing."""
        sizes = [abs(answer), abs(self.meanings.worlds.right.known(quantity)[0]), abs(self._followed(quantity))]
        return max(size for size in sizes if math.isfinite(size))

    def _edits(self, quantity: Quantity) -> Iterator[tuple[Weighed, float, list[Quantity]]]:
        """Every edit of the line and of the blank lines before it, with its prior and the lines between the two."""
        region = self.region(quantity)
        for line in region:
            path = self._path(line, quantity, region)
            weight = 1.0 if line == quantity else FARTHER
            for one in self.lines.edits(line, self.answers):
                yield one, one.prior * weight, path

    def _path(self, start: Quantity, end: Quantity, region: Sequence[Quantity]) -> list[Quantity]:
        """The blank lines between two lines that are computed from the first one, in their order, and the last one."""
        touched = {start}
        path: list[Quantity] = []
        for one in sorted(region, key=self.lines.order.__getitem__):
            if one != start and not touched.isdisjoint(quantities_in(self._formula(one))):
                touched.add(one)
                path.append(one)
        return path or [end]

    def _formula(self, quantity: Quantity) -> Formula:
        return self.lines.roots(quantity, self.answers)[0].formula

    def _followed(self, quantity: Quantity) -> float:
        """What the line would be from the answers before it."""
        return self.world(self._formula(quantity))[0]

    def _width(self, formula: Formula) -> float:
        """How far the digits of the answers before it can move a formula, each answer by itself."""
        names = dict.fromkeys(quantities_in(formula))
        values = {name: self.world.known(name)[0] for name in names}
        middle = evaluated(formula, values.__getitem__)
        width = 0.0
        for name in names:
            off = self.world.known(name)[1]
            if off:
                moved = {**values, name: values[name] + off}
                width += abs(evaluated(formula, moved.__getitem__) - middle)
        return width


def _is_cut_off(answer: float, right: float, half: float) -> bool:
    """Whether the digits are those of the right number, without its further ones: 0.098 of 0.0986."""
    return answer * right > 0 and 0 <= abs(right) - abs(answer) < 2 * half


def _float(value: Real) -> float:
    return to_float(value) if isinstance(value, Rational) else float(ball(value).mid())


def _enter(
    found: dict[Meaning, Explained],
    line: Quantity,
    means: Meaning,
    one: Weighed,
    prior: float,
    fit: float,
    negative: bool = False,
) -> None:
    entry = found.get(means)
    if entry is None:
        found[means] = Explained(line, one, prior, fit, negative, {one.edit.key}, prior, on_this_problem(means))
    else:
        entry.join(one, prior, fit, once=is_zero(means))
