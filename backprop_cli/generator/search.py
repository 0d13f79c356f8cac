"""Looks for numbers that meet every demand, and counts what stood in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.generator.chance import Chance
from backprop_cli.generator.demands import (
    ALIVE,
    ASKED,
    HEALTHY,
    NO_VALUE,
    TELLING,
    Demand,
    Look,
    first_broken,
    never_lives,
)
from backprop_cli.generator.parametric import Filling, ParametricProblem, PatternLine
from backprop_cli.ground.errors import MathError, SourceError, Undecided
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import precision
from backprop_cli.problem.reader import Loaded, load_text
from backprop_cli.questions.reading import understood
from backprop_cli.solving.worked import WorkedProblem

BITS = 96
MENDS = 20  # times that numbers are drawn again because of one line, before all of them are
_UNITS = ("dead", "flat", "saturated", "symmetric", "cut off")


@record(slots=False)
class Wanted:
    """What the lines and the problem are to be like."""

    digits: int | None = None
    places: int | None = None
    dead: frozenset[str] = frozenset()  # the units that are to be dead
    samples: int = 1
    below: str | None = None  # the output that is to be below its target
    allowed: frozenset[tuple[str, str]] = frozenset()  # warnings that do not matter, each by its kind and its subject
    without: frozenset[str] = frozenset()  # the names of demands that do not hold


@record(slots=False)
class Found:
    """A text whose numbers meet every demand, and the problem read from it."""

    text: str
    loaded: Loaded
    worked: WorkedProblem


@dataclass
class NumberSearch:
    """A search for numbers, and by which demand its tries came to nothing."""

    mould: ParametricProblem
    wanted: Wanted
    chance: Chance
    ended: Counter[Demand] = field(default_factory=Counter)
    tries: int = 0
    is_hopeless: bool = False  # no numbers meet the demands

    def run(self, most: int, head: str = "") -> Found | None:
        """The first text that meets every demand, and its problem; None where none does in so many tries.

        `head` stands before the pattern's own text.
        """
        while self.tries < most and not self.is_hopeless:
            self.tries += 1
            filling = self._filled()
            if filling is None:
                continue
            text = head + self.mould.pattern.filled(filling.numbers)
            try:
                loaded = understood(load_text(text, "<generated>", folder=self.mould.pattern.folder))
            except SourceError:  # of the questions, which alone depend on the numbers
                self.ended[ASKED] += 1
                continue
            worked = WorkedProblem.of(loaded)
            warning = self.warning(worked)
            if warning is None:
                return Found(text, loaded, worked)
            self.ended[HEALTHY if warning in _UNITS else TELLING] += 1
        return None

    def warning(self, worked: WorkedProblem) -> str | None:
        """The kind of the first thing that lint warns of, but for what was asked for."""
        from backprop_cli.checking.clean import warnings_of  # what is refused need not wait for it

        found = (one[0] for one in warnings_of(self.mould.key(worked)) if one not in self.wanted.allowed)
        return next(found, None)

    def _filled(self) -> Filling | None:
        """Numbers with which every line meets the demands on lines; None after a line that could not be mended."""
        filling = Filling(self.mould, [""] * len(self.mould.pattern.slots))
        filling.change(range(len(filling.numbers)), self._drawn(range(len(filling.numbers)), filling))
        failures = [0] * len(self.mould.rows)
        hardest = (-1, NO_VALUE)  # the furthest line that was not as demanded: those before it were, for a while
        at = 0
        tried: dict[tuple[str, ...], Demand] = {}  # with what the lines before them stay, numbers of this line alone
        with precision(BITS):
            while at < len(self.mould.rows):
                row = self.mould.rows[at]
                drawn = tuple(filling.numbers[slot] for slot in row.fresh)
                demand = tried[drawn] if drawn in tried else self._broken(filling, row)
                if demand is None:
                    at, tried = at + 1, {}
                    continue
                failures[at] += 1
                hardest = max(hardest, (at, demand), key=itemgetter(0))
                mend_at = row.mend_at
                if mend_at is None or failures[at] > MENDS or self.is_hopeless:
                    self.ended[hardest[1]] += 1
                    return None
                if mend_at == at:
                    tried[drawn] = demand
                else:
                    tried = {}
                at = mend_at
                fresh = self.mould.rows[at].fresh
                filling.change(fresh, self._drawn(fresh, filling))
        return filling

    def _broken(self, filling: Filling, row: PatternLine) -> Demand | None:
        try:
            value = filling.solve(row.line)
        except (MathError, Undecided):
            return NO_VALUE
        wanted, line = self.wanted, row.line
        in_a_sample = any(one.word == "sample" for one in line.quantity.at)
        may_be_zero = bool(wanted.dead) or (wanted.samples > 1 and in_a_sample)
        alive = self._alive(line.quantity)
        look = Look(line, value, filling, wanted.digits, wanted.places, alive, may_be_zero, wanted.below)
        broken = first_broken(look, wanted.without)
        self.is_hopeless = broken is not None and broken.name == ALIVE and never_lives(look)
        return broken

    def _alive(self, unit: Quantity) -> bool | None:
        """Whether a unit is to let something through: of several samples, in one at least."""
        if unit.kind is not Kind.OUT or unit.name in self.wanted.dead:
            return unit.kind is not Kind.OUT
        if self.wanted.samples == 1:
            return True
        place = int("".join(filter(str.isdigit, unit.name.rpartition("_")[2])) or 0)
        sample = next((one.number for one in unit.at if one.word == "sample"), 0)
        return True if (place + sample) % self.wanted.samples == 0 else None

    def _drawn(self, slots: Sequence[int], filling: Filling) -> list[str]:
        """New numbers for some slots: of a size that no other slot of their group has, where there is one."""
        numbers: list[str] = list(filling.numbers)
        for slot in slots:
            numbers[slot] = ""
        for slot in slots:
            numbers[slot] = self._one(slot, numbers)
        return [numbers[slot] for slot in slots]

    def _one(self, index: int, numbers: Sequence[str]) -> str:
        pattern = self.mould.pattern
        grid, mates = pattern.slots[index].grid, pattern.mates[index]
        if not mates:
            return self.chance.pick(grid)
        taken = {numbers[one].lstrip("-") for one in mates}
        sizes = zip(grid, pattern.sizes[index], strict=True)
        return self.chance.pick([text for text, size in sizes if size not in taken] or grid)
