"""A class: the rows of its sheets, and what it knows, finds hard and gets wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from operator import attrgetter
from typing import Any

from backprop_cli.algebra.quantities import Address, Quantity
from backprop_cli.checking.checkers import Checkers
from backprop_cli.checking.rows import GROUPS, SheetRow
from backprop_cli.ground.records import record
from backprop_cli.numbers.exact import Rational, from_text, rational
from backprop_cli.problem.assignment import exercise_key
from backprop_cli.problem.model import Problem

MOST_NAMED = 12  # students who made a mistake
_NOTHING = rational(0)
Column = tuple[str, bool]  # the key of a line, and whether its formula is asked for
_COLUMN = attrgetter("key", "judged.in_letters")
_JUDGED = attrgetter("key", *(f"judged.{name}" for name in ("in_letters", "group", "earned", "worth")))


@dataclass(slots=True)
class LineCount:
    """How a class did in one line: how many were judged so, by the names of GROUPS, and the marks together."""

    key: str
    in_letters: bool = False
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(GROUPS, 0))
    earned: Rational = _NOTHING
    worth: Rational = _NOTHING

    def add(self, group: str, earned: str, worth: str, times: int) -> None:
        """Counts so many sheets that were judged alike."""
        self.counts[group] += times
        self.earned += from_text(earned) * times
        self.worth += from_text(worth) * times

    @property
    def share(self) -> Rational | None:
        """The part of the marks for this line that the class earned."""
        return self.earned / self.worth if self.worth != 0 else None


@dataclass(slots=True)
class MistakeCount:
    """A mistake of the class: how it was made first, what it is called in general, in which lines, by how many.

    `students` are the first of them: no more than are shown.
    """

    name: str
    said: str
    told: str
    lines: dict[str, None] = field(default_factory=dict)
    count: int = 0
    students: list[str] = field(default_factory=list)

    def add(self, lines: Iterable[str], student: str) -> None:
        """Counts one sheet."""
        self.lines |= dict.fromkeys(lines)
        self.count += 1
        if len(self.students) <= MOST_NAMED:
            self.students.append(student)


@dataclass(slots=True)
class _Tally:
    """What is counted in one walk over the sheets."""

    shares: Counter[Rational] = field(default_factory=Counter)
    marked: int = 0
    judged: Counter[tuple[Any, ...]] = field(default_factory=Counter)  # the lines, by all that is counted of one
    mistakes: dict[str, MistakeCount] = field(default_factory=dict)

    def add(self, sheet: SheetRow) -> None:
        if not sheet.is_marked or sheet.is_shared:
            return
        self.marked += 1
        if sheet.share is not None:
            self.shares[sheet.share] += 1
        self.judged.update(map(_JUDGED, sheet.lines))
        for one in sheet.mistakes:
            count = self.mistakes.setdefault(one.name, MistakeCount(one.name, one.said, one.told))
            count.add(one.lines, sheet.who)

    @property
    def lines(self) -> Collection[LineCount]:
        """How the class did in each line that is on some sheet."""
        found: dict[Column, LineCount] = {}
        for (*column, group, earned, worth), times in self.judged.items():
            found.setdefault((column[0], column[1]), LineCount(*column)).add(group, earned, worth, times)
        return found.values()


@dataclass(slots=True)
class Columns:
    """What a table of a class has columns for: the lines that anybody answered, lateness, notes, the most ids."""

    lines: dict[Column, None] = field(default_factory=dict)
    some_late: bool = False
    some_notes: bool = False
    most_ids: int = 0

    def add(self, sheet: SheetRow) -> None:
        """Makes room for one sheet."""
        self.some_notes = self.some_notes or bool(sheet.notes)
        self.most_ids = max(self.most_ids, len(sheet.ids))
        if sheet.is_marked and not sheet.is_shared:
            self.some_late = self.some_late or bool(sheet.days_late)
            self.lines |= dict.fromkeys(map(_COLUMN, sheet.lines))


@record
class Named:
    """A line: the number of its exercise, as it is `said` in an assignment (else 0), its quantity, and its heading."""

    number: int
    said: int
    quantity: Quantity
    page: Address


@record(slots=False)
class Class:
    """The sheets of a class, in the order in which they were given: any collection of rows that can be walked again."""

    checkers: Checkers
    sheets: Collection[SheetRow]

    @property
    def title(self) -> str:
        """What they answer."""
        return self.checkers.title

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of the exercises."""
        return tuple(one.problem for one in self.checkers.checkers)

    @property
    def marked(self) -> Iterator[SheetRow]:
        """The sheets that could be read, what several handed in together once."""
        return (sheet for sheet in self.sheets if sheet.is_marked and not sheet.is_shared)

    @property
    def failures(self) -> Iterator[SheetRow]:
        """The sheets that could not be."""
        return (sheet for sheet in self.sheets if not sheet.is_marked and not sheet.is_shared)

    @cached_property
    def _tally(self) -> _Tally:
        tally = _Tally()
        for sheet in self.sheets:
            tally.add(sheet)
        return tally

    @property
    def count(self) -> int:
        """How many sheets could be read."""
        return self._tally.marked

    @cached_property
    def shares(self) -> dict[Rational, int]:
        """What was earned of what could be earned, from the least to the most, and on how many sheets."""
        return dict(sorted(self._tally.shares.items()))

    @property
    def range(self) -> tuple[Rational, Rational] | None:
        """The least and the most share."""
        return (min(self.shares), max(self.shares)) if self.shares else None

    @cached_property
    def columns(self) -> Columns:
        """What a table of it has columns for: without the counts, which take a longer walk."""
        columns = Columns()
        for sheet in self.sheets:
            columns.add(sheet)
        return columns

    @property
    def mean(self) -> Rational | None:
        """The mean of the shares."""
        total = sum((share * count for share, count in self.shares.items()), _NOTHING)
        return total / sum(self.shares.values()) if self.shares else None

    @property
    def median(self) -> Rational | None:
        """The median of the shares: of an even number, the mean of the two in the middle."""
        if not self.shares:
            return None
        count = sum(self.shares.values())
        return (self._at((count - 1) // 2) + self._at(count // 2)) / 2

    def _at(self, place: int) -> Rational:
        """The share of the sheet at a place, from the least on."""
        return next(share for share, upto in zip(self.shares, accumulate(self.shares.values()), strict=True)
                    if place < upto)  # fmt: skip

    @cached_property
    def _place(self) -> dict[str, int]:
        """Where a line stands in the work."""
        return {key: place for place, key in enumerate(self._named)}

    def place(self, key: str, in_letters: bool) -> tuple[int, bool]:
        """By what lines are put in the order of the work."""
        return self._place.get(key, -1), in_letters

    @cached_property
    def lines(self) -> tuple[LineCount, ...]:
        """Every line that is asked for or that somebody answered, in the order of the work."""
        return tuple(sorted(self._tally.lines, key=lambda one: self.place(one.key, one.in_letters)))

    @cached_property
    def mistakes(self) -> tuple[MistakeCount, ...]:
        """The mistakes, those on most sheets first."""
        return tuple(sorted(self._tally.mistakes.values(), key=lambda one: -one.count))

    @cached_property
    def _named(self) -> dict[str, Named]:
        found: dict[str, Named] = {}
        for number, checker in enumerate(self.checkers.checkers, start=1):
            own = 0 if self.checkers.is_alone else number
            together = checker.key.derivation.together
            for quantity in sorted(checker.key.order, key=checker.key.order.__getitem__):
                key = exercise_key(own, quantity.key) if own else quantity.key
                found[key] = Named(number, own, quantity, together.get(quantity.at, quantity.at))
            for one in checker.questions:
                found[exercise_key(own, one.key) if own else one.key] = Named(number, own, one.quantity, ())
        return found

    def named(self, key: str) -> Named | None:
        """What a line is of; None where there is no such line any more."""
        return self._named.get(key)
