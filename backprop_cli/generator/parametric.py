"""The lines of a pattern, solved quickly for many draws: derived once, with the slots as names in its formulas."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from backprop_cli.algebra.derivation import Line, quantities_in
from backprop_cli.algebra.evaluation import Values
from backprop_cli.algebra.formula import Apply, Formula, Name, Number, names_in, rewritten
from backprop_cli.algebra.operations import OPERATIONS, partial_derivative
from backprop_cli.algebra.quantities import AFTER, Kind, Quantity
from backprop_cli.checking.key import AnswerKey
from backprop_cli.deriving.schedule import derive
from backprop_cli.deriving.understanding import understood
from backprop_cli.generator.patterns import Pattern, markers, value_of
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Certified, Real, compact
from backprop_cli.problem.model import Detail, Problem
from backprop_cli.problem.reader import load_text
from backprop_cli.solving.worked import WorkedProblem


class SlotName(NamedTuple):
    """The name of a slot in a formula; a tuple, whose hash is no call."""

    number: int


@record
class PatternLine:
    """A line of the textbook's solution, the slots that no line before it uses, and the line at which to mend it.

    That is the last one, itself included, that it depends on and that has slots of its own; None where there is none.
    """

    line: Line
    fresh: tuple[int, ...]
    mend_at: int | None


class ParametricProblem:
    """A pattern with its derivation, which is the same whatever the numbers are."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        marks = markers(len(pattern.slots))
        self.problem: Problem = understood(load_text(pattern.filled(marks), "<pattern>", folder=pattern.folder)).problem
        self._key: AnswerKey | None = None
        self._slopes: dict[Quantity, Formula | None] = {}
        self._compared: dict[Quantity, tuple[Quantity, Quantity] | None] = {}
        self._slot_of = {value_of(text): SlotName(index) for index, text in enumerate(marks)}
        derivation = derive(self.problem.by_hand, Detail.TEXTBOOK, then_forward=True)
        self.constants = {name: self._with_slots(formula) for name, formula in derivation.constants.items()}
        self.lines = tuple(
            Line(line.phase, line.quantity, self._with_slots(line.formula), given=line.given)
            for line in derivation.lines
        )

    def _with_slots(self, formula: Formula) -> Formula:
        slots = self._slot_of
        return rewritten(
            formula, lambda part: Name(slots[part.value]) if isinstance(part, Number) and part.value in slots else None
        )

    @cached_property
    def rows(self) -> tuple[PatternLine, ...]:
        """The lines in order, each with the slots that are first used in it."""
        seen: set[int] = set()
        rows: list[PatternLine] = []
        places: dict[Quantity, int] = {}  # where each line is mended
        for number, line in enumerate(self.lines):
            used = set(self._slots_in(line.formula))
            before = (places[name] for name in quantities_in(line.formula) if name in places)
            fresh = tuple(sorted(used - seen))
            mend_at = number if fresh else max(before, default=None)
            rows.append(PatternLine(line, fresh, mend_at))
            if mend_at is not None:
                places[line.quantity] = mend_at
            seen |= used
        return tuple(rows)

    @cached_property
    def constants_of(self) -> Mapping[int, Sequence[Quantity]]:
        """The constants that each slot is used in."""
        found: dict[int, list[Quantity]] = {}
        for name, formula in self.constants.items():
            for slot in self._slots_in(formula):
                found.setdefault(slot, []).append(name)
        return found

    @cached_property
    def loss_before(self) -> Mapping[Quantity, Quantity]:
        """The whole loss after the last step, with the whole loss before it; nothing where there is no step."""
        whole = [one.quantity for one in self.lines if one.quantity.kind is Kind.LOSS and not one.quantity.name]
        before = [one for one in whole if AFTER not in one.at]
        after = [one for one in whole if AFTER in one.at]
        return {after[-1]: before[-1]} if before and after else {}

    def key(self, worked: WorkedProblem) -> AnswerKey:
        """The key of a problem that this mould has been filled to; what formulas alone decide is worked out once."""
        self._key = AnswerKey(worked) if self._key is None else self._key.anew(worked)
        return self._key

    def slope(self, line: Line) -> Formula | None:
        """The slope of an activation in its net input; None for a line that is no activation."""
        if line.quantity not in self._slopes:
            self._slopes[line.quantity] = _slope(line)
        return self._slopes[line.quantity]

    def compared(self, line: Line) -> tuple[Quantity, Quantity] | None:
        """The one output and the one target in a line; None where there are none, or several."""
        if line.quantity not in self._compared:
            names = dict.fromkeys(quantities_in(line.formula))
            outputs = [name for name in names if name.kind is Kind.OUT]
            targets = [name for name in names if name.kind is Kind.TARGET]
            alone = len(outputs) == len(targets) == 1
            self._compared[line.quantity] = (outputs[0], targets[0]) if alone else None
        return self._compared[line.quantity]

    def _slots_in(self, formula: Formula) -> Iterator[int]:
        for name in names_in(formula):
            if isinstance(name.symbol, SlotName):
                yield name.symbol.number
            elif isinstance(name.symbol, Quantity) and name.symbol in self.constants:
                yield from self._slots_in(self.constants[name.symbol])


def _slope(line: Line) -> Formula | None:
    formula = line.formula
    if line.quantity.kind not in (Kind.OUT, Kind.NODE) or not isinstance(formula, Apply):
        return None
    is_activation = OPERATIONS[formula.operation].activation and formula.operation != "identity"
    return partial_derivative(formula, 0) if is_activation else None


class Filling:
    """The values of a mould's lines for numbers that may still change, line by line."""

    def __init__(self, mould: ParametricProblem, numbers: Sequence[str]) -> None:
        self.mould = mould
        self.numbers = list(numbers)
        known: dict[Hashable, Real] = {SlotName(slot): value_of(text) for slot, text in enumerate(numbers) if text}
        self.values = Values(mould.constants, Certified(), lambda _quantity, value: compact(value), known)

    def solve(self, line: Line) -> Real:
        """The value of a line whose quantities are known; raises MathError or Undecided where it has none."""
        value: Real = self.values.take(line.quantity, line.formula)
        return value

    def change(self, slots: Sequence[int], numbers: Sequence[str]) -> None:
        """Other numbers in some slots, none of which a solved line uses."""
        known = self.values.known
        for slot, text in zip(slots, numbers, strict=True):
            self.numbers[slot] = text
            known[SlotName(slot)] = value_of(text)
            for name in self.mould.constants_of.get(slot, ()):  # evaluated anew when they are next used
                known.pop(name, None)

    def known(self, symbol: Hashable) -> Real:
        """The value of a quantity that has been solved, or is given."""
        value: Real = self.values[symbol]
        return value
