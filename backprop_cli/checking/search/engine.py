"""The search: which small edits of a line's formula give the number on the sheet, weighed over all its wrong lines.

It knows no verdicts: it is told which lines are wrong, and says what was probably done in each, as a formula.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from backprop_cli.algebra.derivation import Derivation, quantities_in
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.search.doubles import Known, evaluated
from backprop_cli.checking.search.edits import Edit
from backprop_cli.checking.search.lines import Lines, Weighed
from backprop_cli.checking.search.proof import Answer, fits_over_balls
from backprop_cli.checking.search.slips import slips_of
from backprop_cli.checking.search.weigh import (
    PATTERN,
    Explained,
    Fits,
    Meaning,
    fit_of,
    meaning,
    named,
    ranked,
    share_of,
    weighed,
)
from backprop_cli.checking.search.worlds import World, Worlds
from backprop_cli.problem.model import Problem

MOST_LINES = (
    60  # wrong lines of a sheet that are searched; the others are only asked whether these mistakes explain them
)
FARTHER = 0.4  # how much less likely a mistake is in a blank line than in the line itself
_REFINED = 40  # candidates of a line whose digits are looked at one by one
_SLACK = 1e-9


@dataclass(frozen=True)
class Candidate:
    """What was probably done: in which line, the formula that it was written with, and how sure that is.

    `key` is the same wherever the same mistake is made; `pattern` the row of the table of mistakes that says it, and
    its variant; `part` was changed into `instead`. `lines` are other wrong lines that the same mistake explains.
    """

    kind: str
    key: tuple[str, ...]
    made_in: Quantity
    formula: Formula
    posterior: float
    part: Formula | None = None
    instead: Formula | None = None
    pattern: tuple[str, str] = ("", "")
    lines: tuple[Quantity, ...] = ()

    @property
    def is_a_slip(self) -> bool:
        """Whether it is only a digit."""
        return self.kind.startswith("slip")


@dataclass(frozen=True)
class Diagnosis:
    """What explains a wrong line: one mistake, two or three of which it is one, or none; `perhaps` if not surely.

    `others` explain it, too, but are less likely than what is named.
    """

    quantity: Quantity
    named: tuple[Candidate, ...] = ()
    perhaps: bool = False
    others: tuple[Candidate, ...] = ()
    searched: bool = True


@dataclass
class Search:
    """The search for mistakes in one problem; its derivation is the full one."""

    problem: Problem
    derivation: Derivation
    lines: Lines = field(init=False)
    worlds: Worlds = field(init=False)
    _moved: dict[int, tuple[Weighed, Meaning | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lines = Lines(self.problem, self.derivation)
        rows = frozenset(name for layer in self.problem.layers for name in layer.rows)
        self.worlds = Worlds(self.derivation, rows)

    def diagnoses(self, answers: Mapping[Quantity, Answer], wrong: Sequence[Quantity]) -> Mapping[Quantity, Diagnosis]:
        """What explains each of the wrong lines, from the answers of the sheet."""
        sheet = Sheet(self, answers)
        fits = {one: sheet.fits(one) for one in wrong[:MOST_LINES] if self.lines.line(one) is not None}
        weighed(fits)  # type: ignore[arg-type]
        found = {one: sheet.diagnosis(one, fits) for one in fits}
        return found | {one: Diagnosis(one, searched=False) for one in wrong if one not in found}

    def meaning_of(self, one: Weighed, target: Quantity, path: Sequence[Quantity]) -> Meaning | None:
        """What an edit gives on the moved copies; None where it is no mistake there, or has no value."""
        known = self._moved.get(id(one))
        if known is not None and one.line == target:
            return known[1]
        found = self._meaning(one, target, path)
        if one.line == target:
            self._moved[id(one)] = one, found
        return found

    def _meaning(self, one: Weighed, target: Quantity, path: Sequence[Quantity]) -> Meaning | None:
        values = [_through(world, one.line, world.floats.once(one.edit.formula), target, path, self._formula)[0]
                  for world in self.worlds.moved]  # fmt: skip
        right = [world.known(target)[0] for world in self.worlds.moved]
        if not all(map(math.isfinite, values)):
            return None
        if all(abs(value - true) <= _SLACK * max(abs(true), 1e-12) for value, true in zip(values, right, strict=True)):
            return None
        return meaning(values)

    def _formula(self, quantity: Quantity) -> Formula:
        return self.derivation.index[quantity].formula


@dataclass
class Sheet:
    """One sheet under search."""

    search: Search
    answers: Mapping[Quantity, Answer]
    world: World = field(init=False)

    def __post_init__(self) -> None:
        given = {quantity: (float(one.value), float(one.half_unit)) for quantity, one in self.answers.items()}
        self.world = self.search.worlds.of_sheet(given)

    # ---- candidates ------------------------------------------------------------------------------------------

    def fits(self, quantity: Quantity) -> Fits:
        """The edits that give the answer, those of one meaning together."""
        answer, half = self.world.values[quantity]
        half = max(half, abs(answer) * 1e-12)
        right = self.search.worlds.right.known(quantity)[0]
        follows = self._followed(quantity)[0]
        scale = max(abs(answer), abs(right), abs(follows) if math.isfinite(follows) else 0.0)
        found: dict[Meaning, Explained] = {}
        tried: list[tuple[float, float, float]] = []
        mass, slack = 0.0, _SLACK * abs(answer)
        for one, prior, path, (value, width) in self._tried(quantity):
            mass += prior
            tried.append((prior, value, width))
            distance = abs(value - answer)
            near = distance <= width + half + slack
            by_itself = self._width(one.edit.formula) if near and one.line == quantity else width
            if near and distance <= by_itself + half + slack:
                self._enter(found, one, prior, fit_of(distance, by_itself, half), quantity, path)
        for slip in slips_of(self, quantity, answer, half, follows):
            mass += slip.prior
            self._note(found, ("slip", *slip.edit.key), slip, slip.prior, 1.0)
        return Fits(list(found.values()), mass, share_of(half, scale), tried, scale, half)

    def _tried(self, quantity: Quantity) -> Iterator[tuple[Weighed, float, list[Quantity], Known]]:
        """Every edit of the line and of the blank lines before it, with what it gives for the line."""
        region = self.search.lines.blank_before(quantity, self.answers)
        for far, line in enumerate(region):
            path = self._path(line, quantity, region)
            weight = 1.0 if not far else FARTHER
            for one in self.search.lines.edits(line, self.answers):
                known = self.world.floats(one.edit.formula)
                if line != quantity:
                    known = _through(self.world, line, known, quantity, path, self._formula)
                if not math.isnan(known[0]):
                    yield one, one.prior * weight, path, known

    def _path(self, start: Quantity, end: Quantity, region: Sequence[Quantity]) -> list[Quantity]:
        """The blank lines between two lines that are computed from the first one, in their order, and the last one."""
        touched = {start}
        path: list[Quantity] = []
        for one in sorted(region, key=self.search.lines.order.__getitem__):
            if one != start and not touched.isdisjoint(quantities_in(self._formula(one))):
                touched.add(one)
                path.append(one)
        return path or [end]

    def _formula(self, quantity: Quantity) -> Formula:
        return self.search.lines.roots(quantity, self.answers)[0].formula

    def _followed(self, quantity: Quantity) -> Known:
        """What the line would be from the answers before it."""
        return self.world.floats.once(self._formula(quantity))

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

    def _enter(
        self, found: dict[Meaning, Explained], one: Weighed, prior: float, fit: float, quantity: Quantity,
        path: Sequence[Quantity],
    ) -> None:  # fmt: skip
        means = self.search.meaning_of(one, quantity, path)
        if means is not None:
            self._note(found, means, one, prior, fit)

    @staticmethod
    def _note(found: dict[Meaning, Explained], means: Meaning, one: Weighed, prior: float, fit: float) -> None:
        entry = found.get(means)
        if entry is None:
            entry = found[means] = Explained(one, prior, fit)
        entry.keys.add(one.edit.key)
        if one.pattern[0] and not entry.best.pattern[0]:  # what the table says by name is said by name
            entry.best, entry.prior = one, max(prior, entry.prior) * PATTERN
        elif prior > entry.prior and not entry.best.pattern[0]:
            entry.best, entry.prior = one, prior
        entry.fit = max(entry.fit, fit)

    # ---- what is said ----------------------------------------------------------------------------------------

    def diagnosis(self, quantity: Quantity, fits: Mapping[Quantity, Fits]) -> Diagnosis:
        """What is named, proved over balls, and what else there is."""
        found = fits[quantity]
        chosen, perhaps = named(found)
        proved = [one for one in chosen if self._is_proved(one, quantity)]
        if len(proved) < len(chosen):
            proved = []
        others = [one for one in ranked(found) if one not in proved][:5]
        said = tuple(self._candidate(one, quantity, fits) for one in proved)
        return Diagnosis(quantity, said, perhaps, tuple(self._candidate(one, quantity, fits) for one in others))

    def _is_proved(self, one: Explained, quantity: Quantity) -> bool:
        if one.is_a_slip or one.best.line != quantity:
            return True
        return fits_over_balls(one.best.edit.formula, self.answers, quantity, self.search.derivation)

    @staticmethod
    def _candidate(one: Explained, quantity: Quantity, fits: Mapping[Quantity, Fits]) -> Candidate:
        edit: Edit = one.best.edit
        lines = tuple(other for other, found in fits.items() if other != quantity
                      and any(not one.keys.isdisjoint(entry.keys) for entry in found.explained))  # fmt: skip
        return Candidate(edit.kind, edit.key, one.best.line, edit.formula, one.posterior, edit.part, edit.instead,
                         one.best.pattern, lines)  # fmt: skip


def _through(
    world: World, start: Quantity, known: Known, end: Quantity, path: Sequence[Quantity],
    formula_of: Callable[[Quantity], Formula],
) -> Known:  # fmt: skip
    """The value of a line where one before it has another value."""
    changes = {start: known}
    if start == end:
        return known
    for one in path:
        changes[one] = world.under(changes, formula_of(one))
    return changes[path[-1]]
