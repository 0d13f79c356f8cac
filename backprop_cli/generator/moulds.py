"""The lines of a pattern, solved quickly for many draws: derived once, with the slots as names in its formulas."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from backprop_cli.calculus import evaluate
from backprop_cli.checking.asked import textbook
from backprop_cli.derivation import Line, quantities_in
from backprop_cli.formula import Apply, Formula, Name, Number, names_in
from backprop_cli.generator.patterns import Pattern, markers, value_of
from backprop_cli.numbers.certified import Certified, Real, compact
from backprop_cli.numbers.exact import Rational
from backprop_cli.problem.model import Problem
from backprop_cli.problem.reader import load_text
from backprop_cli.quantities import Quantity


@dataclass(frozen=True, slots=True)
class SlotName:
    """The name of a slot in a formula."""

    index: int


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the textbook's solution, and the slots that no line before it uses."""

    line: Line
    fresh: tuple[int, ...]


class Mould:
    """A pattern with its derivation, which is the same whatever the numbers are."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        marks = markers(len(pattern.slots))
        self.problem: Problem = load_text(pattern.filled(marks), "<pattern>").problem
        self._slot_of = {value_of(text): SlotName(index) for index, text in enumerate(marks)}
        derivation = textbook(self.problem)
        self.constants = {name: self._with_slots(formula) for name, formula in derivation.constants.items()}
        self.lines = tuple(
            Line(line.phase, line.quantity, self._with_slots(line.formula), given=line.given)
            for line in derivation.lines
        )

    def _with_slots(self, formula: Formula) -> Formula:
        match formula:
            case Number(value) if value in self._slot_of:
                return Name(self._slot_of[value])
            case Apply(operation, arguments):
                return Apply(operation, tuple(map(self._with_slots, arguments)))
        return formula

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The lines in order, each with the slots that are first used in it."""
        seen: set[int] = set()
        rows = []
        for line in self.lines:
            used = set(self._slots_in(line.formula))
            rows.append(Row(line, tuple(sorted(used - seen))))
            seen |= used
        return tuple(rows)

    @cached_property
    def found(self) -> frozenset[int]:
        """The slots that some line uses."""
        return frozenset(index for row in self.rows for index in row.fresh)

    def _slots_in(self, formula: Formula) -> Iterator[int]:
        for name in names_in(formula):
            if isinstance(name.symbol, SlotName):
                yield name.symbol.index
            elif isinstance(name.symbol, Quantity) and name.symbol in self.constants:
                yield from self._slots_in(self.constants[name.symbol])

    def uses(self, line: Line) -> list[Quantity]:
        """The quantities that a line uses."""
        return quantities_in(line.formula)


class Filling:
    """The values of a mould's lines for numbers that may still change, line by line."""

    def __init__(self, mould: Mould, numbers: Sequence[str]) -> None:
        self.mould = mould
        self.numbers = list(numbers)
        self.values: dict[Hashable, Real] = {}
        self.domain = Certified()

    def solve(self, line: Line) -> Real:
        """The value of a line whose quantities are known; raises MathError or Undecided where it has none."""
        value = compact(evaluate(line.formula, self.domain, self._value))
        self.values[line.quantity] = value
        return value

    def change(self, slots: Sequence[int], numbers: Sequence[str]) -> None:
        """Other numbers in some slots, none of which a solved line uses."""
        for slot, text in zip(slots, numbers, strict=True):
            self.numbers[slot] = text
        self.values = {name: value for name, value in self.values.items() if name not in self.mould.constants}

    def _value(self, symbol: Hashable) -> Real:
        if isinstance(symbol, SlotName):
            return value_of(self.numbers[symbol.index])
        if symbol not in self.values:
            assert isinstance(symbol, Quantity)
            self.values[symbol] = evaluate(self.mould.constants[symbol], self.domain, self._value)
        return self.values[symbol]

    def known(self, symbol: Hashable) -> Real:
        """The value of a quantity that has been solved, or is given."""
        return self._value(symbol)

    @property
    def is_exact(self) -> bool:
        """Whether every value so far is a rational."""
        return all(isinstance(value, Rational) for value in self.values.values())

    def by_quantity(self) -> Mapping[Quantity, Real]:
        """The values of lines and constants."""
        return {name: value for name, value in self.values.items() if isinstance(name, Quantity)}
